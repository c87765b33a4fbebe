"""A picture as the mind handles it. Knows pixels and age; does not know what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]
"""RGB, shape (height, width, 3)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One camera picture. ``taken_us``: when it was captured on the session's clock, microseconds."""

    id: str
    pixels: Pixels
    taken_us: int
    source: Literal["track", "still", "upload"] = "track"

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])
