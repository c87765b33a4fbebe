"""Print that is cut off is never said as if it stood there whole: not when read, told, added up or spelled."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from agent.engines.haar import HaarFinder
from agent.engines.protocols import Side, TextLine
from agent.engines.rapid import RapidReader
from agent.engines.zxing import ZxingReader
from agent.given_eyes import GivenEyes
from agent.picture import Picture
from agent.sight.facts import Facts, SeeingEngines
from agent.sight.settings import SeeingSettings
from agent.skills.describe import describe
from agent.skills.page import CUT_TOTAL, total
from agent.skills.picture_words import CUT_OFF, CUT_OFF_AROUND, passages
from agent.skills.printed import Page, Passage
from agent.skills.read_text import read_text
from agent.skills.skill import Manner, Situation
from agent.skills.spell import spell
from tests.agent.skills.test_looking_skills import Known, ask, line, page
from tests.agent.skills.test_spell import after
from tests.drawn import sign


def cut(one: TextLine, *sides: Side) -> TextLine:
    return replace(one, cut=sides)


@pytest.mark.parametrize(
    ("sides", "advice"),
    [(("right",), CUT_OFF["right",]), (("top",), CUT_OFF["top",]), (("left", "right"), CUT_OFF_AROUND)],
)
def test_mostly_cut_print_is_not_read_but_corrected(sides: tuple[Side, ...], advice: str) -> None:
    first, second, third = page("Take two tablets daily wi", "Do not take more than e", "Keep cool.")
    given = ask(read_text, Known((cut(first, *sides), cut(second, sides[0]), third)))
    assert (given.kind, given.text, given.page) == ("correction", advice, None)
    told = ask(describe, Known((cut(first, *sides), cut(second, sides[0]), third))).text
    assert "There is text, but not all of it is in view." in told
    assert "tablets" not in told


def test_a_cut_row_among_whole_ones_is_doubtful_and_it_is_said_where() -> None:
    first, second, third = page("Opening hours of the library", "Monday to Friday from nine", "Closed on Sund")
    given = ask(read_text, Known((first, second, cut(third, "right"))))
    assert given.kind == "answer"
    assert given.text.startswith("It says: Opening hours of the library, Monday to Friday from nine, perhaps Closed")
    assert "Part of it is cut off on the right." in given.text
    assert "perhaps" not in ask(read_text, Known((first, second))).text
    told = ask(describe, Known((cut(third, "right"), first, second))).text
    assert "perhaps Closed on Sund" in told


def test_a_total_that_is_cut_off_is_never_said() -> None:
    rows = (Passage("Tea and cake in the garden", True), Passage("TOTAL $6", False, cut=("right",)))
    assert total(Page(rows)) == CUT_TOTAL
    assert CUT_TOTAL.kind == "correction"
    assert total(Page((Passage("Total", True), Passage("$13.9", False, cut=("right",))))) == CUT_TOTAL
    assert total(Page((Passage("Total $6.40", True),))).text == "It says: Total $6.40."


def test_what_is_said_of_the_cut_is_not_spelled() -> None:
    rows = (line("Gate"), cut(line("B7", top=60), "left"))
    read = ask(read_text, Known(rows)).text
    assert "Part of it is cut off on the left." in read
    spelled = after(spell, read).text
    assert "G, A, T, E" in spelled
    assert "P, A, R, T" not in spelled


def test_rows_keep_the_sides_that_cut_them() -> None:
    beside = replace(line("$2.50"), box=replace(line("").box, left=400))
    [row] = passages((line("Tea"), cut(beside, "right")))
    assert (row.cut, row.sure) == (("right",), False)


def test_a_cropped_sign_is_not_read_and_the_whole_one_is() -> None:
    async def main() -> list[tuple[str, str]]:
        facts = Facts(SeeingEngines(RapidReader(), ZxingReader(), HaarFinder()), SeeingSettings())
        whole, found = sign("Take two", "tablets daily"), []
        for at, part in enumerate((whole, whole[:, :250], whole[:, 110:])):
            picture = Picture(str(at), np.ascontiguousarray(part), 0)
            given = await read_text(Situation(GivenEyes(picture, facts), datetime(2025, 3, 4), 0, Manner()), {})
            found.append((given.kind, given.text))
        return found

    whole, right, left = asyncio.run(main())
    assert whole[0] == "answer"
    assert "tablets" in whole[1]
    assert right == ("correction", CUT_OFF["right",])
    assert left == ("correction", CUT_OFF["left",])
