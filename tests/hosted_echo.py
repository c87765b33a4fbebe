"""A recogniser that a child process can run in a test: it says how many samples it was given."""

from __future__ import annotations

from agent.audio import Pcm
from agent.engines.protocols import Transcript


class CountingRecognizer:
    """Recognizer of one stream kind, without models."""

    name = "counting"

    def __init__(self, greeting: str) -> None:
        self._greeting = greeting

    def stream(self) -> CountingStream:
        return CountingStream(self._greeting)

    async def close(self) -> None:
        return None


class CountingStream:
    """RecognitionStream."""

    def __init__(self, greeting: str) -> None:
        self._greeting, self._samples = greeting, 0

    def expect(self, language: str) -> None:
        self._greeting = f"{self._greeting} in {language}"

    async def feed(self, pcm: Pcm) -> Transcript | None:
        self._samples += len(pcm)
        return None

    async def finish(self) -> Transcript:
        samples, self._samples = self._samples, 0
        return Transcript(f"{self._greeting} {samples}", final=True)

    async def drop(self) -> None:
        self._samples = 0

    async def close(self) -> None:
        return None
