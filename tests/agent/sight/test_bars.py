"""What looks like a bar code is found whole, cut and turned; print, wood and a fence are not taken for one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from agent.picture import Pixels
from agent.sight.bars import bars, swings
from agent.sight.framing import boxed
from tests.conftest import media_path
from tests.drawn import bar_code, plain, qr, sign, textured, thing
from transport.bench.scanning import camera
from transport.bench.sight import opened

EAN = bar_code("4006381333931")


def turned(pixels: Pixels, degrees: float) -> Pixels:
    turn = cv2.getRotationMatrix2D((320, 240), degrees, 1.0)
    return np.asarray(cv2.warpAffine(pixels, turn, (640, 480), borderValue=(150, 140, 120)), np.uint8)


@pytest.mark.parametrize("degrees", [0, 20, 45, 90, 135, 180])
def test_a_code_is_found_however_it_is_turned(degrees: float) -> None:
    found = bars(turned(EAN, degrees))
    assert found is not None
    x, y = found.left + found.width / 2, found.top + found.height / 2
    assert (x, y) == pytest.approx((320, 240), abs=25)


@pytest.mark.parametrize(
    ("by", "side"), [((-320, 0), "left"), ((320, 0), "right"), ((0, -225), "top"), ((0, 225), "bottom")]
)
def test_a_code_that_is_cut_off_is_cut_at_that_side(by: tuple[int, int], side: str) -> None:
    moved = np.float32([[1, 0, by[0]], [0, 1, by[1]]])
    seen, there = (cv2.warpAffine(one, moved, (640, 480)) for one in (EAN, np.full_like(EAN, 255)))
    found = bars(np.where(there > 0, seen, textured((150, 140, 120))))
    assert found is not None
    framed = boxed("code", [found], 640, 480)
    assert framed is not None
    assert side in framed.cut


@pytest.mark.parametrize(
    "seen",
    [
        plain((200, 200, 200)),
        textured((130, 120, 100)),
        sign("Emergency exit", "Second floor", "Third door"),
        thing((200, 30, 30)),
        qr("https://example.org/some/thing"),
    ],
    ids=["paper", "wood", "print", "a disc", "a QR code"],
)
def test_what_is_no_bar_code_is_none(seen: Pixels) -> None:
    assert bars(seen) is None


def test_a_fence_of_a_few_rails_is_no_bar_code() -> None:
    fence = textured((150, 150, 140))
    for left in range(150, 500, 90):
        fence[100:380, left : left + 40] = (30, 30, 30)
    assert bars(fence) is None


def test_swings_are_counted_by_their_size() -> None:
    wave = np.sin(np.linspace(0, 20 * np.pi, 400)).astype(np.float32)
    assert swings(wave) == pytest.approx(20, abs=1)
    assert swings(np.linspace(0, 1, 100).astype(np.float32)) == 0
    assert swings(wave * 0.05 + np.linspace(0, 3, 400).astype(np.float32)) <= 1


def test_on_real_photos_most_codes_are_found_cut_in_half_too_and_nothing_where_there_is_none() -> None:
    photos = media_path("photos")
    coded = [camera(opened(path)) for path in sorted(photos.glob("ean-*"))]
    rest = [path for path in sorted(photos.iterdir()) if path.suffix != ".json" and "ean-" not in path.name]
    others = [camera(opened(path)) for path in rest]
    assert sum(bars(pixels) is not None for pixels in coded) >= 0.7 * len(coded)
    assert [bars(pixels) for pixels in others].count(None) == len(others)
