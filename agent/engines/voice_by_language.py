"""Two voices as one: the first for the languages it speaks, the second for all others.

Knows languages and sample rates. Does not know which engines they are: the registry gives them.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

from agent.engines.protocols import SpeechChunk, Synthesizer, Voice, WordMark
from agent.engines.written_language import written_in
from agent.resample import Resampler

OTHER_NAMES = {"zh": "cmn"}
"""Codes by which the second voice knows some languages."""


class VoiceByLanguage:
    """Synthesizer at the first voice's rate. ``languages``: those that the first speaks; ``by_text``: the language is
    the text's own where that can be told, else the one asked for.
    """

    def __init__(self, first: Synthesizer, other: Synthesizer, languages: Sequence[str], *, by_text: bool) -> None:
        self.name, self.sample_rate = first.name, first.sample_rate
        self._first, self._other = first, other
        self._languages, self._by_text = frozenset(languages), by_text

    def voices(self) -> Sequence[str]:
        """The first voice's names; the other takes over by language, not by name."""
        return self._first.voices()

    async def start(self) -> None:
        """Load both. Raises what they raise."""
        for voice in (self._first, self._other):
            if (start := getattr(voice, "start", None)) is not None:
                await start()

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[SpeechChunk, None]:
        """See Synthesizer."""
        language = written_in(text, voice.language) if self._by_text else voice.language
        if self._speaks(language):
            async with aclosing(self._first.speak(text, replace(voice, language=language))) as chunks:  # type: ignore[type-var]
                async for chunk in chunks:
                    yield chunk
            return
        wanted = Voice("", voice.rate, OTHER_NAMES.get(language, language))
        resampler = Resampler(self._other.sample_rate, self.sample_rate)
        async with aclosing(self._other.speak(text, wanted)) as chunks:  # type: ignore[type-var]
            async for chunk in chunks:
                yield SpeechChunk(resampler.push(chunk.pcm), tuple(self._moved(word) for word in chunk.words))
        if len(rest := resampler.flush()):
            yield SpeechChunk(rest)

    async def close(self) -> None:
        await self._first.close()
        await self._other.close()

    def _speaks(self, language: str) -> bool:
        return language in self._languages or language.partition("-")[0] in self._languages

    def _moved(self, word: WordMark) -> WordMark:
        return WordMark(word.end_char, word.end_sample * self.sample_rate // self._other.sample_rate)
