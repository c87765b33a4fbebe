"""Pictures that arrive in pieces over the data channel, checked before anything decodes them.

Knows formats, sizes and limits. A picture that breaks a rule becomes None and a line in the log; the line goes on.
"""

from __future__ import annotations

import asyncio
import binascii
import io
import logging
import math
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from agent.clock import now_us
from agent.picture import Pixels

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
CHUNK_BYTES = 16 * 1024
MIN_CHUNK_BYTES = 1024
"""Smaller pieces on average only make a long list of them."""
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EncodedStill:
    """All bytes of a picture. ``arrived_us``: when its first piece was announced."""

    type: str
    data: bytes
    arrived_us: int

    def decoded(self, max_side: int) -> Pixels | None:
        """RGB, turned upright by its EXIF orientation, longer side at most ``max_side``. Slow: for a worker thread."""
        problem = self._problem()
        if problem:
            _log.warning("still refused: %s", problem)
            return None
        bgr = cv2.imdecode(np.frombuffer(self.data, dtype=np.uint8), cv2.IMREAD_COLOR)
        if bgr is None:
            _log.warning("still refused: %s that can't be decoded", self.type)
            return None
        height, width = bgr.shape[:2]
        scale = max_side / max(height, width)
        if scale < 1.0:
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            bgr = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
        return cast(Pixels, cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))

    def _problem(self) -> str:
        """What its header says against decoding it; "" when nothing."""
        try:
            with Image.open(io.BytesIO(self.data), formats=[FORMATS[self.type]]) as header:
                width, height = header.size
        except Image.DecompressionBombError:
            return "far too many pixels"
        except Image.DecompressionBombWarning:
            return "too many pixels"
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
            return f"not a {self.type}"
        return f"{width}x{height} pixels" if width * height > MAX_PIXELS else ""


@dataclass(slots=True)
class _Pending:
    arrived: asyncio.Future[EncodedStill | None]
    type: str = ""
    size: int = 0
    begun_us: int = 0
    chunks: list[bytes | None] = field(default_factory=list)
    got: int = 0

    def give(self, still: EncodedStill | None) -> None:
        if not self.arrived.done():
            self.arrived.set_result(still)


class StillDesk:
    """The pictures that were asked for and what has come of them so far."""

    def __init__(self) -> None:
        self._pending: dict[str, _Pending] = {}

    @contextmanager
    def expect(self, request: str) -> Iterator[asyncio.Future[EncodedStill | None]]:
        """A future for the picture of this request; pieces that come after the block are dropped."""
        pending = _Pending(asyncio.get_running_loop().create_future())
        self._pending[request] = pending
        try:
            yield pending.arrived
        finally:
            del self._pending[request]

    def begin(self, request: str, type_: str, size: int, chunks: int) -> None:
        pending = self._pending.get(request)
        if pending is None or pending.chunks:
            _log.info("still %s was not asked for, or began twice", request)
            return
        fewest, most = math.ceil(size / CHUNK_BYTES), math.ceil(size / MIN_CHUNK_BYTES)
        if type_ not in FORMATS or not 0 < size <= MAX_BYTES or not fewest <= chunks <= most:
            self._refuse(pending, f"{type_!r}, {size} bytes in {chunks} pieces")
            return
        pending.type, pending.size, pending.begun_us = type_, size, now_us()
        pending.chunks = [None] * chunks

    def chunk(self, request: str, index: int, data: str) -> None:
        pending = self._pending.get(request)
        if pending is None or pending.arrived.done():
            return
        try:
            piece = b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            self._refuse(pending, "a piece that is not base64")
            return
        if not 0 <= index < len(pending.chunks) or not 0 < len(piece) <= CHUNK_BYTES:
            self._refuse(pending, f"piece {index} of {len(pending.chunks)} with {len(piece)} bytes")
            return
        if pending.chunks[index] is not None:
            return
        pending.chunks[index] = piece
        pending.got += 1
        if pending.got == len(pending.chunks):
            whole = b"".join(piece for piece in pending.chunks if piece is not None)
            if len(whole) != pending.size:
                self._refuse(pending, f"{len(whole)} bytes came, {pending.size} were announced")
                return
            pending.give(EncodedStill(pending.type, whole, pending.begun_us))

    def failed(self, request: str, reason: str) -> None:
        if pending := self._pending.get(request):
            self._refuse(pending, reason)

    def give_up(self) -> None:
        """No picture will come any more."""
        for pending in self._pending.values():
            pending.give(None)

    def _refuse(self, pending: _Pending, why: str) -> None:
        _log.warning("no still: %s", why[:200])
        pending.give(None)
