"""A line without a person: typed words in, written words out, pictures lent by those who are there.

Implements ``agent.ports`` for the house's own conversation. Its speaker plays at once and to nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from agent.audio import AudioFrame, Pcm
from agent.picture import Picture
from agent.ports import Line, Played, Report


class QuietMicrophone:
    """Hears nothing until it is closed."""

    def __init__(self) -> None:
        self._closed = asyncio.Event()

    def close(self) -> None:
        self._closed.set()

    async def frames(self) -> AsyncIterator[AudioFrame]:
        await self._closed.wait()
        return
        yield


class QuietSpeaker:
    """Everything is played as soon as it is given."""

    def __init__(self) -> None:
        self._turn, self._samples = 0, 0
        self._reports: asyncio.Queue[Played] = asyncio.Queue()

    async def play(self, turn: int, pcm: Pcm) -> None:
        if turn != self._turn:
            self._turn, self._samples = turn, 0
        self._samples += len(pcm)
        self._reports.put_nowait(Played(turn, self._samples))

    def end(self, turn: int) -> None:
        self._reports.put_nowait(Played(turn, self._samples if turn == self._turn else 0, drained=True))

    def duck(self, on: bool) -> None:
        """Nobody listens."""

    def hold(self, on: bool) -> None:
        """Nobody listens."""

    def clear(self) -> None:
        """Nothing is queued."""

    def position(self) -> Played | None:
        return None

    async def played(self) -> AsyncIterator[Played]:
        while True:
            yield await self._reports.get()


class LentCamera:
    """Shows the picture that was lent last, for as long as it is lent."""

    def __init__(self) -> None:
        self._lent: Picture | None = None
        self._fresh = asyncio.Event()

    def lend(self, picture: Picture | None) -> None:
        """None: take it back."""
        self._lent = picture
        if picture is not None:
            self._fresh.set()

    async def pictures(self) -> AsyncIterator[Picture]:
        while True:
            await self._fresh.wait()
            self._fresh.clear()
            if self._lent is not None:
                yield self._lent

    async def still(self, *, max_side: int, timeout_s: float) -> Picture | None:
        return self._lent


class QuietLine:
    """``show`` is told all reports."""

    def __init__(self, show: Callable[[Report], None]) -> None:
        self._show = show
        self._microphone = QuietMicrophone()
        self.camera = LentCamera()
        self.line = Line(self._microphone, self.camera, QuietSpeaker(), self)

    def show(self, report: Report) -> None:
        self._show(report)

    def close(self) -> None:
        self._microphone.close()
