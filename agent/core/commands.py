"""What the core wants done. Imperatives, frozen, closed union; the session carries them out in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.core.question import Question

CancelReason: TypeAlias = Literal[
    "spoken_over", "stopped", "went_on", "replaced", "line_lost", "late", "failed", "closed"
]
ReplyStatus: TypeAlias = Literal["completed", "cancelled", "failed"]


@dataclass(frozen=True, slots=True)
class StartReply:
    """Make reply ``turn`` to ``text``. ``guess``: keep its sound back and change nothing until ReleaseReply.
    ``ask``, ``first``: see core.question.
    """

    turn: int
    text: str
    coverage: float = 1.0
    alternatives: tuple[str, ...] = ()
    typed: bool = False
    guess: bool = False
    ask: int = 0
    first: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class SayAloud:
    """Reply ``turn`` is this text, word for word; no brain is asked."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class ReleaseReply:
    """The guess was right: let it sound."""

    turn: int


@dataclass(frozen=True, slots=True)
class CancelReply:
    """Stop making and playing it, at once."""

    turn: int
    reason: CancelReason


@dataclass(frozen=True, slots=True)
class Duck:
    turn: int


@dataclass(frozen=True, slots=True)
class Unduck:
    """Full volume again; lifts Hold too."""

    turn: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Fall silent and keep the rest: someone seems to speak over this reply. Always after Duck."""

    turn: int


@dataclass(frozen=True, slots=True)
class Unhold:
    """Sound again, still lowered: what is being said is a backchannel so far. Only after Hold."""

    turn: int


@dataclass(frozen=True, slots=True)
class EndReply:
    """The reply is history now: ``heard`` is remembered, ``samples`` were played."""

    turn: int
    status: ReplyStatus
    heard: str
    samples: int
    reason: CancelReason | None = None


@dataclass(frozen=True, slots=True)
class ShowState:
    state: Literal["idle", "listening", "thinking", "speaking", "muted"]


@dataclass(frozen=True, slots=True)
class ShowSpeech:
    """The user's turn ``turn`` began (``started``), once, or paused at sample ``at``, as often as it does."""

    turn: int
    started: bool
    at: int


@dataclass(frozen=True, slots=True)
class ShowHeard:
    """Words so far of the user's turn."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class ShowSaid:
    """The user's turn is over and these were its words."""

    turn: int
    text: str
    typed: bool = False


@dataclass(frozen=True, slots=True)
class DropUtterance:
    """Forget the utterance that is being recognised; no words of it are told any more."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """An event had no meaning in this state, or spoke of a turn that is over. For the record only."""

    event: str
    state: str


Command: TypeAlias = (
    StartReply
    | SayAloud
    | ReleaseReply
    | CancelReply
    | Duck
    | Unduck
    | Unhold
    | Hold
    | EndReply
    | ShowState
    | ShowSpeech
    | ShowHeard
    | ShowSaid
    | DropUtterance
    | Ignore
)
