"""What a client's events ask for, in our own words. Closed: every reader ends with ``assert_never``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Say:
    """The user typed this."""

    text: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Silence now."""


@dataclass(frozen=True, slots=True)
class Mute:
    on: bool


@dataclass(frozen=True, slots=True)
class Look:
    """The camera was switched."""

    on: bool


@dataclass(frozen=True, slots=True)
class SetSpeed:
    """How fast the voice should speak, 0.25..3.0."""

    speed: float


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


Command: TypeAlias = Say | Stop | Mute | Look | SetSpeed | Greet | StillBegin | StillChunk | StillFailed
