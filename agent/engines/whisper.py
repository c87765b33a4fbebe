"""Hearing with Whisper while the person speaks: words settle as they are said, and are never taken back.

Knows streams, when to read again, and which readings are believed. Which library runs the model it does not know: the
backend is given or chosen by name. Made for a process of its own (see ``hosted``): readings run on threads that share
the weights, those that wait together in one pass where that pays, and nothing here waits for one except at the end of
an utterance.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from agent.audio import HEARING_RATE, Pcm
from agent.clock import stopwatch_us
from agent.engines.agreement import AlignAtt, LocalAgreement, Policy
from agent.engines.protocols import RecognitionStream, TimedWord, Transcript
from agent.engines.turns import LATER, URGENT, Turns, closed
from agent.engines.whisper_guards import Limits, believed, plain
from agent.engines.whisper_language import LanguageChoice
from agent.engines.whisper_reading import Backend, GatheringBackend, Reading, Task, read_each
from agent.engines.whisper_settings import LANGUAGES, WhisperSettings
from agent.engines.whisper_utterance import Trimming, Utterance, Window
from agent.errors import EngineError

log = logging.getLogger(__name__)

PAUSE_S = 0.12
"""After so much quiet the words are looked for at once: they are then known when the utterance is found to be over."""
BEHIND_S = 10.0
"""Sound that may wait for a reading; beyond it ``feed`` waits, so that nothing is lost."""
AT_ONCE = 16
"""Readings in one pass at most."""
BACKENDS = {
    "ctranslate2": "agent.engines.whisper_ct2:Ct2Whisper",
    "transformers": "agent.engines.whisper_torch:TorchWhisper",
}


class WhisperRecognizer:
    """Shared recogniser. ``settings``: WhisperSettings as a mapping; ``folder``: the model's; ``backend``: one of
    BACKENDS; ``hints``: phrases to expect. Loads the model when made: seconds. Raises what the library raises.
    """

    name = "whisper"

    def __init__(
        self,
        settings: Mapping[str, Any],
        folder: str,
        backend: str,
        hints: Sequence[str] = (),
        *,
        model: Backend | None = None,
    ) -> None:
        self.settings = WhisperSettings.model_validate(settings)
        self.languages = self.settings.heard
        self.backend = model or _warmed(_loaded(backend, Path(folder), self.settings))
        most = AT_ONCE if isinstance(self.backend, GatheringBackend) else 1
        self.turns = Turns("whisper", self.settings.workers, most=most)
        known = [word for word in map(_clean, (*self.settings.vocabulary, *hints)) if word]
        self.hint = ", ".join(known)
        self.limits = Limits(
            self.settings.no_speech,
            self.settings.least_logprob,
            self.settings.most_compression,
            frozenset(plain(phrase) for phrase in known),
        )

    def stream(self) -> RecognitionStream:
        return WhisperStream(self)

    def read(self, urgency: int, utterance: Utterance, language: LanguageChoice) -> Future[Read]:
        """A reading of all that is heard of ``utterance`` when it begins; final ones with the settings' care."""
        beam_size = self.settings.beam_size if urgency == URGENT else 1
        return self.turns.gather(urgency, self._read_each, _Asked(utterance, language, beam_size))

    def _read_each(self, asked: Sequence[_Asked]) -> list[Read]:
        began = stopwatch_us()
        tasks = [Task(one.utterance.window(), one.language, self.hint, one.beam_size) for one in asked]
        readings = read_each(self.backend, tasks)
        took_us = (stopwatch_us() - began) // len(tasks)
        return [Read(task.window, reading, took_us) for task, reading in zip(tasks, readings, strict=True)]

    async def close(self) -> None:
        await closed(self.turns.close)


def _clean(word: str) -> str:
    """A word to expect as a tokenizer takes it: half a letter's code, as JSON may hold it, would fail every reading."""
    return " ".join(word.encode("utf-8", "ignore").decode().split())


def _loaded(name: str, folder: Path, settings: WhisperSettings) -> Backend:
    module, _, member = BACKENDS[name].partition(":")
    precision = settings.precision
    if precision == "auto" and name == "ctranslate2":
        precision = "int8" if _device(settings.device) == "cpu" else "float16"
    made: Backend = getattr(importlib.import_module(module), member)(
        folder,
        device=settings.device,
        precision=precision,
        threads=settings.threads,
        workers=settings.workers,
        short_mel=settings.short_mel,
    )
    return made


def _warmed(backend: Backend) -> Backend:
    """The first reading of a model is slow: it is made of silence, before anybody speaks."""
    silence = Window(np.zeros(HEARING_RATE, np.float32), 0.0, 1.0, (), ())
    backend.read(silence, LanguageChoice("en"), hint="", beam_size=1)
    return backend


def _device(wanted: str) -> str:
    import ctranslate2

    return wanted if wanted != "auto" else "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


@dataclass(frozen=True, slots=True)
class _Asked:
    utterance: Utterance
    language: LanguageChoice
    beam_size: int


@dataclass(frozen=True, slots=True)
class Read:
    """``took_us``: its part of the pass."""

    window: Window
    reading: Reading
    took_us: int


class WhisperStream:
    """One line's recognition. The language is kept from utterance to utterance."""

    def __init__(self, recognizer: WhisperRecognizer) -> None:
        self._recognizer = recognizer
        settings = recognizer.settings
        fixed = settings.language or ("" if recognizer.backend.multilingual else "en")
        self._language = LanguageChoice(fixed, settings.languages)
        self._reading: Future[Read] | None = None
        self._asked_at = self._wait_samples = 0
        self._told, self._logprob = "", 0.0
        self._utterance = Utterance(LocalAgreement())
        self._begin()

    def expect(self, language: str) -> None:
        """See LanguageListener. A language that Whisper does not know changes nothing."""
        if language in LANGUAGES:
            self._language.expect(language)

    async def feed(self, pcm: Pcm) -> Transcript | None:
        self._utterance.add(pcm)
        behind = self._utterance.samples - max(self._asked_at, self._utterance.read_until)
        if self._reading is not None and (self._reading.done() or behind > BEHIND_S * HEARING_RATE):
            await self._taken()
        if self._reading is None and self._due():
            self._ask(LATER)
        text = self._utterance.text
        if text == self._told:
            return None
        self._told = text
        return Transcript(text, words=self._timed())

    async def finish(self) -> Transcript:
        """At most one short decoding, none where the newest reading holds all that was said; more only of sound that
        came much faster than it was read.
        """
        utterance = self._utterance
        if self._reading is not None and not self._reading.cancel():
            await self._taken()
        self._reading = None
        while utterance.samples and utterance.unread:
            before = utterance.read_until
            self._ask(URGENT)
            await self._taken()
            if utterance.read_until <= before:
                break
        utterance.finish()
        text, words, logprob = utterance.text, self._timed(), self._logprob
        self._begin()
        if not text:
            return Transcript("", final=True, confidence=0.0, coverage=0.0)
        return Transcript(text, final=True, confidence=math.exp(min(0.0, logprob)), words=words)

    async def drop(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self._begin()

    async def close(self) -> None:
        await self.drop()

    # --- readings -----------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        settings = self._recognizer.settings
        policy: Policy = AlignAtt(settings.margin_s) if settings.policy == "alignatt" else LocalAgreement()
        self._utterance = Utterance(policy, Trimming(settings.trim_s))
        self._reading = None
        self._asked_at = 0
        self._wait_samples = int(settings.every_s * HEARING_RATE)
        self._told, self._logprob = "", 0.0

    def _due(self) -> bool:
        """Enough new sound, or a pause after which something is still unread."""
        utterance, settings = self._utterance, self._recognizer.settings
        if utterance.samples < settings.first_s * HEARING_RATE or not utterance.unread:
            return False
        return utterance.samples - self._asked_at >= self._wait_samples or utterance.paused >= PAUSE_S * HEARING_RATE

    def _ask(self, urgency: int) -> None:
        self._asked_at = self._utterance.samples
        self._reading = self._recognizer.read(urgency, self._utterance, self._language)

    async def _taken(self) -> None:
        """Take the reading that was asked for, when it is there. Raises EngineFailed."""
        assert self._reading is not None
        future, self._reading = self._reading, None
        try:
            done = await asyncio.wrap_future(future)
        except EngineError:
            self._utterance.read_until = self._utterance.samples  # not again with the same sound
            raise
        settings = self._recognizer.settings
        window, reading = done.window, done.reading
        busy = done.took_us * HEARING_RATE / 1_000_000 / settings.share
        self._wait_samples = int(max(settings.every_s * HEARING_RATE, busy))
        length_s = window.end_s - window.start_s
        words = believed(reading.words, reading.doubts, self._recognizer.limits, length_s)
        self._logprob = reading.doubts.logprob if words else self._logprob
        self._utterance.take(window, words)

    def _timed(self) -> tuple[TimedWord, ...]:
        return tuple(
            TimedWord(word.text.strip(), round(word.start * HEARING_RATE), round(word.end * HEARING_RATE))
            for word in self._utterance.words
            if word.text.strip()
        )
