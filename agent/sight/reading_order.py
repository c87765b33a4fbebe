"""In which order lines of text are read: rows from the top, columns where they are real columns.

Knows boxes, and asks ``tables`` whether they are a table's cells. Does not know where the lines came from. A receipt's
item and price stay one row.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Literal, TypeAlias, assert_never

from agent.engines.protocols import Box, TextLine
from agent.sight.tables import Item, bands, lines_of, same_row, sections, table_rows

Direction: TypeAlias = Literal["up", "down", "left", "right"]
"""Where the top of a line points in the picture: "up" is upright, "right" a page turned clockwise by a quarter."""

COLUMN_LINES = 3
"""A column has at least so many lines ..."""
COLUMN_WIDTH = 5.0
"""... which are at least so many line heights wide (prices and amounts are shorter)."""


def reading_order(
    lines: Sequence[TextLine], directions: Sequence[Direction] = (), tilt: float = 0.0
) -> tuple[TextLine, ...]:
    """The same lines, ordered. ``directions``: of each line; the page is taken to point where most characters do.
    ``tilt``: radians by which lines sink to the right, in the picture (a page upside down has the same)."""
    weights: Counter[Direction] = Counter()
    for line, direction in zip(lines, directions, strict=False):
        weights[direction] += len(line.text)
    page: Direction = weights.most_common(1)[0][0] if weights else "up"
    placed = [(line, _straight(_upright(line.box, page), tilt)) for line in lines]
    return tuple(line for line, _ in _ordered(placed))


def rows(lines: Sequence[TextLine]) -> tuple[tuple[TextLine, ...], ...]:
    """Lines that stand side by side, as rows, in the given order (which is kept)."""
    found: list[list[TextLine]] = []
    for line in lines:
        if found and same_row(found[-1][-1].box, line.box) and line.box.left >= found[-1][-1].box.left:
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


def _straight(box: Box, tilt: float) -> Box:
    """The box of the same line on a page that is not tilted."""
    sine, cosine = math.sin(tilt), math.cos(tilt)
    x, y = box.left + box.width / 2, box.top + box.height / 2
    height = max(1, round(box.height - box.width * abs(sine)))
    return Box(
        round(x * cosine + y * sine - box.width / 2), round(y * cosine - x * sine - height / 2), box.width, height
    )


def _ordered(items: list[Item]) -> list[Item]:
    if len(items) < 2:
        return items
    if (table := table_rows(items)) is not None:
        parts = sections(items)  # addresses above the goods
        if len(parts) > 1:
            return [item for part in parts for item in _ordered(part)]
        return [item for row in table for item in row]
    split = _column_gap(items)
    if split is not None:
        left = [item for item in items if item[1].left < split]
        right = [item for item in items if item[1].left >= split]
        return _ordered(left) + _ordered(right)
    parts = bands(items, median(box.height for _, box in items))  # a title, then the columns
    if len(parts) > 1:
        return [item for part in parts for item in _ordered(part)]
    return [item for row in lines_of(items) for item in row]


def _column_gap(items: list[Item]) -> float | None:
    """Where a free vertical strip parts the items into two real columns; None when there is none."""
    if len(items) < 2 * COLUMN_LINES:
        return None
    ordered = sorted(items, key=lambda item: item[1].left)
    right_edge = ordered[0][1].left
    for at, (_, box) in enumerate(ordered):
        if at and box.left > right_edge and _is_column(ordered[:at]) and _is_column(ordered[at:]):
            return float(box.left)
        right_edge = max(right_edge, box.left + box.width)
    return None


def _is_column(items: Sequence[Item]) -> bool:
    heights = median(box.height for _, box in items)
    return len(items) >= COLUMN_LINES and median(box.width for _, box in items) >= COLUMN_WIDTH * heights
