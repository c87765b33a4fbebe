"""What a caller sends: its camera, its stills, and a network path that loses and delays its sound."""

from __future__ import annotations

import asyncio
import math
import random
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import cv2
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import VideoFrame

from agent.clock import now_us
from agent.picture import Pixels
from transport.stills import CHUNK_BYTES

EYE_INTERVAL_US = 500_000
JPEG_QUALITY = 90
EYE_WIDTH = 640
WARM = 10
_VIDEO_CLOCK = 90_000


class EyeTrack(MediaStreamTrack):
    """Two pictures a second, or as ``pace`` says, at most EYE_WIDTH wide as the page sends them; black while there is
    none.
    """

    kind = "video"

    def __init__(self, picture: Callable[[], Pixels | None], interval_us: int = EYE_INTERVAL_US) -> None:
        super().__init__()
        self._picture = picture
        self._interval_us = interval_us
        self._start_us = self._due_us = 0

    def pace(self, pictures_per_second: float) -> None:
        """So many from the next one on, as the server asked (``netra.eye``)."""
        self._interval_us = round(1_000_000 / pictures_per_second)

    async def recv(self) -> VideoFrame:
        if self.readyState != "live":
            raise MediaStreamError
        now = now_us()
        if not self._start_us:
            self._start_us = self._due_us = now
        await asyncio.sleep(max(0, self._due_us - now) / 1_000_000)
        pixels = self._picture()
        frame = VideoFrame(EYE_WIDTH, 480, "yuv420p") if pixels is None else _frame(pixels)
        frame.pts = (self._due_us - self._start_us) * _VIDEO_CLOCK // 1_000_000
        frame.time_base = Fraction(1, _VIDEO_CLOCK)
        self._due_us += self._interval_us
        return frame


def _frame(pixels: Pixels) -> VideoFrame:
    height, width = pixels.shape[:2]
    scale = min(1.0, EYE_WIDTH / width)
    size = (round(width * scale) // 2 * 2, round(height * scale) // 2 * 2)
    if size != (width, height):
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    return VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")


def still_events(request: str, picture: Pixels | None, max_side: int) -> Iterator[dict[str, Any]]:
    """The answer to ``netra.still.wanted``: a JPEG in pieces, or that there is none."""
    if picture is None:
        yield {"type": "netra.still.failed", "request": request, "reason": "no picture"}
        return
    scale = min(1.0, max_side / max(picture.shape[:2]))
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    if scale < 1.0:
        bgr = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
    chunks = math.ceil(len(data) / CHUNK_BYTES)
    yield {"type": "netra.still.begin", "request": request, "mime": "image/jpeg", "bytes": len(data), "chunks": chunks}
    for index in range(chunks):
        piece = data[index * CHUNK_BYTES : (index + 1) * CHUNK_BYTES]
        yield {"type": "netra.still.chunk", "request": request, "index": index, "data": b64encode(piece).decode()}


@dataclass(slots=True)
class LossyPath:
    """Loses and delays sent sound packets by a seeded pattern. ``loss``: 0..1. ``jitter_us``: each waits 0..this.

    The first WARM packets pass untouched. ``sent_us``: RTP timestamp and time of every packet, lost ones too.
    """

    loss: float = 0.0
    jitter_us: int = 0
    seed: int = 1
    dropped: int = 0
    passed: int = 0
    sent_us: list[tuple[int, int]] = field(default_factory=list)
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    async def __call__(self, data: bytes, send: Callable[[bytes], Any]) -> None:
        self.sent_us.append((int.from_bytes(data[4:8], "big"), now_us()))
        warm = len(self.sent_us) <= WARM
        if not warm and self._chance.random() < self.loss:
            self.dropped += 1
            return
        self.passed += 1
        if self.jitter_us and not warm:
            wait_s = self._chance.random() * self.jitter_us / 1_000_000
            asyncio.get_running_loop().call_later(wait_s, _send_later, data, send)
        else:
            await send(data)


def _send_later(data: bytes, send: Callable[[bytes], Any]) -> None:
    """aiortc's sending is a coroutine that never really waits: one step finishes it, without a task."""
    coroutine = send(data)
    try:
        coroutine.send(None)
    except (StopIteration, ConnectionError):
        return
    coroutine.close()
