"""What hides the end of a line is told from the paper, the edge of a label and the white around print."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from agent.engines.protocols import Box
from agent.picture import Pixels
from agent.sight.hidden import Hiding, glows, hidden
from tests.drawn import plain

PAPER, INK, HEIGHT = (205, 200, 190), (25, 25, 30), 26
PADDING = 3
"""Pixels by which a reader's box is larger than the ink."""


def printed(paper: tuple[int, int, int] = PAPER, *texts: str) -> tuple[Pixels, list[Box]]:
    """Lines of print and their boxes as a reader gives them."""
    picture, boxes = plain(paper, 640, 260), []
    for row, text in enumerate(texts or ("Take two tablets daily", "with plenty of water", "and not with any milk")):
        ink = np.zeros(picture.shape[:2], np.uint8)
        cv2.putText(ink, text, (120, 65 + 60 * row), cv2.FONT_HERSHEY_DUPLEX, 1.0, 255, 2, cv2.LINE_AA)
        picture[ink > 100] = INK
        x, y, width, height = cv2.boundingRect(np.asarray(ink > 100, np.uint8))
        boxes.append(Box(x - PADDING, y - PADDING, width + 2 * PADDING, height + 2 * PADDING))
    return picture, boxes


def found(picture: Pixels, boxes: list[Box]) -> list[tuple[Hiding, ...]]:
    return hidden(boxes, [HEIGHT] * len(boxes), picture)


def until(boxes: list[Box], x: int) -> list[Box]:
    """What a reader still finds of them to the left of ``x``."""
    return [Box(box.left, box.top, min(box.width, x - box.left), box.height) for box in boxes]


def laid_over(picture: Pixels, x: int, colour: tuple[int, int, int], soft: float) -> Pixels:
    """A thing of this colour over all that is to the right of ``x``; ``soft``: pixels by which its edge is blurred."""
    cover = np.zeros(picture.shape[:2], np.float32)
    cover[:, x:] = 1.0
    if soft:
        cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), soft), np.float32)
    thing = np.array(colour, np.float32) + np.random.default_rng(1).normal(0, 2, picture.shape)
    mixed = picture * (1 - cover[..., None]) + thing * cover[..., None]
    return np.asarray(np.clip(mixed, 0, 255), np.uint8)


def test_a_page_hides_nothing() -> None:
    assert found(*printed()) == [(), (), ()]
    assert found(*printed((255, 255, 255))) == [(), (), ()]


@pytest.mark.parametrize("colour", [(150, 90, 70), (20, 20, 22), (60, 90, 190)])
def test_a_thing_out_of_focus_hides_what_fades_into_it(colour: tuple[int, int, int]) -> None:
    picture, boxes = printed()
    assert found(laid_over(picture, 300, colour, 12.0), until(boxes, 315)) == [("covered",)] * 3


def test_a_sharp_edge_hides_lines_that_end_at_it_together() -> None:
    picture, boxes = printed()
    card = laid_over(picture, 300, (60, 62, 66), 0.0)
    assert found(card, until(boxes, 300)) == [("covered",)] * 3


def test_a_thing_of_the_papers_brightness_is_told_by_its_colour() -> None:
    picture, boxes = printed((120, 120, 200))
    assert found(laid_over(picture, 300, (200, 120, 90), 0.0), until(boxes, 300)) == [("covered",)] * 3


def test_the_edge_of_a_small_label_hides_nothing() -> None:
    picture, [box] = printed(PAPER, "Daily")
    wall = np.asarray(np.clip(picture.astype(np.int16) - 120, 0, 255), np.uint8)
    around = 2
    top, left = box.top - around, box.left - around
    right, bottom = box.left + box.width + around, box.top + box.height + around
    wall[top:bottom, left:right] = picture[top:bottom, left:right]
    assert found(wall, [box]) == [()]


def lit(picture: Pixels, wide: float) -> Pixels:
    """A lamp's reflection over the right part."""
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]]
    away = np.hypot((x - 420) / wide, (y - 130) / wide)
    return np.asarray(np.clip(picture + (400 * np.exp(-(away**2)))[..., None], 0, 255), np.uint8)


@pytest.mark.parametrize("wide", [110.0, 220.0])
def test_glare_hides_what_ends_in_its_white(wide: float) -> None:
    picture, boxes = printed()
    middle = until(boxes, 420 - round(0.55 * wide))[1]
    assert found(lit(picture, wide), [middle]) == [("glare",)]
    assert glows(lit(picture, wide))


def test_white_paper_is_no_glare() -> None:
    picture, boxes = printed((255, 255, 255))
    assert not glows(picture)
    assert found(picture, until(boxes, 300)) == [(), (), ()]


def test_near_the_edge_of_the_picture_nothing_is_said() -> None:
    picture, [box] = printed(PAPER, "Daily")
    narrow = np.ascontiguousarray(picture[:, : box.left + box.width + 8])
    assert found(narrow, [box]) == [()]
