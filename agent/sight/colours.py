"""Which colours the thing in the middle has, in words.

Knows Lab colour, and figure against background. Does not know what the thing is or in what light it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from agent.picture import Pixels
from agent.skills.skill import ColourPart

Floats: TypeAlias = npt.NDArray[np.float32]
Mask: TypeAlias = npt.NDArray[np.bool_]

NAMED: tuple[tuple[str, tuple[int, int, int]], ...] = (
    ("black", (12, 12, 12)), ("black", (38, 38, 40)), ("dark grey", (80, 80, 80)), ("grey", (128, 128, 128)),
    ("light grey", (175, 175, 175)), ("light grey", (203, 203, 203)), ("white", (232, 232, 232)),
    ("white", (252, 252, 252)),
    ("dark red", (110, 15, 20)), ("dark red", (130, 5, 5)), ("red", (178, 34, 40)), ("red", (225, 25, 25)),
    ("red", (200, 60, 60)),
    ("pink", (250, 185, 200)), ("pink", (235, 105, 165)), ("pink", (205, 75, 120)), ("pink", (235, 125, 135)),
    ("magenta", (200, 30, 150)), ("magenta", (250, 10, 250)),
    ("orange", (245, 140, 25)), ("orange", (225, 110, 40)), ("orange", (240, 95, 20)), ("orange", (230, 160, 50)),
    ("yellow", (245, 220, 40)), ("yellow", (230, 195, 35)), ("yellow", (250, 240, 90)),
    ("light yellow", (250, 245, 165)),
    ("beige", (225, 205, 170)), ("beige", (200, 175, 140)), ("beige", (240, 225, 195)), ("beige", (205, 155, 130)),
    ("brown", (120, 75, 40)), ("brown", (150, 95, 60)), ("brown", (165, 110, 50)), ("dark brown", (65, 40, 25)),
    ("olive green", (110, 110, 40)), ("dark green", (20, 70, 30)), ("dark green", (65, 85, 50)),
    ("green", (40, 140, 50)),
    ("green", (70, 150, 75)), ("green", (30, 200, 60)), ("green", (90, 120, 70)), ("light green", (160, 215, 140)),
    ("light green", (160, 190, 65)), ("light green", (130, 235, 100)),
    ("turquoise", (60, 190, 180)), ("turquoise", (100, 190, 170)), ("turquoise", (0, 150, 150)),
    ("turquoise", (60, 230, 230)), ("dark turquoise", (10, 85, 90)),
    ("light blue", (150, 200, 235)), ("light blue", (110, 165, 225)), ("blue", (30, 90, 200)), ("blue", (15, 130, 170)),
    ("blue", (75, 95, 170)), ("blue", (95, 125, 160)), ("blue", (40, 40, 230)), ("blue", (0, 120, 220)),
    ("dark blue", (20, 30, 90)), ("dark blue", (0, 0, 130)), ("dark blue", (50, 60, 130)), ("dark blue", (30, 45, 70)),
    ("purple", (110, 40, 140)), ("purple", (135, 85, 175)), ("purple", (150, 60, 220)), ("dark purple", (60, 25, 75)),
    ("dark purple", (95, 60, 110)), ("light purple", (190, 165, 225)), ("light purple", (130, 130, 180)),
)  # fmt: skip
"""Names with the sRGB colours they are for; the nearest in Lab gives the name. Chosen on the charts of the tests."""

SIDE = 96
"""Pixels are judged on a copy of this longer side."""
BORDER = 0.12
"""So much of each edge is taken as background."""
MIDDLE = 0.5
"""Where the background can't be told from the thing: the middle ellipse of this size."""
FAR = 14.0
"""Lab distance to every colour of the border that makes a pixel part of the thing."""
SHARE_MIN = 0.14


def name_of(rgb: Sequence[int]) -> str:
    """The name of one sRGB colour."""
    return NAMED[int(_nearest(_lab(np.array(rgb, np.uint8).reshape(1, 1, 3)).reshape(1, 3))[0])][0]


def colours(pixels: Pixels) -> tuple[ColourPart, ...]:
    """Colours of what is in the middle, largest share first; at most three, each at least SHARE_MIN of it."""
    small = _small(pixels)
    lab = _lab(small)
    mask = figure(lab)
    inside = lab[mask]
    rgb = small[mask].astype(np.float32)
    names = np.array([_family(NAMED[at][0]) for at in range(len(NAMED))])
    families = names[_nearest(inside)]
    found = []
    for family in np.unique(families):
        chosen = families == family
        share = float(chosen.mean())
        if share >= SHARE_MIN:
            middle = np.median(inside[chosen], axis=0)
            mean = tuple(round(float(value)) for value in np.median(rgb[chosen], axis=0))
            found.append(ColourPart(_best_name(middle, str(family)), share, (mean[0], mean[1], mean[2])))
    return tuple(sorted(found, key=lambda part: -part.share)[:3])


def apart(one: Sequence[int], other: Sequence[int]) -> float:
    """Distance of two sRGB colours in Lab; lightness counts less, as everywhere here. About 2 can just be seen."""
    both = _lab(np.array([one, other], np.uint8).reshape(1, 2, 3)).reshape(2, 3) * _WEIGHTS
    return float(np.linalg.norm(both[0] - both[1]))


def cast(pixels: Pixels) -> str:
    """The colour of the light when everything, bright and dark, has the same strong hue; "" for ordinary light.

    One coloured surface that fills the picture has little contrast and is no cast.
    """
    lab = _lab(_small(pixels)).reshape(-1, 3)
    lit = lab[lab[:, 0] > 15]
    if len(lit) < 0.3 * len(lab) or np.percentile(lit[:, 0], 95) - np.percentile(lit[:, 0], 5) < 32:
        return ""
    bright = lit[lit[:, 0] >= np.percentile(lit[:, 0], 85)]
    hue = np.median(bright[:, 1:], axis=0)
    strength = float(np.hypot(*hue))
    if strength < 35:
        return ""
    along = lit[:, 1:] @ (hue / strength)
    across = np.abs(lit[:, 1:] @ np.array([-hue[1], hue[0]], np.float32) / strength)
    if float(np.mean((along > 8) & (across < 0.5 * along + 4))) < 0.96:
        return ""
    return _family(NAMED[int(_nearest(np.median(bright, axis=0)[None])[0])][0])


def figure_mask(pixels: Pixels) -> npt.NDArray[np.uint8]:
    """255 where the thing in the middle is, with its edge, and 0 elsewhere; of the picture's size."""
    inside = figure(_lab(_small(pixels))).astype(np.uint8) * 255
    height, width = pixels.shape[:2]
    grown = cv2.dilate(inside, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.resize(grown, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def figure(lab: Floats) -> Mask:
    """Mask of what is in the middle: what differs from all main colours of the border, in one piece with the middle.

    A hand that holds the thing reaches the border, so its colour counts as background.
    """
    height, width = lab.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = np.hypot((x - (width - 1) / 2) / (width / 2), (y - (height - 1) / 2) / (height / 2))
    middle: Mask = away < MIDDLE
    edge = max(2, round(BORDER * min(height, width)))
    ring = np.ones((height, width), bool)
    ring[edge:-edge, edge:-edge] = False
    distances = np.stack([np.linalg.norm(lab - tone, axis=2) for tone in _tones(lab[ring])])
    different = (distances.min(axis=0) > FAR).astype(np.uint8)
    different = cv2.morphologyEx(different, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels = cv2.connectedComponents(different)
    if count < 2:
        return middle
    inside = np.bincount(labels[middle], minlength=count)
    inside[0] = 0
    core = int(inside.argmax())
    if inside[core] < 0.10 * middle.sum():
        return middle
    kept: Mask = (labels == core) | ((different > 0) & middle)
    inner: Mask = cv2.erode(kept.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0  # edges hold mixed colours
    return inner if inner.sum() >= 20 else kept


def _tones(ring: Floats) -> Floats:
    """Up to three main colours of the border, (k, 3); colours of less than 15 % of it are not background."""
    samples = np.ascontiguousarray(ring[:: max(1, len(ring) // 800)])
    cv2.setRNGSeed(7)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 10, 1.0)
    start = np.empty((0, 0), np.int32)
    _, labels, centres = cv2.kmeans(samples, 3, start, criteria, 1, cv2.KMEANS_PP_CENTERS)
    counts = np.bincount(labels.ravel(), minlength=3)
    kept: Floats = np.asarray(centres, np.float32)[counts >= 0.15 * len(samples)]
    return kept


def _small(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    scale = SIDE / max(height, width)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    step = max(1, max(height, width) // (4 * SIDE))  # a large still is thinned out first: four pixels for one suffice
    small = cv2.resize(np.ascontiguousarray(pixels[::step, ::step]), size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.medianBlur(small, 3), np.uint8)


def _lab(pixels: Pixels) -> Floats:
    """CIE Lab in its own units: L 0..100, a and b about -128..127."""
    return np.asarray(cv2.cvtColor(pixels.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB), np.float32)


_TABLE = _lab(np.array([rgb for _, rgb in NAMED], np.uint8).reshape(1, -1, 3)).reshape(-1, 3)
_WEIGHTS = np.array([0.7, 1.0, 1.0], np.float32)
"""Lightness counts less than hue: shading changes it on one and the same thing."""


def _nearest(lab: Floats) -> npt.NDArray[np.intp]:
    """Index into NAMED for each row of ``lab`` (n, 3)."""
    table, rows = _TABLE * _WEIGHTS, lab * _WEIGHTS
    distances = (rows**2).sum(axis=1)[:, None] - 2 * rows @ table.T + (table**2).sum(axis=1)[None]
    return np.asarray(distances.argmin(axis=1))


def _family(name: str) -> str:
    return name.split()[-1]


def _best_name(lab: Floats, family: str) -> str:
    """The name of the family nearest to this colour: "dark blue" for the family blue."""
    rows = np.array([at for at, (name, _) in enumerate(NAMED) if _family(name) == family])
    return NAMED[int(rows[(((_TABLE[rows] - lab) * _WEIGHTS) ** 2).sum(axis=1).argmin()])][0]
