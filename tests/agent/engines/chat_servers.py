"""A chat server on loopback that answers as real ones do, byte for byte: streams written down from vLLM, Ollama,
llama.cpp and hosted ones, and their faults.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Answer: TypeAlias = Callable[[asyncio.StreamWriter], Awaitable[None]]
HEAD = (
    "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\n{more}transfer-encoding: chunked\r\ncache-control: no-cache\r\n\r\n"
)
PATIENCE_S = 20.0


@dataclass
class Asked:
    """One request. ``closed``: the client closed its connection."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    closed: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Server:
    """Answers chat requests with ``answers``, one after another, the last again and again."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    models: tuple[str, ...] = ("tiny-model",)

    @property
    def chats(self) -> list[Asked]:
        return [one for one in self.asked if one.method == "POST"]


@asynccontextmanager
async def serving(*answers: Answer) -> AsyncIterator[Server]:
    server = Server(answers=list(answers))

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await one(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        raw = await reader.readexactly(int(headers.get("content-length", 0)))
        method, path, _ = first.split(" ")
        asked = Asked(method, path, headers, json.loads(raw or b"{}"))
        server.asked.append(asked)
        if method == "GET":
            await plain(200, {"data": [{"id": name} for name in server.models]})(writer)
            return
        answer = server.answers[min(len(server.chats), len(server.answers)) - 1]

        async def whole() -> None:
            await answer(writer)
            if not writer.is_closing():
                writer.write_eof()

        async with asyncio.TaskGroup() as group:
            answering = group.create_task(whole())
            try:
                await reader.read()
            finally:
                asked.closed.set()
                answering.cancel()

    listener = await asyncio.start_server(handle, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/v1"
    try:
        yield server
    finally:
        listener.close()
        await listener.wait_closed()


def plain(status: int, body: Any, more: str = "") -> Answer:
    """A whole body at once; text as it is, else JSON."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        writer.write(
            f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{more}content-length: {len(text.encode())}\r\n"
            f"connection: close\r\n\r\n{text}".encode()
        )
        await writer.drain()

    return answer


def stream(*lines: str, cut: bool = False, gate: asyncio.Event | None = None) -> Answer:
    """Server-sent events as they stand; ``cut``: the connection breaks instead of ending. Lines after one that is
    "(wait)" come when ``gate`` is set, never without one.
    """

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD.format(status=200, kind="text/event-stream", more="connection: close\r\n").encode())
        for line in lines:
            if line == "(wait)":
                await (gate or asyncio.Event()).wait()
                continue
            data = f"{line}\n\n".encode()
            writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            await writer.drain()
        if not cut:
            writer.write(b"0\r\n\r\n")
        await writer.drain()
        if cut:
            writer.transport.abort()

    return answer


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> str:
    """One event with a delta, as vLLM and the hosted ones write it."""
    choice = {"index": 0, "delta": delta or {}, "logprobs": None, "finish_reason": finish}
    whole = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(whole | more)}"


def words(text: str) -> list[str]:
    """A whole answer of text, token by token."""
    tokens = [token for word in text.split(" ") for token in (" " + word[:2], word[2:]) if token]
    return [
        chunk({"role": "assistant", "content": ""}),
        *[chunk({"content": token}) for token in tokens],
        chunk({}, "stop"),
        "data: [DONE]",
    ]


def calling(name: str, arguments: str, id: str = "call_a") -> list[str]:
    """A whole answer that calls a tool, its arguments in two pieces."""
    half = len(arguments) // 2
    first = {"index": 0, "id": id, "type": "function", "function": {"name": name, "arguments": arguments[:half]}}
    return [
        chunk({"role": "assistant", "content": None, "tool_calls": [first]}),
        chunk({"tool_calls": [{"index": 0, "function": {"arguments": arguments[half:]}}]}),
        chunk({}, "tool_calls"),
        "data: [DONE]",
    ]
