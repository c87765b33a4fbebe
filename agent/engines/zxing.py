"""Reads bar codes and QR codes with ZXing-C++.

Knows how to find and decode them. Does not know what a number stands for, and opens no link.
A single look misreads about 2 % of retail codes: who says a product number aloud needs two looks that agree.
"""

from __future__ import annotations

from typing import Any

from agent.engines.protocols import Box, Code
from agent.engines.worker import Worker
from agent.errors import EngineMissing
from agent.picture import Pixels

RETAIL = frozenset({"EAN13", "EAN8", "UPCA", "UPCE", "ISBN"})


class ZxingReader:
    """Shared CodeReader on its own thread. About 10 ms a picture, 2 ms when ``fast`` (upright, full size only)."""

    name = "zxing"

    def __init__(self) -> None:
        self._worker = Worker("code reader")

    async def warm(self) -> None:
        """Load the library. Raises EngineMissing."""
        await self._worker.run(_library)

    async def read(self, pixels: Pixels, *, fast: bool = False) -> tuple[Code, ...]:
        return await self._worker.run(_read, pixels, fast)

    async def close(self) -> None:
        await self._worker.close()


def _library() -> Any:
    try:
        import zxingcpp
    except ImportError as error:
        raise EngineMissing(f"Reading codes needs the package zxing-cpp: {error}. Run: make install") from error
    return zxingcpp


def _read(pixels: Pixels, fast: bool) -> tuple[Code, ...]:
    library = _library()
    import cv2

    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    found = library.read_barcodes(
        grey,
        try_rotate=not fast,
        try_downscale=not fast,
        try_invert=not fast,
        text_mode=library.TextMode.Plain,
    )
    return tuple(_code(each, library) for each in found if each.valid)


def _code(found: Any, library: Any) -> Code:
    position = found.position
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    left, right = min(corner.x for corner in corners), max(corner.x for corner in corners)
    top, bottom = min(corner.y for corner in corners), max(corner.y for corner in corners)
    kind = found.format.name
    return Code(found.text, kind, kind in RETAIL, Box(left, top, right - left, bottom - top))
