"""Reports beside the talk, for a page with controls: how the agent speaks now and in which language, what waits for a
yes, whom to call.

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
class QuestionAsked:
    """Something waits for a yes or a no that comes ``within_s``. Empty ``text``: nothing does any more."""

    text: str
    within_s: float


@dataclass(frozen=True, slots=True)
class PersonOffered:
    """The person ``name`` can be called by ``link`` ("tel:…", "https://…"): whoever wants to opens it."""

    name: str
    link: str
