"""Finds faces that look at the camera, with the Haar cascade that comes with OpenCV 4.

Knows that there is a face and where. Does not know whose it is, how old, or how it feels, and never will.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from agent.engines.protocols import Box
from agent.engines.worker import Worker
from agent.errors import EngineMissing
from agent.picture import Pixels

Face: TypeAlias = tuple[float, float, float, float]
"""Left, top, width, height in pixels."""


@dataclass(frozen=True, slots=True)
class HaarSettings:
    """``side``: the picture is looked through at this longer side, pixels; faces below ``smallest`` of it are missed.
    ``neighbours``: overlapping finds that make a face, more means fewer false ones. When there is no upright face the
    picture is turned by ``tilt`` degrees both ways, and ``tilted_neighbours`` are asked for.
    Where there is still none, it is looked at from its other three sides with ``turned_neighbours``: a camera is held
    sideways, or upside down, and who is blind does not see it. Of 441 pictures and parts of them without a face, each
    from three sides, two had a false find, both a clock in motion.
    Measured on one face turned by 15 to 25 degrees: found 8 in 9 times, 1 in 6 without tilting. False finds in 137
    pictures: a drawn face in a QR code. Evening out the brightness first, or a larger side, found faces in signs.
    """

    side: int = 480
    smallest: float = 0.06
    neighbours: int = 6
    tilt: float = 17.0
    tilted_neighbours: int = 8
    turned_neighbours: int = 16


class HaarFinder:
    """Shared FaceFinder on its own thread; the cascade loads at the first call. About 20 ms a picture, 120
    when no face is found at once."""

    name = "haar"

    def __init__(self, settings: HaarSettings | None = None) -> None:
        self._settings = settings or HaarSettings()
        self._worker = Worker("face finder")
        self._cascade: Any = None

    async def warm(self) -> None:
        """Load the cascade. Raises EngineMissing."""
        await self._worker.run(self._load)

    async def find(self, pixels: Pixels, *, fast: bool = False) -> tuple[Box, ...]:
        return await self._worker.run(self._find, pixels, fast)

    async def close(self) -> None:
        await self._worker.close()

    def _load(self) -> Any:
        if self._cascade is not None:
            return self._cascade
        import cv2

        data = getattr(cv2, "data", None)
        if data is None or not hasattr(cv2, "CascadeClassifier"):
            raise EngineMissing("Finding faces needs opencv-python-headless 4; 5 has no cascades. Run: make install")
        cascade = cv2.CascadeClassifier(str(Path(data.haarcascades) / "haarcascade_frontalface_alt2.xml"))
        if cascade.empty():
            raise EngineMissing("OpenCV's file haarcascade_frontalface_alt2.xml is missing. Run: make install")
        self._cascade = cascade
        return cascade

    def _find(self, pixels: Pixels, fast: bool = False) -> tuple[Box, ...]:
        cascade = self._load()
        import cv2

        height, width = pixels.shape[:2]
        scale = min(1.0, self._settings.side / max(height, width))
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        if scale < 1.0:
            grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        found = self._detect(cascade, grey, self._settings.neighbours)
        for tilt in () if fast else (self._settings.tilt, -self._settings.tilt):
            if not found:
                centre = (grey.shape[1] / 2, grey.shape[0] / 2)
                turn = cv2.getRotationMatrix2D(centre, tilt, 1.0)
                turned = cv2.warpAffine(grey, turn, grey.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
                back = cv2.invertAffineTransform(turn)
                tilted = self._detect(cascade, turned, self._settings.tilted_neighbours)
                found = [_turned(face, back) for face in tilted]
        for quarters in () if fast else (1, 3, 2):
            if not found:
                other = np.ascontiguousarray(np.rot90(grey, quarters))
                sideways = self._detect(cascade, other, self._settings.turned_neighbours)
                found = [_turned_back(face, quarters, grey.shape[1], grey.shape[0]) for face in sideways]
        boxes = [Box(*(round(value / scale) for value in face)) for face in found]
        return tuple(sorted(boxes, key=lambda box: -box.width * box.height))

    def _detect(self, cascade: Any, grey: Any, neighbours: int) -> list[Face]:
        smallest = max(20, round(self._settings.smallest * max(grey.shape)))
        found = cascade.detectMultiScale(grey, scaleFactor=1.1, minNeighbors=neighbours, minSize=(smallest, smallest))
        return [(float(left), float(top), float(width), float(height)) for left, top, width, height in found]


def _turned_back(face: Face, quarters: int, width: int, height: int) -> Face:
    """A face in a picture that was turned left by so many quarters, in the one of this width and height."""
    left, top, across, down = face
    match quarters:
        case 1:
            return width - top - down, left, down, across
        case 3:
            return top, height - left - across, down, across
        case _:
            return width - left - across, height - top - down, across, down


def _turned(face: Face, matrix: Any) -> Face:
    """The same square around where the matrix moves its middle."""
    left, top, width, height = face
    x, y = left + width / 2, top + height / 2
    new_x = matrix[0][0] * x + matrix[0][1] * y + matrix[0][2]
    new_y = matrix[1][0] * x + matrix[1][1] * y + matrix[1][2]
    return float(new_x - width / 2), float(new_y - height / 2), width, height
