"""How long this speaker pauses in the middle of what they say, learned while they talk. Pure arithmetic.

Only pauses after words that could have been the end teach anything: those after "read the" are waited for anyway.
"""

from __future__ import annotations

from collections import deque

REMEMBERED = 16
"""Pauses that count; older habits are forgotten."""
QUANTILE = 0.8
LEAST_SEEN = 2
"""One pause is chance."""
MARGIN_MS = 60


class Patience:
    """Tell it of every pause after whole words: ``went_on`` with its length, or ``ended``."""

    def __init__(self) -> None:
        self._pauses: deque[int] = deque(maxlen=REMEMBERED)

    def went_on(self, pause_ms: int) -> None:
        """The speaker went on after so long."""
        self._pauses.append(max(0, pause_ms))

    def ended(self) -> None:
        """It was the end of the turn."""
        self._pauses.append(0)

    @property
    def wait_ms(self) -> int:
        """The wait that would have let four of five pauses pass, 0 while there is nothing to learn from."""
        if sum(pause > 0 for pause in self._pauses) < LEAST_SEEN:
            return 0
        ordered = sorted(self._pauses)
        pause = ordered[min(len(ordered) - 1, int(QUANTILE * len(ordered)))]
        return pause + MARGIN_MS if pause else 0
