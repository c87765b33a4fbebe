"""Cards with print and a pattern, and how a camera sees them: things to teach in tests."""

from __future__ import annotations

import cv2
import numpy as np

from agent.picture import Pixels
from tests.drawn import textured


def folder(seed: int, words: str) -> Pixels:
    """A card with print and a pattern of its own, 260 x 340."""
    random = np.random.default_rng(seed)
    card = np.full((340, 260, 3), random.integers(60, 200, 3), np.uint8)
    for _ in range(40):
        at, to = random.integers(0, (260, 340), (2, 2))
        colour = [int(value) for value in random.integers(0, 255, 3)]
        cv2.line(card, [int(v) for v in at], [int(v) for v in to], colour, int(random.integers(1, 4)))
    for row in range(5):
        cv2.putText(card, words, (10, 60 + 60 * row), cv2.FONT_HERSHEY_DUPLEX, 0.9, (250, 250, 250), 2, cv2.LINE_AA)
    return card


def shown(
    card: Pixels, turn: float = 0.0, size: float = 0.8, light: float = 1.0, at: tuple[int, int] = (320, 240)
) -> Pixels:
    """The card before a textured wall, turned by degrees."""
    height, width = card.shape[:2]
    move = cv2.getRotationMatrix2D((width / 2, height / 2), turn, size)
    move[:, 2] += np.array(at) - np.array([width / 2, height / 2])
    picture = textured((150, 145, 135))
    body = cv2.warpAffine(card, move, (640, 480))
    mask = cv2.warpAffine(np.full((height, width), 255, np.uint8), move, (640, 480)) > 127
    picture[mask] = body[mask]
    return np.clip(picture * light, 0, 255).astype(np.uint8)


BLUE, TAXES = folder(1, "Holiday 2025"), folder(2, "Taxes 2024")
