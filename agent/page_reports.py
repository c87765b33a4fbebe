"""Reports beside the talk, for a page with controls: how the agent speaks now and in which language, what should be
known, what waits for a yes, whom to call, how bright it is for who wants to hear it, how often the eye is to look.

Part of ``ports.Report``, and imported from there.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MannerChanged:
    """How the agent speaks from now on: see ``Manner``."""

    rate: float
    volume: float
    detail: str
    voice: str


@dataclass(frozen=True, slots=True)
class LanguageShown:
    """What is said from now on is in this language: a code such as "en"."""

    code: str


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something the person should know: ``code`` is stable, ``text`` is a sentence that says what to do."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class LightLevel:
    """Whether the light is to be heard now, as a tone, and how bright it is, 0..100; None: not known."""

    on: bool
    level: int | None


@dataclass(frozen=True, slots=True)
class EyePaced:
    """So many pictures a second are wanted of the camera's track from now on. A line starts with two; one that stays
    at them loses nothing but time.
    """

    pictures_per_second: float


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """Something waits for a yes or a no that comes ``within_s``. Empty ``text``: nothing does any more."""

    text: str
    within_s: float


@dataclass(frozen=True, slots=True)
class PersonOffered:
    """The person ``name`` can be called by ``link`` ("tel:…", "https://…"): whoever wants to opens it."""

    name: str
    link: str
