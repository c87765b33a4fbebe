"""Speaking with another machine: any server with OpenAI's POST /audio/speech, its PCM heard as it comes.

Knows the request and how far the words may be. While the server fails, the embedded voice speaks instead; a clause that
broke off is said again from its beginning, rather words twice than none. A request that nobody hears is closed.
"""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from typing import Any

import numpy as np

from agent.engines.bare_sound import BareSound
from agent.engines.protocols import SpeechChunk, Synthesizer, Voice, WordMark
from agent.engines.speech_link import SpeechLink
from agent.engines.speech_server_settings import VoiceServer
from agent.errors import EngineFailed
from agent.resample import Resampler

log = logging.getLogger(__name__)

USUAL_PACE_S = 0.065
"""Seconds for a character at rate 1, until this server's own pace is known."""
LEARNING = 0.3


class ServerSynthesizer:
    """Synthesizer. ``instead``: speaks while the server can't. The server tells no word times: they are estimated from
    its pace, which is learned. Raises EngineMissing when no address is set.
    """

    name = "server"

    def __init__(self, server: VoiceServer, key: str, instead: Synthesizer) -> None:
        self._link = SpeechLink(server, key, "speaking.server")
        self._server, self._instead = server, instead
        self.sample_rate = server.sample_rate
        self._pace_s = USUAL_PACE_S
        self.trouble = ""
        """Why the other voice spoke last; "" when it did not."""

    def voices(self) -> Sequence[str]:
        return tuple(dict.fromkeys((self._server.voice, *self._server.voices)))

    async def start(self) -> None:
        if (start := getattr(self._instead, "start", None)) is not None:
            await start()

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[SpeechChunk, None]:
        """See Synthesizer."""
        given = 0
        if text.strip() and not self._link.resting:
            try:
                async with aclosing(self._ask(text, voice)) as chunks:
                    async for chunk in chunks:
                        given += len(chunk.pcm)
                        yield chunk
                self.trouble = ""
                return
            except EngineFailed as error:
                self.trouble = str(error)
                log.warning("the voice server: %s", error)
        async with aclosing(self._speak_instead(text, voice, given)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def close(self) -> None:
        await self._link.close()
        await self._instead.close()

    async def _ask(self, text: str, voice: Voice) -> AsyncGenerator[SpeechChunk, None]:
        server = self._server
        name = voice.name if voice.name in self.voices() else server.voice
        asked: dict[str, Any] = {"model": server.model, "voice": name, "input": text, "response_format": "pcm"}
        if voice.rate != 1.0:
            asked["speed"] = round(min(4.0, max(0.25, voice.rate)), 3)
        if server.instructions:
            asked["instructions"] = server.instructions
        marks, rest, samples = Paced(text, self._pace_s / voice.rate * self.sample_rate), b"", 0
        bare = BareSound(server.url, self.sample_rate)
        async with aclosing(self._link.post("/audio/speech", lambda: {"json": asked})) as pieces:
            async for piece in pieces:
                data = rest + bare.push(piece)
                whole = len(data) - len(data) % 2
                rest = data[whole:]
                pcm = np.frombuffer(data[:whole], "<i2").astype(np.int16)
                samples += len(pcm)
                if len(pcm):
                    yield SpeechChunk(pcm, tuple(marks.until(samples)))
        pcm = np.frombuffer((tail := rest + bare.flush())[: len(tail) - len(tail) % 2], "<i2").astype(np.int16)
        samples += len(pcm)
        if not samples:
            raise EngineFailed(f"{server.url} answered without a sound.")
        if len(pcm):
            yield SpeechChunk(pcm)
        yield SpeechChunk(np.zeros(0, np.int16), tuple(marks.end(samples)))
        pace = samples / self.sample_rate * voice.rate / max(1, len(text.strip()))
        self._pace_s += LEARNING * (pace - self._pace_s)

    async def _speak_instead(self, text: str, voice: Voice, given: int) -> AsyncGenerator[SpeechChunk, None]:
        other = self._instead
        resampler = Resampler(other.sample_rate, self.sample_rate)
        async with aclosing(other.speak(text, Voice("", voice.rate, voice.language))) as chunks:  # type: ignore[type-var]
            async for chunk in chunks:
                words = (
                    WordMark(word.end_char, given + word.end_sample * self.sample_rate // other.sample_rate)
                    for word in chunk.words
                )
                yield SpeechChunk(resampler.push(chunk.pcm), tuple(words))
        if len(tail := resampler.flush()):
            yield SpeechChunk(tail)


class Paced:
    """Where the words of a text probably end, at so many samples for a character."""

    def __init__(self, text: str, samples_per_character: float) -> None:
        self._ends = [match.end() for match in re.finditer(r"\S+", text)]
        self._each = samples_per_character
        self._told = 0

    def until(self, samples: int) -> Iterator[WordMark]:
        """The words that have ended by then; never the last, which only the end of the sound proves."""
        while self._told < len(self._ends) - 1 and self._ends[self._told] * self._each <= samples:
            yield WordMark(self._ends[self._told], round(self._ends[self._told] * self._each))
            self._told += 1

    def end(self, samples: int) -> Iterator[WordMark]:
        """The sound is whole: all other words, spread over what is left of it."""
        before = min(samples, round(self._ends[self._told - 1] * self._each)) if self._told else 0
        first = self._ends[self._told - 1] if self._told else 0
        left = max(1, self._ends[-1] - first) if self._ends else 1
        for end in self._ends[self._told :]:
            yield WordMark(end, before + round((samples - before) * (end - first) / left))
        self._told = len(self._ends)
