"""What a client's events ask for, in our own words. Closed: every reader ends with ``assert_never``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.ports import Remembered, TurnDetection
from agent.wishes import Wishes
from transport.formats import WireFormat

# --- the conversation ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Respond:
    """Reply now. ``text``: what the client's own items said since the last reply, "" for none."""

    ask: int
    wishes: Wishes
    text: str = ""


@dataclass(frozen=True, slots=True)
class RespondAside:
    """Reply in text beside the conversation. ``history`` None: knowing the conversation."""

    ask: int
    wishes: Wishes
    text: str
    history: tuple[Remembered, ...] | None = None


@dataclass(frozen=True, slots=True)
class Bring:
    """A line of conversation for the mind to know; ``item_id`` gets its number. ``after``: see ``Directions.bring``."""

    item_id: str
    who: Literal["user", "agent"]
    text: str
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Forget:
    number: int


@dataclass(frozen=True, slots=True)
class Truncate:
    """The client played this turn's sound up to ``sample`` (at SPEAKING_RATE)."""

    turn: int
    sample: int


@dataclass(frozen=True, slots=True)
class AnswerTool:
    call_id: str
    output: str


@dataclass(frozen=True, slots=True)
class ShowPicture:
    """``type``: image/jpeg, image/png or image/webp."""

    type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Stop:
    """Silence now. ``everything``: what speaks up by itself ends too."""

    everything: bool = False


# --- the sound -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Append:
    """Sound of the user, on a line without any other."""

    data: bytes
    format: WireFormat


@dataclass(frozen=True, slots=True)
class Commit:
    """What was said until now is the turn."""


@dataclass(frozen=True, slots=True)
class Clear:
    """Forget what was said since the last commit."""


# --- how ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """How replies are to be from now on."""

    wishes: Wishes


@dataclass(frozen=True, slots=True)
class Detect:
    """How the end of a turn is to be found."""

    detection: TurnDetection


@dataclass(frozen=True, slots=True)
class Mute:
    on: bool


@dataclass(frozen=True, slots=True)
class HalfDuplex:
    """Whether to be deaf while the agent speaks."""

    on: bool


@dataclass(frozen=True, slots=True)
class Tones:
    """Whether the client makes the level of the light a tone."""

    on: bool


@dataclass(frozen=True, slots=True)
class SpeakIn:
    """In which language to go on, as a code."""

    language: str


@dataclass(frozen=True, slots=True)
class Look:
    """The camera was switched."""

    on: bool


@dataclass(frozen=True, slots=True)
class SetSpeed:
    """How fast the voice should speak, 0.25..3.0."""

    speed: float


@dataclass(frozen=True, slots=True)
class SetManner:
    """How the agent is to speak; None: as before."""

    voice: str | None = None
    volume: float | None = None
    detail: Literal["brief", "normal", "detailed"] | None = None


@dataclass(frozen=True, slots=True)
class Greet:
    """The client understands ``netra.*`` events and beats its heart from now on."""


@dataclass(frozen=True, slots=True)
class StillBegin:
    request: str
    type: str
    size: int
    chunks: int


@dataclass(frozen=True, slots=True)
class StillChunk:
    request: str
    index: int
    data: str


@dataclass(frozen=True, slots=True)
class StillFailed:
    request: str
    reason: str


Command: TypeAlias = (
    Respond
    | RespondAside
    | Bring
    | Forget
    | Truncate
    | AnswerTool
    | ShowPicture
    | Stop
    | Append
    | Commit
    | Clear
    | Wish
    | Detect
    | Mute
    | HalfDuplex
    | Tones
    | SpeakIn
    | Look
    | SetSpeed
    | SetManner
    | Greet
    | StillBegin
    | StillChunk
    | StillFailed
)
