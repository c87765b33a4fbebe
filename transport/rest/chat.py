"""POST /v1/chat/completions: a conversation with pictures, answered by the brain of this profile.

Knows messages, choices, chunks and usage. Everything is taken from the request; nothing is kept after it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from agent.oneshot import Given
from transport.limits import Refused
from transport.means import Means
from transport.rest import sse, tokens
from transport.rest.bodies import ChatRequest, read_json
from transport.rest.conversation import Conversation, conversation_of
from transport.rest.stamps import created, new_id


class Chat:
    """The endpoint."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def read(self, request: Request) -> ChatRequest:
        asked = await read_json(request, ChatRequest, self._means.work)
        _check(asked)
        return asked

    async def answer(self, asked: ChatRequest) -> Response:
        conversation = await conversation_of(asked, self._means)
        completion = _Completion(asked, conversation)
        if asked.stream:
            return sse.stream(self._stream(asked, conversation, completion))
        async with aclosing(self._parts(conversation)) as parts:
            async for given in parts:
                completion.add(given)
                if completion.full:
                    break
        return JSONResponse(completion.whole())

    async def _stream(
        self, asked: ChatRequest, conversation: Conversation, completion: _Completion
    ) -> AsyncGenerator[bytes, None]:
        yield sse.event(completion.chunk({"role": "assistant", "content": ""}))
        async with aclosing(self._parts(conversation)) as parts:
            async for given in parts:
                for delta in completion.add(given):
                    yield sse.event(completion.chunk(delta))
                if completion.full:
                    break
        yield sse.event(completion.chunk({}, finish=completion.finish))
        if asked.stream_options is not None and asked.stream_options.include_usage:
            yield sse.event(completion.usage_chunk())
        yield sse.DONE

    def _parts(self, conversation: Conversation) -> AsyncGenerator[Given, None]:
        return self._means.oneshot.answer(
            conversation.remarks, wishes=conversation.wishes, results=conversation.results
        )


def _check(asked: ChatRequest) -> None:
    """What this brain can't do is refused rather than forgotten."""
    if asked.modalities and "audio" in asked.modalities:
        message = "Chat answers with text. Ask /v1/audio/speech for sound, or /v1/realtime for a conversation."
        raise Refused(message, code="unsupported_value", param="modalities")
    if asked.response_format and asked.response_format.get("type", "text") != "text":
        message = "This profile's brain does not write JSON: leave response_format out."
        raise Refused(message, code="unsupported_value", param="response_format")


class _Completion:
    """One answer as it grows, cut where the request says."""

    def __init__(self, asked: ChatRequest, conversation: Conversation) -> None:
        self._id, self._created, self._model = new_id("chatcmpl-"), created(), asked.model
        self._most = asked.max_completion_tokens or asked.max_tokens
        self._stops = [asked.stop] if isinstance(asked.stop, str) else list(asked.stop or ())
        self._with_usage = asked.stream_options is not None and asked.stream_options.include_usage
        self._asked = sum(tokens.count(remark.text) for remark in conversation.remarks)
        self._text = self._given = ""
        self.finish = "stop"
        self.full = False
        self._note: dict[str, str] = {}
        self._calls: list[dict[str, Any]] = []

    def add(self, given: Given) -> list[dict[str, Any]]:
        """What of it may be said, as deltas."""
        if given.tool is not None:
            function = {"name": given.tool.tool, "arguments": json.dumps(given.tool.arguments)}
            self._calls.append({"id": new_id("call_"), "type": "function", "function": function})
            self.finish = "tool_calls"
            return [{"tool_calls": [{"index": len(self._calls) - 1} | self._calls[-1]]}]
        self._note = {"kind": given.kind, "skill": given.skill}
        if given.look is not None:
            self._note["picture"] = given.look.problem or "ok"
        self._given += (" " if self._given and given.text else "") + given.text
        said, finish = tokens.shortened(self._given, most=self._most, stops=self._stops)
        self.finish = "tool_calls" if self._calls else finish
        self.full = said != self._given
        delta, self._text = said[len(self._text) :], said
        return [{"content": delta}] if delta else []

    def whole(self) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": self._text, "refusal": None}
        if self._calls:
            message |= {"content": self._text or None, "tool_calls": self._calls}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self.finish}
        return self._head("chat.completion") | {"choices": [choice], "usage": self._usage(), "netra": self._note}

    def chunk(self, delta: dict[str, Any], *, finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        made = self._head("chat.completion.chunk") | {"choices": [choice]}
        return made | {"usage": None} if self._with_usage else made

    def usage_chunk(self) -> dict[str, Any]:
        return self._head("chat.completion.chunk") | {"choices": [], "usage": self._usage()}

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self._id, "object": kind, "created": self._created, "model": self._model}

    def _usage(self) -> dict[str, int]:
        return tokens.usage(self._asked, tokens.count(self._text))
