"""POST /v1/chat/completions: a conversation with pictures, answered by the brain of this profile.

Knows messages, choices, chunks and usage. Everything is taken from the request; nothing is kept after it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from agent.oneshot import Given, Remark
from agent.picture import Picture
from agent.transcribing import Utterance
from transport.limits import Refused
from transport.means import Means
from transport.rest import sse, tokens
from transport.rest.bodies import (
    AudioPart,
    ChatRequest,
    ImagePart,
    Message,
    RefusalPart,
    TextPart,
    base64_bytes,
    data_url,
    read_json,
)
from transport.rest.pieces import pieces_of
from transport.rest.stamps import created, new_id
from transport.rest.subtitles import joined

WHAT_DO_YOU_SEE = "What do you see?"
"""Asked for a picture that comes without a word."""


class Chat:
    """The endpoint."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def read(self, request: Request) -> ChatRequest:
        asked = await read_json(request, ChatRequest, self._means.work)
        _check(asked)
        return asked

    async def answer(self, asked: ChatRequest) -> Response:
        remarks = await self._remarks(asked.messages)
        completion = _Completion(asked, remarks)
        if asked.stream:
            return sse.stream(self._stream(asked, remarks, completion))
        async with aclosing(self._means.oneshot.answer(remarks)) as parts:
            async for given in parts:
                completion.add(given)
                if completion.full:
                    break
        return JSONResponse(completion.whole())

    async def _stream(
        self, asked: ChatRequest, remarks: list[Remark], completion: _Completion
    ) -> AsyncGenerator[bytes, None]:
        yield sse.event(completion.chunk({"role": "assistant", "content": ""}))
        async with aclosing(self._means.oneshot.answer(remarks)) as parts:
            async for given in parts:
                for delta in completion.add(given):
                    yield sse.event(completion.chunk({"content": delta}))
                if completion.full:
                    break
        yield sse.event(completion.chunk({}, finish=completion.finish))
        if asked.stream_options is not None and asked.stream_options.include_usage:
            yield sse.event(completion.usage_chunk())
        yield sse.DONE

    # --- what was handed in ----------------------------------------------------------------------------------------

    async def _remarks(self, messages: list[Message]) -> list[Remark]:
        """The conversation up to the last thing the user said. Only the newest pictures are decoded: no answer is taken
        from older ones.
        """
        users = [at for at, message in enumerate(messages) if message.role == "user"]
        if not users:
            raise Refused("There is no message of the user's to answer.", code="invalid_value", param="messages")
        kept = messages[: users[-1] + 1]
        pictured = next((at for at in reversed(users) if _images(messages[at])), None)
        remarks = []
        for at, message in enumerate(kept):
            if message.role not in ("user", "assistant"):
                continue  # instructions and tools' results are for language models
            param = f"messages.{at}.content"
            text = await self._text(message, param)
            pictures = await self._pictures(message, param) if at == pictured else ()
            if not text and pictures:
                text = WHAT_DO_YOU_SEE
            remarks.append(Remark("user" if message.role == "user" else "agent", text, pictures))
        if not remarks[-1].text:
            raise Refused("The last message of the user's is empty.", code="invalid_value", param="messages")
        return remarks

    async def _pictures(self, message: Message, param: str) -> tuple[Picture, ...]:
        images = _images(message)
        most = self._means.limits.max_pictures
        if len(images) > most:
            raise Refused(f"{param}: at most {most} pictures in one message.", code="too_many_images", param=param)
        pictures = []
        for image in images:
            data, said = await self._means.work(data_url, image.image_url.url, param)
            pictures.append(await self._means.picture(data, said))
        return tuple(pictures)

    async def _text(self, message: Message, param: str) -> str:
        if message.content is None or isinstance(message.content, str):
            return (message.content or "").strip()
        words = []
        for part in message.content:
            match part:
                case TextPart(text=text):
                    words.append(text)
                case AudioPart() if message.role == "user":
                    words.append(await self._heard(part, param))
                case RefusalPart(refusal=refusal):
                    words.append(refusal)
                case _:
                    pass
        return " ".join(words).strip()

    async def _heard(self, part: AudioPart, param: str) -> str:
        data = await self._means.work(base64_bytes, part.input_audio.data, param)
        said = f"audio/{part.input_audio.format}" if part.input_audio.format else ""
        recording = await self._means.sound(data, said)
        utterances: list[Utterance] = []
        async with aclosing(self._means.transcriber.hear(pieces_of(recording.pcm))) as heard:
            utterances.extend([utterance async for utterance in heard])
        return joined(utterances)


def _images(message: Message) -> list[ImagePart]:
    return (
        [part for part in message.content if isinstance(part, ImagePart)] if isinstance(message.content, list) else []
    )


def _check(asked: ChatRequest) -> None:
    """What this brain can't do is refused rather than forgotten."""
    if asked.modalities and "audio" in asked.modalities:
        message = "Chat answers with text. Ask /v1/audio/speech for sound, or /v1/realtime for a conversation."
        raise Refused(message, code="unsupported_value", param="modalities")
    if asked.response_format and asked.response_format.get("type", "text") != "text":
        message = "This profile's brain does not write JSON: leave response_format out."
        raise Refused(message, code="unsupported_value", param="response_format")
    if asked.tool_choice not in (None, "none", "auto"):
        message = "This profile's brain calls its own skills and no tools of yours: leave tool_choice out, or auto."
        raise Refused(message, code="unsupported_value", param="tool_choice")


class _Completion:
    """One answer as it grows, cut where the request says."""

    def __init__(self, asked: ChatRequest, remarks: list[Remark]) -> None:
        self._id, self._created, self._model = new_id("chatcmpl-"), created(), asked.model
        self._most = asked.max_completion_tokens or asked.max_tokens
        self._stops = [asked.stop] if isinstance(asked.stop, str) else list(asked.stop or ())
        self._with_usage = asked.stream_options is not None and asked.stream_options.include_usage
        self._asked = sum(tokens.count(remark.text) for remark in remarks)
        self._text = self._given = ""
        self.finish = "stop"
        self.full = False
        self._note: dict[str, str] = {}

    def add(self, given: Given) -> list[str]:
        """What of it may be said, as deltas."""
        self._note = {"kind": given.kind, "skill": given.skill}
        if given.look is not None:
            self._note["picture"] = given.look.problem or "ok"
        self._given += (" " if self._given and given.text else "") + given.text
        said, self.finish = tokens.shortened(self._given, most=self._most, stops=self._stops)
        self.full = said != self._given
        delta, self._text = said[len(self._text) :], said
        return [delta] if delta else []

    def whole(self) -> dict[str, Any]:
        message = {"role": "assistant", "content": self._text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self.finish}
        return self._head("chat.completion") | {"choices": [choice], "usage": self._usage(), "netra": self._note}

    def chunk(self, delta: dict[str, str], *, finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        made = self._head("chat.completion.chunk") | {"choices": [choice]}
        return made | {"usage": None} if self._with_usage else made

    def usage_chunk(self) -> dict[str, Any]:
        return self._head("chat.completion.chunk") | {"choices": [], "usage": self._usage()}

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self._id, "object": kind, "created": self._created, "model": self._model}

    def _usage(self) -> dict[str, int]:
        return tokens.usage(self._asked, tokens.count(self._text))
