"""Whether lines stand in a table, and then its rows: cells from the left, the lines of a cell together.

Knows boxes, and of their text only how it begins and whether it is a number. Does not know where the lines came from.
Columns of a newspaper look much the same: free strips between them, lines side by side. What tells them apart: their
lines go on in small letters or fill the column. What is set close in two columns without numbers is two blocks: the
sender's address, and whom it is for.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import TypeAlias

from agent.engines.protocols import Box, TextLine

Item: TypeAlias = tuple[TextLine, Box]
"""A line, and where it lies on the upright page."""
Cell: TypeAlias = list[Item]

ROWS = 3
"""A table has at least so many rows in which two cells or more hold something."""
WIDER = 2.5
"""Between two sections of a page there is so many times the gap between rows."""
FULL, ALIGNED = 0.6, 0.8
"""Share of all rows that are so, and of these in which the cells begin, or are centred, at one height."""
STRIP, ROW_GAP = 0.5, 0.3
"""Line heights that are free between columns, and between rows whose cells may have several lines."""
GOES_ON = 0.3
"""Running text, and no table: a larger share of what would be cells begins with a small letter."""
FILLED = 0.85
"""So is text whose usual line is as wide as this share of its column's widest, in all columns."""
NUMBERS = 0.6
"""A column of numbers: so many of its cells are mostly digits."""


def table_rows(items: Sequence[Item]) -> list[list[Item]] | None:
    """The rows from the top, each in the order in which it is read; None: this is no table."""
    if len(items) < 2 * ROWS:
        return None
    height = median(box.height for _, box in items)
    edges = _columns(items, STRIP * height)
    if not edges:
        return None
    parts = bands(items, ROW_GAP * height)
    begun = [row for part in parts for row in _rows(part, edges)]
    for found, close in ((begun, len(parts) < ROWS), (lines_of(items), True)):
        rows = [_cells(row, edges) for row in found]
        if _is_table(rows, height, close=close):
            return [[item for cell in row for line in lines_of(cell) for item in line] for row in rows]
    return None


def sections(items: Sequence[Item]) -> list[list[Item]]:
    """Parts with a wider gap between them than there is between most rows: each may be a table of its own."""
    height = median(box.height for _, box in items)
    rows = bands(items, ROW_GAP * height)
    gaps = [
        min(box.top for _, box in below) - max(box.top + box.height for _, box in above)
        for above, below in pairwise(rows)
    ]
    return bands(items, max(height, WIDER * median(gaps))) if gaps else [list(items)]


def same_row(one: Box, other: Box) -> bool:
    """Whether two lines stand side by side."""
    shared = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    return shared >= 0.5 * min(one.height, other.height)


def lines_of(items: Sequence[Item]) -> list[list[Item]]:
    """Lines side by side, from the top, each from the left."""
    found: list[list[Item]] = []
    for item in sorted(items, key=lambda item: item[1].top + item[1].height / 2):
        if found and same_row(found[-1][-1][1], item[1]):
            found[-1].append(item)
        else:
            found.append([item])
    return [sorted(row, key=lambda item: item[1].left) for row in found]


def _columns(items: Sequence[Item], strip: float) -> list[int]:
    """Where columns begin, but for the first."""
    ordered = sorted((box for _, box in items), key=lambda box: box.left)
    edges, right = [], ordered[0].left
    for at, box in enumerate(ordered):
        if at and box.left - right >= strip:
            edges.append(box.left)
        right = max(right, box.left + box.width)
    return edges


def bands(items: Sequence[Item], gap: float) -> list[list[Item]]:
    """Parts above each other, with a strip of at least ``gap`` free between them."""
    ordered = sorted(items, key=lambda item: item[1].top)
    found, bottom = [[ordered[0]]], ordered[0][1].top + ordered[0][1].height
    for item in ordered[1:]:
        if item[1].top - bottom >= gap:
            found.append([])
        found[-1].append(item)
        bottom = max(bottom, item[1].top + item[1].height)
    return found


def _rows(part: Sequence[Item], edges: Sequence[int]) -> list[list[Item]]:
    """Rows that stand close: one begins where the first column does, not in a small letter, and another with it."""
    found: list[list[Item]] = []
    for line in lines_of(part):
        begins = len(line) > 1 and line[0][1].left < edges[0] and not line[0][0].text[:1].islower()
        if begins or not found:
            found.append([])
        found[-1] += line
    return found


def _cells(row: Sequence[Item], edges: Sequence[int]) -> list[Cell]:
    cells: list[Cell] = [[] for _ in range(len(edges) + 1)]
    for item in sorted(row, key=lambda item: item[1].top):
        cells[sum(item[1].left >= edge for edge in edges)].append(item)
    return cells


def _is_table(rows: Sequence[list[Cell]], height: float, *, close: bool) -> bool:
    """``close``: rows are single lines that nothing parts, so that more must speak for it."""
    full = [row for row in rows if sum(bool(cell) for cell in row) >= 2]
    if len(full) < ROWS or len(full) < FULL * len(rows):
        return False
    cells = [cell for row in full for cell in row if cell]
    if sum(_aligned(row, height) for row in full) < ALIGNED * len(full):
        return False
    if sum(cell[0][0].text[:1].islower() for cell in cells) > GOES_ON * len(cells):
        return False
    columns = [[cell for cell in column if cell] for column in zip(*rows, strict=True)]
    if sum(len(lines_of(cell)) for cell in cells) <= 1.2 * len(cells) and all(map(_filled, columns)):
        return False
    return not close or len(columns) > 2 or any(map(_numbers, columns))


def _aligned(row: Sequence[Cell], height: float) -> bool:
    tops = [cell[0][1].top for cell in row if cell]
    middles = [(cell[0][1].top + cell[-1][1].top + cell[-1][1].height) / 2 for cell in row if cell]
    return min(max(tops) - min(tops), max(middles) - min(middles)) <= 0.5 * height


def _filled(column: Sequence[Cell]) -> bool:
    widths = [box.width for cell in column for _, box in cell]
    return median(widths) >= FILLED * max(widths)


def _numbers(column: Sequence[Cell]) -> bool:
    texts = ["".join(line.text for line, _ in cell) for cell in column]
    return sum(_is_number(text) for text in texts) >= NUMBERS * len(texts)


def _is_number(text: str) -> bool:
    told = [char for char in text if char.isalnum()]
    return bool(told) and 2 * sum(char.isdigit() for char in told) >= len(told)
