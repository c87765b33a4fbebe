"""Whether a picture can answer a question, and if not, the one thing to do about it.

Knows brightness, sharpness and detail of one picture, and how two pictures differ. Does not know what is shown.

Sharpness is the strongest (99.9th percentile) of the finest detail against that of detail three to four times as
coarse, along x and along y, whichever is worse, on a copy of 320 pixels. The scene's contrast cancels out, and motion
blur shows along its direction. Measured on 37 real photos: sharp ones 0.35-2.3, the same blurred by 1 % of their side
0.11-0.28, moved by 3 % of it 0.17-0.8. One millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from agent.picture import Pixels
from agent.skills.skill import Purpose

COPY_SIDE = 320
THUMB = (32, 24)

ADVICE = {
    "no_camera": "The camera is off. Press Camera first, then ask again.",
    "no_picture": "I have no picture from the camera yet. Ask again in a moment.",
    "old": "The camera's picture has stopped. Switch the camera off and on again.",
    "covered": "I see one flat surface only. Check that nothing covers the camera.",
    "part_covered": "Something covers part of the camera. Check that no finger is before it.",
    "glare": "Glare hides what is there. Tilt the camera, or turn away from the light.",
    "far": "There may be print, but it is too far away to read. Move closer.",
    "black": "I see only black. Turn on a light, or check that nothing covers the camera.",
    "dark": "It is too dark. Turn on a light or turn towards the window.",
    "bright": "It is too bright. Turn the camera away from the light.",
    "blurred": "The picture is blurred. Hold the camera still, a little further away.",
    "moving": "The camera is moving. Hold it still for a moment.",
    "empty": "I see only a plain surface. Move the camera back a little.",
}
"""One action for each problem, as it is said."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Facts of one picture. Levels are 0..255 of luma.

    ``mean``, ``low`` (5th percentile), ``high`` (95th), ``top`` (99th); ``clipped``: share of pixels at 250 or more;
    ``sharpness``: see the module; ``fine`` (worse axis) and ``detail`` (better axis): contrast of fine and of coarse
    detail, 99.9th percentile in levels, 1 to 2 for camera noise on a plain wall; ``colour``: mean of the strongest less
    the weakest channel; ``side``: longer side of the picture; ``thumb``: small copy to compare with others.
    """

    mean: float
    low: float
    high: float
    top: float
    clipped: float
    sharpness: float
    fine: float
    detail: float
    colour: float
    side: int
    thumb: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a purpose needs.

    ``mean``, ``high``: darker is "dark". ``sharpness``: less is "blurred", 0 does not care; ``of_best``: the same for
    fine detail against the sharpest recent picture of the scene. ``detail``: less is "empty". ``flat``: whether one
    flat grey surface is "covered"; a black one is "black". ``clipped``: a larger burnt-out share is "bright".
    """

    mean: float
    high: float
    sharpness: float
    of_best: float
    detail: float
    flat: bool
    clipped: float = 0.9


LIMITS: dict[Purpose, Limits] = {
    "text": Limits(mean=32, high=70, sharpness=0.33, of_best=0.5, detail=4.0, flat=True),
    "scene": Limits(mean=24, high=60, sharpness=0.30, of_best=0.4, detail=2.0, flat=True),
    "code": Limits(mean=24, high=55, sharpness=0.27, of_best=0.4, detail=4.0, flat=True),
    "people": Limits(mean=24, high=55, sharpness=0.21, of_best=0.3, detail=2.0, flat=True),
    "colour": Limits(mean=22, high=45, sharpness=0.0, of_best=0.0, detail=0.0, flat=False, clipped=0.95),
    "light": Limits(mean=0, high=0, sharpness=0.0, of_best=0.0, detail=0.0, flat=False, clipped=2.0),
}
FLAT_DETAIL, FLAT_SPREAD = 1.6, 24.0
"""A picture with less detail and less between its dark and bright parts is one flat surface."""
BLACK_MEAN = 10.0
LIT = 150.0
"""Something this bright in a dark picture (a screen, a lamp, a lit sign) can be seen."""
PLAIN_DETAIL = 2.0
"""With less there is nothing to be sharp or blurred."""
SOMETHING_FINE = 4.0
"""A scene whose best picture had less fine detail is a plain one with a camera's noise: it can't be blurred."""
GREY_COLOUR = 12.0
FULL_SIDE = 400
"""A smaller picture cannot be as sharp at 320 pixels: its sharpness limits shrink in proportion."""
MOVING = 0.10
LEVELS = np.arange(256)


def measure(pixels: Pixels) -> Measures:
    """Measure one picture, shape (height, width, 3). Below a millisecond at 640x480."""
    height, width = pixels.shape[:2]
    side = max(height, width)
    scale = COPY_SIDE / side
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = cv2.resize(pixels, size, interpolation=way)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    histogram = cv2.calcHist([grey], [0], None, [256], [0.0, 256.0]).ravel().astype(np.float64)
    counts = np.cumsum(histogram) / grey.size
    sharpness, fine, detail = _sharpness(grey.astype(np.float32))
    red, green, blue = cv2.split(small[::4, ::4])
    strongest, weakest = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    return Measures(
        mean=float(histogram @ LEVELS) / grey.size,
        low=float(np.searchsorted(counts, 0.05)),
        high=float(np.searchsorted(counts, 0.95)),
        top=float(np.searchsorted(counts, 0.99)),
        clipped=float(1.0 - counts[249]),
        sharpness=sharpness,
        fine=fine,
        detail=detail,
        colour=float((strongest - weakest).mean()),
        side=side,
        thumb=cv2.resize(grey, THUMB, interpolation=cv2.INTER_AREA).astype(np.float32),
    )


def change(one: Measures, other: Measures) -> float:
    """How different two pictures are, 0 (the same) to 1. A change of exposure alone counts little."""
    first, second = one.thumb - one.thumb.mean(), other.thumb - other.thumb.mean()
    moved = float(np.abs(first - second).mean()) / 48.0
    brighter = abs(one.mean - other.mean) / 255.0
    return min(1.0, max(moved, brighter))


def problem(measures: Measures, purpose: Purpose, *, best: float = 0.0, motion: float = 0.0) -> str:
    """What keeps this picture from serving the purpose, "" for nothing.

    ``best``: ``fine`` of the sharpest recent picture of the same scene; ``motion``: change since the picture before.
    """
    limits = LIMITS[purpose]
    flat = measures.detail < FLAT_DETAIL and measures.high - measures.low < FLAT_SPREAD
    if purpose != "light" and flat and measures.mean < BLACK_MEAN:
        return "black"
    if (measures.mean < limits.mean or measures.high < limits.high) and measures.top < LIT:
        return "dark"
    if measures.clipped > limits.clipped:
        return "bright"
    if limits.flat and flat and measures.colour < GREY_COLOUR:
        return "covered"
    floor = limits.sharpness * min(1.0, measures.side / FULL_SIDE)
    soft = measures.sharpness < floor
    if best >= SOMETHING_FINE and measures.fine < limits.of_best * best:
        return "moving" if motion > MOVING else "blurred"
    if measures.detail < min(limits.detail, PLAIN_DETAIL) or (measures.detail < limits.detail and not soft):
        return "empty"
    if soft:
        return "moving" if motion > MOVING else "blurred"
    return ""


def _sharpness(grey: npt.NDArray[np.float32]) -> tuple[float, float, float]:
    """Sharpness, fine detail (worse axis) and coarse detail (better axis)."""
    half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    worst, fines, details = 9.0, [], []
    for fine, coarse, coarser in (((7, 1), (7, 1), (13, 1)), ((1, 7), (1, 7), (1, 13))):
        small = np.abs(grey - cv2.GaussianBlur(grey, fine, 1.0))
        large = np.abs(cv2.GaussianBlur(half, coarse, 1.0) - cv2.GaussianBlur(half, coarser, 2.0))
        detail = _strongest(large)
        fines.append(_strongest(small))
        worst = min(worst, fines[-1] / max(detail, PLAIN_DETAIL))
        details.append(detail)
    return worst, min(fines), max(details)


def _strongest(values: npt.NDArray[np.float32]) -> float:
    """The 99.9th percentile, in steps of a quarter level: one small sharp thing on a wall is enough to be sharp."""
    quarters = (values * 4).astype(np.uint16)  # a histogram of these takes a third of the time
    counts = cv2.calcHist([quarters], [0], None, [1024], [0.0, 1024.0]).ravel()
    return float(np.searchsorted(np.cumsum(counts), 0.999 * values.size)) / 4.0
