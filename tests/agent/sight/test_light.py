"""Brightness: level and side."""

from __future__ import annotations

import numpy as np
import pytest

from agent.picture import Pixels
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


def room(window: tuple[slice, slice], wall: int = 60, glass: int = 245) -> Pixels:
    """A room with a window in it."""
    seen = textured((wall, wall, wall))
    seen[window] = (glass, glass, glass)
    return seen


@pytest.mark.parametrize(
    ("where", "rows", "columns"),
    [
        ("left", slice(100, 300), slice(0, 160)),
        ("right", slice(100, 300), slice(500, 640)),
        ("above", slice(0, 90), slice(220, 420)),
        ("below", slice(400, 480), slice(220, 420)),
        ("ahead", slice(160, 320), slice(240, 400)),
        ("left", slice(0, 120), slice(0, 140)),
    ],
)
def test_a_window_is_found_where_it_is(where: str, rows: slice, columns: slice) -> None:
    assert brightness(room((rows, columns))).source == where


@pytest.mark.parametrize(
    "seen",
    [
        plain((200, 200, 200)),
        plain((255, 255, 255)),
        plain((2, 2, 2)),
        textured((130, 130, 130)),
        room((slice(0, 480), slice(0, 600))),
        room((slice(200, 215), slice(300, 320))),
        room((slice(100, 300), slice(0, 160)), wall=120, glass=150),
        room((slice(100, 300), slice(0, 160)), wall=5, glass=40),
        np.random.default_rng(2).integers(0, 6, (480, 640, 3)).astype(np.uint8),
    ],
    ids=["even", "white", "dark", "a wall", "window everywhere", "a speck", "a paler wall", "a dim one", "noise"],
)
def test_where_no_place_stands_out_there_is_no_direction(seen: Pixels) -> None:
    assert brightness(seen).source == ""
