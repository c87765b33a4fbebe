"""A brain on any OpenAI-compatible chat server: words, pictures and tools out, words and calls back.

Shared, without state of a conversation: each request holds what was really said and heard. Skills run where they are
called and their answers go back to the model as quoted facts; an app's tools are the app's. Does not know sessions.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import cv2

from agent.engines.chat_lacks import WORDS, Lack, lack_of, without
from agent.engines.chat_link import ChatLink
from agent.engines.chat_stream import ChatStream, ToolCall
from agent.engines.protocols import Call, CallTool, Question, Text, Thought, View
from agent.engines.server_link import Refused
from agent.engines.worker import Worker
from agent.errors import EngineMissing
from agent.picture import Picture
from agent.thinking.messages import Message, call, messages, result
from agent.thinking.need import needs_large
from agent.thinking.plain import Plain
from agent.thinking.settings import ChatServer, Telling
from agent.wishes import Wishes

log = logging.getLogger(__name__)

JPEG_QUALITY = 85
UNREADABLE = "Nothing was done: the arguments were not a JSON object. Call again with one."
UNKNOWN = "Nothing was done: there is no such tool."
DONE_BEFORE = "That was done already in this reply. It was not done twice."


class ChatServerBrain:
    """``tools``: the skills' schemas as Realtime writes them. ``key``: "" for none."""

    name = "server"

    def __init__(self, server: ChatServer, telling: Telling, tools: Sequence[Mapping[str, Any]], key: str) -> None:
        if not server.url:
            raise EngineMissing(
                "The brain 'server' needs the address of one: set thinking.server.url, "
                'such as "http://127.0.0.1:8000/v1".'
            )
        self._server, self._telling = server, telling
        self._tools = {tool["name"]: _as_chat(tool) for tool in tools}
        self._link = ChatLink(server, key)
        self._worker = Worker("pictures for the model")
        self._model = server.model
        self._lacks: frozenset[Lack] = frozenset()

    async def reply(self, question: Question) -> AsyncIterator[Thought]:
        """See Brain. Raises EngineFailed: before the first thought, or in the middle."""
        seen = await self._look(question)
        sights = seen.sights[-self._server.pictures :] if self._server.pictures else ()
        pictures = [await self._worker.run(_as_part, one.picture, self._server.picture_side) for one in sights]
        told = messages(
            question, own=self._telling.instructions, lines=self._telling.history_lines, tools=bool(self._tools),
            pictures=pictures, sights=sights, advice=seen.advice,
        )  # fmt: skip
        model = await self._chosen(question, len(pictures))
        done: set[str] = set()
        for left in range(self._telling.rounds, -1, -1):
            stream, plain, said = ChatStream(), Plain(), ""
            body = self._body(model, told, question.wishes, more=bool(left), first=not done)
            async with aclosing(self._stream(body, stream)) as pieces:
                async for piece in pieces:
                    for word in plain.push(piece):
                        said += f"{word} "
                        yield Text(word, lasts=True)
            for word in plain.flush():
                said += f"{word} "
                yield Text(word, lasts=True)
            if not stream.calls or not left:
                return
            for at, one in enumerate(stream.calls):
                one.id = one.id or f"call_{len(told)}_{at}"
            told.append(_asked(said, stream.calls))
            theirs = False
            for one in stream.calls:
                arguments = one.arguments()
                app = any(tool.name == one.name for tool in question.wishes.tools)
                if app and arguments is not None:
                    theirs = True
                    yield CallTool(one.name, arguments)
                    continue
                words: list[str] = []
                if arguments is None or one.name not in self._tools:
                    words.append(UNREADABLE if arguments is None else UNKNOWN)
                elif (same := f"{one.name} {sorted(arguments.items())}") in done:
                    words.append(DONE_BEFORE)
                else:
                    done.add(same)
                    yield Call(one.name, arguments, heard=words.append)
                told.append(result(one.id, one.name, words[0] if words else UNKNOWN))
            if theirs:
                return  # what the app answers comes with a question of its own

    async def _stream(self, body: dict[str, Any], into: ChatStream) -> AsyncGenerator[str, None]:
        """The text of the answer, asked for without what the server said it can't take. Raises EngineFailed."""
        while True:
            asked = without(body, self._lacks)
            try:
                async with aclosing(self._link.stream(asked, into)) as pieces:
                    async for piece in pieces:
                        yield piece
                return
            except Refused as error:
                lack = None if into.alive else lack_of(error.status, str(error), asked)
                if lack is None:
                    if error.status == 404 and not self._server.model:
                        self._model = ""  # another one is loaded there now: it is asked which
                    raise
                log.warning("%s. It is asked without %s.", error, WORDS[lack])
                self._lacks |= {lack}

    async def check(self) -> str:
        """What the server is. Raises EngineFailed."""
        listed = await self._link.models()
        name = self._server.model or (listed[0] if listed else "")
        if not name:
            raise EngineMissing(f"{self._server.url} lists no model. Load one there, or set thinking.server.model.")
        there = "" if not listed or name in listed else f"; it does not list it, but {', '.join(listed[:5])}"
        return f"{self._server.url} answers, model {name}{there}"

    async def close(self) -> None:
        await self._link.close()
        await self._worker.close()

    async def _look(self, question: Question) -> View:
        if question.look is None or not self._server.pictures or "pictures" in self._lacks or not question.text.strip():
            return View()
        return await question.look()

    async def _chosen(self, question: Question, pictures: int) -> str:
        if self._server.small_model and not needs_large(question, pictures=pictures):
            return self._server.small_model
        if not self._model:
            listed = await self._link.listed()
            if not listed:
                raise EngineMissing(f"{self._server.url} lists no model. Load one there, or set thinking.server.model.")
            self._model = listed[0]
        return self._model

    def _body(self, model: str, told: Sequence[Message], wishes: Wishes, *, more: bool, first: bool) -> dict[str, Any]:
        server = self._server
        body: dict[str, Any] = {
            "model": model, "messages": list(told), "stream": True,
            "temperature": server.temperature, "max_tokens": server.max_tokens,
        }  # fmt: skip
        app = {tool.name: _app_tool(tool.name, tool.description, tool.parameters) for tool in wishes.tools}
        tools = [*app.values(), *(tool for name, tool in self._tools.items() if name not in app)]
        if more and tools and wishes.tool_choice != "none":
            body["tools"] = tools
            if first and wishes.tool_choice == "required":
                body["tool_choice"] = "required"
            elif first and wishes.tool_choice in app:
                body["tool_choice"] = {"type": "function", "function": {"name": wishes.tool_choice}}
        return body | server.extra


def _as_chat(tool: Mapping[str, Any]) -> dict[str, Any]:
    return _app_tool(tool["name"], tool["description"], tool["parameters"])


def _app_tool(name: str, description: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    schema = dict(parameters) or {"type": "object", "properties": {}}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": schema}}


def _asked(said: str, calls: Sequence[ToolCall]) -> Message:
    return {
        "role": "assistant", "content": said.strip(),
        "tool_calls": [call(one.id, one.name, one.arguments() or {}) for one in calls],
    }  # fmt: skip


def _as_part(picture: Picture, side: int) -> dict[str, Any]:
    """The picture as a data URL, its longer side at most ``side``."""
    pixels, longer = picture.pixels, max(picture.width, picture.height)
    if longer > side:
        size = (max(1, picture.width * side // longer), max(1, picture.height * side // longer))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    bgr = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
    return {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"}}
