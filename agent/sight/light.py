"""How bright it is and where the light comes from, from one picture.

Knows luma. A camera evens out the light it gets, so a level is a word's worth of truth, not a measurement.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np

from agent.picture import Pixels
from agent.skills.skill import Brightness

UNEVEN = 1.7
"""One half must be so many times as bright as the other (linear light) before a side is named."""
LINEAR_FLOOR = 0.004
"""Added to both halves, so that noise in the dark has no side."""


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
    return Brightness(level=round(float(grey.mean()) / 2.55), side=side if ratio >= UNEVEN else "")
