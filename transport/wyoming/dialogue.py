"""One Wyoming client: its events in order, each answered before the next is taken.

Knows the exchanges (describe, hear, speak, answer). Does not know sockets: events come from ``take`` and go to
``send``. What a client does wrong is told by an ``error`` event, and it may go on.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

import numpy as np

from agent.audio import SPEAKING_RATE, Pcm
from agent.engines.protocols import Voice
from agent.errors import NetraError
from agent.oneshot import Remark
from transport.limits import Refused
from transport.means import Means
from transport.wyoming.describe import info
from transport.wyoming.sound import Converter, Format
from transport.wyoming.wire import Event

_log = logging.getLogger(__name__)
MAX_TEXT = 20_000
"""Characters of one text to speak or to answer."""
CHUNK_SAMPLES = 2048
SOUND = {"rate": SPEAKING_RATE, "width": 2, "channels": 1}


class Hangup(Exception):
    """The client sends no more."""


class Dialogue:
    """``take`` gives the next event, or raises Hangup; ``send`` waits until the client has room."""

    def __init__(
        self, means: Means, take: Callable[[], Awaitable[Event]], send: Callable[[Event], Awaitable[None]]
    ) -> None:
        self._means, self._take, self._send = means, take, send
        self._language = ""

    async def run(self) -> None:
        """Until the client hangs up. Raises what ``send`` raises."""
        try:
            while True:
                event = await self._take()
                try:
                    await self._answer(event)
                except NetraError as error:
                    _log.info("wyoming: %s", error)
                    await self._send(Event("error", {"text": str(error), "code": error.code}))
        except Hangup:
            pass

    async def _answer(self, event: Event) -> None:
        match event.type:
            case "describe":
                await self._send(info(self._means.transcriber, self._means.reciter))
            case "ping":
                await self._send(Event("pong", {"text": event.data.get("text")}))
            case "transcribe":
                self._language = _string(event.data, "language")
            case "audio-start":
                await self._hear(event)
            case "synthesize":
                await self._speak(_text(event.data), self._voice(event.data))
            case "synthesize-start":
                await self._speak_stream(self._voice(event.data))
            case "transcript":
                await self._handle(_text(event.data))
            case _:
                pass  # events of other services, and of later versions

    # --- hearing ----------------------------------------------------------------------------------------------------

    async def _hear(self, start: Event) -> None:
        language, self._language = self._language, ""
        self._check(language)
        await self._send(Event("transcript-start", {"language": language} if language else {}))
        said: list[str] = []
        async with aclosing(self._means.transcriber.hear(self._sound(start))) as heard:
            async for utterance in heard:
                await self._send(Event("transcript-chunk", {"text": f" {utterance.text}" if said else utterance.text}))
                said.append(utterance.text)
        data = {"text": " ".join(said)} | ({"language": language} if language else {})
        await self._send(Event("transcript", data))
        await self._send(Event("transcript-stop"))

    def _check(self, language: str) -> None:
        known = self._means.transcriber.languages
        if language and language.lower().replace("_", "-").partition("-")[0] not in known:
            message = f"{language[:40]!r} is not heard on this profile. It hears: {', '.join(known)}."
            raise Refused(message, code="unsupported_language")

    async def _sound(self, start: Event) -> AsyncGenerator[Pcm, None]:
        """The client's sound until it says that it stops. Raises Hangup, and Refused for what is no sound."""
        converter = Converter(Format.of(start.data))
        left = self._means.limits.max_audio_s
        while (event := await self._take()).type != "audio-stop":
            if event.type != "audio-chunk":
                continue
            chunk = Format.of(event.data) if "rate" in event.data else converter.format
            if chunk != converter.format:
                raise Refused("The sound changes its format in the middle.", code="invalid_audio")
            left -= len(event.payload) / (chunk.rate * chunk.width * chunk.channels)
            if left < 0:
                message = f"The recording is longer than {self._means.limits.max_audio_s:g} seconds."
                raise Refused(message, code="audio_too_long")
            yield converter.push(event.payload)
        yield converter.flush()

    # --- speaking ---------------------------------------------------------------------------------------------------

    def _voice(self, data: dict[str, Any]) -> Voice:
        """The voice that was asked for: by name, or else by language."""
        wanted = data.get("voice")
        wanted = wanted if isinstance(wanted, dict) else {}
        reciter = self._means.reciter
        if name := _string(wanted, "name"):
            return reciter.voice(name)
        language = _string(wanted, "language").lower().replace("_", "-")
        if not language or language.partition("-")[0] == reciter.language:
            return reciter.voice()
        voices = reciter.voices()
        found = next((one for one in (language, language.partition("-")[0]) if one in voices), None)
        return reciter.voice(found or next((one for one in voices if one.startswith(language[:2] + "-")), language))

    async def _speak(self, text: str, voice: Voice) -> None:
        await self._send(Event("audio-start", SOUND | {"timestamp": None}))
        async with aclosing(self._means.reciter.recite(text, voice)) as sound:
            async for pcm in sound:
                await self._send_sound(pcm)
        await self._send(Event("audio-stop", {"timestamp": None}))

    async def _speak_stream(self, voice: Voice) -> None:
        """Clause by clause as the text arrives."""
        await self._send(Event("audio-start", SOUND | {"timestamp": None}))
        async with aclosing(self._clauses()) as clauses:
            async for clause in clauses:
                async with aclosing(self._means.reciter.recite_clause(clause, voice)) as sound:
                    async for pcm in sound:
                        await self._send_sound(pcm)
        await self._send(Event("audio-stop", {"timestamp": None}))
        await self._send(Event("synthesize-stopped"))

    async def _clauses(self) -> AsyncGenerator[str, None]:
        cutter = self._means.reciter.clauses()
        taken = 0
        while (event := await self._take()).type != "synthesize-stop":
            if event.type == "synthesize-chunk":
                text = _text(event.data)
                taken += len(text)
                if taken > MAX_TEXT:
                    raise _too_long()
                for clause in cutter.push(text):
                    yield clause
        for clause in cutter.flush():
            yield clause

    async def _send_sound(self, pcm: Pcm) -> None:
        for begin in range(0, len(pcm), CHUNK_SAMPLES):
            piece = np.ascontiguousarray(pcm[begin : begin + CHUNK_SAMPLES], "<i2").tobytes()
            await self._send(Event("audio-chunk", SOUND | {"timestamp": None}, piece))

    # --- answering --------------------------------------------------------------------------------------------------

    async def _handle(self, text: str) -> None:
        parts: list[str] = []
        async with aclosing(self._means.oneshot.answer([Remark("user", text)])) as answer:
            async for given in answer:
                if given.kind == "unclear":
                    await self._send(Event("not-handled", {"text": given.text}))
                    return
                if not parts:
                    await self._send(Event("handled-start"))
                await self._send(Event("handled-chunk", {"text": f" {given.text}" if parts else given.text}))
                parts.append(given.text)
        if not parts:
            await self._send(Event("not-handled", {"text": "I have nothing to say to that."}))
            return
        await self._send(Event("handled", {"text": " ".join(parts)}))
        await self._send(Event("handled-stop"))


def _string(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _text(data: dict[str, Any]) -> str:
    text = data.get("text")
    if not isinstance(text, str):
        raise Refused("The event has no text.", code="missing_text")
    if len(text) > MAX_TEXT:
        raise _too_long()
    return text


def _too_long() -> Refused:
    return Refused(f"The text is longer than {MAX_TEXT} characters.", code="text_too_long")
