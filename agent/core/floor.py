"""Who has the floor, as one record: what ``turn``, ``user_turn``, ``overlap`` and ``reply`` read and change. Pure.

Holds no rules but those that keep the record in shape. Times are microseconds, given by the caller of the core.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from agent.core import commands as c
from agent.core import events as e
from agent.core.bargein import BargeInSettings
from agent.core.context import Context
from agent.core.endpoint import EndpointSettings
from agent.core.ledger import Ledger
from agent.core.patience import Patience
from agent.core.progress import Overlap, Reply, UserTurn
from agent.core.question import Question
from agent.core.states import State

HEARING_RATE, SPEAKING_RATE = 16_000, 24_000


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """How the agent takes turns. Times in milliseconds."""

    endpoint: EndpointSettings = field(default_factory=EndpointSettings)
    barge_in: BargeInSettings = field(default_factory=BargeInSettings)
    listener_delay_ms: int = 60
    """Sound that has left but is not heard yet when a reply is cut (the browser's own buffer)."""
    silence_watch_ms: int = 2_000
    """Speech of which nothing more is heard for so long has stopped: the microphone's link died."""
    think_timeout_ms: int = 30_000
    """A reply without any sound for so long is given up, with an apology."""
    stall_timeout_ms: int = 5_000
    """Sound that should be playing and does not move for so long is given up."""
    max_announcements: int = 8
    """Things to say by itself that may wait; the oldest is dropped beyond."""
    push: bool = False
    """Push to talk: a turn ends when the client says so, not by silence."""
    answers: bool = True
    """A turn of the user is answered by itself; off: an app asks for each reply."""
    interrupts: bool = True
    """Speech over a reply may cut it; off: it is answered after the reply."""
    foresees: bool = True
    """An answer is begun as soon as a voice pauses after words that may be all; off: when the last word is known."""
    prompt_ms: int = 0
    """Silence after a reply until the agent speaks up, once (``prompt``); 0: never."""
    prompt: str = "I'm still here. Ask me something, or say help."
    """What it says then."""

    def __post_init__(self) -> None:
        for name in ("silence_watch_ms", "think_timeout_ms", "stall_timeout_ms"):
            if getattr(self, name) < 100:
                raise ValueError(f"{name} must be at least 100 milliseconds")
        if not 0 <= self.listener_delay_ms <= 2_000:
            raise ValueError("listener_delay_ms must be 0..2000")
        if self.max_announcements < 1:
            raise ValueError("max_announcements must be at least 1")
        if self.prompt_ms and not 1_000 <= self.prompt_ms <= 3_600_000:
            raise ValueError(f"prompt_ms must be 0 (never) or 1000..3600000, not {self.prompt_ms}")
        if self.prompt_ms and not self.prompt.strip():
            raise ValueError("prompt must say something when prompt_ms is set")


def _few_ledgers() -> deque[tuple[int, Ledger]]:
    return deque(maxlen=64)


def _few_turns() -> deque[str]:
    return deque(maxlen=16)


@dataclass(slots=True)
class Floor:
    """``user`` is there in LISTENING, PAUSING and GUESSING; ``reply`` in GUESSING (a guess, which may live in the two
    before already), THINKING, SPEAKING and OVERLAP; ``overlap`` in OVERLAP: no other time.

    ``turn_at``: when a pause becomes the end of the turn, speech that went silent counts as stopped, or a sound over
    the reply needs a verdict. ``reply_at``: when the reply is given up. ``announce_at``: when to say what waits.
    ``prompt_at``: when to speak up; ``prompted``: it was done, or nothing was said yet that asks for it. ``ended_at``:
    when the last sound of the user's turn before ended, if its words were whole, else 0. ``replied_at``: when the last
    reply fell silent. ``voice_level``: how loud the user's own turns are, dBFS, None while nothing was learned.
    ``over``: the turn before began over a reply. ``ledgers``: of the last replies. ``unanswered``: turns that nobody
    answers before an app asks for it. ``waiting``: what was typed during a turn that came to nothing.
    """

    settings: TurnSettings
    now: int = 0
    state: State = State.IDLE
    context: Context = field(default_factory=Context)
    out: list[c.Command] = field(default_factory=list)
    turns: int = 0
    user: UserTurn | None = None
    reply: Reply | None = None
    overlap: Overlap | None = None
    announcements: deque[e.Announced] = field(default_factory=deque)
    apology: str = ""
    likely: bool = False
    attached: bool = False
    muted: bool = False
    turn_at: int | None = None
    reply_at: int | None = None
    announce_at: int | None = None
    prompt_at: int | None = None
    prompted: bool = True
    patience: Patience = field(default_factory=Patience)
    ended_at: int = 0
    replied_at: int = -(10**12)
    voice_level: float | None = None
    over: bool = False
    ledgers: deque[tuple[int, Ledger]] = field(default_factory=_few_ledgers)
    unanswered: deque[str] = field(default_factory=_few_turns)
    waiting: Question | None = None

    def emit(self, *commands: c.Command) -> None:
        self.out.extend(commands)

    def drop_stale(self) -> None:
        """Forget what waits to be said and is of a moment that is over."""
        for waiting in [one for one in self.announcements if one.until is not None and one.until < self.now]:
            self.announcements.remove(waiting)

    def next_turn(self) -> int:
        """A number for a user's turn or a reply; they share one counter."""
        self.turns += 1
        return self.turns

    def after(self, milliseconds: int) -> int:
        """The instant ``milliseconds`` from now."""
        return self.now + milliseconds * 1000

    @property
    def listener_delay(self) -> int:
        """Samples of a reply that left but are not heard yet."""
        return self.settings.listener_delay_ms * SPEAKING_RATE // 1000

    def silent_since(self, at: int, end: int) -> int:
        """When the sound was that ended at sample ``end``, if silence was certain now, at sample ``at``."""
        return self.now - max(0, at - end) * 1_000_000 // HEARING_RATE
