"""How fast a model is, as measured while it works: what a first token costs, before it is begun. Knows numbers only."""

from __future__ import annotations

NEWEST = 0.25
"""Part of the newest measurement in the mean."""


class Pace:
    """Microseconds; 0 until something was measured. On the model's thread, but for reading."""

    def __init__(self) -> None:
        self.place_us = self.first_us = 0.0
        """One place of a prompt; a reply's own work until its first token."""

    def fed(self, places: int, took_us: float) -> None:
        self.place_us = _mean(self.place_us, took_us / max(1, places))

    def began(self, own_us: float) -> None:
        """A reply's first token was there after so much work for it alone."""
        self.first_us = _mean(self.first_us, own_us)


def _mean(before: float, newest: float) -> float:
    return newest if not before else before + NEWEST * (newest - before)
