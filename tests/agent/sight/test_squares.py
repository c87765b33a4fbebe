"""A QR code is found whole, turned and cut off by the edge of the picture; nothing else is taken for one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from agent.picture import Pixels
from agent.sight.framing import boxed
from agent.sight.squares import squares
from tests.conftest import media_path
from tests.drawn import bar_code, plain, qr, sign, textured, thing
from transport.bench.scanning import camera
from transport.bench.sight import opened

CODE = qr("https://example.org/some/thing/longer?x=12345")
WOOD = textured((150, 140, 120))


def laid(turn: np.ndarray) -> Pixels:
    """The code's picture moved by this matrix, on wood."""
    both = (CODE, np.full_like(CODE, 255))
    seen, there = (cv2.warpAffine(one, turn, (640, 480), flags=cv2.INTER_AREA) for one in both)
    return np.asarray(np.where(there > 0, seen, WOOD), np.uint8)


@pytest.mark.parametrize(("degrees", "size"), [(0, 1.0), (0, 0.5), (15, 1.0), (30, 0.5), (45, 0.5), (70, 0.5)])
def test_a_code_is_found_however_it_is_turned(degrees: float, size: float) -> None:
    found = squares(laid(cv2.getRotationMatrix2D((320, 240), degrees, size)))
    assert found is not None
    assert (found.left + found.width / 2, found.top + found.height / 2) == pytest.approx((320, 240), abs=25)
    assert 0.9 * 243 * size <= found.width <= 1.6 * 243 * size


@pytest.mark.parametrize(
    ("by", "cut"),
    [((-320, 0), {"left"}), ((320, 0), {"right"}), ((0, -225), {"top"}), ((0, 225), {"bottom"}),
     ((200, 150), {"right", "bottom"})],
)  # fmt: skip
def test_a_code_that_is_cut_off_is_cut_at_that_side(by: tuple[int, int], cut: set[str]) -> None:
    found = squares(laid(np.array([[1, 0, by[0]], [0, 1, by[1]]], np.float32)))
    assert found is not None
    framed = boxed("code", [found], 640, 480)
    assert framed is not None
    assert framed.cut == cut


@pytest.mark.parametrize(
    "seen",
    [plain((200, 200, 200)), WOOD, sign("Emergency exit", "Second floor"), thing((200, 30, 30)),
     bar_code("4006381333931")],
    ids=["paper", "wood", "print", "a disc", "a bar code"],
)  # fmt: skip
def test_what_is_no_qr_code_is_none(seen: Pixels) -> None:
    assert squares(seen) is None


def test_on_real_photos_most_codes_are_found_and_nothing_where_there_is_none() -> None:
    photos = media_path("photos")
    coded = [camera(opened(path)) for path in sorted(photos.glob("qr-*"))]
    rest = [path for path in sorted(photos.iterdir()) if path.suffix != ".json" and "qr-" not in path.name]
    assert sum(squares(pixels) is not None for pixels in coded) >= 0.8 * len(coded)
    assert [path.name for path in rest if squares(camera(opened(path))) is not None] == []
