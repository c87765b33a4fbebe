"""@openai/agents-realtime, unmodified, in Node over WebSocket: one conversation with everything a client does."""

from __future__ import annotations

import asyncio
import shutil

import pytest

from tests.clients.events import accept
from tests.clients.scripts import HERE, environment, picture_url, run
from tests.clients.server import staged


@pytest.mark.net
def test_a_whole_conversation() -> None:
    modules = environment("node", "node_modules")
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")

    async def scene() -> None:
        async with staged("what is the weather in Paris", "what can you do for me") as stage:
            url = f"ws://{stage.address}/v1/realtime?model=netra"
            told = await run(node, str(HERE / "agents_ws.mjs"), str(modules), url, picture_url())
            assert told["error"] == []
            accept("agents-js (Node)", told["event"])
            assert told["tool"][0]["name"] == "get_weather"
            assert told["cut"][0]["same"]
            assert 500 < told["cut"][0]["ms"] < 3_000
            assert "It is sunny".startswith(told["kept"][0][:5])
            assert len(told["kept"][0]) < 60
            assert told["interrupted"]
            assert "red" in told["seen"][0].lower()
            assert told["again"][0]

    asyncio.run(scene())
