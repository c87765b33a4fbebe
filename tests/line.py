"""A person at the other end of a line, in virtual time: speaks by script, listens, and keeps account of what it
was shown.

Implements the ports of ``agent.ports`` as a transport would, without sockets: sound goes out at 20 ms a frame of
the loop's clock.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from agent.audio import FRAME_SAMPLES, HEARING_RATE, SPEAKING_RATE, AudioFrame, Pcm
from agent.clock import now_us
from agent.picture import Picture
from agent.ports import Line, Played, Report

R = TypeVar("R")
FRAME_S = 0.02
LOUD = (6000 * np.sin(np.arange(FRAME_SAMPLES) * 2 * np.pi * 200 / HEARING_RATE)).astype(np.int16)
QUIET = np.zeros(FRAME_SAMPLES, np.int16)


@dataclass(slots=True)
class VirtualMicrophone:
    """Loud from ``speak()`` on for so many seconds, else quiet."""

    closed: asyncio.Event = field(default_factory=asyncio.Event)
    _loud_until: float = 0.0

    def speak(self, seconds: float) -> None:
        self._loud_until = asyncio.get_running_loop().time() + seconds

    async def frames(self) -> AsyncIterator[AudioFrame]:
        at = 0
        while not self.closed.is_set():
            await asyncio.sleep(FRAME_S)
            loud = asyncio.get_running_loop().time() < self._loud_until
            yield AudioFrame(LOUD if loud else QUIET, at)
            at += FRAME_SAMPLES


class VirtualSpeaker:
    """Plays at the loop's pace; keeps a log of (time in seconds, what happened)."""

    def __init__(self, closed: asyncio.Event) -> None:
        self.log: list[tuple[float, str]] = []
        self._closed = closed
        self._queue: deque[tuple[int, int]] = deque()
        self._ended: set[int] = set()
        self._turn: int | None = None
        self._played = 0
        self._held = False
        self._reports: asyncio.Queue[Played] = asyncio.Queue()

    def _note(self, what: str) -> None:
        self.log.append((asyncio.get_running_loop().time(), what))

    async def play(self, turn: int, pcm: Pcm) -> None:
        if turn != self._turn:
            self._turn, self._played = turn, 0
        self._queue.append((turn, len(pcm)))
        while sum(samples for _, samples in self._queue) > 3 * SPEAKING_RATE:  # noqa: ASYNC110  virtual time
            await asyncio.sleep(FRAME_S)

    def end(self, turn: int) -> None:
        self._ended.add(turn)

    def duck(self, on: bool) -> None:
        self._note("duck" if on else "unduck")

    def hold(self, on: bool) -> None:
        self._held = on
        self._note("hold" if on else "unhold")

    def clear(self) -> None:
        self._queue.clear()
        self._held = False
        self._note("clear")

    def position(self) -> Played | None:
        return None if self._turn is None or not self._queue else Played(self._turn, self._played)

    async def played(self) -> AsyncIterator[Played]:
        while not self._closed.is_set():
            await asyncio.sleep(FRAME_S)
            if self._queue and not self._held:
                yield self._play_frame()

    def _play_frame(self) -> Played:
        left = int(SPEAKING_RATE * FRAME_S)
        turn = self._queue[0][0]
        while left and self._queue:
            turn, samples = self._queue.popleft()
            taken = min(left, samples)
            left -= taken
            self._played += taken
            if samples > taken:
                self._queue.appendleft((turn, samples - taken))
        self._note("sound")
        return Played(turn, self._played, drained=not self._queue and turn in self._ended)


class VirtualCamera:
    """Shows nothing."""

    def __init__(self, closed: asyncio.Event) -> None:
        self._closed = closed

    async def pictures(self) -> AsyncIterator[Picture]:
        await self._closed.wait()
        return
        yield

    async def still(self, *, max_side: int, timeout_s: float) -> Picture | None:
        return None


class VirtualPerson:
    """One line: ``line`` for the session, ``shown`` with the time of each report."""

    def __init__(self) -> None:
        self.microphone = VirtualMicrophone()
        self.speaker = VirtualSpeaker(self.microphone.closed)
        self.shown: list[tuple[float, Report]] = []
        self.line = Line(self.microphone, VirtualCamera(self.microphone.closed), self.speaker, self)

    def show(self, report: Report) -> None:
        self.shown.append((now_us() / 1e6, report))

    def hang_up(self) -> None:
        self.microphone.closed.set()

    def all(self, kind: type[R]) -> list[R]:
        """Every report of this kind so far."""
        return [report for _, report in self.shown if isinstance(report, kind)]

    def when(self, kind: type[R]) -> float:
        """Time of the last report of this kind. Raises IndexError when there was none."""
        return [at for at, report in self.shown if isinstance(report, kind)][-1]
