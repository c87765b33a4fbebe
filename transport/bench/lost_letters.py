"""Print of which letters are missing, at the edge of the picture, behind a thing or in glare: whether any of it is said
as if it stood there whole.

Knows how to spoil photos so, and which lines that goes through: those that the reader finds in the whole photo, of
which a part is gone and a part is left. Does not use what the eyes themselves find missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, assert_never

import cv2
import numpy as np
import numpy.typing as npt

from agent.engines.protocols import Box, Side, TextLine
from agent.given_eyes import GivenEyes
from agent.picture import Picture, Pixels
from agent.sight.facts import Facts, letter_height
from agent.skills.describe import describe
from agent.skills.picture_words import CUT_OFF, CUT_OFF_AROUND, PARTLY, PARTLY_AROUND
from agent.skills.read_text import read_text
from agent.skills.skill import Manner, Situation, Skill
from transport.bench.figures import Row

Cover: TypeAlias = npt.NDArray[np.float32]
"""How much each pixel of the photo is hidden, 0..1."""

LOST = (0.15, 0.3, 0.45)
"""Shares of the picture's width or height that are cut away."""
SIDES: tuple[Side, ...] = ("left", "right", "top", "bottom")
HIDDEN = (0.3, 0.6)
"""How far a thing reaches into the picture, and how wide a glare is."""
ALONG, ACROSS = (0.6, 1.5), (0.35, 0.3)
"""A line lacks letters when so many letter heights of it are lost, and so many are left to be read: along its way, or
of its own height, in boxes that are a little larger than the letters."""
UNUSABLE = 0.6
"""Share of the letters in view that stand in such lines from which there is no answer at all."""
EXPOSED = 0.8
"""A camera shows white paper so bright: glare on paper that is as white as it can be hides nothing to speak of."""
BURNT = 235.0
"""Light on top from which black print is as white as its paper."""
SAYS_SO = (
    *(sentence.split(".")[0] for sentence in (*CUT_OFF.values(), *PARTLY.values())),
    CUT_OFF_AROUND.split(".", maxsplit=1)[0], PARTLY_AROUND.rstrip("."), "not all of it is in view",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A picture of which something is missing. ``cover``: by where in the whole photo; ``left``, ``top``: where of that
    it begins."""

    picture: Picture
    cover: Cover
    left: int = 0
    top: int = 0


@dataclass(frozen=True, slots=True)
class Missing:
    """What that does to lines. ``rests``: what is still read of those that lack letters; ``share``: of the letters in
    view, in such lines."""

    rests: tuple[str, ...]
    share: float


def cropped(name: str, pixels: Pixels, side: Side, lost: float) -> Spoilt:
    """Without ``lost`` of its width or height on this side."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = 0, 0, width, height
    match side:
        case "left":
            left = round(width * lost)
        case "right":
            right = round(width * (1 - lost))
        case "top":
            top = round(height * lost)
        case "bottom":
            bottom = round(height * (1 - lost))
        case _:
            assert_never(side)
    cover = np.ones((height, width), np.float32)
    cover[top:bottom, left:right] = 0.0
    part = np.ascontiguousarray(pixels[top:bottom, left:right])
    return Spoilt(Picture(f"{name} without {side} {lost}", part, 0), cover, left, top)


def fingered(name: str, pixels: Pixels, reach: float) -> Spoilt:
    """A finger from below before the lens: far out of focus."""
    height, width = pixels.shape[:2]
    cover = np.zeros((height, width), np.float32)
    size = round(width * (0.1 + 0.55 * reach**0.5)), round(1.3 * height * reach)
    cv2.ellipse(cover, (width // 2, height), size, 0, 0, 360, 1.0, -1)
    cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), 0.02 * max(height, width)), np.float32)
    return _laid_over(f"{name} behind a finger {reach}", pixels, cover, (150, 90, 70))


def carded(name: str, pixels: Pixels, reach: float) -> Spoilt:
    """A dark card that lies over its left part."""
    cover = np.zeros(pixels.shape[:2], np.float32)
    cover[:, : round(reach * pixels.shape[1])] = 1.0
    return _laid_over(f"{name} under a card {reach}", pixels, cover, (60, 62, 66))


def glaring(name: str, pixels: Pixels, reach: float) -> Spoilt:
    """A lamp's reflection in the middle."""
    height, width = pixels.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    away = np.hypot((x - width / 2) / (width * reach / 2), (y - height / 2) / (height * reach / 2))
    light = 400.0 * np.exp(-(away**2))
    shown = np.asarray(np.clip(EXPOSED * pixels + light[..., None], 0, 255), np.uint8)
    return Spoilt(Picture(f"{name} with glare {reach}", shown, 0), np.asarray(light >= BURNT, np.float32))


def _laid_over(name: str, pixels: Pixels, cover: Cover, colour: tuple[int, int, int]) -> Spoilt:
    thing = np.array(colour, np.float32) + np.random.default_rng(1).normal(0.0, 2.0, pixels.shape)
    shown = pixels * (1 - cover[..., None]) + thing * cover[..., None]
    return Spoilt(Picture(name, np.asarray(np.clip(shown, 0, 255), np.uint8), 0), cover)


def missing(lines: Sequence[TextLine], rest: Sequence[TextLine], spoilt: Spoilt) -> Missing:
    """What is missing of the lines of the whole photo; ``rest``: what is still read of the spoilt one, in which there
    may be nothing of a line."""
    rests, lacking, whole = [], 0.0, 0.0
    for line in lines:
        found = [other.text for other in rest if _is_of(other.box, line.box, spoilt)]
        if not found:
            continue
        box, height = line.box, letter_height(line)
        under = spoilt.cover[max(0, box.top) : box.top + box.height, max(0, box.left) : box.left + box.width] > 0.5
        along, across = under.mean(axis=0) > 0.5, under.mean(axis=1) > 0.5
        letters = len(line.text) * float(1 - along.mean())
        through = _lacks(int(along.sum()), box.width, height, ALONG)
        through = through or _lacks(int(across.sum()), box.height, height, ACROSS)
        if through and " ".join(found) != line.text:  # else all that stands there is read
            rests += found
            lacking += letters
        else:
            whole += letters
    return Missing(tuple(rests), lacking / max(1.0, lacking + whole))


def _lacks(gone: int, size: int, letters: float, least: tuple[float, float]) -> bool:
    return gone > least[0] * letters and size - gone >= least[1] * letters


def _is_of(box: Box, line: Box, spoilt: Spoilt) -> bool:
    """Whether the middle of what was read lies in this line."""
    x, y = spoilt.left + box.left + box.width / 2, spoilt.top + box.top + box.height / 2
    return line.left <= x <= line.left + line.width and line.top <= y <= line.top + line.height


async def lost_letter_rows(photos: Mapping[str, Pixels], facts: Facts, tell: Callable[[str], None]) -> list[Row]:
    """Questions about photos with print, of which letters are missing, that were answered as if it were whole."""
    rows = []
    for title, spoil in (
        ("print cut off by the edge", _all_crops), ("print behind a finger, a card or glare", _all_covers),
    ):  # fmt: skip
        claimed, asked = [], 0
        for name, pixels in photos.items():
            tell(f"{title}: {name}")
            lines = await facts.text(Picture(name, pixels, 0))
            for spoilt in spoil(name, pixels):
                what = missing(lines, await facts.text(spoilt.picture), spoilt)
                for one in (read_text, describe) if what.rests else ():
                    asked += 1
                    if await _claims(one, spoilt.picture, facts, what):
                        claimed.append(f"{one.name} of {spoilt.picture.id}")
        rows.append(
            Row(
                f"questions about spoilt photos answered: {title}", f"{len(claimed)} of {asked}",
                {"claimed": len(claimed), "asked": asked}, "0", not claimed,
                "as if it were whole, or at all where most is missing" + "".join(f"; {one}" for one in claimed[:3]),
            )
        )  # fmt: skip
    return rows


def _all_crops(name: str, pixels: Pixels) -> list[Spoilt]:
    return [cropped(name, pixels, side, lost) for side in SIDES for lost in LOST]


def _all_covers(name: str, pixels: Pixels) -> list[Spoilt]:
    return [hide(name, pixels, reach) for hide in (fingered, carded, glaring) for reach in HIDDEN]


async def _claims(skill: Skill, picture: Picture, facts: Facts, what: Missing) -> bool:
    answer = await skill(Situation(GivenEyes(picture, facts), datetime(2026, 1, 1), 0, Manner()), {})
    if answer.kind != "answer":
        return False
    if skill.name == "read_text" and what.share >= UNUSABLE:
        return True
    said = answer.text
    if skill.name == "describe":  # it says the first words only, those of a row that lacks letters with a doubt
        return any(rest in said for rest in what.rests) and "perhaps" not in said and not _says_so(said)
    return not _says_so(said)


def _says_so(text: str) -> bool:
    return any(words in text for words in SAYS_SO)
