"""When a server is left alone because it fails, and when it is tried again. Pure: time is an argument, microseconds."""

from __future__ import annotations

LONGEST = 16


class Breaker:
    """``failures`` in a row open it for ``rest_us``; then one call may try. Each failed try doubles the rest, up to 16
    times; one success closes it.
    """

    def __init__(self, failures: int, rest_us: int) -> None:
        self._most, self._rest_us = failures, rest_us
        self._failed = 0
        self._again_us = 0
        self._times = 1
        self._trying = False

    def allows(self, now_us: int) -> bool:
        """Whether a call may go out. One that may must tell ``succeeded``, ``failed`` or ``gave_up``."""
        if self._failed < self._most:
            return True
        if now_us < self._again_us or self._trying:
            return False
        self._trying = True
        return True

    def wait_us(self, now_us: int) -> int:
        """How long it stays open; 0: it is not."""
        return max(0, self._again_us - now_us) if self._failed >= self._most else 0

    def succeeded(self) -> None:
        self._failed, self._times, self._trying = 0, 1, False

    def failed(self, now_us: int) -> None:
        self._failed += 1
        if self._failed >= self._most:
            if self._trying:
                self._times = min(LONGEST, self._times * 2)
            self._again_us = now_us + self._rest_us * self._times
        self._trying = False

    def gave_up(self) -> None:
        """The call was cancelled before anything was known."""
        self._trying = False
