"""The last sound of a stream by its position. Pure numpy; knows nothing of what the sound is."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
"""Mono sound, -1..1, shape (n,)."""


class History:
    """``samples`` of sound are kept. What was never put, and what is too old, is silence."""

    def __init__(self, samples: int) -> None:
        self._keep = samples
        self._buffer = np.zeros(4 * samples)
        self._filled = samples
        self.end = 0
        """Position after the last sample."""

    def put(self, at: int, sound: Floats) -> None:
        """``sound`` begins at position ``at``; what lies between is silence, what is there already is replaced."""
        if at < self.end - self._keep or at > self.end + self._keep:
            self._buffer[: self._keep] = 0.0
            self._filled, self.end = self._keep, at
        step = at + len(sound) - self.end
        if step > 0:
            self._make_room(step)
            self._buffer[self._filled : self._filled + step] = 0.0
            self._filled += step
            self.end += step
        last = self._filled - (self.end - at - len(sound))
        self._buffer[max(0, last - len(sound)) : last] = sound[max(0, len(sound) - last) :]

    def get(self, start: int, end: int) -> Floats:
        """Sound from position ``start`` to ``end``. It may be a view: read it at once."""
        first = self._filled - (self.end - start)
        last = self._filled - (self.end - end)
        if first >= self._filled - self._keep and last <= self._filled:
            return self._buffer[first:last]
        out = np.zeros(end - start)
        begin, finish = max(first, self._filled - self._keep), min(last, self._filled)
        if finish > begin:
            out[begin - first : finish - first] = self._buffer[begin:finish]
        return out

    def _make_room(self, step: int) -> None:
        if self._filled + step > len(self._buffer):
            self._buffer[: self._keep] = self._buffer[self._filled - self._keep : self._filled].copy()
            self._filled = self._keep
