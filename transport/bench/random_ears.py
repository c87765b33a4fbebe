"""Whisper with random weights whose readings are as long as a trained model's, and a recogniser that says what was
really said: the work is real, the words are given. For benches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.audio import HEARING_RATE, Pcm
from agent.engines.protocols import RecognitionStream, Recognizer, Transcript
from agent.engines.whisper import WhisperRecognizer

TOKENS_PER_S, SPARE_TOKENS = 4.0, 4
"""About what people's speech comes to in Whisper's tokens; a model without sense always uses all it may."""
WORDS_PER_S = 3.0


class RandomWhisper(WhisperRecognizer):
    """Made in the child's process, as the real one is."""

    def __init__(self, settings: Mapping[str, Any], folder: str, backend: str, hints: Sequence[str] = ()) -> None:
        super().__init__(settings, folder, backend, hints)
        model: Any = self.backend
        model.tokens_per_s, model.spare_tokens = TOKENS_PER_S, SPARE_TOKENS


class GivenWords:
    """A Recognizer around another, whose words are always ``text``: as many as there is sound for, at the end all."""

    def __init__(self, real: Recognizer, text: str) -> None:
        self.real, self.text = real, text
        self.name, self.word_times = real.name, False

    def stream(self) -> RecognitionStream:
        return _GivenStream(self.real.stream(), self.text.split())

    async def warm(self) -> None:
        """Have the real one's process ready."""
        start = getattr(self.real, "start", None)
        if start is not None:
            await start()

    async def close(self) -> None:
        await self.real.close()


class _GivenStream:
    def __init__(self, real: RecognitionStream, words: Sequence[str]) -> None:
        self._real, self._words = real, words
        self._samples = self._told = 0

    async def feed(self, pcm: Pcm) -> Transcript | None:
        await self._real.feed(pcm)
        self._samples += len(pcm)
        known = min(len(self._words) - 1, int(self._samples / HEARING_RATE * WORDS_PER_S))
        if known <= self._told:
            return None
        self._told = known
        return Transcript(" ".join(self._words[:known]))

    async def finish(self) -> Transcript:
        await self._real.finish()
        self._samples = self._told = 0
        return Transcript(" ".join(self._words), final=True, confidence=0.9)

    async def drop(self) -> None:
        self._samples = self._told = 0
        await self._real.drop()

    async def close(self) -> None:
        await self._real.close()
