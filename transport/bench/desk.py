"""A page on a table as a phone over it sees it: for measuring how well somebody is guided to it.

Knows perspective, motion blur and noise. Does not know hands or what is said.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from agent.picture import Pixels
from agent.sight.framing import VIEW

PAGE_CM = (21.0, 29.7)
PAGE_DENSITY, TABLE_DENSITY = 64, 8
"""Pixels a centimetre of what is drawn."""
TABLE_CM = 240.0
TRACK, STILL = (480, 640), (1200, 1600)
"""Width and height of the pictures of a phone held upright."""
EXPOSURE_S = 1 / 50
LETTER_PT = 13
VOCABULARY = (
    "the garden gate was open and nobody had seen who went through it during night so our neighbour called "
    "about the water meter please send reading before friday morning by post or leave it at reception desk of "
    "town hall where office hours are from nine until four except wednesday when they close at noon thank you "
    "for your patience we remain with kind regards payment is due within thirty days after receipt of this "
    "letter any questions should be sent to customer service quoting reference number shown above "
)


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the phone is over the middle of the page: centimetres to the right, towards the page's top, and above it;
    and how it is turned, degrees: ``roll`` clockwise, ``pitch`` top edge away from the table, ``yaw`` right edge away.
    """

    x: float = 0.0
    y: float = 0.0
    z: float = 34.0
    roll: float = 0.0
    pitch: float = 0.0
    yaw: float = 0.0

    def moved(self, **by: float) -> Pose:
        return replace(self, **{name: getattr(self, name) + value for name, value in by.items()})


def homography(pose: Pose, width: int, height: int) -> npt.NDArray[np.float64]:
    """From centimetres on the table (right, up; 0 the middle of the page) to pixels."""
    roll, pitch, yaw = (math.radians(angle) for angle in (pose.roll, pose.pitch, pose.yaw))
    # The camera looks down (its z), its x to the right, its y towards the user.
    down = np.array([[1, 0, 0], [0, -1, 0], [0, 0, -1]], float)
    about_x = _turn(0, -pitch)
    about_y = _turn(1, -yaw)
    about_z = _turn(2, -roll)
    rotation = about_x @ about_y @ about_z @ down
    shift = rotation @ -np.array([pose.x, pose.y, pose.z])
    focal = max(width, height) / 2 / math.tan(VIEW / 2)
    lens = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])
    return np.asarray(lens @ np.column_stack([rotation[:, 0], rotation[:, 1], shift]), np.float64)


def _turn(axis: int, angle: float) -> npt.NDArray[np.float64]:
    c, s = math.cos(angle), math.sin(angle)
    one, other = [(1, 2), (2, 0), (0, 1)][axis]
    turn = np.eye(3)
    turn[one, one] = turn[other, other] = c
    turn[one, other], turn[other, one] = -s, s
    return turn


def corners(pose: Pose, width: int, height: int) -> npt.NDArray[np.float64]:
    """Of the page in pixels, shape (4, 2): from its upper left clockwise."""
    x, y = PAGE_CM[0] / 2, PAGE_CM[1] / 2
    points = np.array([[-x, y, 1], [x, y, 1], [x, -y, 1], [-x, -y, 1]]) @ homography(pose, width, height).T
    return np.asarray(points[:, :2] / points[:, 2:], np.float64)


def whole(pose: Pose, width: int, height: int) -> bool:
    """Whether all of the page is in the picture."""
    found = corners(pose, width, height)
    return bool((found >= 0).all() and (found <= (width, height)).all())


def letter(seed: int) -> tuple[Pixels, str]:
    """A printed page and its words."""
    chance = random.Random(seed)
    width, height = (round(side * PAGE_DENSITY) for side in PAGE_CM)
    sheet = Image.new("RGB", (width, height), (246, 245, 241))
    pen = ImageDraw.Draw(sheet)
    size = round(LETTER_PT * 2.54 / 72 * PAGE_DENSITY)
    margin = round(2.2 * PAGE_DENSITY)
    said, at = [], margin
    title = f"Notice {chance.randrange(100, 1000)}"
    pen.text((margin, at), title, (20, 20, 24), ImageFont.load_default(2 * size))
    said.append(title)
    at += 4 * size
    font = ImageFont.load_default(size)
    for _ in range(7):
        words = [chance.choice(VOCABULARY.split()) for _ in range(chance.randrange(30, 46))]
        row: list[str] = []
        for word in [*words, ""]:
            if not word or pen.textlength(" ".join([*row, word]), font) > width - 2 * margin:
                pen.text((margin, at), " ".join(row), (25, 25, 30), font)
                at += round(1.45 * size)
                row = []
            row.append(word)
        said += words
        at += size
    return np.asarray(sheet, np.uint8), " ".join(said)


def recall(lines: Sequence[str], truth: str) -> float:
    """Share of the true words that are among those read, whatever their order and case."""
    found, wanted = (Counter(re.findall(r"[a-z0-9]+", text.lower())) for text in (" ".join(lines), truth))
    return (found & wanted).total() / wanted.total()


def table(seed: int) -> Pixels:
    """A wooden table: brown, with grain."""
    noise = np.random.default_rng(seed)
    side = round(TABLE_CM * TABLE_DENSITY)
    grain = cv2.resize(noise.normal(0, 14, (side // 3, side // 60)).astype(np.float32), (side, side))
    wood = np.array([[(150, 112, 78), (96, 70, 52), (120, 118, 112), (60, 62, 66)][seed % 4]], np.float32)
    return np.asarray(np.clip(wood[None] + grain[..., None] + noise.normal(0, 3, (side, side, 1)), 0, 255), np.uint8)


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies there. ``light``: share of full light; ``seed`` of the camera's noise."""

    sheet: Pixels
    wood: Pixels
    light: float = 0.85
    seed: int = 0

    def seen(self, poses: list[Pose], width: int, height: int) -> Pixels:
        """The picture of an exposure during which the phone was at each of these poses."""
        total = np.zeros((height, width, 3), np.float32)
        for pose in poses:
            total += self._sharp(homography(pose, width, height), width, height)
        shade = np.linspace(self.light, 0.86 * self.light, width, dtype=np.float32)[None, :, None]
        noise = np.random.default_rng([self.seed, round(1e4 * abs(poses[0].x)), round(1e4 * abs(poses[0].y))]).normal(
            0, 2.0, total.shape
        )
        return np.asarray(np.clip(total / len(poses) * shade + noise, 0, 255), np.uint8)

    def _sharp(self, view: npt.NDArray[np.float64], width: int, height: int) -> npt.NDArray[np.float32]:
        size = (width, height)
        ground = cv2.warpPerspective(
            self.wood, view @ _drawn(TABLE_CM, TABLE_CM, TABLE_DENSITY), size, borderMode=cv2.BORDER_REFLECT
        )
        onto = view @ _drawn(*PAGE_CM, PAGE_DENSITY)
        scale = math.sqrt(abs(float(np.linalg.det(onto[:2, :2] / onto[2, 2]))))
        sheet = self.sheet
        if scale < 0.5:  # a picture made smaller needs its detail averaged, as a lens does
            sheet = np.asarray(cv2.resize(sheet, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
            onto = onto @ np.diag([2.0, 2.0, 1.0])
            if scale < 0.25:
                sheet = np.asarray(cv2.resize(sheet, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
                onto = onto @ np.diag([2.0, 2.0, 1.0])
        paper = cv2.warpPerspective(sheet, onto, size, flags=cv2.INTER_LINEAR)
        mask = cv2.warpPerspective(np.full(sheet.shape[:2], 255, np.uint8), onto, size)[..., None] / 255.0
        return np.asarray(paper * mask + ground * (1 - mask), np.float32)


def _drawn(width: float, height: float, density: float) -> npt.NDArray[np.float64]:
    """From pixels of a drawing to centimetres, its middle at 0."""
    return np.array([[1 / density, 0, -width / 2], [0, -1 / density, height / 2], [0, 0, 1]])
