"""The mind's voice as a file that grows while it is spoken: wav, pcm, mp3, opus, flac or aac.

Knows containers and codecs; nothing is ever written twice, so every format can be streamed. Does not know what is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np

from agent.audio import SPEAKING_RATE, Pcm


@dataclass(frozen=True, slots=True)
class Form:
    """``container`` and ``codec`` in FFmpeg's names; "" for bare samples. ``rate``: of the file."""

    media_type: str
    container: str = ""
    codec: str = ""
    rate: int = SPEAKING_RATE
    bit_rate: int = 0


FORMS = {
    "mp3": Form("audio/mpeg", "mp3", "libmp3lame", bit_rate=64_000),
    "opus": Form("audio/ogg", "ogg", "libopus", 48_000, 32_000),
    "aac": Form("audio/aac", "adts", "aac", bit_rate=64_000),
    "flac": Form("audio/flac", "flac", "flac"),
    "wav": Form("audio/wav", "wav", "pcm_s16le"),
    "pcm": Form("audio/pcm"),
}
"""By the API's names. pcm is 16 bit, little endian, one channel at SPEAKING_RATE."""

STREAMED = {"mp3": {"write_xing": "0"}, "opus": {"page_duration": "60000"}}
"""Options that keep a container from looking back, or from waiting: Ogg's pages are one second long without."""


class _Growing:
    """A file that can only be written on, and gives away what was written."""

    def __init__(self) -> None:
        self.name = ""
        self._bytes = bytearray()

    def write(self, data: bytes) -> int:
        self._bytes += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self._bytes)
        self._bytes.clear()
        return taken


class Encoder:
    """One file. ``push`` sound at SPEAKING_RATE, then ``close`` once; both give the bytes that are ready."""

    def __init__(self, name: str) -> None:
        """Raises KeyError for a name that is not in FORMS."""
        self.form = FORMS[name]
        self._container: av.container.OutputContainer | None = None
        self._written = 0
        if self.form.container:
            self._file = _Growing()
            options = STREAMED.get(name, {})
            self._container = av.open(self._file, "w", format=self.form.container, options=options)
            stream = self._container.add_stream(self.form.codec, rate=self.form.rate, layout="mono")
            assert isinstance(stream, av.AudioStream)
            self._stream = stream
            if self.form.bit_rate:
                self._stream.bit_rate = self.form.bit_rate

    def push(self, pcm: Pcm) -> bytes:
        if self._container is None:
            return np.ascontiguousarray(pcm, "<i2").tobytes()
        if not len(pcm):
            return b""
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(pcm).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = SPEAKING_RATE
        frame.pts, frame.time_base = self._written, Fraction(1, SPEAKING_RATE)
        self._written += len(pcm)
        for packet in self._stream.encode(frame):
            self._container.mux(packet)
        return self._file.take()

    def close(self) -> bytes:
        """The end of the file. The encoder is of no use afterwards."""
        container, self._container = self._container, None
        if container is None:
            return b""
        for packet in self._stream.encode(None):
            container.mux(packet)
        container.close()
        return self._file.take()
