"""Scanning on and on, measured on photos: what it costs, and whether a hand is guided to bars that can't be read yet.

Knows photos and which of them show a bar code. The rest of the part ``sight`` asks what is read of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from agent.engines.protocols import Box
from agent.live.following import Surroundings
from agent.live.scan import Scan
from agent.live.scanned import Scanned
from agent.picture import Pixels
from agent.seeing import Seeing
from agent.sight.bars import bars
from agent.sight.facts import SeeingEngines
from agent.sight.settings import SeeingSettings
from transport.bench.along import CAMERA, REST_S, SECONDS, Walk, camera_row, share_of
from transport.bench.figures import Row

SMALL, FOCUS = 0.3, 0.004
"""So much of its size, and out of focus by so much of the longer side."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo as the camera sees it, and where its bar code lies, if it has one and that is known."""

    name: str
    pixels: Pixels
    code: Box | None


def camera(pixels: Pixels) -> Pixels:
    """In the size of the camera's pictures, on grey where the shape differs."""
    scale = min(CAMERA[0] / pixels.shape[1], CAMERA[1] / pixels.shape[0])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=way)[: CAMERA[1], : CAMERA[0]]
    seen = np.full((CAMERA[1], CAMERA[0], 3), 128, np.uint8)
    seen[: small.shape[0], : small.shape[1]] = small
    return seen


def half(pixels: Pixels, code: Box) -> Pixels:
    """Moved so that the code is cut in its middle by the right edge."""
    by = pixels.shape[1] - (code.left + code.width // 2)
    moved = np.full_like(pixels, 128)
    moved[:, by:] = pixels[:, : pixels.shape[1] - by]
    return moved


def small(pixels: Pixels) -> Pixels:
    """Far away, on grey."""
    tiny = cv2.resize(pixels, None, fx=SMALL, fy=SMALL, interpolation=cv2.INTER_AREA)
    seen = np.full_like(pixels, 128)
    top, left = (seen.shape[0] - tiny.shape[0]) // 2, (seen.shape[1] - tiny.shape[1]) // 2
    seen[top : top + tiny.shape[0], left : left + tiny.shape[1]] = tiny
    return seen


def soft(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), FOCUS * max(pixels.shape)), np.uint8)


def place_rows(photos: Sequence[Shown]) -> list[Row]:
    """How often bars are found whole, cut in half, far away and out of focus, and stripes where there are none."""
    coded = [photo for photo in photos if photo.code is not None]
    plain = [photo for photo in photos if photo.code is None]
    spoils: tuple[tuple[str, Callable[[Shown], Pixels]], ...] = (
        ("as they are", lambda photo: photo.pixels),
        ("cut in half by the edge", lambda photo: half(photo.pixels, photo.code or Box(0, 0, 1, 1))),
        ("far away", lambda photo: small(photo.pixels)),
        ("out of focus", lambda photo: soft(photo.pixels)),
    )
    found = {title: sum(bars(spoil(photo)) is not None for photo in coded) for title, spoil in spoils}
    false = [photo.name for photo in plain if bars(photo.pixels) is not None]
    return [
        Row(
            "bar codes on photos that a hand would be guided to", f"{found['as they are']} of {len(coded)}",
            {**{title.replace(" ", "_"): number for title, number in found.items()}, "of": len(coded)},
            note=", ".join(f"{title} {number}" for title, number in list(found.items())[1:]),
        ),
        Row(
            "photos without one on which stripes are taken for bars", f"{len(false)} of {len(plain)}",
            {"false": len(false), "of": len(plain)}, note=f"nothing is claimed from it; {', '.join(false[:4])}",
        ),
    ]  # fmt: skip


async def scan_rows(
    photos: Sequence[Pixels], engines: SeeingEngines, settings: SeeingSettings, tell: Callable[[str], None]
) -> list[Row]:
    """The processor's time of one session's camera while codes are scanned, past a shelf and at rest on no code."""
    cv2.setNumThreads(1)  # as the server has it
    stops = [camera(pixels) for pixels in photos]
    rows = []
    for title, along, rest_s in (("a shelf", stops, REST_S), ("no code in view", stops[-1:], SECONDS)):
        tell(f"scanning: {title}")
        said: list[str] = []

        def begin(seeing: Seeing, said: list[str] = said) -> Scan:
            around = Surroundings(lambda text, _: said.append(text), lambda: True, lambda: "normal")
            return Scan(seeing, around, Scanned(), lambda answer, _: said.append(answer.text))

        share = await share_of(Walk(along, settings.fps, rest_s), engines, settings, begin)
        rows.append(camera_row(f"codes are scanned: {title}", share, settings.fps, len(said)))
    return rows
