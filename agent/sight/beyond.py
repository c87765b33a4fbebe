"""How far a page goes on beyond the edge of the picture, guessed from the part that is seen.

Knows the outline of that part; that sheets are the square root of 2 times as long as wide; and that a page mostly lies
along the longer side of the picture. The guess tells how far to move the phone, never whether a page is whole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Points: TypeAlias = npt.NDArray[np.float32]
"""Shape (n, 2), in pixels."""

SHEET = math.sqrt(2)
UNSEEN, USUAL = 1.15, 0.75
"""A page of which two adjoining sides are cut off has so many times what is seen, and is so long, at least: a share of
the picture's longer side. From where people hold a phone a sheet of A4 is."""
LEAST_SIDE = 0.07
"""Share of the picture's longer side from which a stretch of the outline is a side of the page."""
ASKEW = 28.0
"""Degrees by which perspective turns a side of a page against the one that meets it, at most."""
AT_END = 0.16
"""Share of what is seen within which a side lies at its end."""


@dataclass(frozen=True, slots=True)
class Guess:
    """``left`` to ``bottom`` in shares of the picture, below 0 and over 1 where it goes on; ``roll`` in degrees;
    ``long``: the page's longer side, as a share of the picture's longer one."""

    left: float
    top: float
    right: float
    bottom: float
    roll: float
    long: float


def guessed(hull: Points, width: int, height: int, edge: float) -> Guess:
    """The whole of a page that is cut off, from the convex outline of what is seen of it in a picture of this size.
    ``edge``: pixels from the picture's edge within which an outline ends there."""
    sides = _sides(hull, width, height, edge)
    roll = _nearest(max(sides, key=lambda side: side[1])[0]) if sides else 0.0
    along = np.array([math.cos(math.radians(roll)), math.sin(math.radians(roll))])
    axes = (along, np.array([-along[1], along[0]]))
    spans, seen = [], []
    for axis, across in zip(axes, (90.0, 0.0), strict=True):
        reach = hull @ axis
        low, high = float(reach.min()), float(reach.max())
        ends = [
            float(middle @ axis)
            for way, length, middle in sides
            if length >= LEAST_SIDE * max(width, height) and abs(_turn(way - roll - across)) <= ASKEW
        ]
        near = AT_END * (high - low)
        spans.append((low, high))
        seen.append((any(end <= low + near for end in ends), any(end >= high - near for end in ends)))
    upright = height >= width  # the page's longer side lies along the second axis then
    usual = USUAL * max(width, height)
    sizes = _sizes([high - low for low, high in spans], [all(ends) for ends in seen], usual, upright=upright)
    whole = []
    for (low, high), (first, last), size in zip(spans, seen, sizes, strict=True):
        more = max(0.0, size - (high - low))
        before = 0.0 if first else more if last else more / 2
        whole.append((low - before, high + more - before))
    corners = np.array([one * axes[0] + other * axes[1] for one in whole[0] for other in whole[1]])
    (left, top), (right, bottom) = corners.min(axis=0) / (width, height), corners.max(axis=0) / (width, height)
    return Guess(float(left), float(top), float(right), float(bottom), roll, max(sizes) / max(width, height))


def _sizes(seen: list[float], whole: list[bool], usual: float, *, upright: bool) -> list[float]:
    """The likely size along both axes, of which this much is seen."""
    long = 1 if upright else 0
    sizes = list(seen)
    if whole[1 - long] and not whole[long]:
        sizes[long] = max(seen[long], SHEET * seen[1 - long])
    elif whole[long] and not whole[1 - long]:
        short = seen[long] / SHEET
        sizes[1 - long] = short if seen[1 - long] <= short else max(seen[1 - long], SHEET * seen[long])
    elif not any(whole):
        sizes[1 - long] = max(UNSEEN * max(seen[1 - long], seen[long] / SHEET), usual / SHEET)
        sizes[long] = SHEET * sizes[1 - long]
    return sizes


def _sides(hull: Points, width: int, height: int, edge: float) -> list[tuple[float, float, Points]]:
    """Direction in degrees, length and middle of the stretches of the outline that are not the picture's edge."""
    simple = cv2.approxPolyDP(hull, 0.015 * cv2.arcLength(hull, True), True)[:, 0]
    found = []
    for start, end in zip(simple, np.roll(simple, -1, axis=0), strict=True):
        middle = (start + end) / 2
        if min(middle[0], width - 1 - middle[0], middle[1], height - 1 - middle[1]) > edge:
            dx, dy = (float(value) for value in end - start)
            found.append((math.degrees(math.atan2(dy, dx)), math.hypot(dx, dy), middle))
    return found


def _nearest(degrees: float) -> float:
    """From the nearest right angle, -45..45."""
    return (degrees + 45.0) % 90.0 - 45.0


def _turn(degrees: float) -> float:
    """Between two lines that have no beginning, -90..90."""
    return (degrees + 90.0) % 180.0 - 90.0
