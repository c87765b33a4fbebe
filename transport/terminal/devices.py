"""Where sound comes from and goes to at a terminal: a sound card (``soundcard``), or files for machines without one.

Knows frames of 20 ms and when a recording is over. Does not know who listens.
"""

from __future__ import annotations

import asyncio
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np

from agent.audio import FRAME_SAMPLES, HEARING_RATE, SPEAKING_RATE, Pcm
from agent.clock import now_us
from agent.errors import LineError

FRAME_MS = 20
OUT_SAMPLES = SPEAKING_RATE * FRAME_MS // 1000


class Device(Protocol):
    """A microphone and a loudspeaker."""

    @property
    def apart(self) -> bool:
        """The microphone can't hear the loudspeaker: headphones, or files."""
        ...

    async def run(self, heard: Callable[[Pcm], None], pull: Callable[[], Pcm]) -> None:
        """Carry sound until there is no more, or until cancelled. Both are called on the event loop.

        ``heard`` is given FRAME_SAMPLES at HEARING_RATE every 20 ms; ``pull`` gives OUT_SAMPLES at SPEAKING_RATE.
        """
        ...


class FileDevice:
    """A recording as the microphone, nothing as the loudspeaker, at the pace of real sound.

    Ends when the recording was heard and the answer is over: ``patience_s`` without a sound.
    """

    apart = True

    def __init__(self, pcm: Pcm, *, patience_s: float = 4.0) -> None:
        """``pcm``: at HEARING_RATE."""
        rest = -len(pcm) % FRAME_SAMPLES
        self._frames = np.concatenate((pcm, np.zeros(rest, np.int16))).reshape(-1, FRAME_SAMPLES)
        self._patience = round(patience_s * 1000 / FRAME_MS)

    async def run(self, heard: Callable[[Pcm], None], pull: Callable[[], Pcm]) -> None:
        silence = np.zeros(FRAME_SAMPLES, np.int16)
        began, slot, quiet = now_us(), 0, 0
        while slot < len(self._frames) or quiet < self._patience:
            heard(self._frames[slot] if slot < len(self._frames) else silence)
            quiet = 0 if pull().any() or slot < len(self._frames) else quiet + 1
            slot += 1
            await asyncio.sleep(max(0, began + slot * FRAME_MS * 1000 - now_us()) / 1_000_000)


class Saved:
    """Another device whose loudspeaker is written to a wav file, too."""

    def __init__(self, device: Device, path: Path) -> None:
        self._device, self._path = device, path

    @property
    def apart(self) -> bool:
        return self._device.apart

    async def run(self, heard: Callable[[Pcm], None], pull: Callable[[], Pcm]) -> None:
        """Raises LineError when the file can't be written."""
        try:
            raw = self._path.open("wb")
        except OSError as error:
            raise LineError(f"{self._path} cannot be written: {error.strerror}. Choose another --save.") from error
        with raw, wave.open(raw, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SPEAKING_RATE)

            def pulled() -> Pcm:
                pcm = pull()
                file.writeframes(pcm.astype("<i2").tobytes())
                return pcm

            await self._device.run(heard, pulled)


def seconds_of(pcm: Pcm) -> float:
    """Length of sound at HEARING_RATE."""
    return len(pcm) / HEARING_RATE
