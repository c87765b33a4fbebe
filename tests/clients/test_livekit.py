"""livekit's OpenAI realtime service, unmodified: one conversation with everything a client does."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.clients.events import accept
from tests.clients.scripts import HERE, environment, picture_url, run
from tests.clients.server import staged


@pytest.mark.clients
@pytest.mark.net
def test_a_whole_conversation() -> None:
    python = environment("livekit", "bin", "python")

    async def scene() -> None:
        async with staged("what is the weather in Paris", "what can you do for me") as stage:
            told = await run(
                str(python), str(HERE / "livekit_client.py"), f"http://{stage.address}/v1", picture_url()
            )
            assert told["error"] == []
            accept("livekit", told["event"])
            assert sum(event["type"] == "session.created" for event in told["event"]) == 2
            name, arguments = told["tool"][0]
            assert (name, json.loads(arguments)) == ("get_weather", {"city": "Paris"})
            cut = [event for event in told["event"] if event["type"] == "conversation.item.truncated"]
            assert cut[0]["audio_end_ms"] == 1_000
            first = next(iter(stage.sessions.values()))
            agents = [line for line in first.history() if line.who == "agent"]
            assert (agents[0].text, agents[0].interrupted) == ("It is sunny", True)
            assert "red" in told["seen"][0].lower()
            assert "red" in told["again"][0].lower()  # what its replayed history left unanswered
            assert told["done"]

    asyncio.run(scene())
