"""The registry of sessions and the calls that carry them. A session outlives its line by ``linger_s``.

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

from agent.ports import Conversation
from transport.limits import Busy, Limits, Refused
from transport.realtime.adapter import RealtimeAdapter, WireSession
from transport.realtime.shapes import SessionShape, WrongShape
from transport.webrtc import Call, Reach, SpeedTaker

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
    joining: list[Call] = field(default_factory=list)
    calls: dict[str, Call] = field(default_factory=dict)
    current: Call | None = None
    had_line: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    def end(self, reason: str) -> None:
        self.ended = True
        for call in (*self.joining, *self.calls.values()):
            call.hang_up(reason)
        self.changed.set()


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
    ) -> None:
        """``shape``: the session object that a new session starts with (voice, speed, instructions, tools)."""
        self.limits = limits or Limits()
        self._new_conversation = new_conversation
        self._reach = reach or Reach()
        self.profile = profile
        self._shape = shape or SessionShape()
        self._sessions: dict[str, _Session] = {}
        self._group: asyncio.TaskGroup | None = None
        self._keepers: set[asyncio.Task[None]] = set()
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="pictures")

    async def __aenter__(self) -> Calls:
        self._group = await asyncio.TaskGroup().__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        group, self._group = self._group, None
        for session in list(self._sessions.values()):
            session.end("server stops")
        if self._keepers:
            await asyncio.wait(self._keepers, timeout=2 * self.limits.close_s)
        for keeper in self._keepers:
            keeper.cancel()
        if group is not None:  # without the error: it goes on as it is, not inside a group
            await group.__aexit__(None, None, None)
        self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def sessions(self) -> int:
        return len(self._sessions)

    @property
    def live(self) -> tuple[Call, ...]:
        """Calls that are being carried or connected."""
        return tuple(call for session in self._sessions.values() for call in session.calls.values())

    @property
    def full(self) -> bool:
        return len(self._sessions) >= self.limits.max_sessions

    async def take(self, offer: str, *, resume: str | None = None, wish: dict[str, Any] | None = None) -> Taken:
        """Answer an offer. An unknown ``resume`` starts a new session. ``wish``: the client's first session.update.

        Raises Refused when the offer is wrong, the wish is wrong or there is no room.
        """
        if self._group is None:
            raise Busy("The server is stopping.", code="stopping", retry_after_s=5)
        session = self._sessions.get(resume) if resume else None
        if session is not None and session.ended:
            session = None
        if session is None and self.full:
            raise Busy("All places are taken. Try again in a moment.", retry_after_s=10)
        shape = self._wished(session.wire.shape if session else self._shape, wish)
        call = Call(f"rtc_{secrets.token_hex(12)}", self._reach, self.limits, self._pool)
        answer = await call.answer(offer)
        return self._place(call, session, shape, answer)

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

    def _wished(self, shape: SessionShape, wish: dict[str, Any] | None) -> SessionShape:
        try:
            return shape.merged(wish) if wish else shape
        except WrongShape as wrong:
            raise Refused(str(wrong), code="invalid_session") from wrong

    def _place(self, call: Call, session: _Session | None, shape: SessionShape, answer: str) -> Taken:
        """No await here: the session found before the answer may have ended while the answer was made."""
        if session is None or session.ended:
            wire = WireSession(f"sess_{secrets.token_hex(16)}", self.profile)
            session = self._sessions[wire.id] = _Session(wire)
            assert self._group is not None
            keeper = self._group.create_task(self._keep(session), name=wire.id)
            self._keepers.add(keeper)
            keeper.add_done_callback(self._keepers.discard)
        session.wire.shape = shape
        session.joining.append(call)
        session.changed.set()
        return Taken(call.id, session.wire.id, answer)

    async def _keep(self, session: _Session) -> None:
        try:
            async with self._new_conversation(session.wire.id) as conversation:
                if isinstance(conversation, SpeedTaker) and session.wire.shape.audio.output.speed != 1.0:
                    conversation.set_speed(session.wire.shape.audio.output.speed)
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

    async def _carry(self, session: _Session, conversation: Conversation, call: Call) -> None:
        adapter = RealtimeAdapter(session.wire)

        def connected() -> None:
            adapter.resumed, session.had_line = session.had_line, True
            before, session.current = session.current, call
            if before is not None:
                before.hang_up("replaced by a newer line")

        try:
            await call.run(conversation, adapter, connected)
        finally:
            del session.calls[call.id]
            if session.current is call:
                session.current = None
            session.changed.set()
