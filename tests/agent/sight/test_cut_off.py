"""Lines that the edge of the picture cuts off are known by their boxes and the ink there; whole ones are left alone."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from agent.engines.protocols import Box, Side, TextLine
from agent.picture import Pixels
from agent.sight.cut_off import losses, marked
from agent.sight.facts import letter_height
from tests.drawn import plain, textured

PAPER, INK = (235, 232, 225), (25, 25, 30)
LINES = ("Take two tablets daily", "with plenty of water", "Not more than eight")
PADDING = 3
"""Pixels by which a reader's box is larger than the ink."""


def printed(texts: tuple[str, ...] = LINES, *, left: int = 40, top: int = 40) -> tuple[Pixels, list[TextLine]]:
    """A white sheet, and each line with the box of its ink as a reader gives it."""
    picture = plain(PAPER, 560, 260)
    lines = []
    for row, text in enumerate(texts):
        ink = np.zeros(picture.shape[:2], np.uint8)
        cv2.putText(ink, text, (left, top + 25 + 60 * row), cv2.FONT_HERSHEY_DUPLEX, 1.0, 255, 2, cv2.LINE_AA)
        picture[ink > 100] = INK
        x, y, width, height = cv2.boundingRect(np.asarray(ink > 100, np.uint8))
        lines.append(TextLine(text, Box(x, y, width, height), 0.99))
    return picture, lines


def cropped(picture: Pixels, lines: list[TextLine], left: int, top: int, right: int, bottom: int) -> list[TextLine]:
    """What a reader finds in this part: boxes a little larger than the ink that is left, within the picture."""
    found = []
    for line in lines:
        box = line.box
        x0, y0 = max(left, box.left) - left, max(top, box.top) - top
        x1, y1 = min(right, box.left + box.width) - left, min(bottom, box.top + box.height) - top
        if x1 - x0 < 8 or y1 - y0 < 8:
            continue
        x0, y0 = max(0, x0 - PADDING), max(0, y0 - PADDING)
        x1, y1 = min(right - left, x1 + PADDING), min(bottom - top, y1 + PADDING)
        found.append(replace(line, box=Box(x0, y0, x1 - x0, y1 - y0)))
    return list(marked(found, picture[top:bottom, left:right], letter_height))


def end(line: TextLine) -> int:
    return line.box.left + line.box.width


def test_a_cut_through_letters_is_seen_in_every_line_it_goes_through() -> None:
    picture, lines = printed()
    found = cropped(picture, lines, 0, 0, min(map(end, lines)) - 30, 260)
    assert [line.cut for line in found] == [("right",)] * 3
    assert losses(line.cut for line in found) == ("right",)
    found = cropped(picture, lines, 75, 0, 560, 260)
    assert [line.cut for line in found] == [("left",)] * 3


def test_a_line_that_ends_before_the_cut_is_whole() -> None:
    picture, lines = printed(("Take two tablets", "with plenty of water"))
    short, long = map(end, lines)
    found = cropped(picture, lines, 0, 0, (short + long) // 2, 260)
    assert [line.cut for line in found] == [(), ("right",)]


@pytest.mark.parametrize("margin", [5, 8, 20])
def test_print_that_only_just_fits_is_whole(margin: int) -> None:
    picture, lines = printed(left=40)
    first, last = min(line.box.left for line in lines), max(map(end, lines))
    top, low = lines[0].box.top, lines[-1].box.top + lines[-1].box.height
    found = cropped(picture, lines, first - margin, top - margin, last + margin, low + margin)
    assert [line.cut for line in found] == [(), (), ()]


def test_a_cut_between_two_words_is_known_by_the_other_lines() -> None:
    picture, lines = printed(("Take two tablets", "Nottwotabletsmore"))
    box = lines[0].box
    empty = picture[box.top : box.top + box.height, box.left : box.left + box.width].min(axis=(0, 2)) > 150
    gap = box.left + next(at for at in range(len(empty)) if empty[at : at + 8].all()) + 7  # behind "Take"
    alone = cropped(picture, lines[:1], 0, 0, gap, 260)
    both = cropped(picture, lines, 0, 0, gap, 260)
    assert [line.cut for line in alone] == [()]
    assert [line.cut for line in both] == [("right",), ("right",)]


@pytest.mark.parametrize(("rows", "side"), [((0, 54), "bottom"), ((52, 260), "top")])
def test_a_line_cut_lengthwise_is_cut_and_the_others_are_whole(rows: tuple[int, int], side: Side) -> None:
    picture, lines = printed()
    first, *others = cropped(picture, lines, 0, rows[0], 560, rows[1])
    assert first.cut == (side,)
    assert all(line.cut == () for line in others)


def test_tails_of_letters_at_the_edge_cut_off_nothing() -> None:
    picture, lines = printed(("Um neun Uhr am Montag",))
    low = lines[0].box.top + lines[0].box.height - 3
    assert end(lines[0]) < 540
    [line] = cropped(picture, lines, 0, 0, 560, low)
    assert line.cut == ()


def test_a_line_that_runs_downwards_is_cut_at_its_end() -> None:
    picture, lines = printed()
    turned = np.ascontiguousarray(np.rot90(picture, -1))
    width = turned.shape[1]
    boxes = [line.box for line in lines]
    down = [
        TextLine(line.text, Box(width - box.top - box.height, box.left, box.height, box.width), 0.99)
        for line, box in zip(lines, boxes, strict=True)
    ]
    low = min(line.box.top + line.box.height for line in down) - 30
    found = cropped(turned, down, 0, 0, width, low)
    assert [line.cut for line in found] == [("bottom",)] * 3


def test_texture_at_the_edge_is_no_print() -> None:
    picture = textured((120, 110, 100), 400, 200)
    speck = TextLine("l", Box(0, 50, 12, 40), 0.6)
    assert marked([speck], picture, letter_height) == (speck,)
    assert marked([], picture, letter_height) == ()
