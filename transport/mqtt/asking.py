"""The house's own conversation: questions that come as messages, one after the other, each answered in writing.

Knows one session and its line. A session that breaks is replaced, and its question is answered with that it failed.
Does not know topics.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent import ports
from agent.picture import Picture
from agent.wishes import Wishes
from transport.mqtt.orders import Ask
from transport.mqtt.parts import HouseSession
from transport.mqtt.quiet_line import QuietLine

MAX_WAITING = 8
"""Questions that wait; one more is refused."""
AGAIN_S = 1.0
"""Before a session that broke is replaced."""
BUSY = "Too many questions are waiting. Ask again in a moment."
LATE = "No answer came in time."
BROKEN = "Sorry, something went wrong."
log = logging.getLogger(__name__)

Status: TypeAlias = Literal["completed", "cancelled", "failed", "refused"]


@dataclass(frozen=True, slots=True)
class Answered:
    """``ask``: None for what the session says by itself (a timer rang). ``text``: "" when there was nothing to say."""

    ask: Ask | None
    text: str
    status: Status


class Asking:
    """``answered`` is told every answer. ``picture`` is asked before a look: a picture of now, or why there is none."""

    def __init__(
        self,
        open_session: Callable[[], AbstractAsyncContextManager[HouseSession]],
        answered: Callable[[Answered], None],
        picture: Callable[[], Awaitable[Picture | str]],
        timeout_s: float,
    ) -> None:
        self._open = open_session
        self._answered = answered
        self._picture = picture
        self._timeout_s = timeout_s
        self._waiting: deque[Ask] = deque()
        self._filled = asyncio.Event()
        self._session: HouseSession | None = None
        self._reply = _Reply(lambda text, status: answered(Answered(None, text, status)))

    def ask(self, ask: Ask) -> None:
        """Answer this after those that wait. Returns at once."""
        if len(self._waiting) >= MAX_WAITING:
            self._answered(Answered(ask, BUSY, "refused"))
            return
        self._waiting.append(ask)
        self._filled.set()

    def stop(self) -> None:
        """Forget what waits and silence what is being answered."""
        waiting = list(self._waiting)
        self._waiting.clear()
        for ask in waiting:
            self._answered(Answered(ask, "", "cancelled"))
        if self._session is not None:
            self._session.stop()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._converse()
            except Exception:  # border: a conversation that breaks must not take the connection along
                log.exception("the house's conversation broke")
                await asyncio.sleep(AGAIN_S)

    async def _converse(self) -> None:
        async with self._open() as session:
            line = QuietLine(self._reply.show)
            session.directions.wish(Wishes(aloud=False))
            self._session = session
            try:
                async with asyncio.TaskGroup() as group:
                    attending = group.create_task(session.attend(line.line))
                    while True:
                        await self._next(session, line)
                        if attending.done():
                            return
            finally:
                self._session = None
                line.close()

    async def _next(self, session: HouseSession, line: QuietLine) -> None:
        while not self._waiting:
            self._filled.clear()
            await self._filled.wait()
        ask = self._waiting.popleft()
        done: Answered | None = None
        try:
            done = await self._answer(ask, session, line)
        finally:
            self._answered(done or Answered(ask, BROKEN, "failed"))

    async def _answer(self, ask: Ask, session: HouseSession, line: QuietLine) -> Answered:
        try:
            async with asyncio.timeout(self._timeout_s):
                if ask.look:
                    shown = await self._picture()
                    if isinstance(shown, str):
                        return Answered(ask, shown, "refused")
                    session.look(True)
                    line.camera.lend(shown)
                ended = self._reply.expect()
                session.say(ask.text)
                text, status = await ended
                return Answered(ask, text, status)
        except TimeoutError:
            session.stop()
            return Answered(ask, LATE, "failed")
        finally:
            self._reply.forget()
            if ask.look:
                line.camera.lend(None)
                session.look(False)


class _Reply:
    """Finds the reply to the last question among the reports of the line."""

    def __init__(self, unasked: Callable[[str, Status], None]) -> None:
        self._unasked = unasked
        self._ended: asyncio.Future[tuple[str, Status]] | None = None
        self._asked = 0
        self._turn = 0
        self._texts: dict[int, str] = {}

    def expect(self) -> asyncio.Future[tuple[str, Status]]:
        """The end of the reply to what is typed next."""
        self.forget()
        self._ended = asyncio.get_running_loop().create_future()
        return self._ended

    def forget(self) -> None:
        if self._ended is not None:
            self._ended.cancel()
        self._ended, self._asked, self._turn = None, 0, 0

    def show(self, report: ports.Report) -> None:
        match report:
            case ports.UserSaid(turn=turn, typed=True) if self._ended is not None and not self._asked:
                self._asked = turn
            case ports.ReplyStarted(turn=turn):
                self._texts[turn] = ""
                if self._asked and not self._turn and turn > self._asked:
                    self._turn = turn
            case ports.ReplyText(turn=turn, text=text) if turn in self._texts:
                self._texts[turn] += text
            case ports.ReplyEnded(turn=turn, status=status):
                self._over(turn, self._texts.pop(turn, "").strip(), status)
            case _:
                pass

    def _over(self, turn: int, text: str, status: Status) -> None:
        if turn == self._turn and self._ended is not None:
            with suppress(asyncio.InvalidStateError):
                self._ended.set_result((text, status))
        elif text and status == "completed":
            self._unasked(text, status)
