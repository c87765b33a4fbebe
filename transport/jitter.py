"""Sound in: packets as the network brings them, to 20 ms frames on one sample axis.

aiortc's own buffer is replaced: it holds four packets back always and sixteen after the first loss. Here a packet in
order leaves at once, and a hole waits for three newer packets, no clock involved.
Knows sequence numbers and timestamps. Does not know what is said, nor does it conceal losses: they are silence
marked ``lost``.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

import numpy as np
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtp import RtpPacket

from agent.audio import FRAME_SAMPLES, HEARING_RATE, AudioFrame, Pcm
from agent.clock import now_us
from transport.opus import WIRE_RATE, OpusDecoder

PATIENCE_PACKETS = 3
"""Newer packets a hole waits for: 42 ms p90 at 5 % loss, measured in a browser; more only delays."""
MAX_MISORDER = 100
"""Packets older than this are not late: the sender has started anew (RFC 3550 A.1)."""
MAX_FILL_SAMPLES = HEARING_RATE
"""One second of silence at most stands for a gap; the sample axis jumps over the rest."""
QUEUE_FRAMES = 100
"""Two seconds: a reader that lags further has lost the oldest."""
_STEP = WIRE_RATE // HEARING_RATE


@dataclass(slots=True)
class Losses:
    """Counters of one line since it opened."""

    received: int = 0
    lost: int = 0
    late: int = 0
    dropped_frames: int = 0


class JitterBuffer:
    """Puts packets in order. Sequence numbers are 16 bit and wrap; timestamps 32 bit and wrap."""

    def __init__(self, losses: Losses | None = None) -> None:
        self.losses = losses if losses is not None else Losses()
        self._waiting: dict[int, tuple[int, bytes]] = {}
        self._next: int | None = None
        self._restart: int | None = None
        self._timestamp = 0

    def push(self, sequence: int, timestamp: int, payload: bytes) -> list[tuple[int, bytes]]:
        """Take a packet; give those that may leave now, in order, as (timestamp without wrap, payload)."""
        self.losses.received += 1
        if self._next is None:
            self._next, self._timestamp = sequence, timestamp
        ahead = ((sequence - self._next + 0x8000) & 0xFFFF) - 0x8000
        if ahead == 0 and not self._waiting:
            self._next += 1
            return [self._unwrapped(timestamp, payload)]
        if ahead < 0:
            return self._from_the_past(ahead, sequence, timestamp, payload)
        self._waiting.setdefault(self._next + ahead, (timestamp, payload))
        return self._leaving()

    def _from_the_past(self, ahead: int, sequence: int, timestamp: int, payload: bytes) -> list[tuple[int, bytes]]:
        if ahead >= -MAX_MISORDER:
            self.losses.late += 1
            return []
        if sequence != self._restart:  # one stray packet proves nothing: two in a row do
            self._restart = (sequence + 1) & 0xFFFF
            self.losses.late += 1
            return []
        self._waiting.clear()
        self._restart, self._next = None, sequence + 1
        return [self._unwrapped(timestamp, payload)]

    def _leaving(self) -> list[tuple[int, bytes]]:
        assert self._next is not None
        leaving: list[tuple[int, bytes]] = []
        while self._waiting:
            found = self._waiting.pop(self._next, None)
            if found is not None:
                leaving.append(self._unwrapped(*found))
            elif len(self._waiting) >= PATIENCE_PACKETS:
                oldest = min(self._waiting)
                self.losses.lost += oldest - self._next
                self._next = oldest
                continue
            else:
                break
            self._next += 1
        return leaving

    def _unwrapped(self, timestamp: int, payload: bytes) -> tuple[int, bytes]:
        step = ((timestamp - self._timestamp + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        self._timestamp += step
        return self._timestamp, payload


class Framer:
    """Sound at positions to whole frames without holes. Positions count samples at HEARING_RATE."""

    def __init__(self) -> None:
        self._next: int | None = None
        self._offset = 0
        self._part = np.zeros(FRAME_SAMPLES, dtype=np.int16)
        self._filled = 0
        self._lost = False

    def add(self, position: int, pcm: Pcm) -> list[AudioFrame]:
        """``position``: the sender's own count for the first sample of ``pcm``; it may jump either way."""
        if self._next is None:
            self._next, self._offset = 0, -position
        gap = position + self._offset - self._next
        if gap == 0 and self._filled == 0 and len(pcm) == FRAME_SAMPLES:
            self._next += FRAME_SAMPLES
            return [AudioFrame(pcm, self._next - FRAME_SAMPLES)]
        frames: list[AudioFrame] = []
        if gap < 0:  # the sender counts anew: its sound follows what we have
            self._offset -= gap
        elif gap > 0:
            filled = min(gap, MAX_FILL_SAMPLES)
            self._lost = True
            frames += self._append(np.zeros(filled, dtype=np.int16), lost=True)
            if gap > filled:
                frames += self._jump(gap - filled)
        return frames + self._append(pcm, lost=False)

    def _append(self, pcm: Pcm, *, lost: bool) -> list[AudioFrame]:
        assert self._next is not None
        frames: list[AudioFrame] = []
        start = 0
        while start < len(pcm):
            taken = min(FRAME_SAMPLES - self._filled, len(pcm) - start)
            self._part[self._filled : self._filled + taken] = pcm[start : start + taken]
            self._lost = self._lost or lost
            self._filled += taken
            self._next += taken
            start += taken
            if self._filled == FRAME_SAMPLES:
                frames.append(self._whole())
        return frames

    def _jump(self, samples: int) -> list[AudioFrame]:
        assert self._next is not None
        frames: list[AudioFrame] = []
        if self._filled:
            rest = min(FRAME_SAMPLES - self._filled, samples)
            frames = self._append(np.zeros(rest, dtype=np.int16), lost=True)
            samples -= rest
        self._next += samples
        return frames

    def _whole(self) -> AudioFrame:
        assert self._next is not None
        frame = AudioFrame(self._part, self._next - FRAME_SAMPLES, self._lost)
        self._part = np.zeros(FRAME_SAMPLES, dtype=np.int16)
        self._filled, self._lost = 0, False
        return frame


class LineMicrophone:
    """``agent.ports.Microphone`` over the packets of one receiver. Decodes inline: no thread, no hop."""

    def __init__(self) -> None:
        self.losses = Losses()
        self.last_packet_us = 0
        self._buffer = JitterBuffer(self.losses)
        self._ssrc: int | None = None
        self._decoder = OpusDecoder(HEARING_RATE)
        self._framer = Framer()
        self._queue: deque[AudioFrame] = deque()
        self._ready = asyncio.Event()
        self._closed = False

    def take(self, ssrc: int, sequence: int, timestamp: int, payload: bytes) -> None:
        """A packet as it came: sequence number and timestamp are the sender's."""
        self.last_packet_us = now_us()
        if ssrc != self._ssrc:
            self._ssrc = ssrc
            self._buffer = JitterBuffer(self.losses)
        for position, sound in self._buffer.push(sequence, timestamp, payload):
            pcm = self._decoder.decode(sound)
            if pcm is not None:
                self._enqueue(self._framer.add(position // _STEP, pcm))

    def _enqueue(self, frames: list[AudioFrame]) -> None:
        if self._closed:
            return
        self._queue.extend(frames)
        while len(self._queue) > QUEUE_FRAMES:
            self._queue.popleft()
            self.losses.dropped_frames += 1
        self._ready.set()

    async def frames(self) -> AsyncIterator[AudioFrame]:
        while True:
            while self._queue:
                yield self._queue.popleft()
            if self._closed:
                return
            self._ready.clear()
            await self._ready.wait()

    def close(self) -> None:
        """No frames will follow those that wait."""
        self._closed = True
        self._ready.set()


class Discard:
    """The buffer of a track that nobody reads: packets end here."""

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        return False, None
