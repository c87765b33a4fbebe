"""POST /v1/audio/speech: a text to sound, streamed while it is made, as a file or as server-sent events."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import Response

from agent.engines.protocols import Voice
from agent.reciting import UnknownVoice
from transport.limits import Refused
from transport.means import Means
from transport.rest import sse, tokens
from transport.rest.bodies import SpeechRequest, VoiceId, read_json
from transport.rest.streaming import Streamed
from transport.sound_out import FORMS, Encoder


class Speech:
    """The endpoint."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def read(self, request: Request) -> tuple[SpeechRequest, Voice]:
        asked = await read_json(request, SpeechRequest, self._means.work)
        if not asked.input.strip():
            raise Refused("There is nothing to say: input is empty.", code="invalid_value", param="input")
        name = asked.voice.id if isinstance(asked.voice, VoiceId) else asked.voice
        try:
            return asked, self._means.reciter.voice(name, rate=asked.speed)
        except UnknownVoice as error:
            raise Refused(str(error), code=error.code, param="voice") from None

    async def answer(self, asked: tuple[SpeechRequest, Voice]) -> Response:
        """The first sound is made before the response begins, so that a voice that fails has a status of its own."""
        request, voice = asked
        sound = self._encoded(request, voice)
        first = await anext(sound, b"")
        if request.stream_format == "sse":
            return sse.stream(_events(first, sound, request.input))
        return Streamed(_joined(first, sound), FORMS[request.response_format].media_type)

    async def _encoded(self, asked: SpeechRequest, voice: Voice) -> AsyncGenerator[bytes, None]:
        encoder = Encoder(asked.response_format)
        async with aclosing(self._means.reciter.recite(asked.input, voice)) as sound:
            async for pcm in sound:
                if data := await self._means.work(encoder.push, pcm):
                    yield data
        if data := await self._means.work(encoder.close):
            yield data


async def _joined(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(rest) as sound:
        yield first
        async for data in sound:
            yield data


async def _events(first: bytes, rest: AsyncGenerator[bytes, None], text: str) -> AsyncGenerator[bytes, None]:
    made = 0
    async with aclosing(_joined(first, rest)) as sound:
        async for data in sound:
            made += 1
            yield sse.event({"type": "speech.audio.delta", "audio": b64encode(data).decode()})
    yield sse.event({"type": "speech.audio.done", "usage": tokens.audio_usage(tokens.count(text), made)})
