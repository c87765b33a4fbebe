"""How bright it is and where the light comes from, from one picture.

Knows luma. A camera evens out the light it gets, so a level is a word's worth of truth, not a measurement.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from agent.picture import Pixels
from agent.skills.skill import Brightness

UNEVEN = 1.7
"""One half must be so many times as bright as the other (linear light) before a side is named."""
LINEAR_FLOOR = 0.004
"""Added to both halves, so that noise in the dark has no side."""
STANDS_OUT = 3.0
"""A window or a lamp is so many times as bright as the rest of the picture (linear light), at least."""
LIT = 0.12
"""Least linear light of one: a grey wall in a dark room is none."""
LARGE, EVERYWHERE = 0.015, 0.7
"""Share of the picture that it fills at least, and at most: what fills all of it has no direction."""
SIDEWAYS, UPRIGHT = 0.15, 0.2
"""Off the middle by so much of the picture's width or height, it is not straight ahead."""
Source: TypeAlias = Literal["", "left", "right", "above", "below", "ahead"]
Light: TypeAlias = npt.NDArray[np.float32]


def brightness(pixels: Pixels) -> Brightness:
    """Level 0..100 (mean luma, as eyes judge it) and the brighter side of the picture as the camera holds it."""
    grey = cv2.cvtColor(cv2.resize(pixels, (64, 48), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    linear = (grey.astype(np.float32) / 255.0) ** 2.2
    halves: tuple[tuple[Literal["left", "right", "above", "below"], float, float], ...] = (
        ("left", float(linear[:, :24].mean()), float(linear[:, 40:].mean())),
        ("right", float(linear[:, 40:].mean()), float(linear[:, :24].mean())),
        ("above", float(linear[:18].mean()), float(linear[30:].mean())),
        ("below", float(linear[30:].mean()), float(linear[:18].mean())),
    )
    ratios = [(name, (bright + LINEAR_FLOOR) / (dim + LINEAR_FLOOR)) for name, bright, dim in halves]
    side, ratio = max(ratios, key=lambda each: each[1])
    level = round(float(grey.mean()) / 2.55)
    return Brightness(level, side if ratio >= UNEVEN else "", brightest(linear))


def brightest(linear: Light) -> Source:
    """Where the brightest large place of a picture is, shape (height, width), linear light 0..1. Where it is both to a
    side and above or below, the side is told: that is the way one turns.
    """
    smooth = cv2.blur(linear, (5, 5))
    top = float(np.quantile(smooth, 1 - LARGE))
    bright = (smooth >= 0.6 * top).astype(np.uint8)
    share = float(bright.mean())
    if top < LIT or not LARGE <= share <= EVERYWHERE:
        return ""
    rest = float(smooth[bright == 0].mean())
    if top < STANDS_OUT * (rest + LINEAR_FLOOR):
        return ""
    _, _, stats, middles = cv2.connectedComponentsWithStats(bright)
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    if float(stats[largest, cv2.CC_STAT_AREA]) < LARGE * bright.size:
        return ""
    x, y = middles[largest][0] / (linear.shape[1] - 1) - 0.5, middles[largest][1] / (linear.shape[0] - 1) - 0.5
    if abs(x) > SIDEWAYS:
        return "left" if x < 0 else "right"
    if abs(y) > UPRIGHT:
        return "above" if y < 0 else "below"
    return "ahead"
