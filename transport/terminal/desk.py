"""A device as a line of ``agent.ports``: whoever sits at this machine talks with a conversation in this process.

Knows frames, levels and when the loudspeaker sounds. Without headphones nothing is heard while the agent speaks: a
terminal has no echo cancellation, and the agent would interrupt itself.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

import numpy as np

from agent.audio import FRAME_SAMPLES, AudioFrame, Pcm, level_dbfs
from agent.picture import Picture
from agent.ports import (
    Conversation,
    Line,
    Noticed,
    PictureUsed,
    ReplyEnded,
    ReplySoundStarted,
    ReplyStarted,
    ReplyText,
    Report,
    StateShown,
    TurnTimed,
    UserHeard,
    UserSaid,
    UserSpeechStarted,
    UserSpeechStopped,
)
from transport.playout import LineSpeaker
from transport.terminal.devices import OUT_SAMPLES, Device
from transport.terminal.views import View

WAITING_FRAMES = 50
"""A second of sound; then the oldest is dropped."""
ECHO_FRAMES = 15
"""Frames after the last sound in which the room may still ring: 300 ms."""
_SILENCE: Pcm = np.zeros(FRAME_SAMPLES, np.int16)


class EchoGuard:
    """What the microphone may hear. ``apart``: it can't hear the loudspeaker, so it hears all."""

    def __init__(self, *, apart: bool) -> None:
        self._apart = apart
        self._ringing = 0

    def played(self, pcm: Pcm) -> None:
        """The loudspeaker was given this."""
        self._ringing = ECHO_FRAMES if pcm.any() else max(0, self._ringing - 1)

    def heard(self, pcm: Pcm) -> Pcm:
        return pcm if self._apart or not self._ringing else _SILENCE


class Desk:
    """The line of one device; see ``run``."""

    def __init__(self, device: Device, view: View) -> None:
        self._device, self._view = device, view
        self._guard = EchoGuard(apart=device.apart)
        self._frames: deque[AudioFrame] = deque(maxlen=WAITING_FRAMES)
        self._arrived = asyncio.Event()
        self._closed = False
        self._at = 0
        self._speaker = LineSpeaker()
        self.started = asyncio.Event()
        """Sound flows: what happens now is seen and heard."""

    async def run(self, conversation: Conversation) -> None:
        """Carry the conversation until the device has no more sound."""
        line = Line(self, _NoCamera(), self._speaker, self)
        async with asyncio.TaskGroup() as group:
            attending = group.create_task(conversation.attend(line))
            try:
                await self._device.run(self._hear, self._pull)
            finally:
                self._closed = True
                self._speaker.close()
                self._arrived.set()
            await attending

    async def frames(self) -> AsyncIterator[AudioFrame]:
        """Microphone."""
        while True:
            while self._frames:
                yield self._frames.popleft()
            if self._closed:
                return
            self._arrived.clear()
            await self._arrived.wait()

    def show(self, report: Report) -> None:
        """Display."""
        view = self._view
        match report:
            case StateShown(state=state):
                view.state(state)
            case UserHeard(text=text):
                view.hearing(text)
            case UserSaid(text=text):
                view.said("you", text)
            case ReplyText(text=text):
                view.saying(text)
            case ReplyEnded(status=status, heard=heard):
                view.ended(heard, cut=status != "completed")
            case Noticed(text=text):
                view.notice(text)
            case (
                UserSpeechStarted()
                | UserSpeechStopped()
                | ReplyStarted()
                | ReplySoundStarted()
                | TurnTimed()
                | PictureUsed()
            ):
                pass

    def _hear(self, pcm: Pcm) -> None:
        self._view.level("you", level_dbfs(pcm))
        self._frames.append(AudioFrame(self._guard.heard(pcm), self._at))
        self._at += len(pcm)
        self._arrived.set()
        self.started.set()

    def _pull(self) -> Pcm:
        pcm = self._speaker.pull()
        pcm = np.zeros(OUT_SAMPLES, np.int16) if pcm is None else pcm
        self._guard.played(pcm)
        self._view.level("netra", level_dbfs(pcm))
        return pcm


class _NoCamera:
    """A desk has none."""

    async def pictures(self) -> AsyncIterator[Picture]:
        await asyncio.Event().wait()
        return
        yield

    async def still(self, *, max_side: int, timeout_s: float) -> Picture | None:
        return None
