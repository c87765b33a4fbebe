"""Facts of a picture: what looks like print in the squares of a code is none."""

from __future__ import annotations

import asyncio

from agent.engines.fakes import FakeCodeReader, FakeFaceFinder, FakeTextReader
from agent.engines.protocols import Box, Code, TextLine
from agent.picture import Picture
from agent.sight.facts import Facts, SeeingEngines
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
