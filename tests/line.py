"""A person at the other end of a line, in virtual time: makes sounds, listens, and keeps account of what was played
and shown.

Implements the ports of ``agent.ports`` as a transport would, without sockets: sound goes both ways at 20 ms a frame of
the loop's clock, on one grid. Knows samples and instants; does not know scripts, words or turns.
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
FRAMES_PER_S = 50
FRAME_PLAYED = SPEAKING_RATE // FRAMES_PER_S
_TONES = [np.sin(np.arange(FRAME_SAMPLES) * 2 * np.pi * hertz / HEARING_RATE) for hertz in (200, 2_000)]
LOUD = (6000 * _TONES[0] + 1200 * _TONES[1]).astype(np.int16)
"""A mouth that is open: a hum is something else."""
QUIET = np.zeros(FRAME_SAMPLES, np.int16)

HUSH_FRAMES = 24
"""A sparse microphone falls asleep after so much silence (480 ms: every gate has closed by then) ..."""
SLEPT_FRAMES = 8
"""... and skips a multiple of this (160 ms), in which frames and the gate's windows of 512 samples come out even."""

QUEUED_MOST = 3 * SPEAKING_RATE
REPORT_FRAMES = 5
"""Frames between two reports while sound plays, as transport.playout has it."""


def _slot() -> int:
    """Frames of the loop's grid that are over."""
    return int(asyncio.get_running_loop().time() * FRAMES_PER_S + 1e-6)


async def _wait(event: asyncio.Event, until_slot: int | None = None) -> None:
    """Until it is set, or the grid reaches this frame; it is clear again then."""
    loop = asyncio.get_running_loop()
    timer = None if until_slot is None else loop.call_at(until_slot / FRAMES_PER_S, event.set)
    try:
        await event.wait()
    finally:
        event.clear()
        if timer is not None:
            timer.cancel()


@dataclass(slots=True, eq=False)
class _Sounding:
    pcm: Pcm
    from_slot: int


@dataclass(slots=True)
class VirtualMicrophone:
    """Carries the sounds that are put in, from the next frame on; of two at once the louder one, else the first.

    ``sparse``: silence after the first second is not carried, which changes nothing but positions of samples.
    """

    closed: asyncio.Event = field(default_factory=asyncio.Event)
    sparse: bool = False
    _sounds: list[_Sounding] = field(default_factory=list)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _stalled_until: int = 0
    _lossy: bool = False

    def speak(self, seconds: float) -> None:
        """Loud for so long, instead of all other sound."""
        self._sounds.clear()
        self.put(np.tile(LOUD, round(seconds * FRAMES_PER_S)))

    def put(self, pcm: Pcm, *, louder: bool = False) -> None:
        """Sound at HEARING_RATE, a whole number of frames; ``louder`` than what sounds already."""
        assert len(pcm) % FRAME_SAMPLES == 0
        self._sounds.insert(0 if louder else len(self._sounds), _Sounding(pcm, _slot()))
        self._wake.set()

    def stall(self, seconds: float, *, lossy: bool = False) -> None:
        """Nothing comes through for so long; then all of it at once, or, ``lossy``, marked as lost."""
        self._stalled_until, self._lossy = _slot() + round(seconds * FRAMES_PER_S), lossy
        self._wake.set()

    def hang_up(self) -> None:
        self.closed.set()
        self._wake.set()

    async def frames(self) -> AsyncIterator[AudioFrame]:
        loop = asyncio.get_running_loop()
        slot = opened = _slot()
        hush = 0
        while not self.closed.is_set():
            if self.sparse and hush >= HUSH_FRAMES and not self._sounds:
                await _wait(self._wake)
                slot += max(0, _slot() - slot) // SLEPT_FRAMES * SLEPT_FRAMES
                hush = 0
            elif (due := max(slot + 1, self._stalled_until) / FRAMES_PER_S) > loop.time():
                await asyncio.sleep(due - loop.time())
            elif self._stalled_until > slot and self._lossy:
                yield AudioFrame(QUIET, (slot - opened) * FRAME_SAMPLES, lost=True)
                slot, hush = slot + 1, 0
            else:
                pcm = self._frame(slot) if self._sounds else QUIET
                yield AudioFrame(pcm, (slot - opened) * FRAME_SAMPLES)
                slot, hush = slot + 1, hush + 1 if pcm is QUIET else 0

    def _frame(self, slot: int) -> Pcm:
        heard = QUIET
        for sound in tuple(self._sounds):
            at = (slot - sound.from_slot) * FRAME_SAMPLES
            if at >= len(sound.pcm):
                self._sounds.remove(sound)
            elif heard is QUIET and at >= 0:
                piece = sound.pcm[at : at + FRAME_SAMPLES]
                heard = piece if piece[1] or piece.any() else QUIET
        return heard


@dataclass(slots=True)
class _Entry:
    turn: int
    queued: int = 0
    played: int = 0
    ended: bool = False
    reported_slot: int | None = None


class VirtualSpeaker:
    """Plays on the loop's grid. What has left is counted when somebody asks: a second of sound costs ten reports only.

    Keeps account: ``log`` of (time in seconds, what happened); ``pushed``, all sound it was given, as (turn, sound);
    ``left``, samples of each turn that have left; ``strays``, turns of which sound came when they were over, or while
    another one was still queued.
    """

    def __init__(self, closed: asyncio.Event) -> None:
        self.log: list[tuple[float, str]] = []
        self.pushed: list[tuple[int, Pcm]] = []
        self.left: dict[int, int] = {}
        self.strays: list[int] = []
        self._over: set[int] = set()
        self._closed = closed
        self._entries: deque[_Entry] = deque()
        self._waiting: deque[Played] = deque()
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._slot = 0
        self._held = False
        self._stalled_until = 0

    def _note(self, what: str) -> None:
        self.log.append((asyncio.get_running_loop().time(), what))

    async def play(self, turn: int, pcm: Pcm) -> None:
        self._advance()
        if turn in self._over or any(entry.turn != turn and entry.queued for entry in self._entries):
            self.strays.append(turn)
        self._entry(turn).queued += len(pcm)
        self.pushed.append((turn, pcm))
        self._wake.set()
        while not self._closed.is_set() and (over := self._queued() - QUEUED_MOST) > 0:
            held = self._held or self._stalled_until > self._slot
            await _wait(self._room, None if held else self._slot - (-over // FRAME_PLAYED))
            self._advance()

    def end(self, turn: int) -> None:
        self._advance()
        self._entry(turn).ended = True
        self._drain()
        self._wake.set()

    def duck(self, on: bool) -> None:
        self._note("duck" if on else "unduck")

    def hold(self, on: bool) -> None:
        self._advance()
        if on != self._held:
            self._held = on
            self._report()
            self._moved()
        self._note("hold" if on else "unhold")

    def clear(self) -> None:
        self._advance()
        self._report()
        self._over.update(entry.turn for entry in self._entries)
        self._entries.clear()
        self._held = False
        self._moved()
        self._note("clear")

    def stall(self, seconds: float) -> None:
        """Nothing leaves for so long."""
        self._advance()
        self._stalled_until = self._slot + round(seconds * FRAMES_PER_S)
        self._moved()

    def hang_up(self) -> None:
        self._moved()

    def position(self) -> Played | None:
        self._advance()
        return Played(self._entries[0].turn, self._entries[0].played) if self._entries else None

    async def played(self) -> AsyncIterator[Played]:
        while not self._closed.is_set():
            self._advance()
            while self._waiting:
                yield self._waiting.popleft()
            await _wait(self._wake, self._next_report())

    def _advance(self) -> None:
        """Count what has left by now."""
        slot, self._slot = self._slot, _slot()
        if self._held:
            return
        slot = max(slot, self._stalled_until)
        while slot < self._slot and self._entries:
            while len(self._entries) > 1 and not self._entries[0].queued:  # a turn that was never ended gives way
                self._entries.popleft()
            entry = self._entries[0]
            frames = min(self._slot - slot, -(-entry.queued // FRAME_PLAYED))
            if frames == 0:
                return
            taken = min(entry.queued, frames * FRAME_PLAYED)
            first = entry.played == 0
            entry.queued, entry.played = entry.queued - taken, entry.played + taken
            self.left[entry.turn] = entry.played
            self.log += [((at + 1) / FRAMES_PER_S, "sound") for at in range(slot, slot + frames)]
            slot += frames
            if first or slot - (entry.reported_slot or 0) >= REPORT_FRAMES:
                self._report()
            self._drain()

    def _next_report(self) -> int | None:
        """When there is something to tell, if nothing happens before."""
        if self._held or not self._entries or not self._entries[0].queued:
            return None
        entry, begins = self._entries[0], max(self._slot, self._stalled_until)
        if entry.played == 0:
            return begins + 1
        frames = (entry.reported_slot or 0) + REPORT_FRAMES - self._slot
        if entry.ended and len(self._entries) == 1:
            frames = min(frames, -(-entry.queued // FRAME_PLAYED))
        return max(begins + 1, self._slot + frames)

    def _report(self) -> None:
        if self._entries:
            entry = self._entries[0]
            entry.reported_slot = self._slot
            self._waiting.append(Played(entry.turn, entry.played))

    def _drain(self) -> None:
        while self._entries and self._entries[0].ended and not self._entries[0].queued:
            entry = self._entries.popleft()
            self._over.add(entry.turn)
            self._waiting.append(Played(entry.turn, entry.played, drained=True))

    def _moved(self) -> None:
        self._wake.set()
        self._room.set()

    def _queued(self) -> int:
        return sum(entry.queued for entry in self._entries)

    def _entry(self, turn: int) -> _Entry:
        if not self._entries or self._entries[-1].turn != turn:
            self._entries.append(_Entry(turn))
        return self._entries[-1]


class VirtualCamera:
    """Shows the pictures that are put in; a still is the last of them."""

    def __init__(self, closed: asyncio.Event) -> None:
        self._closed = closed
        self._wake = asyncio.Event()
        self._newest: Picture | None = None
        self._last: Picture | None = None

    def put(self, picture: Picture) -> None:
        self._newest = self._last = picture
        self._wake.set()

    def hang_up(self) -> None:
        self._wake.set()

    async def pictures(self) -> AsyncIterator[Picture]:
        while not self._closed.is_set():
            if self._newest is not None:
                picture, self._newest = self._newest, None
                yield picture
            else:
                await _wait(self._wake)

    async def still(self, *, max_side: int, timeout_s: float) -> Picture | None:
        return self._last


class VirtualPerson:
    """One line: ``line`` for the session, ``shown`` with the time of each report."""

    def __init__(self, *, sparse: bool = False) -> None:
        self.microphone = VirtualMicrophone(sparse=sparse)
        self.speaker = VirtualSpeaker(self.microphone.closed)
        self.camera = VirtualCamera(self.microphone.closed)
        self.shown: list[tuple[float, Report]] = []
        self.line = Line(self.microphone, self.camera, self.speaker, self)

    def show(self, report: Report) -> None:
        self.shown.append((now_us() / 1e6, report))

    def hang_up(self) -> None:
        self.microphone.hang_up()
        self.speaker.hang_up()
        self.camera.hang_up()

    def all(self, kind: type[R]) -> list[R]:
        """Every report of this kind so far."""
        return [report for _, report in self.shown if isinstance(report, kind)]

    def when(self, kind: type[R]) -> float:
        """Time of the last report of this kind. Raises IndexError when there was none."""
        return [at for at, report in self.shown if isinstance(report, kind)][-1]
