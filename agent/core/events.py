"""Facts the session tells the core. Past participles, frozen, closed union.

Knows names and fields only. ``turn`` numbers come from the core; sample positions count on the line's microphone
axis (16 kHz) for hearing and on the reply's own axis (24 kHz) for playout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class LineAttached:
    """A connection carries the session now."""


@dataclass(frozen=True, slots=True)
class LineLost:
    """The connection is gone; the session lives on."""


@dataclass(frozen=True, slots=True)
class Muted:
    """The user switched the microphone off (``on``) or on again."""

    on: bool


@dataclass(frozen=True, slots=True)
class SpeechLikely:
    """The first window that sounds like speech; ends in SpeechStarted or SpeechUnlikely."""

    at: int


@dataclass(frozen=True, slots=True)
class SpeechUnlikely:
    """It was not speech."""

    at: int


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Speech is confirmed; it began at ``start`` (pre-roll included)."""

    at: int
    start: int


@dataclass(frozen=True, slots=True)
class SpeechLasted:
    """Told about every 100 ms while speech goes on: ``samples`` of speech so far in this utterance. ``level``: of its
    loudest moment, dBFS; None: not measured.
    """

    samples: int
    level: float | None = None


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """The speech in progress has been silent since ``end``, for 96 ms: it may be over, or go on."""

    at: int
    end: int


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """Silence is confirmed at ``at``; the last speech ended at ``end``."""

    at: int
    end: int


@dataclass(frozen=True, slots=True)
class PartialHeard:
    """Words so far of the utterance in progress; replaces earlier ones."""

    text: str


@dataclass(frozen=True, slots=True)
class FinalHeard:
    """The words of the oldest utterance that stopped: one for each SpeechStopped. Empty text: no words in it.
    ``coverage``: see Transcript. ``finality``: how much the voice itself sounded like the end of a turn, 0..1; None
    when nobody judged it.
    """

    text: str
    coverage: float = 1.0
    alternatives: tuple[str, ...] = ()
    finality: float | None = None


@dataclass(frozen=True, slots=True)
class TextTyped:
    text: str


@dataclass(frozen=True, slots=True)
class ReplyWanted:
    """An app wants a reply: to ``text``, which somebody typed, or, without any, to what was said or brought along
    before. While the user is speaking it waits for what they say, and answers both. ``ask``: its own number for it.
    """

    text: str
    ask: int


@dataclass(frozen=True, slots=True)
class LineBrought:
    """An app put a line of conversation where it belongs: after line ``after``, 0 first, None last. ``number`` is
    negative.
    """

    number: int
    who: Literal["user", "agent"]
    text: str
    after: int | None = None


@dataclass(frozen=True, slots=True)
class LineForgotten:
    """The line of this turn or number is to be no part of the conversation any more."""

    number: int


@dataclass(frozen=True, slots=True)
class Announced:
    """Something the agent has to say by itself (a timer rang). Said as soon as nobody is speaking; after ``until``,
    where there is one, not at all: it was about a moment that is over.
    """

    text: str
    until: int | None = None


@dataclass(frozen=True, slots=True)
class StopPressed:
    """The user wants silence now."""


@dataclass(frozen=True, slots=True)
class TurnsChanged:
    """From now on turns are taken like this (see TurnSettings): ``push``: the client says when a turn is over;
    ``answers``: a turn of the user is answered by itself; ``interrupts``: speech over a reply may cut it;
    ``eagerness``, ``silence_ms``: the wait after the last sound; ``prompt_ms``: silence after which the agent speaks
    up, 0 never.
    """

    push: bool = False
    answers: bool = True
    interrupts: bool = True
    eagerness: Literal["low", "medium", "high", "auto"] = "auto"
    silence_ms: int | None = None
    prompt_ms: int = 0


@dataclass(frozen=True, slots=True)
class Committed:
    """The client says that the user's turn is over (push to talk, or a button)."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """The client wants what was said in this turn forgotten."""


@dataclass(frozen=True, slots=True)
class Truncated:
    """The client says that only ``samples`` of reply ``turn`` were heard: less than was thought."""

    turn: int
    samples: int


@dataclass(frozen=True, slots=True)
class Understood:
    """What guess ``turn`` answers makes sense as it is: something that can be done was asked, with this confidence
    (0..1).
    """

    turn: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Voiced:
    """More sound of this reply was given to the speaker: its words, as (text, end sample), and all samples so far."""

    turn: int
    words: tuple[tuple[str, int], ...]
    samples: int


@dataclass(frozen=True, slots=True)
class ReplyWritten:
    """All sound of this reply was given to the speaker (none at all: there was nothing to say)."""

    turn: int


@dataclass(frozen=True, slots=True)
class ReplyFailed:
    turn: int
    code: str


@dataclass(frozen=True, slots=True)
class SoundPlayed:
    """Samples of this reply that left for the listener. ``drained``: all of them."""

    turn: int
    samples: int
    drained: bool = False


@dataclass(frozen=True, slots=True)
class PictureSeen:
    """A picture was kept. ``note``: what is known about it in words, or ""."""

    picture: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """The session ends."""


Event: TypeAlias = (
    LineAttached
    | LineLost
    | Muted
    | SpeechLikely
    | SpeechUnlikely
    | SpeechStarted
    | SpeechLasted
    | SpeechPaused
    | SpeechStopped
    | PartialHeard
    | FinalHeard
    | TextTyped
    | ReplyWanted
    | LineBrought
    | LineForgotten
    | Announced
    | StopPressed
    | TurnsChanged
    | Committed
    | Cleared
    | Truncated
    | Understood
    | Voiced
    | ReplyWritten
    | ReplyFailed
    | SoundPlayed
    | PictureSeen
    | Closed
)
