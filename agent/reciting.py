"""A text to sound, word for word, as a stream: for those who ask for speech without a conversation.

Knows clauses, the synthesiser and which names of voices it answers to. Does not know formats, skills or turns.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from agent.audio import SPEAKING_RATE, Pcm
from agent.core.clauses import Clauses, ClauseSettings
from agent.engines.protocols import Synthesizer, Voice
from agent.errors import NetraError
from agent.resample import Resampler

HOUSE_VOICE = "netra"
HOSTED_VOICES = {
    "alloy": "", "ash": "+m1", "ballad": "+m2", "cedar": "+m4", "coral": "+f1", "echo": "+m3", "fable": "+m5",
    "marin": "+f2", "nova": "+f3", "onyx": "+m7", "sage": "+f4", "shimmer": "+f5", "verse": "+m6",
}  # fmt: skip
"""Names that clients of hosted services ask for, and the variant of the house's voice that answers to each."""
VARIANTS = frozenset({f"+m{n}" for n in range(1, 9)} | {f"+f{n}" for n in range(1, 6)} | {"+whisper", "+croak"})
"""Endings that eSpeak NG's voices may carry; other engines are asked without them."""


class UnknownVoice(NetraError):
    """There is no such voice; the sentence lists those that there are."""

    code = "unknown_voice"


class Reciter:
    """Shared, without state. ``voice``: how the house speaks when nothing else is asked for."""

    def __init__(self, synthesizer: Synthesizer, voice: Voice, clauses: ClauseSettings) -> None:
        self._synthesizer, self._voice, self._clauses = synthesizer, voice, clauses

    @property
    def name(self) -> str:
        """The synthesiser's."""
        return self._synthesizer.name

    def voices(self) -> Sequence[str]:
        """The engine's own names."""
        return self._synthesizer.voices()

    @property
    def language(self) -> str:
        """Of the house's voice."""
        return self._voice.language

    def voice(self, name: str = "", *, rate: float | None = None, language: str = "") -> Voice:
        """The voice for a name: "" or "netra" the house's, a hosted service's name a variant of it, else the engine's.

        ``rate`` is held to 0.5..3.0. Raises UnknownVoice.
        """
        house = self._voice
        rate = house.rate if rate is None else min(3.0, max(0.5, rate))
        if name in ("", HOUSE_VOICE):
            return Voice(house.name, rate, language or house.language)
        if name in HOSTED_VOICES:
            return Voice(self._varied(HOSTED_VOICES[name]), rate, language or house.language)
        base, plus, variant = name.partition("+")
        if base in self.voices() and (not plus or f"+{variant}" in VARIANTS):
            return Voice(name, rate, language or house.language)
        if ":" in name and all(part.partition(":")[0] in self.voices() for part in name.split("+")):  # a mixture
            return Voice(name, rate, language or house.language)
        some = ", ".join((HOUSE_VOICE, *HOSTED_VOICES))
        known = ", ".join(self.voices())
        raise UnknownVoice(f"There is no voice {name!r:.60}. Choose one of: {some}; or the engine's own: {known}.")

    def _varied(self, variant: str) -> str:
        house = self._voice
        if house.name or self._synthesizer.name != "espeak":
            return house.name
        base = "en-us" if house.language == "en" else house.language
        return base + variant if base in self.voices() else ""

    async def recite(self, text: str, voice: Voice) -> AsyncGenerator[Pcm, None]:
        """Sound at SPEAKING_RATE, piece by piece as it is made. Raises what the synthesiser raises."""
        cutter = self.clauses()
        for clause in (*cutter.push(text), *cutter.flush()):
            async for pcm in self.recite_clause(clause, voice):
                yield pcm

    async def recite_clause(self, clause: str, voice: Voice) -> AsyncGenerator[Pcm, None]:
        """The same for a text that is short enough to be spoken in one piece."""
        resampler = Resampler(self._synthesizer.sample_rate, SPEAKING_RATE)
        async with aclosing(self._synthesizer.speak(clause, voice)) as chunks:  # type: ignore[type-var]
            async for chunk in chunks:
                pcm = resampler.push(chunk.pcm)
                if len(pcm):
                    yield pcm
        rest = resampler.flush()
        if len(rest):
            yield rest

    def clauses(self) -> Clauses:
        """An empty cutter for text that arrives in pieces."""
        return Clauses(self._clauses)
