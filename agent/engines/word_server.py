"""Hearing with another machine: any server with OpenAI's POST /audio/transcriptions.

Knows utterances, pauses and when to ask. While the server fails, the embedded recogniser hears instead: it is given the
same utterance from its beginning. A request that nobody waits for any more is closed.
"""

from __future__ import annotations

import io
import json
import logging
import wave
from contextlib import aclosing
from typing import Any

import numpy as np

from agent.audio import HEARING_RATE, Pcm
from agent.engines.agreement import LocalAgreement
from agent.engines.protocols import RecognitionStream, Recognizer, Transcript
from agent.engines.speech_link import SpeechLink
from agent.engines.speech_server_settings import WordServer
from agent.engines.whisper_utterance import Utterance
from agent.errors import EngineFailed

log = logging.getLogger(__name__)

PAUSE_S = 0.12
"""After so much quiet the words are asked for at once: they are then known when the utterance is found to be over."""
LONGEST_ANSWER = 1_000_000
"""Bytes: more is no text of an utterance."""
LEAST_S = 0.3
"""Less sound than this is not worth a request before its end."""


class ServerRecognizer:
    """Recognizer. ``instead``: hears while the server can't. Raises EngineMissing when no address is set."""

    name = "server"

    def __init__(self, server: WordServer, key: str, instead: Recognizer) -> None:
        self.link = SpeechLink(server, key, "hearing.server")
        self.server, self.instead = server, instead
        self.trouble = ""
        """Why the other one heard last; "" when it did not."""
        self.languages = (server.language,) if server.language else server.languages

    async def start(self) -> None:
        if (start := getattr(self.instead, "start", None)) is not None:
            await start()

    def stream(self) -> RecognitionStream:
        return ServerStream(self)

    async def close(self) -> None:
        await self.link.close()
        await self.instead.close()


class ServerStream:
    """One line's recognition. ``feed`` waits for the answer where it asks; sound of that time is given later."""

    def __init__(self, recognizer: ServerRecognizer) -> None:
        self._recognizer = recognizer
        self._instead = recognizer.instead.stream()
        self._expected = ""
        self._begin()

    def expect(self, language: str) -> None:
        """See LanguageListener: asked for where the server is said to hear it and no language is set."""
        self._expected = language if language in self._recognizer.languages else ""

    def _begin(self) -> None:
        self._pieces: list[Pcm] = []
        self._heard = Utterance(LocalAgreement())
        self._text = ""
        self._failed = False

    async def feed(self, pcm: Pcm) -> Transcript | None:
        self._pieces.append(pcm)
        self._heard.add(pcm)
        if not self._failed and self._recognizer.link.resting:
            return await self._fall_back()
        if self._failed:
            return await self._instead.feed(pcm)
        if not self._due():
            return None
        before = self._text
        try:
            await self._ask()
        except EngineFailed as error:
            self._note(error)
            return await self._fall_back()
        return Transcript(self._text) if self._text != before else None

    async def finish(self) -> Transcript:
        try:
            if not self._failed and self._pieces and self._heard.unread:
                try:
                    await self._ask()
                except EngineFailed as error:
                    self._note(error)
                    await self._fall_back()
            if self._failed:
                return await self._instead.finish()
            known = bool(self._text)
            return Transcript(self._text, final=True, confidence=float(known), coverage=float(known))
        finally:
            self._begin()

    async def drop(self) -> None:
        self._begin()
        await self._instead.drop()

    async def close(self) -> None:
        await self._instead.close()

    def _due(self) -> bool:
        """At a pause with something unheard before it, or after so much new speech as is wished."""
        heard, every = self._heard, self._recognizer.server.partial_s
        if heard.samples < LEAST_S * HEARING_RATE or not heard.unread:
            return False
        new = heard.samples - heard.read_until
        return heard.paused >= PAUSE_S * HEARING_RATE or (every > 0 and new >= every * HEARING_RATE)

    async def _ask(self) -> None:
        sound = np.concatenate(self._pieces)
        server = self._recognizer.server
        fields = {
            "model": server.model,
            "response_format": "json",
            "language": server.language or self._expected,
            "prompt": server.prompt,
        }
        data = {name: value for name, value in fields.items() if value}
        file = wav(sound)

        def body() -> dict[str, Any]:
            return {"data": data, "files": {"file": ("speech.wav", file, "audio/wav")}}

        answer = b""
        async with aclosing(self._recognizer.link.post("/audio/transcriptions", body)) as pieces:
            async for piece in pieces:
                answer += piece
                if len(answer) > LONGEST_ANSWER:
                    raise EngineFailed(f"{server.url} does not end its answer.")
        self._text = text_of(answer, server.url)
        self._recognizer.trouble = ""
        self._heard.read_until = len(sound)

    def _note(self, error: EngineFailed) -> None:
        self._recognizer.trouble = str(error)
        log.warning("the recogniser server: %s", error)

    async def _fall_back(self) -> Transcript | None:
        """From here on the other one hears this utterance; it is given all of it."""
        self._failed = True
        return await self._instead.feed(np.concatenate(self._pieces))


def wav(sound: Pcm) -> bytes:
    """A recording at HEARING_RATE as a file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, HEARING_RATE, 0, "NONE", "NONE"))
        out.writeframes(sound.astype("<i2").tobytes())
    return file.getvalue()


def text_of(answer: bytes, url: str) -> str:
    """The words of an answer in JSON. Raises EngineFailed."""
    try:
        text = json.loads(answer)["text"]
        if not isinstance(text, str):
            raise TypeError(text)
        return " ".join(text.split())
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EngineFailed(f"{url} is no OpenAI-compatible server: its answer holds no text.") from error
