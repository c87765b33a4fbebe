"""Which lines of print lack letters: what is read of them is not what stands there ("take two tablets daily wi"). Here:
those that the edge of the picture cuts off, and at which sides.

Knows the boxes of lines and the picture's edge. Does not read, and does not know what is said about it. Readers of
print make their boxes a little larger than the letters, so that the box of a line that is cut ends at the picture's
edge; so does that of a line which only just fits. They are told apart by ink at the edge itself, of one line for all
that end there, for a cut falls between two letters of one line, but hardly of each; or by the sheet, if it goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from agent.engines.protocols import Box, Loss, Side, TextLine
from agent.picture import Pixels
from agent.sight.framing import page
from agent.sight.hidden import hidden, runs_down

Grey: TypeAlias = npt.NDArray[np.uint8]

AT_EDGE = 0.12
"""Of the height of its letters: a box that ends so near the edge of the picture ends there. Of 293 lines that a crop
of photos and drawn pages went through 287 did."""
BESIDE = 0.35
"""The same where another line is cut: at a space between two words."""
INK_WITHIN = 0.1
"""So near the edge the ink of a line that is cut along its way begins: less than the space between two words."""
INK = 0.03
"""Share of the letters' height that it fills there."""
INK_ACROSS = 0.05
"""Share of a line's length in which its ink touches the edge that cuts it lengthwise: thin strokes of a poem's lines,
cut through their middle, fill 0.065; the tails of single letters (g, y) less."""
INSIDE = 0.12
"""Of a line's box so much is left out at both sides: the lines beside it reach in."""
CONTRAST = 25.0
"""Levels between ink and paper; less is none."""
REACH = 4
"""Letter heights of a line from the edge, by which paper is told from ink."""
LETTERS = 2
"""One letter alone is mostly none."""
SIDES: tuple[Side, ...] = ("left", "right", "top", "bottom")
LOSSES: tuple[Loss, ...] = (*SIDES, "covered", "glare")


def marked(lines: Sequence[TextLine], pixels: Pixels, height_of: Callable[[TextLine], float]) -> tuple[TextLine, ...]:
    """The same lines with ``cut`` as it is in this picture. ``height_of`` a line: of its letters, in pixels."""
    if not lines:
        return ()
    heights = [height_of(line) for line in lines]
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    at_edge = _at_edges(lines, heights, pixels, grey)
    behind = hidden([line.box for line in lines], heights, pixels)
    return tuple(replace(line, cut=(*one, *other)) for line, one, other in zip(lines, at_edge, behind, strict=True))


def _at_edges(lines: Sequence[TextLine], heights: Sequence[float], pixels: Pixels, grey: Grey) -> list[list[Side]]:
    """The sides of the picture at which each line is cut off."""
    cut: list[list[Side]] = [[] for _ in lines]
    rooms = [_rooms(line.box, pixels.shape[1], pixels.shape[0]) for line in lines]
    sheet: frozenset[Side] | None = None
    for side in SIDES:
        there = [at for at, room in enumerate(rooms) if room[side] <= _near(heights[at]) and _is_print(lines[at])]
        along = [at for at in there if _runs_to(lines[at].box, side)]
        goes_on = any(_touches(grey, lines[at].box, side, heights[at], INK_WITHIN) >= INK for at in along)
        if along and not goes_on:
            if sheet is None:
                sheet = _sheet_cut(pixels)
            goes_on = side in sheet
        if goes_on:
            for at, line in enumerate(lines):
                if _runs_to(line.box, side) and rooms[at][side] <= BESIDE * heights[at]:
                    cut[at].append(side)
        for at in set(there) - set(along):
            if _touches(grey, lines[at].box, side, heights[at], 0.0) >= INK_ACROSS:
                cut[at].append(side)
    return cut


def losses(cuts: Iterable[Sequence[Loss]]) -> tuple[Loss, ...]:
    """All that any of several lines lacks letters for."""
    found = {loss for cut in cuts for loss in cut}
    return tuple(loss for loss in LOSSES if loss in found)


def _sheet_cut(pixels: Pixels) -> frozenset[Side]:
    """The sides at which a sheet goes on of which some edge is in view; a picture that is all paper tells nothing."""
    framed = page(pixels)
    return framed.cut if framed is not None and len(framed.cut) < len(SIDES) else frozenset()


def _rooms(box: Box, width: int, height: int) -> dict[Side, int]:
    """Pixels between the box and each edge of the picture."""
    return {
        "left": box.left, "right": width - box.left - box.width,
        "top": box.top, "bottom": height - box.top - box.height,
    }  # fmt: skip


def _near(letters: float) -> float:
    return max(1.0, AT_EDGE * letters)


def _is_print(line: TextLine) -> bool:
    return sum(char.isalnum() for char in line.text) >= LETTERS


def _runs_to(box: Box, side: Side) -> bool:
    """Whether it is the end or the beginning of the line that is there, not its whole length."""
    return runs_down(box) == (side in ("top", "bottom"))


def _touches(grey: Grey, box: Box, side: Side, letters: float, within: float) -> float:
    """Share of the line's extent along this edge in which there is ink less than ``within`` letter heights from it."""
    strip = _strip(grey, box, side, round(REACH * letters))
    if min(strip.shape) < 2:
        return 0.0
    level, _ = cv2.threshold(np.ascontiguousarray(strip), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    dark = strip <= level
    if dark.all() or not dark.any() or strip[~dark].mean() - strip[dark].mean() < CONTRAST:
        return 0.0
    ink = dark if dark.mean() < 0.5 else ~dark
    return float(ink[:, : max(2, round(within * letters))].any(axis=1).mean())


def _strip(grey: Grey, box: Box, side: Side, reach: int) -> Grey:
    """The end of a line at this edge, turned so that the edge is on the left."""
    height, width = grey.shape
    left, top = max(0, box.left), max(0, box.top)
    right, bottom = min(width, box.left + box.width), min(height, box.top + box.height)
    if side in ("left", "right"):
        spare = round(INSIDE * (bottom - top))
        rows = grey[top + spare : max(top + spare, bottom - spare)]
        return rows[:, :reach] if side == "left" else rows[:, ::-1][:, :reach]
    spare = round(INSIDE * (right - left))
    columns = grey[:, left + spare : max(left + spare, right - spare)].T
    return columns[:, :reach] if side == "top" else columns[:, ::-1][:, :reach]
