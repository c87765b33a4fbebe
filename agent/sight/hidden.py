"""Which lines of print something hides the end of: a finger before the lens, a thing that lies on the page, the glare
of a lamp. What is read of them is not what stands there.

Knows the colours of a line and of what follows it at both ends. Behind a whole line its paper goes on for a while.
Where something hides the rest there is at once one flat surface of another level; the edge of a thing near the lens is
so far out of focus that the last letters already fade into it, and glare grows towards the white in which they end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from agent.engines.protocols import Box
from agent.picture import Pixels

Levels: TypeAlias = npt.NDArray[np.float32]
Colour: TypeAlias = npt.NDArray[np.floating[Any]]
Hiding: TypeAlias = Literal["glare", "covered"]
Maybe: TypeAlias = Literal["covered", "edge", "sharp", "white"]
"""A thing out of focus; a sharp edge through a letter; one behind the last letter, perhaps that of a label; white,
perhaps that of paper."""

COPY_SIDE = 320
LEAST_GLARE, RING = 0.01, 3
"""Share of the picture that is burnt out by a glare, at least; pixels around that in which it fades."""
FADING, MOSTLY_FADING = 225, 0.4
"""Level of such a pixel, in its middle channel, and the share of those that have it: of glare on pages 0.43 and more,
around the letters of white pages 0.29 at most."""
UPRIGHT = 1.5
"""A line of several letters that is so many times as high as wide runs up or down."""
BETWEEN = (0, 1, -2, -1)
"""Rows of a line in which there is more paper than ink: at its upper and lower side."""
CELLS, ROWS = 10, 12
"""A strip of print is looked at in so many cells for each height of its letters along, and so many across."""
BEYOND = slice(CELLS, CELLS + 11)
"""Cells that follow the line, of those from one letter height before its end: to 1.1 behind it."""
SETTLED = 3
"""Of those, the first that need not be as flat and level as the others."""
FLAT, LEVEL = 24.0, 8.0
"""Levels between the brightest and the darkest row of a cell, and between cells, of one flat surface."""
OTHER = 25.0
"""Levels between paper and what hides it, at least."""
AT_ONCE = 12.0
"""So near that level is the first cell but one behind the end of a line that a thing with a sharp edge hides."""
INK = 40.0
"""Levels between the rows of the last cell of a line in which there is ink: then a sharp edge goes through a letter."""
MIXED = 0.3
"""The last cell holds so much of the thing already: the edge goes through the cell, and the letter ends before it."""
FADES = 20.0, 6.0
"""Levels by which the paper one letter height before the end differs from what hides it, and by which it comes nearer
to that until the end, where the edge is out of focus."""
WHITE = 250.0
"""Glare is at least so white, in all channels."""
ALIGNED = 1.0
"""A sharp edge behind the last letter hides something only if there is one behind two lines, whose ends lie less than
so many letter heights from each other: around one line alone it is that of a small label."""


def hidden(boxes: Sequence[Box], letters: Sequence[float], pixels: Pixels) -> list[tuple[Hiding, ...]]:
    """What hides the beginning or the end of each of these lines. ``letters``: their height, in pixels."""
    found: list[list[Hiding]] = [[] for _ in boxes]
    glow: bool | None = None
    for last in (False, True):
        sharp: list[int] = []
        edges: list[int] = []
        for at, box in enumerate(boxes):
            if runs_down(box) or box.top <= 0 or box.top + box.height >= pixels.shape[0]:
                continue  # print that runs up or down, or of which the picture's edge hides the paper around it
            what = _behind(pixels, box, letters[at], last=last)
            if what == "sharp":
                sharp.append(at)
            elif what == "edge":
                edges.append(at)
                found[at].append("covered")
            elif what == "white":
                glow = glows(pixels) if glow is None else glow
                found[at] += ["glare"] if glow else []
            elif what == "covered":
                found[at].append("covered")
        ends = {at: boxes[at].left + last * boxes[at].width for at in (*sharp, *edges)}
        for at in sharp:
            if any(at != other and abs(ends[at] - end) <= ALIGNED * letters[at] for other, end in ends.items()):
                found[at].append("covered")
    return [tuple(dict.fromkeys(one)) for one in found]


def runs_down(box: Box) -> bool:
    """Whether this is print that runs up or down."""
    return box.height >= UPRIGHT * box.width


def glows(pixels: Pixels) -> bool:
    """Whether what is burnt out in this picture fades into the rest, as the reflection of a lamp does. White paper ends
    at once, at a letter or at its edge."""
    scale = COPY_SIDE / max(pixels.shape[:2])
    copy = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
    darkest, middle, _ = np.moveaxis(np.sort(copy, axis=2), 2, 0)
    burnt = np.asarray(darkest >= WHITE, np.uint8)
    if burnt.mean() < LEAST_GLARE:
        return False
    around = cv2.dilate(burnt, np.ones((2 * RING + 1, 2 * RING + 1), np.uint8)) > burnt
    return bool(around.any() and np.mean(middle[around] >= FADING) >= MOSTLY_FADING)


def _behind(pixels: Pixels, box: Box, letters: float, *, last: bool) -> Maybe | None:
    """What hides the rest of a line behind its last letter, or before its first. None also where the edge of the
    picture is too near to tell."""
    cells = _cells(pixels, box, letters, last=last)
    if cells is None:
        return None
    spread = np.ptp(cells, axis=0).max(axis=1)
    after = np.median(cells[:, BEYOND], axis=0)
    settled = after[SETTLED:]
    if spread[BEYOND][SETTLED:].max() > FLAT or np.ptp(settled, axis=0).max() > LEVEL:
        return None
    what = np.median(settled, axis=0)
    if what.min() >= WHITE:
        return "white"
    inside = np.median(cells[BETWEEN, :CELLS], axis=0)
    paper = np.median(inside, axis=0)
    if _apart(what, paper) >= OTHER and _apart(after[1], what) <= AT_ONCE:
        mixed = _apart(inside[-1], paper) >= MIXED * _apart(what, paper)
        return "edge" if spread[CELLS - 1 - mixed] >= INK else "sharp"
    first, end = _apart(np.median(inside[:SETTLED], axis=0), what), _apart(np.median(inside[-SETTLED:], axis=0), what)
    least, nearer = FADES
    fades = first >= least and first > end + nearer
    return "covered" if fades and _apart(_paper(pixels, box, far_from_last=last), what) >= OTHER else None


def _apart(one: Colour, other: Colour) -> float:
    """Levels between two colours, in the channel that tells them apart best."""
    return float(np.abs(one - other).max())


def _cells(pixels: Pixels, box: Box, letters: float, *, last: bool) -> Levels | None:
    """From one letter height before the end of the line to the last cell behind it: ``ROWS``, cells, channels; mirrored
    for the beginning of the line."""
    height, width = pixels.shape[:2]
    top, bottom = max(0, box.top), min(height, box.top + box.height)
    end = box.left + box.width if last else box.left
    before, behind = letters, letters * (BEYOND.stop - CELLS) / CELLS
    left, right = (end - before, end + behind) if last else (end - behind, end + before)
    left, right = max(left, 0.0) if last else left, right if last else min(right, width)
    if left < 0 or right > width or bottom - top < 2 or right - left < 2:
        return None
    strip = np.ascontiguousarray(pixels[top:bottom, round(left) : round(right)], np.float32)
    cells: Levels = np.asarray(cv2.resize(strip, (BEYOND.stop, ROWS), interpolation=cv2.INTER_AREA), np.float32)
    return cells if last else cells[:, ::-1]


def _paper(pixels: Pixels, box: Box, *, far_from_last: bool) -> Colour:
    """The colour behind the letters in the half of the line that is farther from this end."""
    half = max(1, box.width // 2)
    left = max(0, box.left if far_from_last else box.left + box.width - half)
    strip = np.ascontiguousarray(pixels[max(0, box.top) : box.top + box.height, left : left + half], np.float32)
    if not strip.size:
        return np.zeros(3, np.float32)
    rows = cv2.resize(strip, (strip.shape[1], ROWS), interpolation=cv2.INTER_AREA)[list(BETWEEN)]
    return np.asarray(np.median(rows.reshape(-1, 3), axis=0), np.float32)
