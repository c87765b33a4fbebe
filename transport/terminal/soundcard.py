"""This machine's microphone and loudspeaker through sounddevice (PortAudio). Imported only when they are wanted.

PortAudio calls from a thread of its own: sound is handed to the event loop and fetched from a few blocks that are made
ahead, so that a loop that stumbles for 40 ms is not heard.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

import numpy as np

from agent.audio import FRAME_SAMPLES, HEARING_RATE, SPEAKING_RATE, Pcm
from agent.errors import LineError
from agent.resample import Resampler
from transport.terminal.devices import FRAME_MS

BLOCKS_AHEAD, MOST_AHEAD = 3, 10
"""Blocks of 20 ms that wait for the loudspeaker: at first, and at most for a card that takes several at once."""
NO_PACKAGE = "Talking needs the package sounddevice: .venv/bin/pip install -e '.[talk]'. Or use --file and --save."
NO_PORTAUDIO = (
    "Talking needs the PortAudio library. Debian, Ubuntu: sudo apt install libportaudio2. Or use --file and --save."
)
FILES = "Choose another device (--devices lists them), or use --file and --save."


def load() -> Any:
    """The module sounddevice. Raises LineError that says what to install."""
    try:
        import sounddevice
    except ModuleNotFoundError:
        raise LineError(NO_PACKAGE) from None
    except OSError:
        raise LineError(NO_PORTAUDIO) from None
    return sounddevice


def listed(backend: Any) -> str:
    """The devices of this machine as text. Raises LineError when there is none."""
    devices = str(backend.query_devices()) if len(backend.query_devices()) else ""
    if not devices:
        raise LineError("This machine has no sound device that PortAudio knows. Use --file and --save.")
    return devices


class SoundCard:
    """``microphone``, ``speaker``: number or part of a name, None for the system's choice. ``backend``: sounddevice."""

    def __init__(
        self, backend: Any, *, microphone: str | None = None, speaker: str | None = None, headphones: bool = False
    ) -> None:
        """Raises LineError when there is no such device."""
        self.apart = headphones
        self._backend = backend
        self._microphone, self._in_rate = _found(backend, microphone, "input", "microphone")
        self._speaker, self._out_rate = _found(backend, speaker, "output", "loudspeaker")

    async def run(self, heard: Callable[[Pcm], None], pull: Callable[[], Pcm]) -> None:
        """Raises LineError when a device can't be opened."""
        loop = asyncio.get_running_loop()
        ears, mouth = _Ears(self._in_rate, heard), _Mouth(self._out_rate, pull)
        mouth.refill()

        def soon(call: Callable[..., None], *arguments: bytes) -> None:
            with suppress(RuntimeError):  # the loop has ended, the card not yet
                loop.call_soon_threadsafe(call, *arguments)

        def take(data: Any, frames: int, time: Any, status: Any) -> None:
            soon(ears.take, bytes(data))

        def give(data: Any, frames: int, time: Any, status: Any) -> None:
            data[:] = mouth.next(len(data))
            soon(mouth.refill)

        sd, ways = self._backend, {"channels": 1, "dtype": "int16"}
        inward = {"samplerate": self._in_rate, "blocksize": _block(self._in_rate), "device": self._microphone} | ways
        outward = {"samplerate": self._out_rate, "blocksize": _block(self._out_rate), "device": self._speaker} | ways
        with ExitStack() as streams:
            try:
                streams.enter_context(sd.RawInputStream(callback=take, **inward))
                streams.enter_context(sd.RawOutputStream(callback=give, **outward))
            except (sd.PortAudioError, ValueError) as error:
                raise LineError(f"The sound device cannot be opened: {_first_line(error)}. {FILES}") from error
            await asyncio.Event().wait()


def _found(backend: Any, wanted: str | None, kind: str, name: str) -> tuple[Any, int]:
    device: int | str | None = int(wanted) if wanted is not None and wanted.isdecimal() else wanted
    try:
        known = backend.query_devices(device, kind)
    except (backend.PortAudioError, ValueError) as error:
        raise LineError(f"No {name} was found: {_first_line(error)}. {FILES}") from error
    return device, int(known["default_samplerate"])


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(". ") or "unknown reason"


def _block(rate: int) -> int:
    return rate * FRAME_MS // 1000


class _Ears:
    """The card's sound to frames at HEARING_RATE."""

    def __init__(self, rate: int, heard: Callable[[Pcm], None]) -> None:
        self._resampler = Resampler(rate, HEARING_RATE, live=True)
        self._heard = heard
        self._rest: Pcm = np.zeros(0, np.int16)

    def take(self, data: bytes) -> None:
        pcm = self._resampler.push(np.frombuffer(data, np.int16))
        self._rest = np.concatenate((self._rest, pcm))
        while len(self._rest) >= FRAME_SAMPLES:
            self._heard(self._rest[:FRAME_SAMPLES])
            self._rest = self._rest[FRAME_SAMPLES:]


class _Mouth:
    """Sound at SPEAKING_RATE to blocks of the card's rate. ``next`` is called on the card's thread, all else is not."""

    def __init__(self, rate: int, pull: Callable[[], Pcm]) -> None:
        self._resampler = Resampler(SPEAKING_RATE, rate, live=True)
        self._pull = pull
        self._bytes = 2 * _block(rate)
        self._rest = b""
        self._ready: deque[bytes] = deque()
        self._ahead = BLOCKS_AHEAD

    def refill(self) -> None:
        while len(self._ready) < self._ahead:
            while len(self._rest) < self._bytes:
                self._rest += self._resampler.push(self._pull()).tobytes()
            self._ready.append(self._rest[: self._bytes])
            self._rest = self._rest[self._bytes :]

    def next(self, size: int) -> bytes:
        try:
            block = self._ready.popleft()
        except IndexError:
            block, self._ahead = b"", min(MOST_AHEAD, self._ahead + 1)
        return block[:size].ljust(size, b"\0")
