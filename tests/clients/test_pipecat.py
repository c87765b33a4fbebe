"""pipecat's OpenAI realtime service, unmodified, in a pipeline: one conversation with everything a client does."""

from __future__ import annotations

import asyncio

import pytest

from tests.clients.events import accept
from tests.clients.scripts import HERE, environment, run
from tests.clients.server import staged


@pytest.mark.clients
@pytest.mark.net
def test_a_whole_conversation() -> None:
    python = environment("pipecat", "bin", "python")

    async def scene() -> None:
        async with staged("what is the weather in Paris", "what can you do for me") as stage:
            told = await run(str(python), str(HERE / "pipecat_client.py"), f"ws://{stage.address}/v1/realtime")
            assert told["error"] == []
            accept("pipecat", told["event"])
            assert sum(event["type"] == "session.created" for event in told["event"]) == 2
            assert told["tool"] == [["get_weather", {"city": "Paris"}]]
            assert "conversation.item.truncate" in told["sent"]
            assert [event for event in told["event"] if event["type"] == "conversation.item.truncated"]
            assert "red" in told["seen"][0].lower()
            assert told["again"][0]
            assert told["done"]

    asyncio.run(scene())
