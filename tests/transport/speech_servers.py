"""A speech server on loopback that answers as it is told, byte for byte: good ones, slow ones, broken ones."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeAlias

Answer: TypeAlias = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Asked:
    """One request. ``closed``: the client closed its connection before the answer was whole."""

    path: str
    headers: dict[str, str]
    body: bytes
    closed: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Server:
    """Answers with ``answers`` one after another, the last again and again."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)


def whole(body: bytes, status: int = 200, more: str = "") -> Answer:
    """A complete answer."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n{more}connection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    return answer


def streamed(*pieces: bytes, hang: bool = False, cut: bool = False) -> Answer:
    """An answer in pieces; ``hang``: nothing comes after them, ``cut``: the connection ends instead."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n")
        for piece in pieces:
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            await writer.drain()
            await asyncio.sleep(0)
        if hang:
            await asyncio.Event().wait()
        if not cut:
            writer.write(b"0\r\n\r\n")
            await writer.drain()

    return answer


async def silent(writer: asyncio.StreamWriter) -> None:
    """Never answers."""
    await asyncio.Event().wait()


@asynccontextmanager
async def serving(*answers: Answer) -> AsyncIterator[Server]:
    server = Server(answers=list(answers))

    open_tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_tasks.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await one(reader, writer)
        finally:
            writer.close()
            open_tasks.discard(task)

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        asked = Asked(first.split()[1], headers, body)
        server.asked.append(asked)
        answer = server.answers[min(len(server.asked), len(server.answers)) - 1]
        async with asyncio.TaskGroup() as group:
            answering = group.create_task(answer(writer))
            watching = group.create_task(_watch(reader, asked, answering))
            answering.add_done_callback(lambda _: watching.cancel())

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with listening:
        server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
        try:
            yield server
        finally:
            listening.close()
            for task in open_tasks:
                task.cancel()
            if open_tasks:
                await asyncio.wait(open_tasks)
            await asyncio.sleep(0)  # transports close in the loop's next round


async def _watch(reader: asyncio.StreamReader, asked: Asked, answering: asyncio.Task[None]) -> None:
    with suppress(ConnectionError):
        await reader.read()
    asked.closed.set()
    answering.cancel()


def field_of(body: bytes, name: str) -> str:
    """A text field of a multipart form; "" when it is not there."""
    found = re.search(rf'name="{name}"\r\n\r\n(.*?)\r\n--'.encode(), body, re.S)
    return found[1].decode() if found else ""
