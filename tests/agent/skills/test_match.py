"""Two things held side by side: the same, close, or different; never a match that is none."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import cv2
import numpy as np
import pytest

from agent.engines.haar import HaarFinder
from agent.engines.rapid import RapidReader
from agent.engines.zxing import ZxingReader
from agent.given_eyes import GivenEyes
from agent.picture import Picture, Pixels
from agent.sight.facts import Facts, SeeingEngines
from agent.sight.settings import SeeingSettings
from agent.skills.match import CLOSE, NOT_TWO, ONE_THING, SAME, SIDE_BY_SIDE, compared, furthest, match
from agent.skills.skill import Answer, ColourPart, Manner, Situation
from tests.drawn import Rgb, sign, thing


def test_one_thing_that_fills_both_halves_is_no_pair() -> None:
    async def main() -> Answer:
        facts = Facts(SeeingEngines(RapidReader(), ZxingReader(), HaarFinder()), SeeingSettings())
        eyes = GivenEyes(Picture("sign", sign("PLATFORM 4", "Trains to Bogor"), 0), facts)
        return await match(Situation(eyes, datetime(2025, 3, 4), 0, Manner()), {})

    given = asyncio.run(main())
    assert (given.kind, given.text) == ("correction", ONE_THING)


def test_a_plain_wall_is_no_pair() -> None:
    grain = np.random.default_rng(3).normal(0, 2, (480, 640, 1))
    wall = np.clip(np.full((480, 640, 3), (200, 196, 186)) + grain, 0, 255).astype(np.uint8)

    async def main() -> Answer:
        facts = Facts(SeeingEngines(RapidReader(), ZxingReader(), HaarFinder()), SeeingSettings())
        eyes = GivenEyes(Picture("wall", wall, 0), facts)
        return await match(Situation(eyes, datetime(2025, 3, 4), 0, Manner()), {})

    given = asyncio.run(main())
    assert (given.kind, given.text) == ("correction", f"{NOT_TWO} {SIDE_BY_SIDE}")


def side_by_side(one: Rgb, other: Rgb) -> Pixels:
    """Two things, each in the middle of its half."""
    left, right = (cv2.resize(thing(rgb), (320, 480), interpolation=cv2.INTER_AREA) for rgb in (one, other))
    return np.ascontiguousarray(np.hstack([left, right]))


def seen(pixels: Pixels) -> Answer:
    async def main() -> Answer:
        facts = Facts(SeeingEngines(RapidReader(), ZxingReader(), HaarFinder()), SeeingSettings())
        eyes = GivenEyes(Picture("two", pixels, 0), facts)
        return await match(Situation(eyes, datetime(2025, 3, 4), 0, Manner()), {})

    return asyncio.run(main())


@pytest.mark.parametrize("rgb", [(30, 40, 110), (178, 34, 40), (40, 140, 50), (225, 205, 170), (38, 38, 40)])
def test_two_things_of_one_colour_match(rgb: Rgb) -> None:
    assert seen(side_by_side(rgb, rgb)).text.startswith("They match: both are ")


@pytest.mark.parametrize(
    ("one", "other", "begins"),
    [
        ((20, 30, 90), (38, 38, 40), "They don't match: left dark blue, right black."),
        ((178, 34, 40), (40, 140, 50), "They don't match: left red, right green."),
        ((40, 60, 140), (30, 45, 110), "They are close, but not the same: "),
    ],
)
def test_two_things_of_different_colours_never_match(one: Rgb, other: Rgb, begins: str) -> None:
    assert seen(side_by_side(one, other)).text.startswith(begins)


def test_a_pattern_on_one_of_them_is_a_difference_and_a_thread_is_not() -> None:
    blue, white = ColourPart("blue", 0.6, (30, 90, 200)), ColourPart("white", 0.4, (240, 240, 240))
    thread = replace(white, share=0.15)
    assert furthest((blue, white), (replace(blue, share=1.0),)) > CLOSE
    assert furthest((blue, thread), (replace(blue, share=1.0),)) <= SAME
    assert compared((blue, white), (blue, white)).text.startswith("They match")
