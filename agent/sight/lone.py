"""Whether one letter, or two, that are all that is read in a picture are letters at all: readers of print take a cup
from above for an 8, a shoe for a C, and a whole sign that is too far away for an "a", and are sure of it.

Knows levels of pixels in a line's box. A printed letter has one colour, and what it is printed on another. Of 141
drawn ones that were read, on cards and rough walls, in sizes of 25 to 330 pixels, 128 are taken for letters (the others
are mostly an O); of 79 things in photos that the reader took for one or two, none. Does not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from agent.engines.protocols import Box, TextLine
from agent.picture import Pixels

LETTERS = 2
"""A line of more is print: such a mistake has one letter or two."""
SURE = 0.98
"""Confidence of a printed letter: mostly 0.99 and more, the letter O a little less."""
UNEVEN = 0.45
"""Spread of the levels of ink, or of what it is on, as a share of what lies between them: of a letter at most."""
PARTS = 6
"""Of ink and of what it is on together, in separate pieces, two letters have at most so many ("B8": five)."""
LEAST_PART = 6
"""Pixels of the copy; smaller ones are noise."""
HIGHEST = 0.8
"""Share of the picture's height; what is higher is mostly a thing that fills the picture."""
COPY_HEIGHT = 48
DOUBTED = 0.5
"""Confidence of what is no letter, at most."""


def distrusted(lines: Sequence[TextLine], pixels: Pixels) -> tuple[TextLine, ...]:
    """The same lines; where there are no others, one or two letters that may be none have little confidence."""
    if any(_letters(line) > LETTERS for line in lines):
        return tuple(lines)
    return tuple(
        line if line.confidence >= SURE and _is_printed(pixels, line.box)
        else replace(line, confidence=min(line.confidence, DOUBTED))
        for line in lines
    )  # fmt: skip


def _letters(line: TextLine) -> int:
    return sum(char.isalnum() for char in line.text)


def _is_printed(pixels: Pixels, box: Box) -> bool:
    height, width = pixels.shape[:2]
    top, bottom = max(0, box.top), min(height, box.top + box.height)
    left, right = max(0, box.left), min(width, box.left + box.width)
    if bottom - top < 2 or right - left < 2 or bottom - top > HIGHEST * height:
        return False
    grey = cv2.cvtColor(np.ascontiguousarray(pixels[top:bottom, left:right]), cv2.COLOR_RGB2GRAY)
    scale = COPY_HEIGHT / (bottom - top)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    copy = cv2.resize(grey, (max(4, round(scale * (right - left))), COPY_HEIGHT), interpolation=way)
    level, _ = cv2.threshold(copy, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    dark = copy <= level
    if dark.all() or not dark.any():
        return False
    between = float(copy[~dark].mean() - copy[dark].mean())
    if sum(_parts(part) for part in (dark, ~dark)) > PARTS:
        return False
    cores = [copy[cv2.erode(part.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] for part in (dark, ~dark)]
    return all(len(core) and float(core.std()) <= UNEVEN * between for core in cores)


def _parts(mask: npt.NDArray[np.bool_]) -> int:
    """In how many pieces it is."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    return int((stats[1:, cv2.CC_STAT_AREA] >= LEAST_PART).sum())
