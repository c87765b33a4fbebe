"""Facts of a picture: what looks like print in the squares of a code is none."""

from __future__ import annotations

import asyncio

from agent.engines.fakes import FakeCodeReader, FakeFaceFinder, FakeTextReader
from agent.engines.protocols import Box, Code, TextLine
from agent.picture import Picture, Pixels
from agent.sight.facts import Facts, SeeingEngines, letter_height
from agent.sight.settings import SeeingSettings
from tests.drawn import plain

SQUARE = Box(200, 100, 200, 200)


def lines_read(code: Code) -> list[str]:
    async def main() -> list[str]:
        reader, codes = FakeTextReader(), FakeCodeReader()
        reader.lines = (
            TextLine("回回", Box(220, 150, 60, 40), 0.95), TextLine("Scan me", Box(200, 320, 200, 30), 0.99),
        )  # fmt: skip
        codes.found = (code,)
        facts = Facts(SeeingEngines(reader, codes, FakeFaceFinder()), SeeingSettings())
        picture = Picture("p", plain((200, 200, 200)), 0)
        whole, quick = await facts.text(picture), await facts.quick_text(picture)
        assert whole == quick
        return [line.text for line in whole]

    return asyncio.run(main())


def test_print_in_the_squares_of_a_code_is_none() -> None:
    assert lines_read(Code("https://example.org", "QRCode", False, SQUARE)) == ["Scan me"]


def test_the_digits_of_a_bar_code_are_print() -> None:
    assert len(lines_read(Code("4006381333931", "EAN13", True, SQUARE))) == 2


def test_the_height_of_letters_is_told_of_a_line_that_lies_askew_too() -> None:
    """Its box is as high as the line is long times the slope."""
    text = "a line of forty letters that lies askew."
    level, askew = TextLine(text, Box(10, 10, 600, 28), 0.9), TextLine(text, Box(10, 10, 580, 170), 0.9)
    assert letter_height(level) == 28
    assert letter_height(askew) < 42


def test_small_print_that_lies_askew_is_looked_for_again_larger() -> None:
    class Reader(FakeTextReader):
        async def read(self, pixels: Pixels, *, max_side: int) -> tuple[TextLine, ...]:
            sides.append(max_side)
            return (TextLine("a line of small print that lies askew", Box(10, 10, 400, 120), 0.99),) * 9

    async def main() -> None:
        facts = Facts(SeeingEngines(Reader(), FakeCodeReader(), FakeFaceFinder()), settings)
        await facts.text(Picture("p", plain((200, 200, 200), 1200, 1600), 0))

    sides: list[int] = []
    settings = SeeingSettings()
    asyncio.run(main())
    assert sides == [settings.text_side, settings.fine_text_side]
