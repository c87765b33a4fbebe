"""The user's own things, known again by the print and pattern on them: features that lie as they were shown.

Knows looks at a thing and a picture. Does not know what a thing is: another copy of the same print is the same thing to
it, and a plain one can't be known at all. Below the bar there is no claim.

SIFT from OpenCV (its patent ended in 2020). Of 37 photos, each taught by three looks and asked for twice, turned,
farther and in another light, 18 features that agree knew 74 of 74 again, ORB's 72 and AKAZE's 71; other things were
claimed as seldom as by AKAZE and less often than by ORB. `netra bench sight` has the figures of what is built here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from agent.picture import Pixels
from agent.sight.colours import figure_mask
from agent.sight.own_things import Floats, Known, Taught, ThingLook

TAUGHT_SIDE, ASKED_SIDE = 480, 640
TAUGHT_POINTS, ASKED_POINTS = 600, 1500
LEAST_POINTS = 40
"""With fewer a thing is too plain to be known again."""
RATIO = 0.75
"""A feature counts when its nearest neighbour is so much nearer than the next (Lowe 2004)."""
REACH_PX = 4.0
CERTAIN, LEAST, LEAST_SHARE = 30, 18, 0.5
"""Features that agree on one place: from so many on it is certain, from so many on likely; and so large a share of
those that were found at all must agree."""
SPREAD = 0.15
"""They lie over at least this share of the thing: a brand's name alone is on many things."""
COLOURS_APART = 0.75
"""Bhattacharyya distance of the colours up to which they may be the same, in another light: 0 is the same."""


def thing_look(pixels: Pixels) -> ThingLook | None:
    """What can be known again of the thing in the middle; None: it is too plain."""
    small = _sized(pixels, TAUGHT_SIDE)
    mask = figure_mask(small)
    points, descriptors = _features(small, mask, TAUGHT_POINTS)
    if len(points) < LEAST_POINTS:
        return None
    return ThingLook(points, descriptors, _histogram(small, mask))


def find(pixels: Pixels, things: Sequence[Taught]) -> tuple[Known, ...]:
    """Those of the things that are in the picture, the surest first."""
    if not things:
        return ()
    small = _sized(pixels, ASKED_SIDE)
    points, descriptors = _features(small, None, ASKED_POINTS)
    if len(points) < LEAST:
        return ()
    found = []
    for taught in things:
        agreed = [agreeing(look, points, descriptors, small) for look in taught.looks]
        count, middle = max(agreed, default=(0, 0.0))
        if count >= LEAST:
            found.append(Known(taught.name, count, middle, "certain" if count >= CERTAIN else "likely"))
    return tuple(sorted(found, key=lambda known: -known.agreeing))


def agreeing(look: ThingLook, points: Floats, descriptors: npt.NDArray[np.uint8], picture: Pixels) -> tuple[int, float]:
    """Features of a look that lie in the picture as on the thing, and where their middle is, 0..1 of the width; 0 when
    they don't make a thing.
    """
    pairs = _pairs(look.descriptors, descriptors)
    if len(pairs) < LEAST:
        return 0, 0.0
    there, here = look.points[[a for a, _ in pairs]], points[[b for _, b in pairs]]
    cv2.setRNGSeed(7)
    plane, mask = cv2.findHomography(there, here, cv2.RANSAC, REACH_PX, maxIters=1000, confidence=0.995)
    if plane is None or not _is_a_view(plane, look.points):
        return 0, 0.0
    inside = mask.ravel() > 0
    count = int(inside.sum())
    if count < LEAST_SHARE * len(pairs) or _area(there[inside]) < SPREAD * _area(look.points):
        return 0, 0.0
    where = cv2.convexHull(here[inside]).reshape(-1, 2)
    spot = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillConvexPoly(spot, where.astype(np.int32), 255)
    apart = cv2.compareHist(look.colours, _histogram(picture, spot), cv2.HISTCMP_BHATTACHARYYA)
    if apart > COLOURS_APART:
        return 0, 0.0
    return count, float(here[inside][:, 0].mean()) / picture.shape[1]


def _sized(pixels: Pixels, side: int) -> Pixels:
    scale = side / max(pixels.shape[:2])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=way), np.uint8)


def _features(small: Pixels, mask: npt.NDArray[np.uint8] | None, most: int) -> tuple[Floats, npt.NDArray[np.uint8]]:
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    keypoints, descriptors = cv2.SIFT.create(nfeatures=most).detectAndCompute(grey, mask)
    points = np.array([point.pt for point in keypoints], np.float32).reshape(-1, 2)
    if descriptors is None:
        return points[:0], np.zeros((0, 128), np.uint8)
    return points, np.clip(descriptors, 0, 255).astype(np.uint8)


def _pairs(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Features that are each other's clear best, each of ``other`` once."""
    matcher = cv2.BFMatcher(cv2.NORM_L2)
    best: dict[int, tuple[float, int]] = {}
    for pair in matcher.knnMatch(one.astype(np.float32), other.astype(np.float32), k=2):
        if len(pair) == 2 and pair[0].distance < RATIO * pair[1].distance:
            near = pair[0]
            if near.trainIdx not in best or near.distance < best[near.trainIdx][0]:
                best[near.trainIdx] = (near.distance, near.queryIdx)
    return [(mine, theirs) for theirs, (_, mine) in best.items()]


def _is_a_view(plane: npt.NDArray[Any], points: Floats) -> bool:
    """Whether it shows the thing as a camera would: not mirrored, folded, or far larger or smaller."""
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    corners = np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], np.float32)
    seen = cv2.perspectiveTransform(corners, plane).reshape(-1, 2)
    before, after = (right - left) * (bottom - top), float(cv2.contourArea(seen.astype(np.float32), oriented=True))
    return bool(cv2.isContourConvex(seen.astype(np.float32))) and 0.02 < after / max(1.0, float(before)) < 16


def _area(points: Floats) -> float:
    return float(cv2.contourArea(cv2.convexHull(points)))


def _histogram(pixels: Pixels, mask: npt.NDArray[np.uint8]) -> Floats:
    """Hue by saturation, 16 by 6, smoothed; sums to one."""
    hsv = cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV)
    counts = cv2.calcHist([hsv], [0, 1], mask, [16, 6], [0.0, 180.0, 0.0, 256.0])
    smooth = cv2.GaussianBlur(counts, (3, 3), 0.6)
    return np.asarray(smooth / max(1.0, float(smooth.sum())), np.float32)
