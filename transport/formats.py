"""Sound as the GA API writes it (PCM16 24 kHz, G.711 mu-law and A-law at 8 kHz) to and from the mind's samples.

Knows codes and sample rates. Does not know events, base64 or who speaks. G.711: ITU-T Recommendation G.711 (11/88).
"""

from __future__ import annotations

from functools import cache
from typing import Literal, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from agent.audio import HEARING_RATE, SPEAKING_RATE, Pcm
from agent.resample import Resampler

WireFormat: TypeAlias = Literal["audio/pcm", "audio/pcmu", "audio/pcma"]
RATES: dict[WireFormat, int] = {"audio/pcm": 24_000, "audio/pcmu": 8_000, "audio/pcma": 8_000}
SAMPLE_BYTES: dict[WireFormat, int] = {"audio/pcm": 2, "audio/pcmu": 1, "audio/pcma": 1}

Table: TypeAlias = npt.NDArray[np.int16]


class WireDecoder:
    """Bytes as they come, in pieces of any size, to samples at HEARING_RATE."""

    def __init__(self, format: WireFormat) -> None:
        self.format = format
        self._resampler = Resampler(RATES[format], HEARING_RATE, live=True)
        self._odd = b""

    def push(self, data: bytes) -> Pcm:
        """Samples that are certain now. A sample that is cut in two waits for its other half."""
        if self.format != "audio/pcm":
            table = _decoded(self.format)
            return self._resampler.push(table[np.frombuffer(data, np.uint8)])
        data = self._odd + data
        whole = len(data) & ~1
        self._odd = data[whole:]
        return self._resampler.push(np.frombuffer(data[:whole], "<i2").astype(np.int16))


class WireEncoder:
    """Samples at SPEAKING_RATE to bytes; ``flush`` at the end of a reply gives what the resampler held back."""

    def __init__(self, format: WireFormat) -> None:
        self.format = format
        self._resampler = Resampler(SPEAKING_RATE, RATES[format])

    def push(self, pcm: Pcm) -> bytes:
        return self._bytes(self._resampler.push(pcm))

    def flush(self) -> bytes:
        return self._bytes(self._resampler.flush())

    def _bytes(self, pcm: Pcm) -> bytes:
        if self.format == "audio/pcm":
            return pcm.astype("<i2").tobytes()
        return _encoded(self.format)[pcm.view(np.uint16)].tobytes()


@cache
def _decoded(format: WireFormat) -> Table:
    """The sample of each of the 256 codes."""
    codes = np.arange(256, dtype=np.int32)
    if format == "audio/pcmu":
        codes = ~codes & 0xFF
        magnitude = (((codes & 0x0F) << 3) + 0x84) << ((codes & 0x70) >> 4)
        samples = np.where(codes & 0x80, 0x84 - magnitude, magnitude - 0x84)
    else:
        codes ^= 0x55
        exponent, mantissa = (codes & 0x70) >> 4, (codes & 0x0F) << 4
        magnitude = np.where(exponent == 0, mantissa + 8, (mantissa + 0x108) << np.maximum(exponent - 1, 0))
        samples = np.where(codes & 0x80, magnitude, -magnitude)
    return samples.astype(np.int16)


@cache
def _encoded(format: WireFormat) -> npt.NDArray[np.uint8]:
    """The code whose sample is nearest, for each of the 65,536 samples (indexed as unsigned)."""
    table = _decoded(format).astype(np.int32)
    order = np.argsort(table, kind="stable")
    sorted_samples = table[order]
    samples = np.arange(65_536, dtype=np.uint16).view(np.int16).astype(np.int32)
    above = np.clip(np.searchsorted(sorted_samples, samples), 1, 255)
    nearer_below = samples - sorted_samples[above - 1] <= sorted_samples[above] - samples
    return cast(npt.NDArray[np.uint8], order[np.where(nearer_below, above - 1, above)].astype(np.uint8))
