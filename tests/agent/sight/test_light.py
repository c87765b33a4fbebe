"""Brightness: level and side."""

from __future__ import annotations

import numpy as np
import pytest

from agent.sight.light import brightness
from tests.drawn import darkened, plain, textured


def test_the_level_goes_from_black_to_white() -> None:
    levels = [brightness(plain((value, value, value))).level for value in (0, 40, 120, 200, 255)]
    assert levels == sorted(levels)
    assert levels[0] <= 1
    assert levels[-1] == 100
    assert brightness(darkened(textured((150, 150, 150)), 1 / 64)).level < 15


@pytest.mark.parametrize(
    ("side", "rows", "columns"),
    [
        ("left", slice(None), slice(0, 200)),
        ("right", slice(None), slice(440, None)),
        ("above", slice(0, 150), slice(None)),
        ("below", slice(330, None), slice(None)),
    ],
)
def test_a_window_gives_the_light_a_side(side: str, rows: slice, columns: slice) -> None:
    room = plain((70, 70, 70))
    room[rows, columns] = (240, 240, 235)
    assert brightness(room).side == side


def test_even_light_and_noise_in_the_dark_have_no_side() -> None:
    assert brightness(textured((130, 130, 130))).side == ""
    noise = np.random.default_rng(2).integers(0, 6, (480, 640, 3)).astype(np.uint8)
    assert brightness(noise).side == ""
