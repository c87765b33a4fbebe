"""Opus for one direction of one line: int16 mono PCM <-> packets, through libopus in PyAV.

Knows the codec only. Does not know time, loss or turns.
"""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

from agent.audio import Pcm

WIRE_RATE = 48_000
"""RTP timestamps of Opus count at this rate whatever is inside (RFC 7587)."""

PACKET_MS = 20
_COMPLEXITY = "5"
"""libopus 0..10. Measured here for a 24 kHz frame: 168 us at 10, 119 at 5, 91 at 2, 58 at 0."""


class OpusEncoder:
    """One 20 ms frame in, one packet out, at once."""

    def __init__(self, rate: int, bit_rate: int = 32_000) -> None:
        codec = av.CodecContext.create("libopus", "w")
        assert isinstance(codec, AudioCodecContext)
        codec.sample_rate = rate
        codec.layout = "mono"
        codec.format = "s16"
        codec.bit_rate = bit_rate
        codec.time_base = Fraction(1, rate)
        codec.options = {"application": "voip", "compression_level": _COMPLEXITY, "frame_duration": str(PACKET_MS)}
        self._codec = codec
        self._rate = rate
        self._pts = 0

    def encode(self, pcm: Pcm) -> bytes:
        """``pcm``: exactly 20 ms at the encoder's rate."""
        frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = self._rate
        frame.pts = self._pts
        self._pts += len(pcm)
        return b"".join(bytes(packet) for packet in self._codec.encode(frame))


class OpusDecoder:
    """Packets to mono PCM at 48 kHz. 31 us a packet here, so it runs inline."""

    def __init__(self) -> None:
        codec = av.CodecContext.create("libopus", "r")
        assert isinstance(codec, AudioCodecContext)
        codec.format = "s16"
        codec.layout = "mono"
        codec.sample_rate = WIRE_RATE
        self._codec = codec

    def decode(self, payload: bytes) -> Pcm | None:
        """None when the packet is broken or empty."""
        if not payload:
            return None
        try:
            frames = self._codec.decode(av.Packet(payload))
        except av.FFmpegError:
            return None
        parts: list[Pcm] = [frame.to_ndarray()[0] for frame in frames]
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else np.concatenate(parts)
