"""How a page, a text, a code or a face lies in a picture: whole or cut off, how large, how far turned and tilted.

Knows outlines and boxes of one picture. Does not know what was before, nor what is said about it.

A page is a bright grey surface with four straight sides on something darker. Its outline is found on a copy of 320
pixels (2 ms): the weakest channel, which is high on paper and low on wood and skin, parted by Otsu's threshold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from agent.engines.protocols import Box, Side
from agent.picture import Pixels
from agent.sight.beyond import Points, guessed

Kind: TypeAlias = Literal["page", "text", "code", "face"]
Grey: TypeAlias = npt.NDArray[np.uint8]
Extent: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom as shares of the picture."""

COPY_SIDE = 320
VIEW = math.radians(63.0)
"""What a phone's main camera sees along the picture's longer side."""
LEAST_SHARE = 0.05
"""A smaller bright surface is no page that anyone aims at."""
LEAST_CONTRAST = 22.0
"""Levels between the paper and what is around it."""
LEAST_SOLID = 0.87
"""Share of its convex hull that a page fills, print and fingers taken off."""
EVERYWHERE = 0.93
"""A surface that fills so much of the picture has no side to be seen."""
PAPER = 90.0
"""Least level of one."""
AT_EDGE = 2.5
"""Pixels of the copy from the picture's edge within which an outline ends there."""
CUT_LENGTH = 0.06
"""Share of a side of the picture along which the outline runs when the page goes on beyond it."""
BOX_EDGE = 0.008
"""The same for boxes: share of the picture within which one ends at its edge."""


BEYOND = 0.5
"""Of what is seen of a box that is cut off, how much is probably missing."""


@dataclass(frozen=True, slots=True)
class Framed:
    """``left`` to ``bottom``: how far it reaches, as shares of the picture. ``cut``: the sides at which it goes on.

    ``roll``: degrees by which it is turned clockwise from the nearest right angle, -45..45. ``lean_x``, ``lean_y``:
    degrees by which its right side and its upper side are farther away than the opposite ones, to about 4. All 0 where
    they can't be told.
    ``letters``: height of a line of print as a share of the picture's longer side, 0 where it is not known.
    ``likely``: how far it probably reaches where it is cut off, below 0 and over 1; None where that can't be told.
    ``long``: the longer side of a page as a share of the picture's longer side; of a cut one likewise a guess.
    ``aspect``: width of the picture over its height.
    """

    kind: Kind
    left: float
    top: float
    right: float
    bottom: float
    cut: frozenset[Side] = frozenset()
    roll: float = 0.0
    lean_x: float = 0.0
    lean_y: float = 0.0
    letters: float = 0.0
    likely: Extent | None = None
    long: float = 0.0
    aspect: float = 0.75

    @property
    def reach(self) -> Extent:
        """All of it, as far as can be told."""
        return self.likely or (self.left, self.top, self.right, self.bottom)

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


EVERYWHERE_SEEN = Framed(
    "page", 0.0, 0.0, 1.0, 1.0, frozenset(("left", "right", "top", "bottom")), likely=(-0.25, -0.25, 1.25, 1.25),
    long=1.5,
)  # fmt: skip
"""A page of which no side is seen is half as large again as the picture: a guess that is right to a factor of 1.5."""


def page(pixels: Pixels) -> Framed | None:
    """The page in a picture of shape (height, width, 3); None when there is none to be seen."""
    found = _outlined(pixels)
    return found[0] if found is not None else None


def straightened(pixels: Pixels) -> Pixels | None:
    """The page alone, its corners made right angles; None when no whole page is seen.

    Print that lies 12 degrees askew loses a tenth of its words to the reader, straightened none.
    """
    found = _outlined(pixels)
    if found is None or found[1] is None:
        return None
    corners = found[1]
    top_left, top_right, bottom_right, bottom_left = corners
    width = round(max(math.dist(top_left, top_right), math.dist(bottom_left, bottom_right)))
    height = round(max(math.dist(top_left, bottom_left), math.dist(top_right, bottom_right)))
    square = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(corners, square)
    return np.asarray(cv2.warpPerspective(pixels, turn, (width, height), flags=cv2.INTER_CUBIC), np.uint8)


def _outlined(pixels: Pixels) -> tuple[Framed, Points | None] | None:
    """How the page lies, and its corners in ``pixels`` where it is whole."""
    scale = COPY_SIDE / max(pixels.shape[:2])
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(small.min(axis=2), (5, 5), 0)
    mask = _surface(grey)
    if mask is None:
        return None
    height, width = grey.shape
    if float(mask.mean()) >= EVERYWHERE:
        return replace(EVERYWHERE_SEEN, aspect=width / height), None
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(max(outlines, key=cv2.contourArea))[:, 0].astype(np.float32)
    if float(mask.sum()) < LEAST_SOLID * cv2.contourArea(hull):
        return None
    (left, top), (right, bottom) = hull.min(axis=0) / (width, height), (hull.max(axis=0) + 1) / (width, height)
    cut = _cut(hull, width, height)
    corners = None if cut else _corners(hull)
    if not cut and corners is None:
        return None  # round, or torn: a plate, a lamp
    framed = Framed("page", float(left), float(top), float(right), float(bottom), cut, aspect=width / height)
    if corners is None:
        guess = guessed(hull, width, height, AT_EDGE)
        likely = (guess.left, guess.top, guess.right, guess.bottom)
        return replace(framed, roll=guess.roll, likely=likely, long=guess.long), None
    roll, lean_x, lean_y = _straightness(corners, max(width, height))
    framed = replace(framed, roll=roll, lean_x=lean_x, lean_y=lean_y, long=_longer(corners) / max(width, height))
    return framed, (corners + 0.5) / np.float32(scale)


def boxed(kind: Kind, boxes: Sequence[Box], width: int, height: int) -> Framed | None:
    """All of these boxes together, in a picture of this size; None when there are none."""
    if not boxes:
        return None
    left, top = min(box.left for box in boxes) / width, min(box.top for box in boxes) / height
    right = max(box.left + box.width for box in boxes) / width
    bottom = max(box.top + box.height for box in boxes) / height
    ends: tuple[tuple[Side, bool], ...] = (
        ("left", left <= BOX_EDGE), ("right", right >= 1 - BOX_EDGE), ("top", top <= BOX_EDGE),
        ("bottom", bottom >= 1 - BOX_EDGE),
    )  # fmt: skip
    cut = frozenset(side for side, ends_there in ends if ends_there)
    likely = _beyond(left, top, right, bottom, cut)
    return Framed(kind, left, top, right, bottom, cut, likely=likely, aspect=width / height)


def _beyond(left: float, top: float, right: float, bottom: float, cut: frozenset[Side]) -> Extent | None:
    """How far a box that is cut off probably reaches: half as far again at each of these sides."""
    across, down = BEYOND * (right - left), BEYOND * (bottom - top)
    return (
        left - across * ("left" in cut), top - down * ("top" in cut), right + across * ("right" in cut),
        bottom + down * ("bottom" in cut),
    ) if cut else None  # fmt: skip


def _surface(grey: Grey) -> Grey | None:
    """The largest bright surface, 1 where it is; None when it is small or hardly brighter than the rest."""
    bright: Grey = np.asarray(cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1], np.uint8)
    filled = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((11, 11), np.uint8))
    filled = cv2.morphologyEx(filled, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    number, labels, stats, _ = cv2.connectedComponentsWithStats(filled)
    if number < 2:
        return None
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    mask: Grey = np.asarray(labels == largest, np.uint8)
    if float(mask.mean()) < LEAST_SHARE:
        return None
    if float(mask.mean()) >= EVERYWHERE:
        return mask if float(np.median(grey)) >= PAPER else None
    around: Grey = np.asarray(cv2.dilate(mask, np.ones((15, 15), np.uint8)), np.uint8) - mask
    inside, outside = grey[(mask & bright) > 0], grey[around > 0]
    if not len(outside) or float(np.median(inside)) - float(np.median(outside)) < LEAST_CONTRAST:
        return None
    return mask


def _cut(hull: Points, width: int, height: int) -> frozenset[Side]:
    """The sides of the picture along which the outline runs."""
    found: set[Side] = set()
    sides: tuple[tuple[Side, int, float, int], ...] = (
        ("left", 0, 0.0, height), ("right", 0, width - 1.0, height), ("top", 1, 0.0, width),
        ("bottom", 1, height - 1.0, width),
    )  # fmt: skip
    for side, axis, at, length in sides:
        there = hull[np.abs(hull[:, axis] - at) <= AT_EDGE]
        if len(there) and float(np.ptp(there[:, 1 - axis])) >= CUT_LENGTH * length:
            found.add(side)
    return frozenset(found)


def _corners(hull: Points) -> Points | None:
    """Four corners, from the upper left one clockwise; None when the outline is no quadrilateral."""
    around = cv2.arcLength(hull, True)
    for share in (0.015, 0.025, 0.04, 0.06):
        simple = cv2.approxPolyDP(hull, share * around, True)[:, 0]
        if len(simple) <= 4:
            break
    if len(simple) != 4 or cv2.contourArea(simple) < 0.9 * cv2.contourArea(hull):
        return None
    corners = simple[np.argsort(np.arctan2(*(simple - simple.mean(axis=0)).T[::-1]))]
    first = int((corners.sum(axis=1)).argmin())
    return np.roll(corners, -first, axis=0).astype(np.float32)


def _longer(corners: Points) -> float:
    """The longer side of a quadrilateral, in pixels: of the mean of those that lie opposite."""
    lengths = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    return float(max(lengths[0] + lengths[2], lengths[1] + lengths[3])) / 2


def _straightness(corners: Points, size: int) -> tuple[float, float, float]:
    """Roll, lean_x and lean_y of a quadrilateral in a picture with this longer side: what is farther away is shorter,
    by the tangent of the lean times the angle under which the page is seen."""
    top_left, top_right, bottom_right, bottom_left = corners
    across = (top_right - top_left) + (bottom_right - bottom_left)
    roll = math.degrees(math.atan2(float(across[1]), float(across[0])))
    upper, lower = math.dist(top_left, top_right), math.dist(bottom_left, bottom_right)
    left, right = math.dist(top_left, bottom_left), math.dist(top_right, bottom_right)
    pixels = size / 2 / math.tan(VIEW / 2)
    lean_x = math.atan(4 * (left - right) / (left + right) / (upper + lower) * pixels)
    lean_y = math.atan(4 * (lower - upper) / (lower + upper) / (left + right) * pixels)
    return _nearest(roll), math.degrees(lean_x), math.degrees(lean_y)


def _nearest(degrees: float) -> float:
    """From the nearest right angle, -45..45."""
    return (degrees + 45.0) % 90.0 - 45.0
