"""How a page lies in a picture: found on tables, told when it is cut off, turned or tilted, and made straight."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from agent.engines.protocols import Box
from agent.picture import Pixels
from agent.sight.framing import boxed, page, straightened
from tests.drawn import plain, sign, textured, thing

WOOD = (120, 86, 60)


def sheet(*corners: tuple[int, int], ground: tuple[int, int, int] = WOOD) -> Pixels:
    """A page with lines of print, its corners (from the upper left clockwise) at these pixels of 480 x 640."""
    paper = np.full((600, 424, 3), 240, np.uint8)
    for row in range(60, 560, 30):
        cv2.putText(paper, "words in a row of print", (30, row), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (20, 20, 20), 2)
    picture = textured(ground, 480, 640)
    flat = np.array([[0, 0], [424, 0], [424, 600], [0, 600]], np.float32)
    view = cv2.getPerspectiveTransform(flat, np.array(corners, np.float32))
    laid = cv2.warpPerspective(paper, view, (480, 640))
    mask = cv2.warpPerspective(np.full((600, 424), 255, np.uint8), view, (480, 640))
    picture[mask > 127] = laid[mask > 127]
    return picture


UPRIGHT = ((90, 100), (390, 100), (390, 524), (90, 524))


def test_a_whole_page_is_found_where_it_is() -> None:
    found = page(sheet(*UPRIGHT))
    assert found is not None
    assert (found.left, found.top, found.right, found.bottom) == pytest.approx((0.19, 0.16, 0.81, 0.82), abs=0.02)
    assert not found.cut
    assert abs(found.roll) < 2
    assert abs(found.lean_x) < 4
    assert abs(found.lean_y) < 4


@pytest.mark.parametrize(
    ("by", "cut"),
    [((-150, 0), {"left"}), ((150, 0), {"right"}), ((0, -200), {"top"}), ((0, 200), {"bottom"}),
     ((-150, -200), {"left", "top"})],
)  # fmt: skip
def test_a_page_that_goes_on_beyond_the_picture_is_cut_off_there(by: tuple[int, int], cut: set[str]) -> None:
    found = page(sheet(*[(x + by[0], y + by[1]) for x, y in UPRIGHT]))
    assert found is not None
    assert found.cut == cut


def test_a_page_that_fills_the_picture_goes_on_at_all_sides() -> None:
    found = page(sheet((-200, -200), (680, -200), (680, 900), (-200, 900)))
    assert found is not None
    assert len(found.cut) == 4


def test_a_turned_page_and_tilted_ones_are_told_apart() -> None:
    turned = page(sheet((170, 100), (420, 190), (290, 550), (40, 460)))
    assert turned is not None
    assert turned.roll == pytest.approx(20, abs=3)
    far_top = page(sheet((160, 150), (320, 150), (390, 500), (90, 500)))
    assert far_top is not None
    assert far_top.lean_y > 25
    far_right = page(sheet((90, 100), (390, 180), (390, 440), (90, 520)))
    assert far_right is not None
    assert far_right.lean_x > 25


@pytest.mark.parametrize(
    "picture",
    [plain((120, 90, 70), 480, 640), textured(WOOD, 480, 640), thing((245, 245, 240)), plain((20, 20, 20), 480, 640)],
)
def test_what_is_no_page_is_none(picture: Pixels) -> None:
    assert page(picture) is None
    assert straightened(picture) is None


def test_a_page_is_made_straight() -> None:
    straight = straightened(sheet((170, 100), (420, 190), (290, 550), (40, 460)))
    assert straight is not None
    height, width = straight.shape[:2]
    assert height / width == pytest.approx(1.44, abs=0.1)
    ink = straight.min(axis=2) < 120
    rows = ink[:, width // 4 : 3 * width // 4].any(axis=1)
    assert 12 <= int(np.diff(rows.astype(int)).clip(0).sum()) <= 20, "lines of print are level: between them is none"
    assert straightened(sheet(*[(x - 150, y) for x, y in UPRIGHT])) is None


def test_boxes_together_are_framed_and_cut_at_the_edge() -> None:
    found = boxed("text", [Box(0, 100, 200, 20), Box(40, 150, 300, 20)], 640, 480)
    assert found is not None
    assert found.cut == {"left"}
    assert found.right == pytest.approx(340 / 640)
    assert boxed("face", [], 640, 480) is None


def test_a_card_with_print_on_it_is_a_page() -> None:
    assert page(sign("Emergency exit")) is not None
