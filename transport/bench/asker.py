"""A person in this process who asks by voice and shows the camera things: one line of a session, in real time.

Knows the ports. Does not know what is measured.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar

import numpy as np

from agent import ports
from agent.audio import FRAME_SAMPLES, AudioFrame, Pcm
from agent.clock import now_us
from agent.picture import Picture, Pixels
from transport.bench.link import scene
from transport.playout import LineSpeaker

R = TypeVar("R")

FRAME_US = 20_000
PICTURE_S = 0.5
SILENCE: Pcm = np.zeros(FRAME_SAMPLES, np.int16)


class Asker:
    """``line`` for the session. Each 20 ms of the loop's clock carry a frame; each half second another picture."""

    def __init__(self, number: int) -> None:
        self.speaker = LineSpeaker()
        self.line = ports.Line(self, self, self.speaker, self)
        self._number, self._taken = number, 0
        self._said: Pcm = SILENCE[:0]
        self._shown: list[ports.Report] = []
        self._told = asyncio.Event()
        self._closed = False

    def ask(self, sound: Pcm) -> None:
        """Say this, at HEARING_RATE, from the next frame on. What was shown before is forgotten."""
        self._shown.clear()
        self._said = sound

    async def until(self, kind: type[R], within_s: float) -> R | None:
        """The first report of this kind since the question; None: it did not come in time."""
        try:
            async with asyncio.timeout(within_s):
                while True:
                    found = next((one for one in self._shown if isinstance(one, kind)), None)
                    if found is not None:
                        return found
                    self._told.clear()
                    await self._told.wait()
        except TimeoutError:
            return None

    def hang_up(self) -> None:
        self._closed = True
        self.speaker.close()

    # --- ports.Microphone, Camera, Display ----------------------------------------------------------------------

    async def frames(self) -> AsyncIterator[AudioFrame]:
        slot, due = 0, now_us()
        while not self._closed:
            due += FRAME_US
            await asyncio.sleep(max(0, due - now_us()) / 1e6)
            self.speaker.pull()
            piece, self._said = self._said[:FRAME_SAMPLES], self._said[FRAME_SAMPLES:]
            yield AudioFrame(np.concatenate((piece, SILENCE[len(piece) :])), slot * FRAME_SAMPLES)
            slot += 1

    async def pictures(self) -> AsyncIterator[Picture]:
        while not self._closed:
            await asyncio.sleep(PICTURE_S)
            yield self._picture()

    async def still(self, *, max_side: int, timeout_s: float) -> Picture | None:
        return self._picture()

    def show(self, report: ports.Report) -> None:
        self._shown.append(report)
        self._told.set()

    def _picture(self) -> Picture:
        """A new scene each two seconds: the same ones are not read again."""
        self._taken += 1
        pixels: Pixels = np.roll(scene(), 80 * (self._number + self._taken // 4), axis=1)
        return Picture(f"pic_{self._number}_{self._taken}", pixels, now_us())
