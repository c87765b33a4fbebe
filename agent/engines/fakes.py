"""Engines that do what a test says, as coroutines on the loop's own clock: no threads, no sockets, no models.

Speech is loud sound whose words are known beforehand: each utterance takes the next line of a script.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from agent.audio import Pcm, level_dbfs
from agent.engines.protocols import (
    Box,
    Code,
    Product,
    Question,
    SpeechChunk,
    Text,
    TextLine,
    Thought,
    Transcript,
    Voice,
    WordMark,
)
from agent.picture import Pixels

LOUD_DBFS = -40.0
"""Sound above this is speech to FakeDetector."""


class FakeDetector:
    """VoiceDetector and its own stream: speech is what is loud."""

    name = "fake"
    window_samples = 512

    def stream(self) -> FakeDetector:
        return self

    def probability(self, window: Pcm) -> float:
        return 0.95 if level_dbfs(window) > LOUD_DBFS else 0.02

    def reset(self) -> None:
        return None


@dataclass(slots=True)
class FakeRecognizer:
    """Recognizer: utterance after utterance takes the next of ``script``. Words come as the sound goes on, one for each
    ``samples_per_word``; ``finish`` takes ``delay_s``. A line may carry its coverage: ("what", 0.1)."""

    script: deque[str | tuple[str, float]] = field(default_factory=deque)
    samples_per_word: int = 4_800
    delay_s: float = 0.04
    name: str = "fake"
    expected: list[str] = field(default_factory=list)
    """The languages that its streams were told of."""

    def stream(self) -> FakeRecognition:
        return FakeRecognition(self)

    async def close(self) -> None:
        return None


class FakeRecognition:
    """RecognitionStream of FakeRecognizer."""

    def __init__(self, recognizer: FakeRecognizer) -> None:
        self._recognizer = recognizer
        self._samples = 0
        self._shown = 0
        self._line: tuple[str, float] | None = None

    def expect(self, language: str) -> None:
        self._recognizer.expected.append(language)

    async def feed(self, pcm: Pcm) -> Transcript | None:
        if self._line is None:
            line = self._recognizer.script.popleft() if self._recognizer.script else ""
            self._line = (line, 1.0) if isinstance(line, str) else line
        self._samples += len(pcm)
        words = self._line[0].split()[: self._samples // self._recognizer.samples_per_word]
        if len(words) == self._shown:
            return None
        self._shown = len(words)
        return Transcript(" ".join(words), coverage=self._line[1])

    async def finish(self) -> Transcript:
        await asyncio.sleep(self._recognizer.delay_s)
        text, coverage = self._line or ("", 1.0)
        await self.drop()
        return Transcript(text, final=True, coverage=coverage)

    async def drop(self) -> None:
        self._line, self._samples, self._shown = None, 0, 0

    async def close(self) -> None:
        return None


@dataclass(slots=True)
class FakeSynthesizer:
    """Synthesizer: a steady tone, ``seconds_per_word`` long for each word; the first sound comes after ``delay_s``."""

    seconds_per_word: float = 0.3
    delay_s: float = 0.01
    sample_rate: int = 24_000
    name: str = "fake"
    spoken: list[tuple[str, Voice]] = field(default_factory=list)
    fails: bool = False

    async def speak(self, text: str, voice: Voice) -> AsyncIterator[SpeechChunk]:
        self.spoken.append((text, voice))
        await asyncio.sleep(self.delay_s)
        if self.fails:
            raise RuntimeError("the fake voice was told to break")
        at = end = 0
        for word in text.split():
            at = text.index(word, at) + len(word)
            count = int(self.seconds_per_word * self.sample_rate)
            end += count
            tone = (8000 * np.sin(np.arange(count) * 2 * np.pi * 220 / self.sample_rate)).astype(np.int16)
            yield SpeechChunk(tone, (WordMark(at, end),))

    def voices(self) -> Sequence[str]:
        return ("fake",)

    async def close(self) -> None:
        return None


@dataclass(slots=True)
class FakeBrain:
    """Brain: ``think(question)`` gives the thoughts; each comes after ``delay_s``."""

    think: Callable[[Question], Iterable[Thought]] = lambda question: [Text(f"You said {question.text}.")]
    delay_s: float = 0.05
    name: str = "fake"
    asked: list[Question] = field(default_factory=list)

    async def reply(self, question: Question) -> AsyncIterator[Thought]:
        self.asked.append(question)
        for thought in self.think(question):
            await asyncio.sleep(self.delay_s)
            yield thought

    async def close(self) -> None:
        return None


@dataclass(slots=True)
class FakeSight:
    """TextReader, and with ``codes`` and ``faces`` the other two kinds of sight, too: they find what they were
    given.
    """

    lines: tuple[TextLine, ...] = ()
    found: tuple[Code, ...] = ()
    boxes: tuple[Box, ...] = ()
    delay_s: float = 0.1
    name: str = "fake"

    async def close(self) -> None:
        return None


class FakeTextReader(FakeSight):
    async def read(self, pixels: Pixels, *, max_side: int) -> tuple[TextLine, ...]:
        await asyncio.sleep(self.delay_s)
        return self.lines

    async def places(self, pixels: Pixels, *, max_side: int) -> tuple[Box, ...]:
        return ()


class FakeCodeReader(FakeSight):
    async def read(self, pixels: Pixels, *, fast: bool = False) -> tuple[Code, ...]:
        await asyncio.sleep(self.delay_s)
        return self.found


class FakeFaceFinder(FakeSight):
    async def find(self, pixels: Pixels, *, fast: bool = False) -> tuple[Box, ...]:
        await asyncio.sleep(self.delay_s)
        return self.boxes


@dataclass(slots=True)
class FakeProducts:
    """ProductList: these names by number; ``breaks`` is raised instead."""

    known: dict[str, Product] = field(default_factory=dict)
    delay_s: float = 0.001
    breaks: Exception | None = None
    asked: list[str] = field(default_factory=list)
    name: str = "fake"

    async def find(self, number: str) -> Product | None:
        self.asked.append(number)
        await asyncio.sleep(self.delay_s)
        if self.breaks is not None:
            raise self.breaks
        return self.known.get(number)

    async def summary(self) -> str:
        return f"knows {len(self.known)} products"

    async def close(self) -> None:
        return None
