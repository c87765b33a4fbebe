"""A picture of the camera as it came, with what is known of it at once: for who follows the camera."""

from __future__ import annotations

from dataclasses import dataclass

from agent.picture import Picture
from agent.sight.quality import Measures


@dataclass(frozen=True, slots=True)
class Moment:
    """``motion``: change since the picture before, 0..1. ``problem``: what keeps it from being read, ``unseen``: what
    keeps faces from being found, "" for nothing; ``advice``: what to do about ``problem``.
    """

    picture: Picture
    measures: Measures
    motion: float
    problem: str
    unseen: str
    advice: str
