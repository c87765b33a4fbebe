"""Pictures drawn for tests: things on backgrounds, print, codes, and what goes wrong with pictures."""

from __future__ import annotations

import cv2
import numpy as np
import segno
import zxingcpp

from agent.picture import Pixels

Rgb = tuple[int, int, int]


def plain(rgb: Rgb, width: int = 640, height: int = 480, *, noise: float = 1.0) -> Pixels:
    """One colour with a little camera noise."""
    picture = np.full((height, width, 3), rgb, np.float32)
    picture += np.random.default_rng(5).normal(0, noise, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def thing(rgb: Rgb, ground: Rgb = (150, 150, 140), shape: str = "disc", *, shaded: bool = True) -> Pixels:
    """A thing in the middle in front of a textured ground, lit from the upper left."""
    picture = textured(ground).astype(np.float32)
    mask = np.zeros(picture.shape[:2], np.uint8)
    match shape:
        case "disc":
            cv2.circle(mask, (320, 240), 130, 1, -1)
        case "box":
            cv2.rectangle(mask, (210, 130), (430, 360), 1, -1)
        case _:
            cv2.rectangle(mask, (265, 70), (375, 430), 1, -1)
    y, x = np.mgrid[0:480, 0:640]
    light = 1.12 - 0.3 * (x + y) / 1120 if shaded else np.ones((480, 640))
    body = np.array(rgb, np.float32)[None, None] * light[..., None]
    picture[mask > 0] = body[mask > 0]
    return np.clip(picture, 0, 255).astype(np.uint8)


def textured(rgb: Rgb, width: int = 640, height: int = 480) -> Pixels:
    """A surface with grain at several scales, sharp to the pixel."""
    random = np.random.default_rng(3)
    grain = random.normal(0, 8, (height, width))
    for step in (4, 16, 40):
        coarse = random.normal(0, 8, (height // step + 1, width // step + 1)).astype(np.float32)
        grain += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.clip(np.array(rgb, np.float32) + grain[..., None], 0, 255).astype(np.uint8)


def sign(*lines: str, size: float = 1.6, width: int = 640, height: int = 480) -> Pixels:
    """Black print on a white card on a textured ground."""
    picture = textured((120, 110, 100), width, height)
    cv2.rectangle(picture, (30, 60), (width - 30, height - 60), (245, 245, 240), -1)
    for row, text in enumerate(lines):
        at = (55, 130 + round(row * 48 * size))
        cv2.putText(picture, text, at, cv2.FONT_HERSHEY_DUPLEX, size, (20, 20, 20), 3, cv2.LINE_AA)
    return picture


def qr(text: str) -> Pixels:
    """A QR code on a textured ground."""
    matrix = np.array([list(row) for row in segno.make(text, error="m").matrix_iter(border=4)], np.uint8)
    tile = cv2.resize((1 - matrix) * 235 + 10, (300, 300), interpolation=cv2.INTER_NEAREST)
    picture = textured((150, 140, 120))
    picture[90:390, 170:470] = tile[..., None]
    return picture


def bar_code(number: str, kind: str = "EAN13") -> Pixels:
    """A retail bar code on a textured ground. ``number`` without its check digit gets one."""
    code = zxingcpp.create_barcode(number, getattr(zxingcpp.BarcodeFormat, kind))
    tile = np.array(code.to_image(scale=3, add_quiet_zones=True))
    picture = textured((150, 140, 120))
    height, width = tile.shape[:2]
    bars = cv2.resize(tile, (width, max(height, 160)), interpolation=cv2.INTER_NEAREST)
    top, left = 240 - bars.shape[0] // 2, 320 - width // 2
    picture[top : top + bars.shape[0], left : left + width] = bars[..., None] if bars.ndim == 2 else bars
    return picture


def darkened(pixels: Pixels, share: float) -> Pixels:
    """So much of the light, with the camera's noise."""
    linear = (pixels.astype(np.float64) / 255) ** 2.2 * share
    noise = np.random.default_rng(1).normal(0, 2, pixels.shape)
    return np.clip(255 * linear ** (1 / 2.2) + noise, 0, 255).astype(np.uint8)


def blurred(pixels: Pixels, share: float) -> Pixels:
    """Out of focus by this share of the longer side."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), max(pixels.shape) * share), np.uint8)


def shaken(pixels: Pixels, share: float, angle: float) -> Pixels:
    """Moved by this share of the longer side while the picture was taken."""
    length = int(max(pixels.shape) * share) | 1
    kernel = np.zeros((length, length), np.float32)
    middle = length // 2
    x, y = middle * np.cos(angle), middle * np.sin(angle)
    start, end = (round(middle - x), round(middle - y)), (round(middle + x), round(middle + y))
    cv2.line(kernel, start, end, 1.0)
    return np.asarray(cv2.filter2D(pixels, -1, kernel / kernel.sum()), np.uint8)


def fingered(picture: Pixels, side: str, reach: float, skin: Rgb, *, soft: float = 0.03) -> tuple[Pixels, float]:
    """With a finger before the lens that comes in from ``side`` by ``reach`` of the picture, ``soft`` of its longer
    side out of focus; and the share that it covers."""
    height, width = picture.shape[:2]
    mask = np.zeros((height, width), np.float32)
    across, down = {"bottom": (0.5, 1.0), "top": (0.5, 0.0), "left": (0.0, 0.5), "right": (1.0, 0.5)}[side]
    middle, size = (round(across * width), round(down * height)), (round(width * reach), round(height * reach))
    cv2.ellipse(mask, middle, size, 0, 0, 360, 1.0, -1)
    share = float(mask.mean())
    mask = cv2.GaussianBlur(mask, (0, 0), soft * max(height, width))[..., None]
    covered = picture * (1 - mask) + np.array(skin, np.float32) * mask
    covered += np.random.default_rng(7).normal(0, 1.0, covered.shape)
    return np.clip(covered, 0, 255).astype(np.uint8), share


def lamplit(picture: Pixels, wide: float) -> Pixels:
    """With the reflection of a lamp in the middle, ``wide`` of the picture's size."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    away = np.hypot((x - width / 2) / (width * wide / 2), (y - height / 2) / (height * wide / 2))
    return np.clip(0.8 * picture + 400.0 * np.exp(-(away**2))[..., None], 0, 255).astype(np.uint8)
