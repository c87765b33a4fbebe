"""Hearing with PocketSphinx: the recogniser that needs no download.

Knows sound, words and its own certainty. Does not know what the words mean or who asks: the sentences it should
expect are given to it. Decoding runs on one thread of its own; a decoder belongs to a stream only while an utterance
lasts, so that a few decoders (about 15 MB each, made when first needed) serve many lines.

PocketSphinx holds Python's interpreter lock while it decodes. Sound is therefore given to it in small pieces
(``BATCH_SAMPLES``; 1 to 6 ms of work each), or the event loop would stand still.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from pocketsphinx import Decoder, get_model_path

from agent.audio import HEARING_RATE, Pcm
from agent.engines.protocols import RecognitionStream, Transcript
from agent.engines.sphinx_channel import (
    UNKNOWN,
    Channel,
    amplified,
    learn,
    levels,
    loud_frames,
    opening,
    start,
)
from agent.engines.sphinx_evidence import Heard, coverage, heard
from agent.engines.sphinx_model import Mixture, ModelFiles, build

log = logging.getLogger(__name__)
T = TypeVar("T")

BATCH_SAMPLES = 640
"""Sound per call of the decoder: 40 ms."""

LONGEST_SAMPLES = 30 * HEARING_RATE
"""An utterance's sound beyond this is not decoded (it could only be a television)."""


class SphinxRecognizer:
    """Shared recogniser over the sentences given.

    ``sentences``: what people may say to the agent, one utterance each, in lower-case words. ``outside``: examples of
    speech that is not meant for it. ``cache_dir``: where the built model is kept (5 s of work once). ``decoders``: at
    most so many utterances at the same time; further ones wait, their sound is kept. ``names``: words that may be in no
    dictionary, for example of things in somebody's house: how they are said is guessed from their letters.
    Making one builds the model and the first decoder: do it before serving. Raises OSError when ``cache_dir`` can't be
    written, ValueError without sentences.
    """

    name = "sphinx"

    def __init__(
        self,
        sentences: Sequence[str],
        *,
        cache_dir: Path,
        outside: Sequence[str] = (),
        decoders: int = 8,
        mixture: Mixture | None = None,
        names: Sequence[str] = (),
    ) -> None:
        if not sentences:
            raise ValueError("the recogniser needs sentences to expect")
        self._files = build(sentences, outside, cache_dir, Mixture() if mixture is None else mixture, names)
        if self._files.guessed:
            guessed = " ".join(self._files.guessed)
            log.warning("how these are said is guessed, an alias that sounds alike helps: %s", guessed)
        if self._files.silent:
            log.warning("no pronunciation known, left out: %s", " ".join(self._files.silent))
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sphinx")
        self._free: list[Decoder] = [_decoder(self._files)]
        self._unmade = max(1, decoders) - 1
        self._waiting: deque[asyncio.Future[None]] = deque()

    def stream(self) -> RecognitionStream:
        """A line's recognition: cheap, keeps the line's level and channel from utterance to utterance."""
        return SphinxStream(self)

    async def close(self) -> None:
        """End the thread after the piece of work in hand."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    # For streams only, all on the event loop:

    async def run(self, work: Callable[[], T]) -> T:
        """Do ``work`` on the decoding thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def take(self, *, wait: bool) -> Decoder | None:
        """A decoder for one utterance; None when all are taken and ``wait`` is False."""
        while not self._free:
            if self._unmade:
                self._unmade -= 1
                return await self.run(lambda: _decoder(self._files))
            if not wait:
                return None
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                self._wake()
                raise
            finally:
                with contextlib.suppress(ValueError):
                    self._waiting.remove(turn)
        return self._free.pop()

    def give_back(self, decoder: Decoder) -> None:
        self._free.append(decoder)
        self._wake()

    def _wake(self) -> None:
        for turn in self._waiting:
            if not turn.done():
                turn.set_result(None)
                return


@dataclass(slots=True)
class _Utterance:
    """The utterance in progress: sound not yet decoded, and the decoder once there is one."""

    held: list[Pcm]
    samples: int = 0
    held_samples: int = 0
    judged_samples: int = 0
    decoder: Decoder | None = None
    gain: float = 1.0
    started: Channel = UNKNOWN
    words: str = ""


class SphinxStream:
    """One line's recognition (``RecognitionStream``)."""

    def __init__(self, recognizer: SphinxRecognizer) -> None:
        self._recognizer = recognizer
        self._utterance = _Utterance([])
        self._channel = UNKNOWN

    async def feed(self, pcm: Pcm) -> Transcript | None:
        utterance = self._utterance
        if utterance.samples >= LONGEST_SAMPLES:
            return None
        utterance.held.append(pcm)
        utterance.samples += len(pcm)
        utterance.held_samples += len(pcm)
        if utterance.held_samples - utterance.judged_samples < BATCH_SAMPLES:
            return None
        if utterance.decoder is None and not await self._begin(utterance, wait=False):
            return None
        words = await self._decode(utterance)
        if words == utterance.words:
            return None
        utterance.words = words
        return Transcript(words)

    async def finish(self) -> Transcript:
        utterance = self._utterance
        if utterance.samples == 0:
            return Transcript("", final=True, confidence=0.0, coverage=0.0)
        if utterance.decoder is None:
            await self._begin(utterance, wait=True)
        await self._decode(utterance)
        decoder, before, started, samples = _present(utterance), self._channel, utterance.started, utterance.samples

        def end() -> tuple[Heard, Channel]:
            decoder.end_utt()
            return heard(decoder), learn(decoder, before, started, samples)

        found, self._channel = await self._recognizer.run(end)
        self._release(utterance)
        return Transcript(
            found.text,
            final=True,
            confidence=found.confidence,
            coverage=coverage(found),
            alternatives=found.alternatives,
        )

    async def drop(self) -> None:
        utterance = self._utterance
        if (decoder := utterance.decoder) is not None:
            await self._recognizer.run(decoder.end_utt)
        self._release(utterance)

    async def close(self) -> None:
        await self.drop()

    def _release(self, utterance: _Utterance) -> None:
        self._utterance = _Utterance([])
        if utterance.decoder is not None:
            self._recognizer.give_back(utterance.decoder)
            utterance.decoder = None

    async def _begin(self, utterance: _Utterance, *, wait: bool) -> bool:
        """Judge the line and take a decoder. False when there is too little speech to judge yet, or no decoder is
        free, and we don't ``wait``."""
        sound = np.concatenate(utterance.held)
        utterance.held, utterance.judged_samples = [sound], len(sound)
        if not wait and int(loud_frames(levels(sound)).sum()) < self._channel.loud_frames_needed:
            return False
        decoder = await self._recognizer.take(wait=wait)
        if decoder is None:
            return False
        utterance.decoder = decoder
        first = opening(sound, self._channel)
        utterance.gain = first.gain
        utterance.held = [sound[first.skip :]]
        channel = replace(self._channel, loud_dbfs=first.loud_dbfs)
        utterance.started = await self._recognizer.run(lambda: start(decoder, channel, first.loud))
        return True

    async def _decode(self, utterance: _Utterance) -> str:
        """Give the held sound to the decoder, piece by piece; the words so far."""
        decoder = _present(utterance)
        sound = np.concatenate(utterance.held) if utterance.held else np.zeros(0, dtype=np.int16)
        utterance.held, utterance.held_samples, utterance.judged_samples = [], 0, 0
        scaled = amplified(sound, utterance.gain)
        words = utterance.words
        for at in range(0, len(scaled), BATCH_SAMPLES):
            words = await self._recognizer.run(partial(_process, decoder, scaled[at : at + BATCH_SAMPLES].tobytes()))
        return words


def _decoder(files: ModelFiles) -> Decoder:
    """No second pass over the utterance: on a model this small it costs 50 ms and gains nothing."""
    return Decoder(
        hmm=str(Path(get_model_path()) / "en-us" / "en-us"),
        lm=str(files.lm),
        dict=str(files.dictionary),
        fwdflat=False,
        loglevel="FATAL",
    )


def _process(decoder: Decoder, piece: bytes) -> str:
    decoder.process_raw(piece)
    best = decoder.hyp()
    return best.hypstr if best else ""


def _present(utterance: _Utterance) -> Any:
    if utterance.decoder is None:
        raise RuntimeError("no decoder: the utterance was not begun")
    return utterance.decoder
