"""Text to sound with word times: clauses, synthesiser, resampling, volume, one sample axis for the whole reply.
``Writing`` has the same use for a reply that is read and not heard.

Knows text and samples. Does not know brains, skills, turns or speakers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from agent.audio import SPEAKING_RATE, Pcm
from agent.core.clauses import Clauses, ClauseSettings
from agent.engines.protocols import Synthesizer, Voice
from agent.resample import Resampler
from agent.skills.skill import Manner


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of a reply at SPEAKING_RATE. ``words``: (text, end sample of the reply) that end in it or before;
    ``clause``: the clause that begins with it, else "". All words of a reply joined are all its clauses joined.
    """

    pcm: Pcm
    words: tuple[tuple[str, int], ...]
    clause: str = ""


def fitting(voices: Sequence[str], language: str) -> tuple[str, ...]:
    """Those of a synthesiser's voices that are named after ``language`` ("en-gb" for "en"); all, where none is."""
    code = language.partition("-")[0]
    return tuple(name for name in voices if name.partition("-")[0] == code) or tuple(voices)


class Voicing:
    """The sound of one reply. ``add`` text as it comes, then ``finish``; ``put`` is given each piece in order."""

    def __init__(
        self,
        synthesizer: Synthesizer,
        voice: Voice,
        manner: Manner,
        clauses: ClauseSettings,
        put: Callable[[Sound], Awaitable[None]],
    ) -> None:
        self._synthesizer = synthesizer
        self._voice = voice
        self._clauses = Clauses(clauses)
        self._put = put
        self._samples = 0
        self._spoken = False
        self.manner = manner

    async def add(self, text: str) -> None:
        """More text; separate texts are kept apart by a space."""
        if not text.strip():
            return
        for clause in self._clauses.push(" " + text.lstrip() if self._spoken else text.lstrip()):
            await self._speak(clause)
        self._spoken = True

    async def finish(self) -> None:
        """The text is whole."""
        for clause in self._clauses.flush():
            await self._speak(clause)

    async def _speak(self, clause: str) -> None:
        rate = self._synthesizer.sample_rate
        resampler = Resampler(rate, SPEAKING_RATE)
        begin, said, end, shown = self._samples, 0, self._samples, clause
        other = self.manner.language != self._voice.language
        voice = replace(self._voice, rate=self.manner.rate, language=self.manner.language)
        voice = replace(voice, name="") if other else voice
        async with aclosing(self._synthesizer.speak(clause, voice)) as chunks:  # type: ignore[type-var]
            async for chunk in chunks:
                words: list[tuple[str, int]] = []
                for mark in chunk.words:
                    if mark.end_char > said:
                        end = max(end, begin + mark.end_sample * SPEAKING_RATE // rate)
                        words.append((clause[said : mark.end_char], end))
                        said = mark.end_char
                await self._give(resampler.push(chunk.pcm), tuple(words), shown)
                shown = ""
        rest = ((clause[said:], max(end, self._samples)),) if said < len(clause) else ()
        await self._give(resampler.flush(), rest, shown)

    async def _give(self, pcm: Pcm, words: tuple[tuple[str, int], ...], clause: str) -> None:
        if self.manner.volume != 1.0:
            pcm = cast(Pcm, np.clip(pcm * self.manner.volume, -32768, 32767).astype(np.int16))
        self._samples += len(pcm)
        if len(pcm) or words or clause:
            await self._put(Sound(pcm, words, clause))


class Writing:
    """The words of one reply without any sound; used as ``Voicing`` is."""

    def __init__(self, manner: Manner, clauses: ClauseSettings, put: Callable[[Sound], Awaitable[None]]) -> None:
        self._clauses = Clauses(clauses)
        self._put = put
        self._written = False
        self.manner = manner

    async def add(self, text: str) -> None:
        """More text; separate texts are kept apart by a space."""
        if text.strip():
            for clause in self._clauses.push(" " + text.lstrip() if self._written else text.lstrip()):
                await self._give(clause)
            self._written = True

    async def finish(self) -> None:
        """The text is whole."""
        for clause in self._clauses.flush():
            await self._give(clause)

    async def _give(self, clause: str) -> None:
        await self._put(Sound(np.zeros(0, np.int16), ((clause, 0),), clause))
