"""Recorded sound to words: voice detection cuts it into utterances, each is recognised.

Knows samples, the gate and one recognition stream. Takes sound as fast as the recogniser works and drops none of it;
does not know turns, clocks or where the sound comes from.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

import numpy as np

from agent.audio import HEARING_RATE, Pcm
from agent.core.gate import Closed, Gate, GateSettings, Opened
from agent.engines.protocols import RecognitionStream, Recognizer, TimedWord, VoiceDetector

TAIL_SAMPLES = HEARING_RATE // 4
"""Silence after the last sample: recordings are cut closely, and the gate must see the end of speech."""
FEED_SAMPLES = HEARING_RATE // 2
"""Sound for each call of the recogniser: half a second."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words between two silences. ``start`` and ``end``: samples at HEARING_RATE from the beginning of the recording.
    ``confidence`` and ``coverage``: the recogniser's, see ``Transcript``. ``words``: with their samples in the
    recording, where it knows them.
    """

    text: str
    start: int
    end: int
    confidence: float
    coverage: float
    words: tuple[TimedWord, ...] = ()


class Transcriber:
    """Shared, without state."""

    def __init__(
        self, detector: VoiceDetector, recognizer: Recognizer, gate: GateSettings, *, max_utterance_s: float = 30.0
    ) -> None:
        self._detector, self._recognizer, self._settings = detector, recognizer, gate
        self._longest = int(max_utterance_s * HEARING_RATE)

    @property
    def name(self) -> str:
        """The recogniser's."""
        return self._recognizer.name

    @property
    def languages(self) -> tuple[str, ...]:
        """Language codes that it knows; a recogniser that does not say hears English."""
        return tuple(getattr(self._recognizer, "languages", ("en",)))

    @property
    def word_times(self) -> bool:
        """Whether it tells where each word was said."""
        return bool(getattr(self._recognizer, "word_times", False))

    async def hear(self, sound: AsyncIterator[Pcm]) -> AsyncGenerator[Utterance, None]:
        """Utterances in order, each as soon as its end is known; those without words are left out.

        ``sound``: HEARING_RATE, pieces of any length; closed at the end, whichever way that comes. Raises what the
        recogniser and ``sound`` raise.
        """
        recognition = self._recognizer.stream()
        hearing = _Hearing(self._detector, recognition, self._settings, self._longest)
        try:
            async for pcm in sound:
                for utterance in await hearing.take(pcm):
                    yield utterance
            for utterance in await hearing.finish():
                yield utterance
        finally:
            await recognition.close()
            if isinstance(sound, AsyncGenerator):
                await sound.aclose()


class _Hearing:
    """One recording on its way through gate and recogniser."""

    def __init__(
        self, detector: VoiceDetector, recognition: RecognitionStream, settings: GateSettings, longest: int
    ) -> None:
        self._voice, self._window = detector.stream(), detector.window_samples
        self._voice.reset()
        self._recognition = recognition
        self._gate = Gate(settings)
        self._longest = longest
        self._rest: Pcm = np.zeros(0, np.int16)
        self._kept: deque[Pcm] = deque()
        self._keep = settings.preroll_samples + settings.open_samples + 4 * self._window
        self._kept_samples = self._at = self._start = 0
        self._unsent: list[Pcm] = []
        self._unsent_samples = 0
        self._open = False

    async def take(self, pcm: Pcm) -> list[Utterance]:
        """Utterances that ended in it."""
        sound = np.concatenate((self._rest, pcm))
        whole = len(sound) - len(sound) % self._window
        self._rest = sound[whole:]
        ended: list[Utterance] = []
        for begin in range(0, whole, self._window):
            utterance = await self._take_window(sound[begin : begin + self._window])
            if utterance is not None and utterance.text:
                ended.append(utterance)
        return ended

    async def finish(self) -> list[Utterance]:
        """There is no more sound."""
        ended = await self.take(np.zeros(TAIL_SAMPLES + self._window, np.int16))
        if self._open and (utterance := await self._close(self._at)).text:
            ended.append(utterance)
        return ended

    async def _take_window(self, window: Pcm) -> Utterance | None:
        self._at += len(window)
        self._remember(window)
        if self._open:
            await self._send(window)
        elif self._at % HEARING_RATE < self._window:
            await asyncio.sleep(0)  # an hour of silence is seconds of work
        done: Utterance | None = None
        for signal in self._gate.push(self._voice.probability(window), self._window):
            match signal:
                case Opened(start=start):
                    kept = np.concatenate(list(self._kept))
                    self._open, self._start = True, max(start, self._at - len(kept))
                    await self._send(kept[len(kept) - (self._at - self._start) :])
                case Closed(end=end):
                    done = await self._close(end)
                case _:
                    pass
        if self._open and self._at - self._start >= self._longest:
            done = await self._close(self._at)
            self._open, self._start = True, self._at
        return done

    def _remember(self, window: Pcm) -> None:
        self._kept.append(window)
        self._kept_samples += len(window)
        while self._kept_samples - len(self._kept[0]) >= self._keep:
            self._kept_samples -= len(self._kept.popleft())

    async def _send(self, pcm: Pcm) -> None:
        self._unsent.append(pcm)
        self._unsent_samples += len(pcm)
        if self._unsent_samples >= FEED_SAMPLES:
            await self._flush()

    async def _flush(self) -> None:
        if self._unsent:
            pcm = np.concatenate(self._unsent)
            self._unsent, self._unsent_samples = [], 0
            await self._recognition.feed(pcm)

    async def _close(self, end: int) -> Utterance:
        await self._flush()
        self._open = False
        found = await self._recognition.finish()
        start = self._start
        words = tuple(TimedWord(word.text, start + word.start, start + word.end) for word in found.words)
        return Utterance(found.text.strip(), start, max(start, end), found.confidence, found.coverage, words)
