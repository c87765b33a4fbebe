"""A loop whose time stands still while engines work and jumps while everybody waits: an hour of talk in minutes.

Unlike a loop of pure virtual time it may hold real engines, in processes and threads of their own: whoever calls one
says so by ``working``. Knows timers and descriptors only.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import aclosing, contextmanager
from typing import Any, TypeVar

from agent.audio import Pcm
from agent.engines.protocols import RecognitionStream, Recognizer, SpeechChunk, Synthesizer, Transcript, Voice

T = TypeVar("T")
PATIENCE_S = 30.0
"""Real seconds that an engine may be silent before the loop gives up."""


class _Selector(selectors.DefaultSelector):
    """Waits for descriptors only while someone works, or nothing else can happen."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000.0
        self.workers = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if events or timeout == 0:
            return events
        if self.workers or timeout is None:
            events = super().select(PATIENCE_S)
            if not events:
                raise TimeoutError(f"no engine answered within {PATIENCE_S:.0f} s")
            return events
        self.now += timeout
        return []


class StillLoop(asyncio.SelectorEventLoop):
    """``time()`` starts at 1000 s."""

    def __init__(self) -> None:
        self._jumping = _Selector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now

    @contextmanager
    def working(self) -> Iterator[None]:
        """Time stands still in this scope."""
        self._jumping.workers += 1
        try:
            yield
        finally:
            self._jumping.workers -= 1


def run_still(main: Coroutine[Any, Any, T]) -> T:
    """Run ``main`` on such a loop, as ``asyncio.run`` would."""
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        return runner.run(main)


def _working() -> Any:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, StillLoop)
    return loop.working()


class StillVoice:
    """A Synthesizer that takes no time."""

    def __init__(self, engine: Synthesizer) -> None:
        self._engine = engine
        self.name, self.sample_rate = engine.name, engine.sample_rate

    async def speak(self, text: str, voice: Voice) -> AsyncIterator[SpeechChunk]:
        with _working():
            async with aclosing(self._engine.speak(text, voice)) as chunks:  # type: ignore[type-var]
                found = [chunk async for chunk in chunks]
        for chunk in found:
            yield chunk

    def voices(self) -> tuple[str, ...]:
        return tuple(self._engine.voices())

    async def close(self) -> None:
        await self._engine.close()


class StillRecognizer:
    """A Recognizer that takes no time."""

    def __init__(self, engine: Recognizer) -> None:
        self._engine = engine
        self.name = engine.name

    def stream(self) -> RecognitionStream:
        return _StillStream(self._engine.stream())

    async def close(self) -> None:
        await self._engine.close()


class _StillStream:
    def __init__(self, stream: RecognitionStream) -> None:
        self._stream = stream

    async def feed(self, pcm: Pcm) -> Transcript | None:
        with _working():
            return await self._stream.feed(pcm)

    async def finish(self) -> Transcript:
        with _working():
            return await self._stream.finish()

    async def drop(self) -> None:
        with _working():
            await self._stream.drop()

    async def close(self) -> None:
        with _working():
            await self._stream.close()
