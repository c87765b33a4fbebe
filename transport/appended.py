"""The microphone of a line that sends its sound as events: pieces of any size to 20 ms frames on one sample axis.

Knows samples, a bounded queue and how fast sound may come. Does not know base64, codes or what is said.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

import numpy as np

from agent.audio import FRAME_SAMPLES, HEARING_RATE, AudioFrame, Pcm
from agent.clock import now_us
from agent.picture import Picture

MAX_WAITING_S = 120
"""Sound that may wait to be heard: whole files are appended at once. Beyond it the oldest is dropped, and counted."""
FASTER = 4.0
"""Sound may come so many times as fast as it is spoken, for ever; MAX_WAITING_S of it at once."""
FRAMES_AT_ONCE = 10
"""After so many frames the loop is let go: a file must not hold up the sound of others."""


class AppendedMicrophone:
    """``agent.ports.Microphone`` for ``append``; ``then`` keeps what is asked in order with the sound."""

    def __init__(self) -> None:
        self.dropped_samples = 0
        self.last_us = now_us()
        self._frames: deque[AudioFrame | Callable[[], None]] = deque()
        self._waiting_samples = 0
        self._part: Pcm = np.zeros(0, np.int16)
        self._next = 0
        self._wake = asyncio.Event()
        self._closed = False
        self._hearing = False
        self._credit = float(MAX_WAITING_S)

    @property
    def heard_ms(self) -> int:
        """Milliseconds of sound that have come."""
        return (self._next + len(self._part)) * 1000 // HEARING_RATE

    def append(self, pcm: Pcm) -> bool:
        """Take sound at HEARING_RATE. False: it comes faster than anyone speaks, and was not taken."""
        now = now_us()
        self._credit = min(float(MAX_WAITING_S), self._credit + FASTER * (now - self.last_us) / 1e6)
        self.last_us = now
        seconds = len(pcm) / HEARING_RATE
        if seconds > self._credit:
            return False
        self._credit -= seconds
        whole = np.concatenate((self._part, pcm)) if len(self._part) else pcm
        last = len(whole) - len(whole) % FRAME_SAMPLES
        for start in range(0, last, FRAME_SAMPLES):
            self._add(whole[start : start + FRAME_SAMPLES])
        self._part = whole[last:].copy()
        return True

    def then(self, do: Callable[[], None]) -> None:
        """Do this when all sound so far has been heard; a frame that is not full yet is filled with silence."""
        if len(self._part):
            self._add(np.concatenate((self._part, np.zeros(FRAME_SAMPLES - len(self._part), np.int16))))
            self._part = np.zeros(0, np.int16)
        if self._frames or self._hearing:
            self._frames.append(do)
            self._wake.set()
        else:
            do()

    def clear(self) -> None:
        """Forget sound that was not heard yet. What was asked to be done after it is done."""
        asked = [one for one in self._frames if not isinstance(one, AudioFrame)]
        self._frames.clear()
        self._waiting_samples = 0
        self._part = np.zeros(0, np.int16)
        for do in asked:
            do()

    def _add(self, pcm: Pcm) -> None:
        self._frames.append(AudioFrame(pcm, self._next))
        self._next += FRAME_SAMPLES
        self._waiting_samples += FRAME_SAMPLES
        while self._waiting_samples > MAX_WAITING_S * HEARING_RATE and isinstance(self._frames[0], AudioFrame):
            self._frames.popleft()
            self._waiting_samples -= FRAME_SAMPLES
            self.dropped_samples += FRAME_SAMPLES
        self._wake.set()

    def close(self) -> None:
        self._closed = True
        self._wake.set()

    async def frames(self) -> AsyncIterator[AudioFrame]:
        taken = 0
        while not self._closed:
            if not self._frames:
                self._wake.clear()
                await self._wake.wait()
                continue
            taken += 1
            if taken % FRAMES_AT_ONCE == 0:
                await asyncio.sleep(0)
                if self._closed or not self._frames:
                    continue
            frame = self._frames.popleft()
            if isinstance(frame, AudioFrame):
                self._waiting_samples -= FRAME_SAMPLES
                self._hearing = True  # until the next one is asked for
                yield frame
                self._hearing = False
            else:
                frame()


class NoCamera:
    """``agent.ports.Camera`` of a line without one: what is shown comes as items of the conversation."""

    def __init__(self) -> None:
        self._closed = asyncio.Event()

    async def pictures(self) -> AsyncIterator[Picture]:
        await self._closed.wait()
        return
        yield

    async def still(self, *, max_side: int, timeout_s: float) -> Picture | None:
        return None

    def close(self) -> None:
        self._closed.set()
