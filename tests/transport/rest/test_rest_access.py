"""Keys and the one-shot API: the gate stands before it, and a viewer's key asks nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.transport.loopback import serving
from transport.access import Door
from transport.http_post import request
from transport.keys import Keys
from transport.rest.asking import Asking, Places

pytestmark = pytest.mark.net


async def read(request: Request) -> bytes:
    return await request.body()


async def answer(asked: bytes) -> Response:
    return JSONResponse({"asked": asked.decode()})


def test_who_may_ask(tmp_path: Path) -> None:
    async def main() -> list[int]:
        keys = Keys(tmp_path / "keys.json")
        user, viewer = keys.make("user", "one"), keys.make("viewer", "two")
        room = Route("/v1/look", Asking(Places(1, 5), read, answer), methods=["POST"])
        statuses = []
        async with serving(more=[room], door=Door(keys)) as server:
            for key in ("", "wrong", viewer, user):
                headers = {"Authorization": f"Bearer {key}"} if key else {}
                statuses.append((await request("POST", f"{server.url}/v1/look", b"hi", headers)).status)
        return statuses

    assert asyncio.run(main()) == [401, 401, 403, 200]


def test_larger_bodies_only_where_they_are_meant_to_be() -> None:
    async def main() -> list[int]:
        room = Route("/v1/look", Asking(Places(1, 5), read, answer), methods=["POST"])
        limits = {"/v1/look": 1_000_000}
        async with serving(more=[room], body_limits=limits) as server:
            paths = ("/v1/look", "/v1/realtime/calls")
            sizes = (900_000, 900_000)
            headers = {"Content-Type": "application/sdp"}
            return [
                (await request("POST", server.url + path, b"x" * size, headers)).status
                for path, size in zip(paths, sizes, strict=True)
            ]

    assert asyncio.run(main()) == [200, 413]
