"""Drawn pages through the real reader: tables row by row, columns of running text one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from agent.engines.rapid import RapidReader
from agent.picture import Pixels
from agent.skills.page import heading_rows
from agent.skills.picture_words import passages
from agent.skills.printed import Page, Passage

INK, PAPER = (20, 20, 25), (250, 250, 247)
PEOPLE = (
    ("Name", "Address", "Occupation"),
    ("Maria Lopez", "12 High Street, Bristol", "Primary school teacher"),
    ("Jonathan Whitfield", "4 Station Road, Leeds", "Railway engineer"),
    ("Siti Rahmawati", "Jalan Merdeka 17, Bandung", "Nurse"),
    ("Peter Okonkwo", "88 Harbour View, Cardiff", "Software developer"),
)
QUIZ = (
    ("Question", "Answer"),
    ("What is the capital of Peru?", "Lima in the west"),
    ("Which river flows through Cairo?", "The Nile"),
    ("Who wrote the play Hamlet?", "William Shakespeare"),
    ("How many legs has a spider?", "Eight of them"),
)
TRAINS = (
    ("Station", "Line", "First train", "Last train"),
    ("Central station", "Red line", "05:30", "23:45"),
    ("Market square", "Red line", "05:38", "23:53"),
    ("University hospital", "Blue line", "05:47", "00:02"),
    ("Harbour terminal", "Blue line", "06:01", "00:16"),
)
INVOICE = (
    ("Description of goods", "Quantity", "Amount"),
    ("Organic oat drink with\nadded calcium", "12 bottles", "23.88"),
    ("Wholemeal bread, sliced,\nwith sunflower seeds\nand linseed", "4 loaves", "15.96"),
    ("Delivery to the door", "once", "6.50"),
)
MEDICINES = (
    ("Medicine", "When to take it", "Remarks"),
    (
        "Paracetamol 500 mg",
        "One tablet in the morning\nand one in the evening",
        "Do not take more than\neight tablets a day",
    ),
    ("Ibuprofen 200 mg", "One tablet after meals", "Stop when the stomach\nhurts"),
    ("Vitamin D drops", "Five drops a day", "Shake well before use"),
)
LEFT = """The council met on Tuesday to discuss
the new bridge over the river. Most of
the members spoke in favour of a plan
that was drawn up last spring. Work on
the foundations could begin in autumn
if the money is found in time. Others
asked for a second opinion before any
stone is laid near the old mill.""".splitlines()
RIGHT = """Farmers expect a good harvest after a
mild winter and a wet spring. Prices of
wheat have fallen by a tenth since then
and may fall further still. The market
in town will be open on Saturdays from
nine until one. Visitors are asked to
leave their cars at the sports ground
and walk along the canal.""".splitlines()


class Sheet:
    """White paper to write on, from the top."""

    def __init__(self, height: int = 800) -> None:
        self.image = Image.new("RGB", (1100, height), PAPER)
        self.pen = ImageDraw.Draw(self.image)
        self.top = 40.0

    def write(self, text: str, left: int = 40, size: int = 22) -> None:
        for line in text.splitlines():
            self.pen.text((left, self.top), line, INK, ImageFont.load_default(size))
            self.top += 1.25 * size

    def table(
        self,
        rows: Sequence[Sequence[str]],
        lefts: Sequence[int],
        gap: int,
        *,
        right: Collection[int] = (),
        ruled: bool = False,
    ) -> None:
        """``gap`` between rows, pixels; ``right``: columns whose ``lefts`` are their right edges."""
        top = self.top
        for row in rows:
            bottom = top
            for at, cell in enumerate(row):
                for number, line in enumerate(cell.splitlines()):
                    place, anchor = (lefts[at], top + 27.5 * number), "ra" if at in right else "la"
                    self.pen.text(place, line, INK, ImageFont.load_default(22), anchor=anchor)
                    bottom = max(bottom, place[1] + 27.5)
            if ruled:
                self.pen.line((30, bottom + gap / 2, 1070, bottom + gap / 2), fill=(90, 90, 90), width=2)
            top = bottom + gap
        self.top = top

    def pixels(self, tilt: float = 0.0) -> Pixels:
        seen = np.asarray(self.image, np.uint8)
        height, width = seen.shape[:2]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1.0)
        return np.asarray(cv2.warpAffine(seen, turn, (width, height), borderValue=PAPER), np.uint8)


def told(*pictures: Pixels) -> list[tuple[Passage, ...]]:
    async def main() -> list[tuple[Passage, ...]]:
        reader = RapidReader()
        try:
            return [passages(await reader.read(picture, max_side=1280)) for picture in pictures]
        finally:
            await reader.close()

    return asyncio.run(main())


def cells(rows: Sequence[Sequence[str]]) -> str:
    return " ".join(" ".join(cell.split()) for row in rows for cell in row if cell)


def text(found: Sequence[Passage]) -> str:
    return " ".join(passage.text for passage in found)


def drawn(rows: Sequence[Sequence[str]], lefts: Sequence[int], gap: int, **how: Any) -> Sheet:
    sheet = Sheet()
    sheet.table(rows, lefts, gap, **how)
    return sheet


def test_wide_cells_are_read_row_by_row_however_far_the_rows_are_apart() -> None:
    lefts = (40, 400, 760)
    pages = [drawn(PEOPLE, lefts, gap).pixels() for gap in (4, 12, 24)]
    ruled = drawn(PEOPLE, lefts, 18, ruled=True).pixels()
    for found in told(*pages, ruled):
        assert [passage.text for passage in found] == [" ".join(row) for row in PEOPLE]


def test_a_page_that_is_held_askew() -> None:
    sheet = drawn(PEOPLE, (40, 400, 760), 12)
    for found in told(*(sheet.pixels(tilt) for tilt in (-3.0, -1.5, 1.5, 3.0))):
        assert text(found) == cells(PEOPLE)


def test_two_and_four_columns_and_times() -> None:
    quiz, trains = drawn(QUIZ, (40, 600), 14), drawn(TRAINS, (40, 400, 640, 880), 4)
    for found, rows in zip(told(quiz.pixels(), trains.pixels()), (QUIZ, TRAINS), strict=True):
        assert [passage.text for passage in found] == [" ".join(row) for row in rows]


def test_the_lines_of_a_cell_stay_together() -> None:
    (found,) = told(drawn(MEDICINES, (40, 340, 720), 16).pixels())
    assert text(found) == cells(MEDICINES)


def test_an_invoice_addresses_goods_and_what_is_to_pay() -> None:
    sheet = Sheet(900)
    sheet.write("INVOICE", size=44)
    sheet.top += 30
    sender = ("Green Valley Foods Limited", "Mill Lane 3, Hereford", "HR1 2AB Herefordshire", "United Kingdom")
    whom = ("Anna Smith-Robertson", "High Street 12, Bristol", "BS1 4DJ Gloucestershire", "United Kingdom")
    sheet.table(list(zip(sender, whom, strict=True)), (40, 600), 0)
    sheet.top += 50
    sheet.table(INVOICE, (40, 520, 1040), 16, right={2})
    sheet.table([("Total to pay", "46.34")], (40, 1040), 16, right={1})
    (found,) = told(sheet.pixels())
    assert text(found) == f"INVOICE {' '.join(sender)} {' '.join(whom)} {cells(INVOICE)} Total to pay 46.34"
    assert found[-1].text == "Total to pay 46.34"
    assert [found[row].text for row in heading_rows(Page(found))] == ["INVOICE"]


@pytest.mark.parametrize("leading", [1.2, 1.6, 2.0])
def test_a_newspaper_is_read_column_by_column(leading: float) -> None:
    sheet = Sheet()
    sheet.write("Village news", size=44)
    for left, column in ((40, LEFT), (570, RIGHT)):
        for number, line in enumerate(column):
            sheet.pen.text((left, 140 + 24 * leading * number), line, INK, ImageFont.load_default(24))
    (found,) = told(sheet.pixels())
    assert [passage.text for passage in found] == ["Village news", *LEFT, *RIGHT]
    assert [found[row].text for row in heading_rows(Page(found))] == ["Village news"]
