"""Whether a thing before the lens hides a part of the picture (a finger, a strap, the rim of a pocket), or glare does.
What is behind it can't be told, and its colour is not that of the scene.

Knows how flat parts of a picture end. Does not know what is shown. What is near the lens is far out of focus: one
smooth surface that comes in from the edge of the picture and ends softly, where the scene beside it is sharp. A wall, a
sky or a shadow ends at sharp things, or in something as smooth as itself. A part that is as black as can be and takes
a whole side of a picture is hidden too, however it ends. Glare is white that fades into what is around it. Measured on
a copy of 320 pixels (5 to 20 ms).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from agent.picture import Pixels
from agent.sight.colours import MIDDLE
from agent.skills.skill import Hidden, Purpose

Levels: TypeAlias = npt.NDArray[np.float32]
Mask: TypeAlias = npt.NDArray[np.uint8]
Places: TypeAlias = npt.NDArray[np.intp]

COPY_SIDE = 320
FINE, STEEP = 2.0, 2.0
"""Levels of detail and of change from pixel to pixel below which a part is smooth."""
NOISE = 1.6
"""A smooth part has less than so many times the detail of the calmest fifth of the picture, by which the noise of its
camera is known."""
LEAST = 0.08
"""Share of the picture that a smooth part takes, at least, to be looked at."""
EDGE = 2
"""Pixels of the copy from the edge of the picture at which it comes in."""
POINTS, INSIDE, OUTSIDE = 160, 8, 28
"""Of its outline so many points are looked at, from so many pixels within to so many outside."""
RISE = 25.0
"""Levels by which the picture outside differs, at least; less is no edge that can be told."""
SOFT = 6
"""Pixels from a fifth to seven tenths of that difference: at least; half of them at most where the edge is sharp."""
NEAR = 9
"""Pixels outside by which the edge of a thing that is not soft begins; what is further off is another thing."""
ENOUGH, MOSTLY = 30, 0.7
"""Soft points of an outline, and their share of those that are soft or sharp. Of 630 photos into which a finger was
drawn, soft by 2 to 8 % of the picture's side, 536 had so many; of 66 without one, only the one that was moved."""
BURNT, FADES, LEAST_GLARE = 240.0, 40.0, 0.005
"""Level of the darkest channel of what is only white; levels by which it fades; and its share of the picture: least."""
CALMED, GLARE_SOFT = 3.0, 10
"""Pixels over which it is made calm first; and SOFT of that."""
TAIL, CALM = 12, 1.5
"""Pixels at the outer end of a line, and the spread of the steps from one to the next on a smooth surface."""
ONE_HUE = 0.15
"""Difference between the channels, in how many times (as logarithms) they grow lighter, on a surface of one colour."""
BLACK, EVEN, LEAST_BLACK = 20.0, 2.5, 0.12
"""Level, and spread of it, of a part that is black, and the least share of the picture that it takes."""
LIT = 50.0
"""Mean level of the rest beside it: at night all is black."""


@dataclass(frozen=True, slots=True)
class Covering:
    """``share`` of the picture that is covered, 0..1; ``middle``: the same of its middle, where a thing is held.
    ``glare``, ``glare_middle``: the same for what is lost in a glare."""

    share: float = 0.0
    middle: float = 0.0
    glare: float = 0.0
    glare_middle: float = 0.0

    @property
    def by(self) -> Hidden:
        """What hides a part of it."""
        return "covered" if self.share else "glare" if self.glare else ""


NOTHING = Covering()
MOST, MIDDLE_MOST = 0.4, 0.3
"""So much of the picture, or of its middle, covered: nothing is told of the scene or of what is held there."""
GLARE_MOST, GLARE_MIDDLE, GLARE_COLOUR = 0.15, 0.3, 0.08
"""The same for a glare, which also pales what is around it; and of the middle where a colour is asked for."""


def judged(found: Covering, purpose: Purpose) -> str:
    """The verdict on such a picture, "" where it can be answered from."""
    if purpose not in ("scene", "people", "colour"):
        return ""
    middle = purpose != "people"
    if found.share >= MOST or (middle and found.middle >= MIDDLE_MOST):
        return "part_covered"
    least = GLARE_COLOUR if purpose == "colour" else GLARE_MIDDLE
    return "glare" if found.glare >= GLARE_MOST or (middle and found.glare_middle >= least) else ""


def covering(pixels: Pixels) -> Covering:
    """What is hidden of a picture of shape (height, width, 3)."""
    scale = COPY_SIDE / max(pixels.shape[:2])
    copy = np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    if min(copy.shape[:2]) < OUTSIDE:
        return Covering()
    hidden = np.zeros(copy.shape[:2], np.uint8)
    levels = copy.astype(np.float32)
    for part in _smooth_parts(levels):
        if _takes_a_side_in_black(levels, part) or _ends_softly(levels, part):
            hidden |= part
    burnt = _glare(levels)
    return Covering(*(float(share) for mask in (hidden, burnt) for share in (mask.mean(), _middle(mask).mean())))


def _glare(levels: Levels) -> Mask:
    """1 where the reflection of a lamp, or the lamp itself, leaves only white: that fades into what is around it, while
    a white thing ends at its edge."""
    calm = np.asarray(cv2.GaussianBlur(levels, (0, 0), CALMED), np.float32)  # ink and grain stand out of a glare
    burnt = np.asarray(calm.min(axis=2) >= BURNT, np.uint8)
    number, labels, stats, _ = cv2.connectedComponentsWithStats(burnt)
    glare = np.zeros_like(burnt)
    for label in range(1, number):
        if stats[label, cv2.CC_STAT_AREA] >= LEAST_GLARE * burnt.size:
            part = np.asarray(labels == label, np.uint8)
            darkest = _across(calm, part).min(axis=2)
            if _soft(darkest[:, :1] - darkest, FADES, GLARE_SOFT):
                glare |= part
    return glare


def _smooth_parts(levels: Levels) -> list[Mask]:
    """Smooth parts that come in from the edge of the picture, 1 where they are."""
    height, width = levels.shape[:2]
    detail = np.asarray(((levels - cv2.GaussianBlur(levels, (0, 0), 1.5)) ** 2).mean(axis=2), np.float32)
    fine = np.maximum(cv2.boxFilter(detail, -1, (9, 9)), 0.0)
    calm = cv2.GaussianBlur(levels, (0, 0), 1.0)
    across, down = (cv2.Sobel(calm, cv2.CV_32F, *way, ksize=3) / 8 for way in ((1, 0), (0, 1)))
    steep = (across**2 + down**2).max(axis=2)
    least = max(FINE, NOISE * float(np.sqrt(np.percentile(fine, 20))))
    smooth = np.asarray((fine < least**2) & (steep < STEEP**2), np.uint8)
    smooth = np.asarray(cv2.morphologyEx(smooth, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)), np.uint8)
    number, labels, stats, _ = cv2.connectedComponentsWithStats(smooth)
    found = []
    for label in range(1, number):
        left, top, across_px, down_px, size = (int(value) for value in stats[label])
        inside = left > EDGE and top > EDGE and left + across_px < width - EDGE and top + down_px < height - EDGE
        if size >= LEAST * height * width and not inside:
            found.append(np.asarray(labels == label, np.uint8))
    return found


def _takes_a_side_in_black(levels: Levels, part: Mask) -> bool:
    """Whether it is black, and at one whole side of the picture, though not all around it."""
    inside, rest = levels[part > 0], levels[part == 0]
    if part.mean() < LEAST_BLACK or not len(rest) or rest.mean() < LIT:
        return False
    if np.median(inside, axis=0).max() > BLACK or inside.std(axis=0).max() > EVEN:
        return False
    sides = [bool(side.all()) for side in (part[EDGE], part[-1 - EDGE], part[:, EDGE], part[:, -1 - EDGE])]
    return any(sides) and not all(sides)


def _ends_softly(levels: Levels, part: Mask) -> bool:
    """Whether most of its outline within the picture is out of focus."""
    lines = _across(levels, part)
    apart = np.abs(lines - lines[:, :1]).max(axis=2)
    return _soft(apart, RISE, SOFT, but=_is_shade(lines))


def _across(levels: Levels, part: Mask) -> Levels:
    """Colours along lines from within to outside, shape (n, steps, 3)."""
    rows, columns = _outline(part)
    if not len(rows):  # all of the picture: it has no outline
        return np.zeros((0, INSIDE + OUTSIDE + 1, 3), np.float32)
    outside, inside = (cv2.distanceTransform(mask, cv2.DIST_L2, 5) for mask in (1 - part, part))
    away = cv2.GaussianBlur(outside - inside, (0, 0), 3)
    x = cv2.Sobel(away, cv2.CV_32F, 1, 0, ksize=5)[rows, columns]
    y = cv2.Sobel(away, cv2.CV_32F, 0, 1, ksize=5)[rows, columns]
    length = np.hypot(x, y) + 1e-6
    steps = np.arange(-INSIDE, OUTSIDE + 1, dtype=np.float32)
    across = columns[:, None] + (x / length)[:, None] * steps
    down = rows[:, None] + (y / length)[:, None] * steps
    height, width = part.shape
    within = ((across >= 0) & (across < width - 1) & (down >= 0) & (down < height - 1)).mean(axis=1) >= 0.8
    lines = cv2.remap(
        levels, across.astype(np.float32), down.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(lines[within], np.float32)


def _outline(part: Mask) -> tuple[Places, Places]:
    """Rows and columns of points of its outline, without those at the edge of the picture."""
    inner = cv2.erode(part, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=1)
    rows, columns = np.nonzero(part - inner)
    chosen = np.linspace(0, max(0, len(rows) - 1), min(len(rows), POINTS)).astype(np.intp)
    return rows[chosen], columns[chosen]


def _soft(apart: Levels, rise: float, least: int, but: npt.NDArray[np.bool_] | None = None) -> bool:
    """``apart``: how far each point of each line is from its first, in levels, shape (n, steps). Whether they rise
    by ``rise`` within ``least`` pixels, at least, and sharply within half of them at most; ``but`` these."""
    if len(apart) < ENOUGH:
        return False
    most = apart.max(axis=1)
    first, last = (np.argmax(apart >= share * most[:, None], axis=1) for share in (0.2, 0.7))
    wide = last - first
    told = most >= rise
    counts = told if but is None else told & ~but
    soft = int((counts & (wide >= least) & _rises(apart, first, last)).sum())
    sharp = int((told & (wide <= least / 2) & (first <= INSIDE + NEAR)).sum())
    return soft >= ENOUGH and soft >= MOSTLY * (soft + sharp)


def _rises(apart: Levels, first: npt.NDArray[Any], last: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which of them grow all the way, as no texture does."""
    steps = np.arange(apart.shape[1] - 1)
    between = (steps >= first[:, None]) & (steps < last[:, None])
    falls = (np.diff(apart, axis=1) < -2.0) & between
    return np.asarray(falls.sum(axis=1) <= 0.15 * np.maximum(1, between.sum(axis=1)), np.bool_)


def _is_shade(lines: Levels) -> npt.NDArray[np.bool_]:
    """Which of them are one smooth surface that only grows lighter or darker, as cloth and walls do in soft light."""
    inside, outside = lines[:, 0], np.median(lines[:, -TAIL:], axis=1)
    lighter = np.log((outside + 3.0) / (inside + 3.0))
    smooth = np.diff(lines[:, -TAIL:], axis=1).std(axis=1).max(axis=1) <= CALM
    return np.asarray(smooth & (np.ptp(lighter, axis=1) <= ONE_HUE), np.bool_)


def _middle(mask: Mask) -> Mask:
    height, width = mask.shape
    top, left = round(height * (1 - MIDDLE) / 2), round(width * (1 - MIDDLE) / 2)
    return mask[top : height - top, left : width - left]
