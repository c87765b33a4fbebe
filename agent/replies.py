"""A reply that lives in a session: its task, its outlet, its timings. Knows where a reply goes; does not know how
it is made (``speaking``) nor when it should start or stop (the core)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agent import clock, ports
from agent.audio import Pcm
from agent.core import events as e
from agent.engines.protocols import Question
from agent.errors import NetraError
from agent.metrics import ReplyMarks, TurnMarks
from agent.skills.skill import Answer, Look
from agent.speaking import Means, ReplyScope, Stage

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ways:
    """What a reply may do to its session: ``tell`` the core, ``show`` the person, give sound, have an answer take
    effect.
    """

    tell: Callable[[e.Event], None]
    show: Callable[[ports.Report], None]
    speaker: Callable[[], ports.Speaker | None]
    given: Callable[[Answer], None]
    called: Callable[[int, str, dict[str, Any]], None]
    """Reply ``turn`` calls the app's tool of this name with these arguments."""


NOWHERE = Ways(lambda _: None, lambda _: None, lambda: None, lambda _: None, lambda *_: None)
"""Where a cancelled reply goes: its tasks may take one more step each before they end."""


class LiveReply:
    """Implements ``speaking.Outlet`` for reply ``turn``. ``heard_of``: it was shown, as a guess is not. ``ask``: the
    app's number for it.
    """

    def __init__(self, turn: int, means: Means, ways: Ways, *, guess: bool, ask: int = 0, aloud: bool = True) -> None:
        self.turn, self.ask = turn, ask
        self.heard_of = not guess
        self._ways = ways
        self._scope = ReplyScope(means, self, released=not guess, aloud=aloud)
        self._marks = ReplyMarks()
        self._user_marks: TurnMarks | None = None
        self._task: asyncio.Task[None] | None = None
        self._sounding = False

    def start(self, group: asyncio.TaskGroup, say: tuple[Question, ...] | str, marks: TurnMarks | None) -> None:
        """Make it in a task of ``group``: the answer to these questions, or a text word for word."""
        self._user_marks = marks
        if self.heard_of:
            self._ways.show(ports.ReplyStarted(self.turn, self.ask))
        self._task = group.create_task(self._run(say), name=f"reply {self.turn}")

    def release(self, marks: TurnMarks | None) -> None:
        self._user_marks = marks
        self.heard_of = True
        self._ways.show(ports.ReplyStarted(self.turn, self.ask))
        self._scope.release()

    def cancel(self) -> None:
        """Stop making it, at once: nothing more of it reaches anyone. What was given to the speaker is the session's to
        clear.
        """
        self._ways = NOWHERE
        if self._task is not None:
            self._task.cancel()

    def played(self, samples: int) -> None:
        """Sound left for the listener: the first of it ends the turn's measured delay."""
        if samples and not self._sounding:
            self._sounding = True
            self._ways.show(ports.ReplySoundStarted(self.turn))
            self._marks.reach("sound_out", clock.now_us())
            if self._user_marks is not None:
                self._ways.show(ports.TurnTimed(self.turn, self._marks.stages(self._user_marks)))

    async def _run(self, say: tuple[Question, ...] | str) -> None:
        """The reply scope: the named border at which whatever breaks becomes an event."""
        try:
            await (self._scope.say(say) if isinstance(say, str) else self._scope.answer(*say))
        except NetraError as error:
            log.warning("reply %d failed: %s", self.turn, error)
            self._ways.tell(e.ReplyFailed(self.turn, error.code))
        except Exception:
            log.exception("reply %d broke", self.turn)
            self._ways.tell(e.ReplyFailed(self.turn, "internal"))

    # --- speaking.Outlet ---------------------------------------------------------------------------------------

    def reached(self, stage: Stage) -> None:
        self._marks.reach(stage, clock.now_us())

    def understood(self, confidence: float) -> None:
        if not self.heard_of:
            self._ways.tell(e.Understood(self.turn, confidence))

    def text(self, words: str) -> None:
        self._ways.show(ports.ReplyText(self.turn, words))

    def given(self, answer: Answer) -> None:
        self._ways.given(answer)

    def called(self, tool: str, arguments: dict[str, Any]) -> None:
        self._ways.called(self.turn, tool, arguments)

    def looked(self, look: Look) -> None:
        if look.picture is not None:
            age_ms = look.age_us // 1000
            self._ways.show(ports.PictureUsed(self.turn, look.picture.id, look.problem or "ok", age_ms))

    async def sound(self, pcm: Pcm, words: tuple[tuple[str, int], ...], samples: int) -> None:
        self._ways.tell(e.Voiced(self.turn, words, samples))
        if words:
            self._ways.show(ports.ReplyWords(self.turn, words))
        speaker = self._ways.speaker()
        if speaker is not None and len(pcm):
            await speaker.play(self.turn, pcm)

    def written(self) -> None:
        speaker = self._ways.speaker()
        self._ways.tell(e.ReplyWritten(self.turn))
        if speaker is not None:
            speaker.end(self.turn)
