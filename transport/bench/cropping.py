"""Print that the edge of the picture cuts off: whether any of it is said as if it stood there whole.

Knows how to cut photos, and which lines a cut goes through: those that the reader finds in the whole photo on both
sides of it. Does not use what the eyes themselves find cut off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

import numpy as np

from agent.engines.protocols import Box, Side, TextLine
from agent.given_eyes import GivenEyes
from agent.picture import Picture, Pixels
from agent.sight.facts import Facts, letter_height
from agent.skills.describe import describe
from agent.skills.picture_words import CUT_OFF, CUT_OFF_AROUND, PARTLY, PARTLY_AROUND
from agent.skills.read_text import read_text
from agent.skills.skill import Manner, Situation, Skill
from transport.bench.figures import Row

LOST = (0.15, 0.3, 0.45)
"""Shares of the picture's width or height that are cut away."""
SIDES: tuple[Side, ...] = ("left", "right", "top", "bottom")
THROUGH, LEFT_OVER = {"along": 0.6, "across": 0.35}, {"along": 1.5, "across": 0.3}
"""A line is cut when so many letter heights of it are lost, and so many are left to be read: along its way, or of its
own height, in boxes that are a little larger than the letters."""
UNUSABLE = 0.6
"""Share of the letters in view that stand in cut lines from which there is no answer at all."""
SAYS_SO = (
    *(sentence.split(".")[0] for sentence in (*CUT_OFF.values(), *PARTLY.values())),
    CUT_OFF_AROUND.split(".", maxsplit=1)[0], PARTLY_AROUND.rstrip("."), "cut off at the edge of the picture",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cut:
    """What a cut does to the lines of a photo. ``rests``: what is still read of those it goes through; ``share``: of
    the letters in view, in such lines."""

    rests: tuple[str, ...]
    share: float


def cropped(pixels: Pixels, side: Side, lost: float) -> Pixels:
    """Without ``lost`` of its width or height on this side."""
    left, top, right, bottom = _kept(pixels.shape[1], pixels.shape[0], side, lost)
    return np.ascontiguousarray(pixels[top:bottom, left:right])


def cut_through(
    lines: Sequence[TextLine], rest: Sequence[TextLine], size: tuple[int, int], side: Side, lost: float
) -> Cut:
    """What that cut does to the lines of the whole photo of this width and height; ``rest``: what is still read of the
    cropped one, in which there may be nothing of a line."""
    left, top, right, bottom = _kept(*size, side, lost)
    way = "along" if side in ("left", "right") else "across"
    rests, cut, whole = [], 0.0, 0.0
    for line in lines:
        box, height = line.box, letter_height(line)
        found = [other.text for other in rest if _is_of(other.box, box, left, top)]
        if not found:
            continue
        wide = min(right, box.left + box.width) - max(left, box.left)
        high = min(bottom, box.top + box.height) - max(top, box.top)
        kept, gone = (wide, box.width - wide) if way == "along" else (high, box.height - high)
        letters = len(line.text) * wide / max(1, box.width)
        if gone > THROUGH[way] * height and kept >= LEFT_OVER[way] * height:
            rests += found
            cut += letters
        elif gone <= 0:
            whole += letters
    return Cut(tuple(rests), cut / max(1.0, cut + whole))


def _kept(width: int, height: int, side: Side, lost: float) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is left of a picture."""
    match side:
        case "left":
            return round(width * lost), 0, width, height
        case "right":
            return 0, 0, round(width * (1 - lost)), height
        case "top":
            return 0, round(height * lost), width, height
        case "bottom":
            return 0, 0, width, round(height * (1 - lost))
        case _:
            assert_never(side)


def _is_of(box: Box, line: Box, left: int, top: int) -> bool:
    """Whether the middle of what was read, in a crop that begins there, lies in this line."""
    x, y = left + box.left + box.width / 2, top + box.top + box.height / 2
    return line.left <= x <= line.left + line.width and line.top <= y <= line.top + line.height


async def crop_row(photos: Mapping[str, Pixels], facts: Facts, tell: Callable[[str], None]) -> Row:
    """Questions about cropped photos with print that were answered as if it were whole."""
    claimed, asked = [], 0
    for name, pixels in photos.items():
        tell(f"cropped: {name}")
        lines = await facts.text(Picture(name, pixels, 0))
        for side in SIDES:
            for lost in LOST:
                picture = Picture(f"{name} without {side} {lost}", cropped(pixels, side, lost), 0)
                cut = cut_through(lines, await facts.text(picture), (pixels.shape[1], pixels.shape[0]), side, lost)
                if not cut.rests:
                    continue
                for one in (read_text, describe):
                    asked += 1
                    if await _claims(one, picture, facts, cut):
                        claimed.append(f"{one.name} of {picture.id}")
    title = "questions about spoilt photos answered: print cut off by the edge"
    return Row(
        title, f"{len(claimed)} of {asked}", {"claimed": len(claimed), "asked": asked}, "0", not claimed,
        "as if it were whole, or at all where most is cut" + "".join(f"; {one}" for one in claimed[:3]),
    )  # fmt: skip


async def _claims(skill: Skill, picture: Picture, facts: Facts, cut: Cut) -> bool:
    answer = await skill(Situation(GivenEyes(picture, facts), datetime(2026, 1, 1), 0, Manner()), {})
    if answer.kind != "answer":
        return False
    if skill.name == "read_text" and cut.share >= UNUSABLE:
        return True
    said = answer.text
    if skill.name == "describe":  # it says the first words only, those of a row that is cut off with a doubt
        return any(rest in said for rest in cut.rests) and "perhaps" not in said and not _says_so(said)
    return not _says_so(said)


def _says_so(text: str) -> bool:
    return any(words in text for words in SAYS_SO)
