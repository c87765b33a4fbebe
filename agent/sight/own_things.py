"""What is known of the things that a user taught: records only. Pixels and files are elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ThingLook:
    """One look: ``points`` (n, 2) in pixels of a copy, ``descriptors`` (n, 128) bytes, ``colours`` a histogram."""

    points: Floats
    descriptors: npt.NDArray[np.uint8]
    colours: Floats


@dataclass(frozen=True, slots=True)
class Taught:
    """A thing as it was shown. ``name`` as the user said it: "blue folder"."""

    name: str
    looks: tuple[ThingLook, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A thing that was known again. ``middle``: where, 0..1 of the width; ``agreeing``: features on it that agree."""

    name: str
    agreeing: int
    middle: float
    sure: Literal["certain", "likely"]
