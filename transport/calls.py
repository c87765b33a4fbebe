"""The registry of sessions and the lines that carry them. A session outlives its line by ``linger_s``.

Knows ids, limits and lifetimes. Does not know what a conversation is made of: it is given by ``new_conversation``.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, TypeAlias

from starlette.websockets import WebSocket

from agent.ports import Conversation, Report
from transport.carrier import Carrier
from transport.limits import Busy, Limits, Refused
from transport.metronome import Metronome
from transport.realtime.adapter import Offers, RealtimeAdapter, WireSession
from transport.realtime.shapes import SessionShape, WrongShape
from transport.viewer import Viewer
from transport.webrtc import Call, Reach
from transport.websocket import NORMAL, RESTART, SocketLine

NewConversation: TypeAlias = Callable[[str], AbstractAsyncContextManager[Conversation]]
"""Given a session id: a conversation that lives as long as the context. Errors inside end this session only."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A call that was taken: its id, its session's, and the SDP answer."""

    call_id: str
    session_id: str
    answer: str


@dataclass(slots=True)
class _Session:
    wire: WireSession
    joining: list[Carrier] = field(default_factory=list)
    calls: dict[str, Carrier] = field(default_factory=dict)
    current: Carrier | None = None
    viewers: dict[str, Viewer] = field(default_factory=dict)
    conversation: Conversation | None = None
    had_line: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    def end(self, reason: str, code: int = NORMAL) -> None:
        self.ended = True
        for call in (*self.joining, *self.calls.values()):
            call.hang_up(reason, code)
        for viewer in self.viewers.values():
            viewer.hang_up(reason, code)
        self.changed.set()

    def tell_viewers(self, report: Report) -> None:
        for viewer in self.viewers.values():
            viewer.show(report)


class Calls:
    """Enter it once in the application's lifetime; leaving closes every call at once."""

    def __init__(
        self,
        new_conversation: NewConversation,
        *,
        limits: Limits | None = None,
        reach: Reach | None = None,
        profile: str = "embedded",
        shape: SessionShape | None = None,
        offers: Offers | None = None,
    ) -> None:
        """``shape``: the session object that a new session starts with (voice, speed, instructions, tools)."""
        self.limits = limits or Limits()
        self._new_conversation = new_conversation
        self._reach = reach or Reach()
        self.profile = profile
        self._shape, self._offers = shape or SessionShape(), offers or Offers()
        self._sessions: dict[str, _Session] = {}
        self._group: asyncio.TaskGroup | None = None
        self._keepers: set[asyncio.Task[None]] = set()
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="pictures")
        self._metronome = Metronome()
        self._beating: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Calls:
        self._group = await asyncio.TaskGroup().__aenter__()
        self._beating = self._group.create_task(self._metronome.run(), name="metronome")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        group, self._group = self._group, None
        for session in list(self._sessions.values()):
            session.end("the server stops", RESTART)
        if self._keepers:
            await asyncio.wait(self._keepers, timeout=2 * self.limits.close_s)
        for keeper in self._keepers:
            keeper.cancel()
        if self._beating is not None:
            self._beating.cancel()
        if group is not None:  # without the error: it goes on as it is, not inside a group
            await group.__aexit__(None, None, None)
        self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def sessions(self) -> int:
        return len(self._sessions)

    @property
    def live(self) -> tuple[Carrier, ...]:
        """Calls that are being carried or connected."""
        return tuple(call for session in self._sessions.values() for call in session.calls.values())

    @property
    def full(self) -> bool:
        return len(self._sessions) >= self.limits.max_sessions

    async def take(self, offer: str, *, resume: str | None = None, wish: dict[str, Any] | None = None) -> Taken:
        """Answer an offer. An unknown ``resume`` starts a new session. ``wish``: the client's first session.update.

        Raises Refused when the offer is wrong, the wish is wrong or there is no room.
        """
        session = self._room(resume)
        self._wished(session, wish)
        call = Call(f"rtc_{secrets.token_hex(12)}", self._reach, self.limits, self._pool, self._metronome)
        answer = await call.answer(offer)
        placed = self._place(call, session, wish)
        return Taken(call.id, placed.wire.id, answer)

    def check(self, *, resume: str | None = None, wish: dict[str, Any] | None = None) -> None:
        """Raises Refused when a line that asks for this would not be taken."""
        self._wished(self._room(resume), wish)

    async def carry(self, socket: WebSocket, *, resume: str | None = None, wish: dict[str, Any] | None = None) -> None:
        """Carry a session over this accepted socket until it is over. Raises Refused as ``take`` does."""
        session = self._room(resume)
        self._wished(session, wish)
        line = SocketLine(f"ws_{secrets.token_hex(12)}", socket, self.limits, self._pool)
        self._place(line, session, wish)
        await line.over.wait()

    async def watch(self, socket: WebSocket, session_id: str | None) -> None:
        """Let someone look on over this accepted socket: captions of a session, the newest one without an id.

        Raises Refused when there is none.
        """
        live = [one for one in self._sessions.values() if not one.ended]
        session = self._sessions.get(session_id) if session_id else live[-1] if live else None
        if session is None or session.ended:
            raise Refused("There is no such session to look on at.", code="unknown_session", status=404)
        viewer = Viewer(f"view_{secrets.token_hex(12)}", socket, self.limits)
        session.viewers[viewer.id] = viewer
        try:
            history = session.conversation.history() if session.conversation is not None else ()
            await viewer.run(RealtimeAdapter(session.wire, viewer=True), history)
        finally:
            del session.viewers[viewer.id]

    def end(self, session_id: str) -> bool:
        """End a session and all its lines. False: there is none."""
        session = self._sessions.get(session_id)
        if session is not None:
            session.end("ended by the server's owner")
        return session is not None

    def listed(self) -> list[dict[str, Any]]:
        """Every session: its id, lines and viewers."""
        return [
            {"id": one.wire.id, "lines": list(one.calls), "viewers": len(one.viewers)}
            for one in self._sessions.values()
        ]

    def hang_up(self, call_id: str, *, end: bool = False) -> bool:
        """False: there is no such call. ``end``: its session is over too."""
        for session in self._sessions.values():
            if call_id in session.calls or any(call.id == call_id for call in session.joining):
                if end:
                    session.end("ended by the client")
                else:
                    for call in (*session.joining, *session.calls.values()):
                        if call.id == call_id:
                            call.hang_up("hung up by the client")
                return True
        return False

    def _room(self, resume: str | None) -> _Session | None:
        """The session to come back to, or None for a new one. Raises Refused when there is no room for it."""
        if self._group is None:
            raise Busy("The server is stopping.", code="stopping", retry_after_s=5)
        session = self._sessions.get(resume) if resume else None
        if session is not None and session.ended:
            session = None
        if session is None and self.full:
            raise Busy("All places are taken. Try again in a moment.", retry_after_s=10)
        return session

    def _wished(self, session: _Session | None, wish: dict[str, Any] | None) -> None:
        try:
            (session.wire.shape if session else self._shape).merged(wish or {})
        except WrongShape as wrong:
            raise Refused(str(wrong), code="invalid_session") from wrong

    def _place(self, call: Carrier, session: _Session | None, wish: dict[str, Any] | None) -> _Session:
        """No await here: the session found before the answer may have ended while the answer was made."""
        if session is None or session.ended:
            wire = WireSession(f"sess_{secrets.token_hex(16)}", self.profile, self._shape, offers=self._offers)
            session = self._sessions[wire.id] = _Session(wire)
            assert self._group is not None
            keeper = self._group.create_task(self._keep(session), name=wire.id)
            self._keepers.add(keeper)
            keeper.add_done_callback(self._keepers.discard)
        if wish:
            session.wire.update(wish)
        session.joining.append(call)
        session.changed.set()
        return session

    async def _keep(self, session: _Session) -> None:
        try:
            async with self._new_conversation(session.wire.id) as conversation:
                session.conversation = conversation
                await self._serve(session, conversation)
        except Exception:  # border: one conversation that breaks must not take the others along
            _log.exception("session %s broke", session.wire.id)
        finally:
            session.end("session over")
            del self._sessions[session.wire.id]
            for call in session.joining:
                await call.close()

    async def _serve(self, session: _Session, conversation: Conversation) -> None:
        async with asyncio.TaskGroup() as lines:
            while True:
                for call in session.joining:
                    session.calls[call.id] = call
                    lines.create_task(self._carry(session, conversation, call), name=call.id)
                session.joining.clear()
                if session.ended:
                    return
                try:
                    async with asyncio.timeout(None if session.calls else self.limits.linger_s):
                        await session.changed.wait()
                except TimeoutError:
                    _log.info("session %s: nobody came back", session.wire.id)
                    session.ended = True
                session.changed.clear()

    async def _carry(self, session: _Session, conversation: Conversation, call: Carrier) -> None:
        adapter = RealtimeAdapter(session.wire, ahead=call.ahead)

        def connected() -> None:
            adapter.resumed, session.had_line = session.had_line, True
            before, session.current = session.current, call
            if before is not None:
                before.hang_up("replaced by a newer line")

        try:
            await call.run(conversation, adapter, connected, session.tell_viewers)
        finally:
            del session.calls[call.id]
            if session.current is call:
                session.current = None
            session.changed.set()
