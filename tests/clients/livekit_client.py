"""livekit's OpenAI realtime service as it comes: ``python livekit_client.py URL PICTURE``, JSON lines out."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import numpy as np
from livekit import rtc
from livekit.agents import llm
from livekit.plugins.openai.realtime import RealtimeModel

RATE, CHUNK_MS = 24_000, 40
SILENT = np.zeros(RATE * CHUNK_MS // 1000, np.int16)
_PHASE = np.arange(len(SILENT)) * 2 * np.pi * 200 / RATE
LOUD = (7_000 * np.sin(_PHASE) + 2_000 * np.sin(10 * _PHASE)).astype(np.int16)
"""An open mouth: without what sounds above a kilohertz it would be taken for a hum, and for no words."""


def tell(name: str, value: Any) -> None:
    print(json.dumps({name: value}), flush=True)  # noqa: T201  this is what it is for


@llm.function_tool
async def get_weather(city: str) -> str:
    """Get the current weather for a city."""
    return f"It is sunny in {city} with a light wind from the west and no rain at all today."


class Caller:
    """One session with an open microphone; generations as they come."""

    def __init__(self, url: str) -> None:
        self.model = RealtimeModel(base_url=url, api_key="any", model="netra")
        self.session = self.model.session()
        self.generations: asyncio.Queue[llm.GenerationCreatedEvent] = asyncio.Queue()
        self.started = asyncio.Event()
        self.reconnected = asyncio.Event()
        self.loud = 0.0
        self.session.on("openai_server_event_received", self._event)
        self.session.on("generation_created", self.generations.put_nowait)
        self.session.on("input_speech_started", lambda _: self.started.set())
        self.session.on("session_reconnected", lambda _: self.reconnected.set())
        self.session.on("error", lambda error: tell("error", str(error)))

    def _event(self, event: dict[str, Any]) -> None:
        tell("event", {**event, "delta": ""} if event["type"] == "response.output_audio.delta" else event)

    async def microphone(self) -> None:
        while True:
            pcm = LOUD if self.loud > 0 else SILENT
            self.loud -= CHUNK_MS / 1000
            self.session.push_audio(rtc.AudioFrame(pcm.tobytes(), RATE, 1, len(pcm)))
            await asyncio.sleep(CHUNK_MS / 1000)

    async def next(self) -> llm.GenerationCreatedEvent:
        return await asyncio.wait_for(self.generations.get(), 40)


async def spoken(generation: llm.GenerationCreatedEvent, *, least_s: float = 0.0) -> tuple[str, str, float]:
    """Id, words and seconds of sound of its message; returns when there is so much sound, or all of it without."""
    async for message in generation.message_stream:
        seconds = 0.0
        async for frame in message.audio_stream:
            seconds += frame.duration
            if least_s and seconds > least_s:
                break
        text = "" if least_s else "".join([str(part) async for part in message.text_stream])
        return message.message_id, text, seconds
    return "", "", 0.0


async def main(url: str, picture: str) -> None:
    caller = Caller(url)
    session = caller.session
    async with asyncio.TaskGroup() as group:
        microphone = group.create_task(caller.microphone())
        await session.update_instructions("Be brief.")
        await session.update_tools([get_weather])

        caller.loud = 1.6
        generation = await caller.next()
        calls = [call async for call in generation.function_stream]
        tell("tool", [calls[0].name, calls[0].arguments])
        ctx = session.chat_ctx.copy()
        arguments = json.loads(calls[0].arguments)
        output = await get_weather(**arguments)
        ctx.items.append(
            llm.FunctionCallOutput(call_id=calls[0].call_id, name="get_weather", output=output, is_error=False)
        )
        await session.update_chat_ctx(ctx)
        asked = session.generate_reply()
        generation = await asyncio.wait_for(asked, 40)
        caller.generations.get_nowait()
        item, _, _ = await spoken(generation, least_s=1.0)
        await asyncio.sleep(0.9)

        caller.started.clear()
        caller.loud = 1.6
        await asyncio.wait_for(caller.started.wait(), 40)
        session.interrupt()
        session.truncate(message_id=item, modalities=["audio"], audio_end_ms=1_000)
        generation = await caller.next()
        await spoken(generation, least_s=0.3)
        session.interrupt()
        await asyncio.sleep(0.5)

        ctx = session.chat_ctx.copy()
        ctx.add_message(role="user", content=["what colour is this", llm.ImageContent(image=picture)])
        await session.update_chat_ctx(ctx)
        generation = await asyncio.wait_for(session.generate_reply(), 40)
        tell("seen", (await spoken(generation))[1])

        microphone.cancel()
        await session.aclose()

        again = Caller(url)
        await again.session.update_chat_ctx(ctx)
        generation = await asyncio.wait_for(again.session.generate_reply(instructions='Say "welcome back".'), 40)
        tell("again", (await spoken(generation))[1])
        await again.session.aclose()
    tell("done", True)


asyncio.run(main(*sys.argv[1:]))
