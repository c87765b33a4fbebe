"""Light in: the always-open video track, and sharp stills that the page sends when asked.

Knows encoded pictures, sizes and age. Does not know what is in them. Pixels are made only for pictures that are taken,
large ones in a pool of this room's own.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from typing import cast

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import VideoFrame

from agent.clock import now_us
from agent.picture import Picture, Pixels
from transport.stills import StillDesk

PICTURES_PER_SECOND = 2.0
"""What the eye wants, until ``pace`` says otherwise."""
SKIPPED = 0.6
"""A picture that comes within this share of the time between two wanted ones is skipped before it costs anything."""

INLINE_PIXELS = 640 * 480
"""Up to here pixels are made at once (0.07 ms): to hand them to a thread and back takes longer."""


class LineCamera:
    """``agent.ports.Camera`` of one line. The newest picture wins; older ones are dropped undecoded into pixels."""

    def __init__(self, pool: Executor, ask: Callable[[str, int], bool]) -> None:
        """``ask(request, max_side)`` asks the client for a still; False: it can't be asked."""
        self.on = True
        self.stills = StillDesk()
        self._pool = pool
        self._ask = ask
        self._latest: tuple[VideoFrame, int] | None = None
        self.pace(PICTURES_PER_SECOND)
        self._fresh = asyncio.Event()
        self._closed = False

    async def drain(self, track: MediaStreamTrack) -> None:
        """Read the track as long as it lives: what nobody reads would pile up without bound."""
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if isinstance(frame, VideoFrame):
                self._latest = (frame, now_us())
                self._fresh.set()

    def pace(self, pictures_per_second: float) -> None:
        """So many are wanted from now on: of a faster track the rest is left out."""
        self._apart_us = round(SKIPPED * 1_000_000 / pictures_per_second)

    async def pictures(self) -> AsyncIterator[Picture]:
        taken_us = -1_000_000_000
        while True:
            await self._fresh.wait()
            if self._closed:
                return
            self._fresh.clear()
            latest, self._latest = self._latest, None
            if latest is None or latest[1] - taken_us < self._apart_us:
                continue
            frame, taken_us = latest
            if frame.width * frame.height <= INLINE_PIXELS:
                pixels = _rgb(frame)
            else:
                pixels = await asyncio.get_running_loop().run_in_executor(self._pool, _rgb, frame)
            yield Picture(new_picture_id(), pixels, taken_us)

    async def still(self, *, max_side: int, timeout_s: float) -> Picture | None:
        if not self.on or self._closed:
            return None
        request = f"still_{secrets.token_hex(6)}"
        with self.stills.expect(request) as arrived:
            if not self._ask(request, max_side):
                return None
            try:
                async with asyncio.timeout(timeout_s):
                    encoded = await arrived
                    if encoded is None:
                        return None
                    loop = asyncio.get_running_loop()
                    pixels = await loop.run_in_executor(self._pool, encoded.decoded, max_side)
            except TimeoutError:
                return None
        if pixels is None:
            return None
        return Picture(new_picture_id(), pixels, encoded.arrived_us, source="still")

    def switch(self, on: bool) -> None:
        """The client says that its camera is on or off."""
        self.on = on
        if not on:
            self._latest = None
            self.stills.give_up()

    def close(self) -> None:
        self._closed = True
        self._latest = None
        self.stills.give_up()
        self._fresh.set()


def new_picture_id() -> str:
    return f"pic_{secrets.token_hex(8)}"


def _rgb(frame: VideoFrame) -> Pixels:
    return cast(Pixels, frame.to_ndarray(format="rgb24"))
