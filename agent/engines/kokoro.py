"""Speaking with Kokoro: the first clause at once, then sentence by sentence ahead of the listener, word times included.

Knows text, voices and the order of work. Does not know who listens or how languages without a Kokoro voice are spoken.
Made for a process of its own (see ``hosted_voice``): one thread makes sound, one piece at a time; a listener who turns
away costs the rest of the piece in work.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from agent.engines.kokoro_model import KokoroModel
from agent.engines.kokoro_phonemes import Phonemizer, Sounded
from agent.engines.kokoro_pieces import SAMPLE_RATE, Made, chunks, cut, written
from agent.engines.kokoro_settings import KokoroSettings
from agent.engines.kokoro_voices import LETTERS, chosen
from agent.engines.protocols import SpeechChunk, Voice
from agent.engines.spoken_english import Piece, pieces
from agent.engines.turns import LATER, URGENT, Turns, closed
from agent.errors import EngineFailed

SOON = 80
"""Phonemes up to which a piece counts as the beginning of an answer, which goes before later sentences of others."""


class KokoroSynthesizer:
    """Synthesizer at 24 kHz. ``settings``: KokoroSettings as a mapping; ``folder``: see KokoroModel.

    Loads the network when made: seconds. Raises what the libraries raise, EngineMissing where a file is missing.
    """

    name = "kokoro"
    sample_rate = SAMPLE_RATE
    languages = tuple(LETTERS)

    def __init__(self, settings: Mapping[str, Any], folder: str) -> None:
        self._settings = KokoroSettings.model_validate(settings)
        self._model = KokoroModel(Path(folder), device=self._settings.device, threads=self._settings.threads)
        self._phonemizer = Phonemizer()
        self._turns = Turns("kokoro")

    def voices(self) -> Sequence[str]:
        """Names for ``Voice.name``; they may be mixed by weight: "af_heart:0.6+am_adam:0.4"."""
        return self._model.voices

    async def warm(self) -> None:
        """Speak a word to nobody: the first call of a network is slow."""
        async for _ in self.speak("Hello.", Voice()):
            pass

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[SpeechChunk, None]:
        """Sound of ``text``, sentence by sentence, the next one in the making. Raises EngineFailed."""
        try:
            weights = chosen(voice.name, self._settings.voice, voice.language, self._model.voices)
        except ValueError as error:
            raise EngineFailed(f"Kokoro can't speak: {error}.") from None
        letter = next(iter(weights))[0]
        waiting: deque[tuple[list[Sounded], Future[Made]]] = deque()
        parts = cut(self._sounded(text, letter))  # well under a millisecond
        before = 0
        try:
            while True:
                while len(waiting) < 2 and (part := next(parts, None)) is not None:
                    waiting.append((part, self._make(part, weights, voice.rate)))
                if not waiting:
                    return
                part, future = waiting.popleft()
                made = await asyncio.wrap_future(future)
                for chunk in chunks(made, part, before):
                    yield chunk
                before += len(made.pcm)
        finally:
            for _, future in waiting:
                future.cancel()

    async def close(self) -> None:
        await closed(self._turns.close)

    def _make(self, part: Sequence[Sounded], weights: Mapping[str, float], rate: float) -> Future[Made]:
        phonemes = written(part)
        urgency = URGENT if len(phonemes) <= SOON else LATER
        return self._turns.submit(urgency, lambda: self._model.make(phonemes, weights, rate))

    def _sounded(self, text: str, letter: str) -> list[Sounded]:
        """Words with known phonemes only; numbers and signs of other languages than English are eSpeak's to read."""
        words = list(pieces(text)) if letter in "ab" else [Piece(m[0], m.end()) for m in re.finditer(r"\S+", text)]
        found = self._phonemizer.sounded(words, letter)
        return [Sounded(self._model.known(one.phonemes).strip(), one.end) for one in found]
