"""A real server on 127.0.0.1 with a conversation that echoes, for tests that need sockets."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import uvicorn

from agent.audio import SPEAKING_RATE, AudioFrame
from agent.picture import Picture
from agent.ports import Line, Remembered, Report, TurnDetection
from agent.resample import Resampler
from agent.wishes import Wishes
from transport.calls import Calls
from transport.limits import Limits
from transport.web import create_app
from transport.webrtc import Reach


class NotedDirections:
    """Directions that are only noted."""

    def __init__(self, asked: list[tuple[str, Any]]) -> None:
        self.asked = asked
        self.pictures: list[Picture] = []

    def wish(self, wishes: Wishes) -> None:
        self.asked.append(("wish", wishes))

    def respond(self, ask: int, wishes: Wishes, text: str = "") -> None:
        self.asked.append(("respond", text))

    def respond_aside(self, ask: int, wishes: Wishes, text: str, history: tuple[Remembered, ...] | None) -> None:
        self.asked.append(("aside", text))

    def bring(self, who: str, text: str, after: int | None = None) -> int:
        self.asked.append(("bring", (who, text)))
        return -len(self.asked)

    def forget(self, number: int) -> None:
        self.asked.append(("forget", number))

    def answer_tool(self, call_id: str, output: str) -> None:
        self.asked.append(("tool", (call_id, output)))

    def see(self, picture: Picture) -> None:
        self.pictures.append(picture)
        self.asked.append(("see", (picture.width, picture.height)))


class Echo:
    """A Conversation that says back what it hears, as turn 1, and notes everything it is asked."""

    def __init__(self, session_id: str) -> None:
        self._id = session_id
        self.asked: list[tuple[str, Any]] = []
        self.frames: list[AudioFrame] = []
        self.pictures: list[Picture] = []
        self.line: Line | None = None
        self.directions = NotedDirections(self.asked)
        self.lines = 0
        self.echoes = True
        self.over = False

    @property
    def id(self) -> str:
        return self._id

    async def attend(self, line: Line) -> None:
        self.line = line
        self.lines += 1
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch(line))
            resampler = Resampler(16_000, SPEAKING_RATE, live=True)
            async for frame in line.microphone.frames():
                self.frames.append(frame)
                if self.echoes:
                    await line.speaker.play(1, resampler.push(frame.pcm))
            watching.cancel()

    async def _watch(self, line: Line) -> None:
        async for picture in line.camera.pictures():
            self.pictures.append(picture)

    def tell(self, *reports: Report) -> None:
        assert self.line is not None
        for report in reports:
            self.line.display.show(report)

    def say(self, text: str) -> None:
        self.asked.append(("say", text))

    def stop(self, *, everything: bool = False) -> None:
        self.asked.append(("stop", None))

    def mute(self, on: bool) -> None:
        self.asked.append(("mute", on))

    def half_duplex(self, on: bool) -> None:
        self.asked.append(("half_duplex", on))

    def tones(self, on: bool) -> None:
        self.asked.append(("tones", on))

    def look(self, on: bool) -> None:
        self.asked.append(("look", on))

    def turn_detection(self, detection: TurnDetection) -> None:
        self.asked.append(("detect", detection))

    def commit(self) -> None:
        self.asked.append(("commit", len(self.frames)))

    def clear(self) -> None:
        self.asked.append(("clear", None))

    def truncate(self, turn: int, played_ms: int) -> None:
        self.asked.append(("truncate", (turn, played_ms)))

    def speak_in(self, language: str) -> None:
        self.asked.append(("language", language))

    def set_speed(self, speed: float) -> None:
        self.asked.append(("speed", speed))

    def history(self) -> tuple[Remembered, ...]:
        return (Remembered(1, "user", "hello"), Remembered(1, "agent", "hi", interrupted=True))


class Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        pass

    def capture_signals(self) -> Any:
        import contextlib

        return contextlib.nullcontext()


class Loopback:
    """``url`` of the server; ``calls``; ``echoes`` by session id, in the order they began."""

    def __init__(self, url: str, calls: Calls, echoes: dict[str, Echo]) -> None:
        self.url = url
        self.calls = calls
        self.echoes = echoes

    @property
    def echo(self) -> Echo:
        return next(reversed(self.echoes.values()))


@asynccontextmanager
async def serving(limits: Limits | None = None, **options: Any) -> AsyncIterator[Loopback]:
    echoes: dict[str, Echo] = {}

    @asynccontextmanager
    async def new(session_id: str) -> AsyncIterator[Echo]:
        echo = echoes[session_id] = Echo(session_id)
        try:
            yield echo
        finally:
            echo.over = True

    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with Calls(new, limits=limits, reach=Reach(addresses=("127.0.0.1",))) as calls:
            app = create_app(calls, **options)
            largest = calls.limits.max_message_bytes
            config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", ws_max_size=largest)
            server = Server(config)
            async with asyncio.TaskGroup() as group:
                group.create_task(server.serve(sockets=[listener]))
                try:
                    yield Loopback(f"http://127.0.0.1:{listener.getsockname()[1]}", calls, echoes)
                finally:
                    server.should_exit = server.force_exit = True


def tone(seconds: float, rate: int, hz: float = 440.0, level: float = 0.25) -> np.ndarray[Any, np.dtype[np.int16]]:
    t = np.arange(int(seconds * rate)) / rate
    return (32767 * level * np.sin(2 * np.pi * hz * t)).astype(np.int16)
