"""In which order lines of text are read: rows from the top, columns where they are real columns.

Knows boxes only. Does not know where the lines came from. A receipt's item and price stay one row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal, TypeAlias, assert_never

from agent.engines.protocols import Box, TextLine

Direction: TypeAlias = Literal["up", "down", "left", "right"]
"""Where the top of a line points in the picture: "up" is upright, "right" a page turned clockwise by a quarter."""

COLUMN_LINES = 3
"""A column has at least so many lines ..."""
COLUMN_WIDTH = 5.0
"""... which are at least so many line heights wide (prices and amounts are shorter)."""


@dataclass(frozen=True, slots=True)
class _Placed:
    line: TextLine
    box: Box


def reading_order(lines: Sequence[TextLine], directions: Sequence[Direction] = ()) -> tuple[TextLine, ...]:
    """The same lines, ordered. ``directions``: of each line; the page is taken to point where most characters do."""
    weights: Counter[Direction] = Counter()
    for line, direction in zip(lines, directions, strict=False):
        weights[direction] += len(line.text)
    page: Direction = weights.most_common(1)[0][0] if weights else "up"
    placed = [_Placed(line, _upright(line.box, page)) for line in lines]
    return tuple(item.line for item in _ordered(placed))


def rows(lines: Sequence[TextLine]) -> tuple[tuple[TextLine, ...], ...]:
    """Lines that stand side by side, as rows, in the given order (which is kept)."""
    found: list[list[TextLine]] = []
    for line in lines:
        if found and _same_row(found[-1][-1].box, line.box) and line.box.left >= found[-1][-1].box.left:
            found[-1].append(line)
        else:
            found.append([line])
    return tuple(tuple(row) for row in found)


def _upright(box: Box, page: Direction) -> Box:
    """The box as it would lie if the page were turned upright (axes mirrored around 0: only the order matters)."""
    match page:
        case "up":
            return box
        case "down":
            return Box(-box.left - box.width, -box.top - box.height, box.width, box.height)
        case "right":
            return Box(box.top, -box.left - box.width, box.height, box.width)
        case "left":
            return Box(-box.top - box.height, box.left, box.height, box.width)
        case _:
            assert_never(page)


def _ordered(items: list[_Placed]) -> list[_Placed]:
    if len(items) < 2:
        return items
    split = _column_gap(items)
    if split is not None:
        left = [item for item in items if item.box.left < split]
        right = [item for item in items if item.box.left >= split]
        return _ordered(left) + _ordered(right)
    bands = _bands(items)
    if len(bands) > 1:
        return [item for band in bands for item in _ordered(band)]
    return _by_rows(items)


def _column_gap(items: list[_Placed]) -> float | None:
    """Where a free vertical strip parts the items into two real columns; None when there is none."""
    if len(items) < 2 * COLUMN_LINES:
        return None
    ordered = sorted(items, key=lambda item: item.box.left)
    right_edge = ordered[0].box.left
    for at, item in enumerate(ordered):
        if at and item.box.left > right_edge and _is_column(ordered[:at]) and _is_column(ordered[at:]):
            return float(item.box.left)
        right_edge = max(right_edge, item.box.left + item.box.width)
    return None


def _is_column(items: Sequence[_Placed]) -> bool:
    heights = median(item.box.height for item in items)
    return len(items) >= COLUMN_LINES and median(item.box.width for item in items) >= COLUMN_WIDTH * heights


def _bands(items: list[_Placed]) -> list[list[_Placed]]:
    """Parts above each other with a clear gap (more than a line's height) between: a title, then the columns."""
    ordered = sorted(items, key=lambda item: item.box.top)
    gap = median(item.box.height for item in items)
    bands = [[ordered[0]]]
    bottom = ordered[0].box.top + ordered[0].box.height
    for item in ordered[1:]:
        if item.box.top - bottom > gap:
            bands.append([])
        bands[-1].append(item)
        bottom = max(bottom, item.box.top + item.box.height)
    return bands


def _same_row(one: Box, other: Box) -> bool:
    shared = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    return shared >= 0.5 * min(one.height, other.height)


def _by_rows(items: Iterable[_Placed]) -> list[_Placed]:
    ordered = sorted(items, key=lambda item: item.box.top + item.box.height / 2)
    found: list[list[_Placed]] = []
    for item in ordered:
        if found and _same_row(found[-1][-1].box, item.box):
            found[-1].append(item)
        else:
            found.append([item])
    return [item for row in found for item in sorted(row, key=lambda item: item.box.left)]
