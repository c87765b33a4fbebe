"""A request's life: places, time, and clients that leave. On sockets with a bare application, in milliseconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from agent.errors import EngineFailed
from tests.transport.loopback import serving
from transport.http_post import Response as Answer
from transport.http_post import request
from transport.rest import asking
from transport.rest.asking import Asking, Places
from transport.rest.streaming import Streamed

pytestmark = pytest.mark.net


class Room:
    """An endpoint that waits until ``go`` is set, and notes what became of its work."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.busy = asyncio.Event()
        self.ended: list[str] = []

    async def read(self, request: Request) -> bytes:
        return await request.body()

    async def answer(self, asked: bytes) -> Response:
        self.busy.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.ended.append("cancelled")
            raise
        self.ended.append("answered")
        return JSONResponse({"asked": asked.decode()})


@asynccontextmanager
async def serving_room(room: Any, places: Places) -> AsyncIterator[str]:
    async with asyncio.timeout(20), serving(more=[Route("/x", Asking(places, room.read, room.answer))]) as server:
        yield f"{server.url}/x"


def run(scene: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(scene())  # type: ignore[arg-type]


async def ask(url: str, body: bytes = b"hi") -> Answer:
    return await request("POST", url, body, {})


def test_an_answer_frees_its_place() -> None:
    async def scene() -> None:
        room, places = Room(), Places(1, 5)
        room.go.set()
        async with serving_room(room, places) as url:
            for _ in range(3):
                assert (await ask(url)).status == 200
        assert (places.reading, places.answering) == (0, 0)

    run(scene)


def test_when_all_places_are_taken_the_next_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "WAIT_S", 0.05)

    async def scene() -> None:
        room, places = Room(), Places(1, 10)
        async with serving_room(room, places) as url, asyncio.TaskGroup() as group:
            first = group.create_task(ask(url))
            await room.busy.wait()
            refused = await ask(url)
            assert (refused.status, refused.headers["retry-after"]) == (429, "2")
            room.go.set()
            assert (await first).status == 200
            assert (await ask(url)).status == 200

    run(scene)


def test_a_client_that_leaves_ends_the_work() -> None:
    async def scene() -> None:
        room, places = Room(), Places(1, 10)
        async with serving_room(room, places) as url:
            host, port = url.removeprefix("http://").removesuffix("/x").split(":")
            _, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\nhi")
            await room.busy.wait()
            writer.transport.abort()
            while places.answering:  # noqa: ASYNC110  the server sees it when the kernel tells it
                await asyncio.sleep(0.005)
            assert room.ended == ["cancelled"]
            assert places.free.locked() is False

    run(scene)


def test_a_request_that_takes_too_long_is_given_up() -> None:
    async def scene() -> None:
        room, places = Room(), Places(1, 0.1)
        async with serving_room(room, places) as url:
            late = await ask(url)
            assert late.status == 504
            assert b"timeout" in late.body
            assert room.ended == ["cancelled"]

    run(scene)


def test_a_body_that_never_ends_is_given_up() -> None:
    async def scene() -> None:
        room, places = Room(), Places(1, 0.1)
        async with serving_room(room, places) as url:
            host, port = url.removeprefix("http://").removesuffix("/x").split(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhi")
            assert b" 504 " in await reader.readline()
            writer.close()
            assert places.reading == 0

    run(scene)


def test_a_stream_that_nobody_takes_is_given_up() -> None:
    closed = asyncio.Event()

    class Flood(Room):
        async def answer(self, asked: bytes) -> Response:
            async def endless() -> AsyncGenerator[bytes, None]:
                try:
                    while True:
                        yield bytes(1 << 16)
                finally:
                    closed.set()

            return Streamed(endless(), "application/octet-stream")

    async def scene() -> None:
        places = Places(1, 0.3)
        async with serving_room(Flood(), places) as url:
            host, port = url.removeprefix("http://").removesuffix("/x").split(":")
            _, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n")
            await closed.wait()
            writer.transport.abort()
            while places.answering:  # noqa: ASYNC110  its place is given back a moment later
                await asyncio.sleep(0.005)

    run(scene)


def test_a_broken_engine_is_a_503_in_the_apis_shape() -> None:
    class Broken(Room):
        async def answer(self, asked: bytes) -> Response:
            raise EngineFailed("The voice broke. Start again.")

    async def scene() -> None:
        async with serving_room(Broken(), Places(1, 5)) as url:
            broken = await ask(url)
            assert broken.status == 503
            assert b"engine_failed" in broken.body

    run(scene)
