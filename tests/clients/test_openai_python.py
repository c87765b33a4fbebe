"""openai-python, unmodified, over its own WebSocket: one conversation with everything a client does."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection

from tests.clients.events import accept, check, check_order
from tests.clients.scripts import picture_url
from tests.clients.server import WEATHER, Stage, staged

CHUNK_S = 0.04
SILENT = np.zeros(int(24_000 * CHUNK_S), np.int16)
_PHASE = np.arange(len(SILENT)) * 2 * np.pi * 200 / 24_000
LOUD = (7_000 * np.sin(_PHASE) + 2_000 * np.sin(10 * _PHASE)).astype(np.int16)
"""An open mouth: without what sounds above a kilohertz it would be taken for a hum, and for no words."""


class Talker:
    """A person with this SDK: an open microphone, and every event that came."""

    def __init__(self, connection: AsyncRealtimeConnection) -> None:
        self.connection = connection
        self.events: list[dict[str, Any]] = []
        self.sound_ms = 0.0
        self._loud = 0.0
        self._came = asyncio.Event()

    async def read(self) -> None:
        async for event in self.connection:
            plain = event.to_dict() if hasattr(event, "to_dict") else dict(event)  # type: ignore[call-overload]
            self.events.append(plain)
            if event.type == "response.output_audio.delta":
                self.sound_ms += len(base64.b64decode(event.delta)) / 48
            self._came.set()

    async def microphone(self) -> None:
        """Sound at its real pace: a socket test's clock is the real one."""
        while True:
            chunk = LOUD if self._loud > 0 else SILENT
            self._loud -= CHUNK_S
            await self.connection.input_audio_buffer.append(audio=base64.b64encode(chunk.tobytes()).decode())
            await asyncio.sleep(CHUNK_S)

    def speak(self, seconds: float) -> None:
        self._loud = seconds

    async def wait(self, kind: str, after: int = 0, within_s: float = 40.0) -> dict[str, Any]:
        """The first event of this kind from position ``after`` on."""
        async with asyncio.timeout(within_s):
            while True:
                for event in self.events[after:]:
                    if event["type"] == kind:
                        return event
                self._came.clear()
                await self._came.wait()

    async def type(self, *content: dict[str, Any], topic: str = "typed") -> int:
        at = len(self.events)
        item = {"type": "message", "role": "user", "content": list(content)}
        await self.connection.conversation.item.create(item=item)  # type: ignore[arg-type]
        await self.connection.response.create(response={"metadata": {"topic": topic}})
        return at

    async def answer(self, topic: str, after: int) -> dict[str, Any]:
        """The end of the response about ``topic``: one to what was said before may come between."""
        while True:
            done = await self.wait("response.done", after)
            if (done["response"].get("metadata") or {}).get("topic") == topic:
                return done
            after = self.events.index(done) + 1

    def kinds(self, after: int = 0) -> list[str]:
        return [event["type"] for event in self.events[after:]]


@asynccontextmanager
async def talking(stage: Stage, *, microphone: bool = True, key: str = "any") -> AsyncIterator[Talker]:
    base = f"http://{stage.address}/v1"
    client = AsyncOpenAI(api_key=key, base_url=base, websocket_base_url=base.replace("http", "ws"))
    async with client, client.realtime.connect(model="netra") as connection:
        talker = Talker(connection)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(talker.read())]
            if microphone:
                tasks.append(group.create_task(talker.microphone()))
            await talker.wait("session.created")
            yield talker
            for task in tasks:
                task.cancel()


def text(words: str) -> dict[str, Any]:
    return {"type": "input_text", "text": words}


async def everything(stage: Stage, talker: Talker) -> None:
    connection = talker.connection
    await connection.session.update(
        session={"type": "realtime", "instructions": "Be brief.", "tools": [WEATHER], "tool_choice": "auto"}  # type: ignore[typeddict-item]
    )
    updated = await talker.wait("session.updated")
    assert updated["session"]["tools"] == [WEATHER]

    # a spoken question that takes a tool
    stage.script.append("what is the weather in Paris")
    talker.speak(1.6)
    called = await talker.wait("response.function_call_arguments.done")
    assert (called["name"], json.loads(called["arguments"])) == ("get_weather", {"city": "Paris"})
    await talker.wait("response.done")
    at = len(talker.events)
    output = json.dumps({"answer": "It is sunny in Paris with a light wind from the west and no rain at all today."})
    item = {"type": "function_call_output", "call_id": called["call_id"], "output": output}
    await connection.conversation.item.create(item=item)  # type: ignore[arg-type]
    await connection.response.create(response={"metadata": {"topic": "weather"}})
    done = await talker.wait("response.done", at)
    assert done["response"]["metadata"] == {"topic": "weather"}
    assert "sunny" in done["response"]["output"][0]["content"][0]["transcript"]
    assert done["response"]["usage"]["output_token_details"]["audio_tokens"] > 50

    # spoken over while it still sounds here: the client falls silent and says how far it came
    spoken = done["response"]["output"][0]
    await asyncio.sleep(0.9)
    at = len(talker.events)
    stage.script.append("what can you do for me")
    talker.speak(1.5)
    await talker.wait("input_audio_buffer.speech_started", at)
    await connection.conversation.item.truncate(item_id=spoken["id"], content_index=0, audio_end_ms=1_000)
    truncated = await talker.wait("conversation.item.truncated", at)
    assert truncated["audio_end_ms"] == 1_000
    await connection.conversation.item.retrieve(item_id=spoken["id"])
    shorter = await talker.wait("conversation.item.retrieved", at)
    assert shorter["item"]["content"][0]["transcript"] == "It is sunny"
    await talker.wait("response.created", at)
    await talker.wait("response.output_audio.delta", at)

    # cancelled in the middle
    at = len(talker.events)
    await connection.response.cancel()
    done = await talker.wait("response.done", at)
    assert done["response"]["status"] in ("cancelled", "completed")  # sound is sent ahead: all of it may be here
    assert "error" not in talker.kinds(at)

    # a picture
    picture = {"type": "input_image", "image_url": picture_url()}
    at = await talker.type(text("what colour is this"), picture, topic="colour")
    done = await talker.answer("colour", at)
    assert "red" in done["response"]["output"][0]["content"][0]["transcript"].lower()

    # words only, and beside the conversation
    at = len(talker.events)
    await connection.response.create(
        response={"conversation": "none", "output_modalities": ["text"], "metadata": {"kind": "aside"},
                  "input": [{"type": "message", "role": "user", "content": [text("what time is it")]}]}  # type: ignore[list-item]
    )  # fmt: skip
    done = await talker.wait("response.done", at)
    assert done["response"]["metadata"] == {"kind": "aside"}
    assert done["response"]["output"][0]["content"][0]["type"] == "output_text"
    assert "conversation.item.added" not in talker.kinds(at)


@pytest.mark.net
def test_a_whole_conversation() -> None:
    async def scene() -> None:
        async with staged() as stage:
            async with talking(stage) as talker:
                await everything(stage, talker)
                accept("openai-python", talker.events)
                heard = [line for line in stage.said() if line[0] == "agent"]
                assert heard[0] == ("agent", "It is sunny", True)
            async with talking(stage, microphone=False) as again:  # a reconnect is a new session that knows its history
                old = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Earlier."}]}
                await again.connection.conversation.item.create(item=old)  # type: ignore[arg-type]
                at = await again.type(text("repeat that"))
                done = await again.wait("response.done", at)
                assert done["response"]["output"][0]["content"][0]["transcript"] == "Earlier."

    asyncio.run(scene())


@pytest.mark.net
def test_after_a_cough_the_rest_comes_as_a_response_of_its_own() -> None:
    async def scene() -> None:
        async with staged("") as stage, talking(stage) as talker:
            at = await talker.type(text("what can you do"))
            done = await talker.wait("response.done", at)
            whole = done["response"]["output"][0]
            await asyncio.sleep(1.2)
            at = len(talker.events)
            talker.speak(0.4)
            await talker.wait("input_audio_buffer.speech_started", at)
            await talker.connection.conversation.item.truncate(item_id=whole["id"], content_index=0, audio_end_ms=1_000)
            rest = (await talker.wait("response.done", at))["response"]["output"][0]
            kinds = talker.kinds(at)
            assert kinds.index("input_audio_buffer.speech_stopped") < kinds.index("response.created")
            assert "input_audio_buffer.committed" not in kinds
            await talker.connection.conversation.item.retrieve(item_id=whole["id"])
            kept = (await talker.wait("conversation.item.retrieved", at))["item"]["content"][0]["transcript"]
            said = whole["content"][0]["transcript"]
            assert 0 < len(kept) < len(said)
            assert f"{kept} {rest['content'][0]['transcript']}" == said
            for event in talker.events:
                check(event)
            check_order(talker.events)

    asyncio.run(scene())
