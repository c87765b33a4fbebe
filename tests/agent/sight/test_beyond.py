"""The part of a page that is not in the picture, guessed from the part that is."""

from __future__ import annotations

import pytest

from agent.sight.framing import page
from tests.agent.sight.test_framing import UPRIGHT, sheet


@pytest.mark.parametrize("by", [(-150, 0), (150, 0), (0, -200), (0, 200), (-60, -60), (90, 110)])
def test_a_page_that_is_cut_off_is_guessed_where_it_is(by: tuple[int, int]) -> None:
    """To a tenth of the picture where one pair of sides is seen whole, to a quarter where only a corner is."""
    found = page(sheet(*[(x + by[0], y + by[1]) for x, y in UPRIGHT]))
    assert found is not None
    truth = ((90 + by[0]) / 480, (100 + by[1]) / 640, (390 + by[0]) / 480, (524 + by[1]) / 640)
    assert found.reach == pytest.approx(truth, abs=0.1 if len(found.cut) < 2 else 0.25)
    assert found.long == pytest.approx(424 / 640, abs=0.15)


def test_of_a_turned_page_that_is_cut_off_the_turn_is_told() -> None:
    turned = page(sheet((290, 100), (540, 190), (410, 550), (160, 460)))
    assert turned is not None
    assert turned.cut == {"right"}
    assert turned.roll == pytest.approx(20, abs=4)
    assert turned.reach[2] == pytest.approx(540 / 480, abs=0.1)


def test_a_whole_page_reaches_as_far_as_it_is_seen() -> None:
    found = page(sheet(*UPRIGHT))
    assert found is not None
    assert found.likely is None
    assert found.reach == (found.left, found.top, found.right, found.bottom)
    assert found.long == pytest.approx(424 / 640, abs=0.03)
