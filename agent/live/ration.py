"""How much of a processor a kind of look may take: a bucket that fills with time and is emptied by the work done.

Knows microseconds of work, given by the caller: the processor's (``agent.effort``), without what was waited for. Does
not know what is looked for.
"""

from __future__ import annotations


class Ration:
    """``share`` of one core in the long run; what was saved up, at most ``most_us`` of work, may be spent at once.

    A look is allowed while the bucket is not empty and may empty it below zero, so that one look of any length gets
    through, and the next waits for it.
    """

    def __init__(self, share: float, most_us: int) -> None:
        if not 0 < share <= 1 or most_us < 1:
            raise ValueError("share must be above 0 and at most 1, most_us at least 1")
        self._share, self._most = share, float(most_us)
        self._saved, self._at = float(most_us), 0

    def allows(self, now_us: int) -> bool:
        self._fill(now_us)
        return self._saved > 0

    def spent(self, us: int, now_us: int) -> None:
        """So much work was done until now."""
        self._fill(now_us)
        self._saved -= us

    def _fill(self, now_us: int) -> None:
        if self._at:
            self._saved = min(self._most, self._saved + self._share * max(0, now_us - self._at))
        self._at = max(self._at, now_us)
