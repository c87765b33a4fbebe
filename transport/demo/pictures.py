"""Pictures drawn on the fly for the demo's camera: RGB, 960x720. Know nothing of who looks at them."""

from __future__ import annotations

import cv2
import numpy as np
import zxingcpp

from agent.picture import Pixels

SIZE = (960, 720)


def _table() -> Pixels:
    """A wooden table under a window: something with edges to be sharp against."""
    width, height = SIZE
    rows = np.linspace(0, 1, height)[:, None, None]
    wall = np.array([206, 203, 196]) * (1 - 0.15 * rows)
    picture = np.broadcast_to(wall, (height, width, 3)).copy()
    grain = np.random.default_rng(7).normal(0, 3.0, (height, width, 1))
    picture[height * 2 // 3 :] = np.array([150, 118, 84])
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def coloured_object(rgb: tuple[int, int, int] = (196, 30, 38)) -> Pixels:
    """A round object of one colour in the middle, shaded a little like a ball."""
    picture = _table()
    width, height = SIZE
    ys, xs = np.mgrid[0:height, 0:width]
    x, y = (xs - width / 2) / 260, (ys - height / 2) / 260
    inside = x**2 + y**2 < 1
    shade = np.clip(1.08 - 0.28 * np.sqrt((x + 0.25) ** 2 + (y + 0.25) ** 2), 0.55, 1.05)
    ball = np.clip(np.array(rgb)[None, None, :] * shade[..., None], 0, 255)
    picture[inside] = ball[inside].astype(np.uint8)
    return cv2.GaussianBlur(picture, (3, 3), 0).astype(np.uint8)


def printed_sign(lines: tuple[str, ...] = ("PLATFORM 4", "TRAINS TO BOGOR")) -> Pixels:
    """A white sign with dark print."""
    picture = _table()
    cv2.rectangle(picture, (90, 150), (870, 520), (245, 245, 242), -1)
    cv2.rectangle(picture, (90, 150), (870, 520), (40, 40, 40), 4)
    for row, line in enumerate(lines):
        scale = 2.6 if row == 0 else 1.9
        (wide, high), _ = cv2.getTextSize(line, cv2.FONT_HERSHEY_SIMPLEX, scale, 6)
        at = ((SIZE[0] - wide) // 2, 280 + row * 140 + high // 2)
        cv2.putText(picture, line, at, cv2.FONT_HERSHEY_SIMPLEX, scale, (20, 20, 25), 6, cv2.LINE_AA)
    return picture


def qr_code(text: str = "https://example.org/netra") -> Pixels:
    """A printed QR code held to the camera."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    modules = np.array(zxingcpp.write_barcode_to_image(barcode, scale=1))
    side = 400 // modules.shape[0] * modules.shape[0]
    large = cv2.resize(modules, (side, side), interpolation=cv2.INTER_NEAREST)
    picture = _table()
    top, left = (SIZE[1] - side) // 2, (SIZE[0] - side) // 2
    picture[top - 30 : top + side + 30, left - 30 : left + side + 30] = 250
    picture[top : top + side, left : left + side] = large[..., None]
    return picture


def dark_room() -> Pixels:
    """The same table with the light off."""
    return (_table() // 24).astype(np.uint8)
