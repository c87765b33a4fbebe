"""What a skill may change, and what may be kept of a look: data that the session carries out when the answer is given.

Knows no skill. Everything here is had from ``skill``, which names it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.engines.protocols import Code, TextLine
from agent.house.things import Thing, Verb
from agent.language.saying import ENGLISH
from agent.sight.own_things import Taught

Detail: TypeAlias = Literal["brief", "normal", "detailed"]
Target: TypeAlias = Literal["anything", "page", "text", "code", "face"]
"""What is aimed at; "text" is print without a page around it, a sign."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the agent speaks now. ``rate`` 0.5..3.0; ``volume`` 0.1..1.0; ``voice``: the synthesiser's name of one, ""
    for the one that is set; ``language``: a code such as "en".
    """

    rate: float = 1.0
    volume: float = 1.0
    detail: Detail = "normal"
    voice: str = ""
    language: str = ENGLISH


@dataclass(frozen=True, slots=True)
class ColourPart:
    """A colour in the picture: ``name`` ("dark blue"), ``share`` 0..1 of the area looked at, mean ``rgb``."""

    name: str
    share: float
    rgb: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found in a picture that an answer was taken from; None: it was not looked for. ``at_us``: when the
    picture was taken. No picture is kept.
    """

    at_us: int
    lines: tuple[TextLine, ...] | None = None
    colours: tuple[ColourPart, ...] | None = None
    codes: tuple[Code, ...] | None = None
    faces: int | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class ChangeManner:
    manner: Manner


@dataclass(frozen=True, slots=True)
class StartTimer:
    seconds: int


@dataclass(frozen=True, slots=True)
class CancelTimers:
    pass


@dataclass(frozen=True, slots=True)
class WatchFor:
    """Look for this in every picture from now on, and tell where it is. ``words``: the print, or what a thing is called
    when it is told of; ``things``: those of the user's that it may be.
    """

    words: str
    kind: Literal["print", "thing", "face"] = "print"
    things: tuple[Taught, ...] = ()


@dataclass(frozen=True, slots=True)
class StopWatching:
    """End what is looked out for, told along, being taught or aimed at."""


@dataclass(frozen=True, slots=True)
class LookAlong:
    """Tell what changes from now on, and look out for these words, if any."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class ScanAlong:
    """Look for codes in every picture from now on, and say each."""


@dataclass(frozen=True, slots=True)
class HearLight:
    """Make the light audible from now on."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Remember this; ``pinned``: because the user asked for it."""

    kept: Kept
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete what was remembered last, or everything that was seen or taught."""

    what: Literal["last", "everything"]


@dataclass(frozen=True, slots=True)
class Teach:
    """Learn this thing of the user's by looking at it."""

    name: str


@dataclass(frozen=True, slots=True)
class GuideTo:
    """Tell where to move the phone until this is whole in the picture, then take it and answer from it."""

    target: Target


@dataclass(frozen=True, slots=True)
class Hush:
    """Say nothing now."""


@dataclass(frozen=True, slots=True)
class Act:
    """Do this with a thing in the house."""

    thing: Thing
    verb: Verb


@dataclass(frozen=True, slots=True)
class CallPerson:
    """Ask the person for help; ``picture``: send what the camera sees to them."""

    picture: bool = False


Deed: TypeAlias = Act | CallPerson


@dataclass(frozen=True, slots=True)
class AskFirst:
    """The answer is a question: these acts wait for a yes that comes ``within_s``."""

    acts: tuple[Deed, ...]
    question: str
    within_s: float


@dataclass(frozen=True, slots=True)
class ActConfirmed:
    """The yes to the question of this number."""

    number: int


Effect: TypeAlias = (
    ChangeManner | StartTimer | CancelTimers | WatchFor | StopWatching | LookAlong | ScanAlong | HearLight | Keep
    | Forget | Teach | GuideTo | Hush | Act | CallPerson | AskFirst | ActConfirmed
)
