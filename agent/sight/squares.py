"""Where something looks like a QR code, whether it can be read or not: to guide a hand to it.

Knows the squares in the corners of one (a dark ring around a dark core), and that the code is as dense with edges all
around them. One of the three is enough: a code that is cut off by the edge of the picture is found. Does not read.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from agent.engines.protocols import Box
from agent.picture import Pixels

COPY_SIDE = 640
LEAST_SIDE = 11
"""Pixels of the copy that a corner's square needs at least: less than 2 for each of its 7 modules."""
RING, CORE = (1.35, 3.0), (1.7, 5.5)
"""How many times larger the area of the dark ring is than the light in it, and that of the light than the core: 49 to
25 to 9, for contours that run half a pixel inside or outside of the edge."""
SQUARE = 0.72
"""Share of its leaning rectangle that a square fills."""
ASKEW = 1.7
"""One that perspective made so many times as long as wide is still a square."""
MODULES = 7
LONGEST = 60
"""Modules from a corner's square to the end of the code, at most."""
BETWEEN = 4.0
"""Modules of one colour that may lie side by side in a code."""
EDGE = 0.4
"""Of the difference between a code's dark and its light, how much is an edge between neighbouring pixels."""


def squares(pixels: Pixels) -> Box | None:
    """The largest place that looks like a QR code or a part of one, in pixels; None when there is none."""
    scale = min(1.0, COPY_SIDE / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
    grey = np.asarray(cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (3, 3), 0), np.uint8)
    corners = _corners(grey)
    if not corners:
        return None
    found = max((_around(grey, corner) for corner in corners), key=lambda box: box[2] * box[3])
    return Box(*(round(side / scale) for side in found))


def _corners(grey: npt.NDArray[np.uint8]) -> list[npt.NDArray[np.float32]]:
    """The leaning rectangles (4 corners each) of what look like a code's corner squares."""
    side = max(grey.shape) // 8 | 1
    dark = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, side, 8)
    outlines, tree = cv2.findContours(dark, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for at, outline in enumerate(outlines):
        if (inner := int(tree[0][at][2])) < 0 or (core := int(tree[0][inner][2])) < 0:
            continue
        around, light, dot = (_square(one) for one in (outline, outlines[inner], outlines[core]))
        if around is None or light is None or dot is None:
            continue
        sizes = [max(1.0, cv2.contourArea(one)) for one in (outline, outlines[inner], outlines[core])]
        apart = max(np.linalg.norm(around.mean(axis=0) - one.mean(axis=0)) for one in (light, dot))
        if not (RING[0] <= sizes[0] / sizes[1] <= RING[1] and CORE[0] <= sizes[1] / sizes[2] <= CORE[1]):
            continue
        if apart <= 0.12 * np.sqrt(sizes[0]):
            found.append(around)
    return found


def _square(outline: npt.NDArray[Any]) -> npt.NDArray[np.float32] | None:
    middle, (width, height), turn = cv2.minAreaRect(outline)
    if min(width, height) < 2 or max(width, height) > ASKEW * min(width, height):
        return None
    if cv2.contourArea(outline) < SQUARE * width * height:
        return None
    return np.asarray(cv2.boxPoints((middle, (width, height), turn)), np.float32)


def _around(grey: npt.NDArray[np.uint8], corner: npt.NDArray[np.float32]) -> tuple[float, float, float, float]:
    """Left, top, width and height of what is as full of edges as a code, around one of its corners."""
    module = float(np.sqrt(cv2.contourArea(corner))) / MODULES
    middle = corner.mean(axis=0)
    reach = LONGEST * module
    left, top = (int(max(0.0, value)) for value in middle - reach)
    part = grey[top : int(middle[1] + reach) + 1, left : int(middle[0] + reach) + 1]
    x, y, width, height = (max(0, value) for value in cv2.boundingRect(corner))
    low, high = np.percentile(grey[y : y + height, x : x + width], (10, 90))
    three = np.ones((3, 3), np.uint8)
    edges = ((cv2.dilate(part, three) - cv2.erode(part, three)) > EDGE * (high - low)).astype(np.uint8)
    wide = round(BETWEEN * module) | 1
    full = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((wide, wide), np.uint8))
    full = cv2.morphologyEx(full, cv2.MORPH_OPEN, np.ones((wide, wide), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(full)
    label = labels[int(middle[1]) - top, int(middle[0]) - left]
    if not label:
        return x, y, width, height
    x, y, width, height = (int(value) for value in stats[label, :4])
    return x + left, y + top, width, height
