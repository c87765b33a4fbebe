"""pipecat's OpenAI realtime service as it comes, in a pipeline: ``python pipecat_client.py URL``, JSON lines out."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from loguru import logger
from pipecat.adapters.schemas.function_schema import FunctionSchema
from pipecat.adapters.schemas.tools_schema import ToolsSchema
from pipecat.frames.frames import (
    ErrorFrame,
    Frame,
    InputAudioRawFrame,
    InputImageRawFrame,
    InterruptionFrame,
    TTSAudioRawFrame,
    TTSTextFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.runner import PipelineRunner
from pipecat.pipeline.task import PipelineParams, PipelineTask
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.openai.realtime import events as wire
from pipecat.services.openai.realtime import llm as service

RATE, CHUNK_MS = 24_000, 40
SILENT = np.zeros(RATE * CHUNK_MS // 1000, np.int16)
_PHASE = np.arange(len(SILENT)) * 2 * np.pi * 200 / RATE
LOUD = (7_000 * np.sin(_PHASE) + 2_000 * np.sin(10 * _PHASE)).astype(np.int16)
"""An open mouth: without what sounds above a kilohertz it would be taken for a hum, and for no words."""
logger.remove()


def tell(name: str, value: Any) -> None:
    print(json.dumps({name: value}), flush=True)  # noqa: T201  this is what it is for


class Noted(service.OpenAIRealtimeLLMService):
    """The service itself; what it sends and gets is told on the way."""

    async def _receive_task_handler(self) -> None:
        inner, reads = self._websocket, self

        class Reading:
            async def __aiter__(self) -> Any:
                async for message in inner:
                    event = json.loads(message)
                    tell("event", {**event, "delta": ""} if event["type"] == "response.output_audio.delta" else event)
                    yield message

        self._websocket = _Both(inner, Reading())
        try:
            await super()._receive_task_handler()
        finally:
            tell("reading", "over")
            reads._websocket = inner

    async def _ws_send(self, message: dict[str, Any]) -> None:
        tell("sent", message["type"])
        await super()._ws_send(message)


class _Both:
    """The socket, whose messages are read through another iterator."""

    def __init__(self, socket: Any, messages: Any) -> None:
        self._socket, self._messages = socket, messages

    def __aiter__(self) -> Any:
        return self._messages.__aiter__()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


class Sink(FrameProcessor):
    """Where the voice goes: seconds of sound, words, interruptions."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds, self.text, self.interrupted = 0.0, "", 0
        self.came = asyncio.Event()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        match frame:
            case TTSAudioRawFrame():
                self.seconds += len(frame.audio) / 48_000
            case TTSTextFrame():
                self.text += frame.text
            case InterruptionFrame():
                self.interrupted += 1
            case ErrorFrame():
                tell("error", str(frame.error))
        self.came.set()
        await self.push_frame(frame, direction)

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(40):
                while not holds():
                    self.came.clear()
                    await self.came.wait()
        except TimeoutError:
            raise SystemExit(f"{what} never came; so far: {self.text!r}") from None


async def main(url: str) -> None:
    weather = FunctionSchema(
        name="get_weather", description="Get the current weather for a city",
        properties={"city": {"type": "string"}}, required=["city"],
    )  # fmt: skip
    context = LLMContext([{"role": "user", "content": "hello"}], tools=ToolsSchema(standard_tools=[weather]))
    llm = Noted(api_key="any", base_url=url, settings=service.OpenAIRealtimeLLMService.Settings(
        system_instruction="Be brief.",
        session_properties=wire.SessionProperties(
            audio=wire.AudioConfiguration(
                input=wire.AudioInput(
                    transcription=wire.InputAudioTranscription(), turn_detection=wire.SemanticTurnDetection()
                )
            )
        ),
    ))  # fmt: skip

    async def get_weather(params: Any) -> None:
        tell("tool", [params.function_name, params.arguments])
        city = params.arguments["city"]
        await params.result_callback({"answer": f"It is sunny in {city} with a light wind from the west and no rain."})

    llm.register_function("get_weather", get_weather)
    pair, sink = LLMContextAggregatorPair(context), Sink()
    task = PipelineTask(
        Pipeline([pair.user(), llm, sink, pair.assistant()]),
        params=PipelineParams(audio_in_sample_rate=RATE, audio_out_sample_rate=RATE),
        enable_rtvi=False,
    )
    loud = 0.0

    async def microphone() -> None:
        nonlocal loud
        while True:
            pcm = LOUD if loud > 0 else SILENT
            loud -= CHUNK_MS / 1000
            await task.queue_frame(InputAudioRawFrame(audio=pcm.tobytes(), sample_rate=RATE, num_channels=1))
            await asyncio.sleep(CHUNK_MS / 1000)

    async def play() -> None:
        nonlocal loud
        from pipecat.frames.frames import LLMRunFrame

        await task.queue_frame(LLMRunFrame())
        await sink.until(lambda: sink.seconds > 0.5, "the greeting")
        await asyncio.sleep(1.5)
        loud = 1.6
        await sink.until(lambda: "sunny" in sink.text, "the tool's result")
        await sink.until(lambda: sink.seconds > 3, "its sound")
        await asyncio.sleep(0.9)
        before = len(sink.text)
        loud = 1.6
        await sink.until(lambda: sink.interrupted > 0, "an interruption")
        await sink.until(lambda: len(sink.text) > before, "the next answer")
        await llm.send_client_event(wire.ResponseCancelEvent())
        await asyncio.sleep(0.5)
        noise = np.random.default_rng(1).integers(-60, 60, (120, 160, 3))
        red = np.clip(np.full((120, 160, 3), (200, 30, 30)) + noise, 0, 255)
        await task.queue_frame(InputImageRawFrame(image=red.astype(np.uint8).tobytes(), size=(160, 120), format="RGB"))
        await asyncio.sleep(0.3)
        sink.text = ""
        item = wire.ConversationItem(
            type="message", role="user", content=[wire.ItemContent(type="input_text", text="what colour is this")]
        )
        await llm.send_client_event(wire.ConversationItemCreateEvent(item=item))
        await llm.send_client_event(wire.ResponseCreateEvent())
        await sink.until(lambda: "red" in sink.text.lower(), "what was seen")
        tell("seen", sink.text)
        await asyncio.sleep(1.0)
        sink.seconds, sink.text = 0.0, ""
        await llm.reset_conversation()  # its own reconnect
        await llm._create_response()
        await sink.until(lambda: bool(sink.text), "an answer after the reconnect")
        tell("again", sink.text)
        tell("done", True)
        await task.cancel()

    async with asyncio.TaskGroup() as group:
        talking = group.create_task(microphone())
        running = group.create_task(PipelineRunner(handle_sigint=False).run(task))
        await play()
        talking.cancel()
        await running


asyncio.run(main(sys.argv[1]))
