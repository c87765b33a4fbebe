"""A conversation as a script: who does what, when, and how the engines and the network behave. Pure data.

Words are written as they are said: ``[700]`` is a pause of so many milliseconds inside the sentence, and ``read|red`` a
word that the recogniser takes for "red" until it knows more. Names like ``q17`` are tokens: each is said once in a
conversation, so that a word that is lost or doubled can be named.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, fields
from typing import Any, Literal, TypeAlias, get_args

NEVER = -1
"""A final that never comes."""
BREAKS = -2
"""A recogniser that breaks instead."""

TOKEN = re.compile(r"\bq\d+\b")
PAUSE = re.compile(r"\[(\d+)\]")

Cue: TypeAlias = Literal["then", "sounding", "over"]
"""After the step before; as soon as a reply sounds; as soon as none is made or sounds. The last two wait PATIENCE_MS
at most."""
PATIENCE_MS = 6_000

COUGH_MOST_MS = 520
"""Longer coughs may end a reply."""


@dataclass(frozen=True, slots=True)
class Reply:
    """How the brain answers: after ``first_ms`` so many ``words`` in ``parts`` that come ``gap_ms`` apart. ``skill``:
    and calls it with ``seconds``. ``ends``: in the middle of it all, when it does not end well."""

    words: int = 8
    first_ms: int = 50
    parts: int = 1
    gap_ms: int = 0
    skill: str = ""
    seconds: int = 0
    ends: Literal["well", "breaks", "hangs"] = "well"


@dataclass(frozen=True, slots=True)
class Say:
    """Aloud. ``final_ms``: how long its last words take, or NEVER or BREAKS; None: as the engines have it."""

    text: str
    reply: Reply = Reply()
    word_ms: int = 280
    coverage: float = 1.0
    final_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Noise:
    """``ms`` of a sound that looks like speech to the detector as far as ``probability`` says; ``word``: what the
    recogniser makes of it, with ``coverage``."""

    ms: int
    probability: float = 0.9
    word: str = ""
    coverage: float = 0.1


@dataclass(frozen=True, slots=True)
class Type:
    text: str
    reply: Reply = Reply()


@dataclass(frozen=True, slots=True)
class Stop:
    """The button."""


@dataclass(frozen=True, slots=True)
class Mute:
    on: bool


@dataclass(frozen=True, slots=True)
class Lose:
    """The line is lost and comes back after ``ms``. 0: a new one takes over from the old one."""

    ms: int


@dataclass(frozen=True, slots=True)
class StallMicrophone:
    ms: int
    lossy: bool = False


@dataclass(frozen=True, slots=True)
class StallSpeaker:
    ms: int


@dataclass(frozen=True, slots=True)
class Show:
    """A picture of this one grey level comes from the camera."""

    level: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing."""


Act: TypeAlias = Say | Noise | Type | Stop | Mute | Lose | StallMicrophone | StallSpeaker | Show | Wait


@dataclass(frozen=True, slots=True)
class Step:
    """``pause_ms`` after its cue."""

    what: Act
    pause_ms: int = 0
    cue: Cue = "then"


@dataclass(frozen=True, slots=True)
class Engines:
    """Delays in milliseconds. ``lag_ms``: how far partial words are behind; ``feed_ms``: what the recogniser needs for
    each piece of sound; ``chunk_ms``: what the voice needs for each word, which lasts ``word_ms``."""

    final_ms: int = 60
    lag_ms: int = 80
    feed_ms: int = 0
    voice_ms: int = 15
    chunk_ms: int = 0
    word_ms: int = 300
    voice: Literal["works", "breaks", "hangs"] = "works"


@dataclass(frozen=True, slots=True)
class Script:
    """``person`` and ``world`` go on side by side. ``settings``: (key, value) as on the command line."""

    person: tuple[Step, ...] = ()
    world: tuple[Step, ...] = ()
    engines: Engines = Engines()
    settings: tuple[tuple[str, Any], ...] = ()
    sparse: bool = True


_KNOWN: dict[str, type] = {one.__name__: one for one in (*get_args(Act), Reply, Step, Engines, Script)}


def tokens(text: str) -> list[str]:
    """The tokens in it, in order."""
    return TOKEN.findall(text)


def plain_words(text: str) -> str:
    """The words as they are understood in the end."""
    return " ".join(word.partition("|")[0] for word in PAUSE.sub(" ", text).split())


def written(what: Any, indent: str = "") -> str:
    """As Python, without what is as usual; ``read`` takes it back."""
    if isinstance(what, tuple):
        if not any(isinstance(one, Step) for one in what):
            return f"({', '.join(written(one) for one in what)}{',' if len(what) == 1 else ''})"
        return "(\n" + "".join(f"{indent}    {written(one)},\n" for one in what) + f"{indent})"
    if type(what).__name__ not in _KNOWN:
        return repr(what)
    said = []
    for one in fields(what):
        value = getattr(what, one.name)
        if one.default is MISSING or value != one.default:
            said.append(f"{one.name}={written(value, indent)}" if one.default is not MISSING else written(value))
    return f"{type(what).__name__}({', '.join(said)})"


def read(text: str) -> Script:
    """A script that ``written`` wrote. Raises what Python raises about it, or TypeError."""
    script = eval(text, {"__builtins__": {}, **_KNOWN})
    if not isinstance(script, Script):
        raise TypeError(f"this is a {type(script).__name__} and no Script")
    return script
