"""What a session has seen, by the likeness of pictures and words: in the order of time, bounded, gone with the session.

Knows vectors and instants. Does not know the model that makes them, nor what is asked.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Vector: TypeAlias = npt.NDArray[np.float32]
"""Of length one, shape (d,)."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """``small``: the picture as a JPEG of a few kilobytes."""

    picture: str
    at_us: int
    vector: Vector
    small: bytes = b""


class SeenMemory:
    """At most ``most`` sightings of the last ``longest_us``; the oldest go first."""

    def __init__(self, most: int, longest_us: int) -> None:
        if most < 1 or longest_us < 1:
            raise ValueError("most and longest_us must be at least 1")
        self._kept: deque[Sighting] = deque(maxlen=most)
        self._longest_us = longest_us

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def newest(self) -> Sighting | None:
        return self._kept[-1] if self._kept else None

    def add(self, seen: Sighting) -> None:
        """Sightings come in the order of time; one from before the newest is dropped."""
        if self._kept and seen.at_us < self._kept[-1].at_us:
            return
        self._kept.append(seen)
        while self._kept[0].at_us < seen.at_us - self._longest_us:
            self._kept.popleft()

    def forget(self) -> None:
        self._kept.clear()

    def like(self, words: Vector, most: int, now_us: int) -> list[tuple[float, Sighting]]:
        """The ``most`` sightings that are most like ``words`` (cosine, sighting), best first."""
        fresh = [seen for seen in self._kept if seen.at_us >= now_us - self._longest_us]
        if not fresh:
            return []
        cosines = np.stack([seen.vector for seen in fresh]) @ words
        best = np.argsort(-cosines, kind="stable")[:most]
        return [(float(cosines[at]), fresh[at]) for at in best]


def shares(scale: float, cosines: Sequence[float]) -> list[float]:
    """How a picture is divided among names that are this like it: softmax, sums to one."""
    weights = np.exp(scale * (np.asarray(cosines, dtype=np.float64) - max(cosines)))
    return [float(weight) for weight in weights / weights.sum()]
