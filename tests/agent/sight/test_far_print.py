"""Print that is too far away: what is found of it, and what is said."""

from __future__ import annotations

import asyncio

import cv2
import numpy as np
import pytest

from agent.engines.fakes import FakeCodeReader, FakeFaceFinder, FakeTextReader
from agent.engines.protocols import Box, TextLine
from agent.engines.rapid import RapidReader
from agent.engines.zxing import ZxingReader
from agent.picture import Picture, Pixels
from agent.sight.facts import Facts, SeeingEngines
from agent.sight.quality import ADVICE
from agent.sight.settings import SeeingSettings
from agent.skills.read_text import reading
from tests.drawn import plain, qr, sign, textured


class Blind(FakeTextReader):
    """Finds print and can't read it."""

    def __init__(self, *found: Box) -> None:
        super().__init__(delay_s=0.0)
        self.found_at = found

    async def places(self, pixels: Pixels, *, max_side: int) -> tuple[Box, ...]:
        return self.found_at


def lines_of(pixels: Pixels, *found: Box) -> tuple[TextLine, ...]:
    facts = Facts(SeeingEngines(Blind(*found), FakeCodeReader(), FakeFaceFinder()), SeeingSettings())
    return asyncio.run(facts.text(Picture("p", pixels, 0)))


def really(pixels: Pixels) -> tuple[TextLine, ...]:
    async def main() -> tuple[TextLine, ...]:
        reader, codes = RapidReader(), ZxingReader()
        try:
            facts = Facts(SeeingEngines(reader, codes, FakeFaceFinder()), SeeingSettings())
            return await facts.text(Picture("p", pixels, 0))
        finally:
            await reader.close()
            await codes.close()

    return asyncio.run(main())


def test_small_print_that_cant_be_read_is_a_line_without_text() -> None:
    at = Box(300, 200, 60, 30)
    assert lines_of(plain((150, 150, 140)), at) == (TextLine("", at, 0.0),)


def test_a_large_thing_that_only_looks_like_print_is_none() -> None:
    assert lines_of(plain((150, 150, 140)), Box(40, 20, 500, 400)) == ()


def test_in_a_tiny_picture_all_print_is_small() -> None:
    assert len(lines_of(plain((150, 150, 140), 160, 120), Box(5, 5, 150, 110))) == 1


@pytest.mark.parametrize("height", [24, 40])
def test_a_sign_far_away_asks_to_come_closer_and_claims_nothing(height: int) -> None:
    small = cv2.resize(sign("Octavia Hill", "garden and hall", "1887"), None, fx=height / 480, fy=height / 480,
                       interpolation=cv2.INTER_AREA)  # fmt: skip
    wall = textured((110, 100, 90), 1280, 960)
    wall[400 : 400 + small.shape[0], 600 : 600 + small.shape[1]] = small
    answer = reading(really(cv2.GaussianBlur(wall, (0, 0), 0.7)))
    assert (answer.kind, answer.text) == ("correction", ADVICE["far"])


def test_a_code_is_not_taken_for_print_that_is_far() -> None:
    wall = textured((110, 100, 90), 1280, 960)
    code = qr("https://example.org/a/long/way")
    code = cv2.resize(code, (240, 240), interpolation=cv2.INTER_AREA)
    wall[300:540, 500:740] = code
    assert not any(not line.text for line in really(wall))
    assert reading(()).text == "I can't find any text. Move the camera a little and hold it still."


def test_where_something_is_read_nothing_more_is_looked_for() -> None:
    class Reader(Blind):
        async def read(self, pixels: Pixels, *, max_side: int) -> tuple[TextLine, ...]:
            return (TextLine("Platform 3", Box(10, 10, 200, 30), 0.97),)

    facts = Facts(SeeingEngines(Reader(Box(1, 1, 9, 9)), FakeCodeReader(), FakeFaceFinder()), SeeingSettings())
    lines = asyncio.run(facts.text(Picture("p", np.asarray(plain((150, 150, 140))), 0)))
    assert [line.text for line in lines] == ["Platform 3"]
