"""The ledger of one reply: which of its words were really played. Pure; positions in samples of the reply."""

from __future__ import annotations

from bisect import bisect_right


class Ledger:
    """Words go in as they are voiced, samples as they are played; ``heard`` is always a prefix of ``text``."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._ends: list[int] = []
        self._voiced = 0
        self._played = 0
        self._complete = False
        self._cut: int | None = None

    @property
    def voiced(self) -> int:
        """Samples given to the speaker."""
        return self._voiced

    @property
    def played(self) -> int:
        """Samples that left for the listener: never more than were voiced, never fewer than before."""
        return min(self._played, self._voiced)

    def voice(self, words: tuple[tuple[str, int], ...], samples: int) -> None:
        """Words with the sample at which each has been said; ``samples`` in all so far. Positions never go back."""
        for text, end in words:
            self._pieces.append(text)
            self._ends.append(max(end, 1, self._ends[-1] if self._ends else 0))
        self._voiced = max(self._voiced, samples)

    def play(self, samples: int) -> None:
        """``samples`` in all have left for the listener."""
        self._played = max(self._played, samples)

    def complete(self) -> None:
        """All of it was played, whatever was counted."""
        self._played, self._complete = self._voiced, True

    def cut(self, samples: int) -> None:
        """The listener says that no more than ``samples`` were heard, which is believed over what was counted."""
        self._cut = max(0, samples if self._cut is None else min(samples, self._cut))

    def heard(self, delay: int = 0) -> str:
        """The words that were said completely, when the listener is ``delay`` samples behind."""
        return "".join(self._pieces[: self._heard_count(delay)]).strip()

    def unheard(self, delay: int = 0) -> str:
        """The rest of what was voiced."""
        return "".join(self._pieces[self._heard_count(delay) :]).strip()

    def around(self, start: int, end: int) -> str:
        """The words that sounded, in part or whole, between these samples."""
        first = bisect_right(self._ends, start)
        last = bisect_right(self._ends, end)
        return "".join(self._pieces[first : last + 1]).strip()

    @property
    def text(self) -> str:
        """All words voiced so far."""
        return "".join(self._pieces).strip()

    def _heard_count(self, delay: int) -> int:
        counted = len(self._ends) if self._complete else bisect_right(self._ends, self.played - delay)
        return counted if self._cut is None else min(counted, bisect_right(self._ends, self._cut))
