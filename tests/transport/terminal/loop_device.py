"""A device without a sound card: a person who speaks by script, and an ear that keeps what was played. Virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np

from agent.audio import Pcm
from tests.line import LOUD, QUIET

FRAME_S = 0.02


class LoopDevice:
    """``speak`` from now on; ``played``: seconds of sound so far; ends ``close``."""

    def __init__(self, *, apart: bool = True, echo: bool = False) -> None:
        self.apart = apart
        self._echo = echo
        self._loud_until = 0.0
        self._closed = False
        self.out: list[tuple[float, Pcm]] = []

    def speak(self, seconds: float) -> None:
        self._loud_until = asyncio.get_running_loop().time() + seconds

    def close(self) -> None:
        self._closed = True

    @property
    def played(self) -> float:
        return FRAME_S * sum(1 for _, pcm in self.out if pcm.any())

    def sounded_after(self, at: float) -> float:
        """Seconds of sound after this instant."""
        return FRAME_S * sum(1 for when, pcm in self.out if pcm.any() and when > at)

    async def run(self, heard: Callable[[Pcm], None], pull: Callable[[], Pcm]) -> None:
        loop = asyncio.get_running_loop()
        last = np.zeros(480, np.int16)
        while not self._closed:
            await asyncio.sleep(FRAME_S)
            loud = loop.time() < self._loud_until or (self._echo and last.any())
            heard(LOUD if loud else QUIET)
            last = pull()
            self.out.append((loop.time(), last))
