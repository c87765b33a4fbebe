"""Where something looks like a bar code, whether it can be read or not: to guide a hand to it.

Knows stripes: many edges side by side, all in one direction, and the same along their whole length. Does not read; a
comb or a blind may be taken for a code, and nothing is claimed from it. Print has edges in all directions.

Of the structure tensor, averaged over a window (Bigun and Granlund 1987): its trace is how much edge there is, the
share of it along one direction how much it is stripes. What is found is looked at once more, turned upright: rows that
are cut across the stripes must be alike, and go up and down often.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from agent.engines.protocols import Box
from agent.picture import Pixels

COPY_SIDE = 400
WINDOW = 17
"""Pixels of the copy over which edges are averaged: some bars."""
EDGES = 900.0
"""Least mean square of the slope (levels a pixel, as Sobel has it over 4)."""
ONE_WAY = 0.82
"""Share of it that must lie along one direction."""
LEAST_SHARE = 0.006
"""Of the picture, that the stripes must fill."""
LONGEST_SHAPE = 7.0
"""A strip that is so much longer than wide is an edge, not a code."""
LEAST_FILL = 0.55
"""Share of its upright or leaning rectangle that the stripes fill."""
CANDIDATES = 3
ACROSS, ALONG = 160, 12
"""Samples across the stripes, and rows of them along."""
ALIKE = 0.72
"""Least mean correlation of a row with the mean of all."""
SWINGS, SWING = 10, 0.12
"""So many times it goes up or down across the stripes, by so much of the difference between dark and bright."""


def bars(pixels: Pixels) -> Box | None:
    """The largest place that looks like a bar code, in pixels of the picture; None when there is none. 3 ms."""
    scale = min(1.0, COPY_SIDE / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=0.25)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=0.25)
    window = (WINDOW, WINDOW)
    xx, yy = cv2.boxFilter(across * across, -1, window), cv2.boxFilter(down * down, -1, window)
    xy = cv2.boxFilter(across * down, -1, window)
    edges = xx + yy
    one_way = np.sqrt((xx - yy) ** 2 + 4 * xy * xy)
    striped: npt.NDArray[np.uint8] = ((edges > EDGES) & (one_way > ONE_WAY * edges)).astype(np.uint8)
    joined = cv2.morphologyEx(striped, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    outlines, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for outline in sorted(outlines, key=cv2.contourArea, reverse=True)[:CANDIDATES]:
        area = cv2.contourArea(outline)
        if area < LEAST_SHARE * striped.size:
            return None
        middle, (width, height), _ = cv2.minAreaRect(outline)
        if area < LEAST_FILL * width * height or max(width, height) > LONGEST_SHAPE * min(width, height):
            continue
        left, top, wide, high = cv2.boundingRect(outline)
        here = slice(top, top + high), slice(left, left + wide)
        way = 0.5 * math.atan2(2 * float(xy[here].sum()), float((xx[here] - yy[here]).sum()))
        if _alike(grey, outline[:, 0].astype(np.float32), middle, way):
            return Box(*(round(side / scale) for side in (left, top, wide, high)))
    return None


def _alike(
    grey: npt.NDArray[Any], outline: npt.NDArray[np.float32], middle: Sequence[float], way: float
) -> bool:
    """Whether rows across the stripes, in this direction, are alike and swing often."""
    one, other = np.array([math.cos(way), math.sin(way)]), np.array([-math.sin(way), math.cos(way)])
    from_middle = outline - np.array(middle, np.float32)
    left, right = np.percentile(from_middle @ one, (2, 98))
    top, bottom = np.percentile(from_middle @ other, (5, 95))
    reach, rows = np.linspace(left, right, ACROSS), np.linspace(0.7 * top, 0.7 * bottom, ALONG)
    x = middle[0] + reach[None, :] * one[0] + rows[:, None] * other[0]
    y = middle[1] + reach[None, :] * one[1] + rows[:, None] * other[1]
    there = x.astype(np.float32), y.astype(np.float32)
    cut = cv2.remap(grey, *there, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    cut -= cut.mean(axis=1, keepdims=True)
    mean = cut.mean(axis=0)
    sizes = np.linalg.norm(cut, axis=1) * float(np.linalg.norm(mean))
    if float(sizes.min()) <= 0.0 or float((cut @ mean / sizes).mean()) < ALIKE:
        return False
    return swings(mean) >= SWINGS


def swings(profile: npt.NDArray[np.float32]) -> int:
    """How often it turns, each time by at least ``SWING`` of its whole range."""
    least = SWING * float(np.ptp(profile))
    turns, up = 0, True
    extreme = float(profile[0])
    for value in profile.tolist():
        if (value > extreme) == up:
            extreme = value
        elif abs(value - extreme) >= least:
            turns, up, extreme = turns + 1, not up, value
    return turns
