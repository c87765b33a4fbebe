"""Sound as Wyoming's clients send it to what the mind hears. Knows widths, channels and rates; refuses odd ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from agent.audio import HEARING_RATE, Pcm
from agent.resample import Resampler
from transport.limits import Refused

RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000)
WIDTHS, MOST_CHANNELS = (1, 2, 3, 4), 8


@dataclass(frozen=True, slots=True)
class Format:
    """``width``: bytes of a sample."""

    rate: int
    width: int
    channels: int

    @classmethod
    def of(cls, data: dict[str, Any]) -> Format:
        """Raises Refused that says what is read."""
        rate, width, channels = data.get("rate"), data.get("width"), data.get("channels")
        if type(rate) is not int or type(width) is not int or type(channels) is not int:
            raise Refused("The sound has no rate, width and channels.", code="invalid_audio")
        if rate not in RATES or width not in WIDTHS or not 1 <= channels <= MOST_CHANNELS:
            message = f"Send 1 to {MOST_CHANNELS} channels of 1 to 4 bytes at one of {', '.join(map(str, RATES))} Hz."
            raise Refused(message, code="invalid_audio")
        return cls(rate, width, channels)


class Converter:
    """One stream of sound. Bytes of a sample that is not whole yet wait for the next piece."""

    def __init__(self, format: Format) -> None:
        self.format = format
        self._resampler = Resampler(format.rate, HEARING_RATE)
        self._rest = b""

    def push(self, data: bytes) -> Pcm:
        """At HEARING_RATE, one channel."""
        data = self._rest + data
        step = self.format.width * self.format.channels
        whole = len(data) - len(data) % step
        self._rest = data[whole:]
        return self._resampler.push(self._mixed(data[:whole]))

    def flush(self) -> Pcm:
        return self._resampler.flush()

    def _mixed(self, data: bytes) -> Pcm:
        match self.format.width:
            case 1:
                samples = (np.frombuffer(data, np.uint8).astype(np.int16) - 128) << 8
            case 2:
                samples = np.frombuffer(data, "<i2").astype(np.int16)
            case 3:  # the upper two bytes of three
                samples = np.frombuffer(data, np.uint8).reshape(-1, 3)[:, 1:].copy().view("<i2").reshape(-1)
            case _:
                samples = (np.frombuffer(data, "<i4") >> 16).astype(np.int16)
        if self.format.channels == 1:
            return np.asarray(samples, np.int16)
        return np.asarray(samples.reshape(-1, self.format.channels).astype(np.int32).mean(axis=1), np.int16)
