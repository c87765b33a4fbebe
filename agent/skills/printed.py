"""What was read, as words only: rows of print, and a page with the place where one is on it."""

from __future__ import annotations

from dataclasses import dataclass

from agent.engines.protocols import Loss


@dataclass(frozen=True, slots=True)
class Passage:
    """A row of print as it is said. ``sure``: whether it was read with confidence, and whole; ``height`` of its print
    in pixels, 0 not known; ``cut``: why letters of it are missing, if any are."""

    text: str
    sure: bool
    height: int = 0
    cut: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """``rows`` in reading order; those from ``at`` to before ``upto`` were said last."""

    rows: tuple[Passage, ...]
    at: int = 0
    upto: int = 0

    @property
    def rest(self) -> tuple[Passage, ...]:
        return self.rows[self.upto :]
