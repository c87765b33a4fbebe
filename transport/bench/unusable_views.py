"""Pictures that show little of what is asked about: a finger over much of the lens, print that is too far away, a thing
in glare. Whether anything is claimed of them all the same.

Knows how to spoil photos so. Does not use what the eyes themselves find.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import cv2
import numpy as np

from agent.engines.protocols import TextLine
from agent.given_eyes import GivenEyes
from agent.picture import Picture, Pixels
from agent.sight.facts import Facts, letter_height
from agent.skills.colour import colour
from agent.skills.describe import describe
from agent.skills.read_text import read_text
from agent.skills.skill import Manner, Situation, Skill
from transport.bench.figures import Row
from transport.bench.lost_letters import HIDDEN, fingered, glaring

REACHES = (0.6, 0.9)
"""How far the finger comes in: it covers a good half of the picture, or nearly all."""
LETTERS = (6.0, 5.0, 4.0, 3.0)
"""Height of the letters of print that is too far away, in pixels: a reader of print needs nine or ten."""
VIEW = (1280, 960)
"""Width and height of the camera's picture in which that print stands small."""
GROUND = (140, 132, 120)


def far_away(name: str, pixels: Pixels, lines: Sequence[TextLine], letters: float) -> Picture | None:
    """A photo with print in front of a plain wall, so far away that most of its letters are so high; None where it
    would be larger than the picture."""
    scale = letters / float(np.median([letter_height(line) for line in lines]))
    if scale >= 1:
        return None
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    if width > VIEW[0] or height > VIEW[1]:
        return None
    view = np.empty((VIEW[1], VIEW[0], 3), np.float32)
    view[:] = GROUND
    top, left = (VIEW[1] - height) // 2, (VIEW[0] - width) // 2
    view[top : top + height, left : left + width] = small
    noise = np.random.default_rng(3).normal(0.0, 2.0, view.shape)
    return Picture(f"{name} far away {letters:g}", np.asarray(np.clip(view + noise, 0, 255), np.uint8), 0)


async def unusable_rows(
    photos: Mapping[str, Pixels], printed: Sequence[str], facts: Facts, tell: Callable[[str], None]
) -> list[Row]:
    """``printed``: names of those with print."""
    tell("a finger over much of the lens")
    hidden = [fingered(name, pixels, reach).picture for name, pixels in photos.items() for reach in REACHES]
    far = []
    for name in printed:
        lines = await facts.text(Picture(name, photos[name], 0))
        far += [away for letters in LETTERS if (away := far_away(name, photos[name], lines, letters)) is not None]
    tell("print too far away, things in glare")
    return [
        await _glare_row(photos, facts),
        await _row("a finger over much of the lens", hidden, (describe, colour), facts),
        await _row("print too far away", far, (read_text,), facts),
    ]


async def _glare_row(photos: Mapping[str, Pixels], facts: Facts) -> Row:
    """Things of other colours that are told to be white, or partly so, where the reflection of a lamp falls on them."""
    claimed, asked = [], 0
    for name, pixels in photos.items():
        if "white" in await _told(colour, Picture(name, pixels, 0), facts):
            continue
        for reach in HIDDEN:
            asked += 1
            spoilt = glaring(name, pixels, reach).picture
            if "white" in await _told(colour, spoilt, facts):
                claimed.append(spoilt.id)
    return Row(
        "things in glare told to be white that are not", f"{len(claimed)} of {asked}",
        {"claimed": len(claimed), "asked": asked}, "0", not claimed, "; ".join(claimed[:3]),
    )  # fmt: skip


async def _told(skill: Skill, picture: Picture, facts: Facts) -> str:
    """What is claimed of it, "" where nothing is."""
    answer = await skill(Situation(GivenEyes(picture, facts), datetime(2026, 1, 1), 0, Manner()), {})
    return answer.text if answer.kind == "answer" else ""


async def _row(title: str, pictures: Sequence[Picture], skills: Sequence[Skill], facts: Facts) -> Row:
    claimed, asked = [], 0
    for picture in pictures:
        for one in skills:
            asked += 1
            if await _told(one, picture, facts):
                claimed.append(f"{one.name} of {picture.id}")
    return Row(
        f"questions about spoilt photos answered: {title}", f"{len(claimed)} of {asked}",
        {"claimed": len(claimed), "asked": asked}, "0", not claimed, "; ".join(claimed[:3]),
    )  # fmt: skip
