"""Engines that hear, think and speak as a script says, as coroutines on the loop's own clock. They keep account.

Know sounds and scripts. Do not know turns: what the session makes of it is for ``checks`` to compare.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from agent.audio import HEARING_RATE, SPEAKING_RATE, Pcm
from agent.clock import now_us
from agent.engines.protocols import Call, Question, SpeechChunk, Text, Thought, Transcript, Voice, WordMark
from agent.errors import EngineFailed
from tests.lab.script import BREAKS, NEVER, Engines, Reply, tokens
from tests.lab.sounds import SILENCE, Piece, Sounds

WORDS_MOST = 32_000


async def _pass(ms: int) -> None:
    if ms:
        await asyncio.sleep(ms / 1000)


async def _hang() -> None:
    await asyncio.Event().wait()


@dataclass(slots=True)
class LabDetector:
    """VoiceDetector and its own stream: the middle of a window says what it is."""

    sounds: Sounds
    name: str = "lab"
    window_samples: int = 512

    def stream(self) -> LabDetector:
        return self

    def probability(self, window: Pcm) -> float:
        mark = window[256]
        return self.sounds.piece(int(mark), int(window[257])).probability if mark else SILENCE.probability

    def reset(self) -> None:
        return None


@dataclass(slots=True)
class Heard:
    """One utterance as the recogniser had it. Microseconds; ``ended_us`` None: it was dropped, or never ended, and
    without ``words`` when that was before its end.
    """

    began_us: int
    words: list[str] = field(default_factory=list)
    ended_us: int | None = None


@dataclass(slots=True)
class LabRecognizer:
    sounds: Sounds
    engines: Engines
    heard: list[Heard] = field(default_factory=list)
    name: str = "lab"

    def stream(self) -> LabRecognition:
        return LabRecognition(self)

    async def close(self) -> None:
        return None


class LabRecognition:
    """RecognitionStream: a word is known when all of its sound has come, and ``lag_ms`` more."""

    def __init__(self, recognizer: LabRecognizer) -> None:
        self._of = recognizer
        self._lag = recognizer.engines.lag_ms * HEARING_RATE // 1000
        self._clear()

    def _clear(self) -> None:
        self._words: list[tuple[Piece, int, int]] = []
        self._number = -1
        self._samples = 0
        self._covered, self._worded = 0.0, 0
        self._final_ms = self._of.engines.final_ms
        self._shown = ""
        self._heard: Heard | None = None

    async def feed(self, pcm: Pcm) -> Transcript | None:
        if self._heard is None:
            self._heard = Heard(now_us())
            self._of.heard.append(self._heard)
        for piece, number, samples in self._of.sounds.runs(pcm):
            if piece.final_ms is not None:
                self._final_ms = piece.final_ms
            if piece.word:
                self._covered += piece.coverage * samples
                self._worded += samples
                had = self._words.pop()[1] if self._words and number == self._number else 0
                self._words.append((piece, had + samples, self._samples + samples))
                self._number = number
            self._samples += samples
        await _pass(self._of.engines.feed_ms)
        text = self._text()
        if text == self._shown:
            return None
        self._shown = text
        return Transcript(text, coverage=self._coverage)

    @property
    def _coverage(self) -> float:
        return self._covered / self._worded if self._worded else 1.0

    def _text(self) -> str:
        known = [
            (piece, end) for piece, had, end in self._words if had >= piece.samples and end <= self._samples - self._lag
        ]
        words = [piece.word for piece, _ in known]
        if known and known[-1][0].at_first and known[-1][1] == self._words[-1][2]:
            words[-1] = known[-1][0].at_first
        return " ".join(words)

    async def finish(self) -> Transcript:
        words = [piece.word for piece, had, _ in self._words if 2 * had >= piece.samples]
        coverage, final_ms, heard = self._coverage, self._final_ms, self._heard
        if heard is not None:
            heard.words = words
        try:
            if final_ms == NEVER:
                await _hang()
            if final_ms == BREAKS:
                raise EngineFailed("the recogniser of this script was told to break")
            await _pass(final_ms)
        finally:
            self._clear()
        if heard is not None:
            heard.ended_us = now_us()
        return Transcript(" ".join(words), final=True, coverage=coverage)

    async def drop(self) -> None:
        self._clear()

    async def close(self) -> None:
        return None


@dataclass(slots=True)
class LabBrain:
    """Brain: what a question is answered with stands beside the last of its tokens."""

    plans: dict[str, Reply]
    asked: list[tuple[int, str]] = field(default_factory=list)
    name: str = "lab"

    async def reply(self, question: Question) -> AsyncIterator[Thought]:
        self.asked.append((now_us(), question.text))
        named = tokens(question.text)
        token = named[-1] if named else "q0"
        plan = self.plans.get(token, Reply())
        await _pass(plan.first_ms)
        words = [f"{token}a{at}{_MARKS[at % len(_MARKS)]}" for at in range(plan.words)]
        size = -(-len(words) // plan.parts) or 1
        for part, start in enumerate(range(0, len(words), size)):
            if part:
                await _pass(plan.gap_ms)
            if part * 2 >= plan.parts:
                await _end_badly(plan)
            yield Text(" ".join(words[start : start + size]))
        await _end_badly(plan)
        if plan.skill:
            yield Call(plan.skill, {"seconds": plan.seconds} if plan.seconds else {})

    async def close(self) -> None:
        return None


_MARKS = ("", "", ",", "", "", "", ".", "", "", "", "", "?")
"""Marks that words of a reply carry, so that it is cut into clauses in many ways."""


async def _end_badly(plan: Reply) -> None:
    if plan.ends == "hangs":
        await _hang()
    if plan.ends == "breaks":
        raise EngineFailed("the brain of this script was told to break")


@dataclass(slots=True)
class LabVoice:
    """Synthesizer whose samples say which word they are: number n of ``words``."""

    engines: Engines
    words: list[str] = field(default_factory=list)
    sample_rate: int = SPEAKING_RATE
    name: str = "lab"

    async def speak(self, text: str, voice: Voice) -> AsyncIterator[SpeechChunk]:
        await _pass(self.engines.voice_ms)
        at = end = 0
        for count, word in enumerate(text.split()):
            if self.engines.voice != "works" and count == 2:
                if self.engines.voice == "hangs":
                    await _hang()
                raise EngineFailed("the voice of this script was told to break")
            at = text.index(word, at) + len(word)
            samples = int(self.engines.word_ms * self.sample_rate / 1000 / voice.rate)
            end += samples
            await _pass(self.engines.chunk_ms)
            if len(self.words) > WORDS_MOST:
                raise OverflowError(f"a conversation has room for {WORDS_MOST} words of the agent")
            pcm = np.full(samples, len(self.words), np.int16)
            self.words.append(word)
            yield SpeechChunk(pcm, (WordMark(at, end),))

    def voices(self) -> Sequence[str]:
        return ("lab",)

    async def close(self) -> None:
        return None
