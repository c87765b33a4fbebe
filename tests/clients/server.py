"""A real server on 127.0.0.1 for clients of the Realtime API: everything is real but the ears and the voice.

The ears know beforehand what is said (a loud sound is speech), the voice is a tone of 0.3 s a word; the rule brain, the
skills, the turn-taking, the wire and the sockets are the ones that serve.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from agent.engines import fakes, registry
from agent.engines.registry import Engines
from agent.recorder import NoRecorder
from agent.session import Session
from agent.settings import Settings, load
from agent.skills.catalogue import SKILLS
from transport.access import Door
from transport.calls import Calls
from transport.limits import Limits
from transport.web import create_app
from transport.webrtc import Reach

WEATHER = {
    "type": "function",
    "name": "get_weather",
    "description": "Get the current weather for a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


class Server(uvicorn.Server):
    def capture_signals(self) -> Any:
        return nullcontext()


@dataclass
class Stage:
    """``address``: host:port. ``script``: what the next utterances say."""

    address: str
    calls: Calls
    script: deque[str | tuple[str, float]]
    sessions: dict[str, Session] = field(default_factory=dict)

    @property
    def session(self) -> Session:
        """The one that began last."""
        return next(reversed(self.sessions.values()))

    def said(self) -> list[tuple[str, str, bool]]:
        return [(line.who, line.text, line.interrupted) for line in self.session.history()]


def settings_of_tests() -> Settings:
    return load(environ={})


@asynccontextmanager
async def staged(
    *utterances: str | tuple[str, float], limits: Limits | None = None, door: Door | None = None, **options: Any
) -> AsyncIterator[Stage]:
    settings = settings_of_tests()
    script: deque[str | tuple[str, float]] = deque(utterances)
    brain = registry.build("brain", "rules", settings)
    sight = fakes.FakeTextReader(), fakes.FakeCodeReader(), fakes.FakeFaceFinder()
    engines = Engines(fakes.FakeDetector(), fakes.FakeRecognizer(script), fakes.FakeSynthesizer(), brain, *sight)
    sessions: dict[str, Session] = {}

    @asynccontextmanager
    async def new(session_id: str) -> AsyncIterator[Session]:
        session = sessions[session_id] = Session(session_id, engines, settings, SKILLS, NoRecorder())
        async with asyncio.TaskGroup() as group:
            group.create_task(session.run())
            try:
                yield session
            finally:
                session.close()

    limits = limits or Limits(linger_s=1.0)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        async with Calls(new, limits=limits, reach=Reach(addresses=("127.0.0.1",))) as calls:
            app = create_app(calls, door=door, page=None, **options)
            config = uvicorn.Config(
                app, log_level="warning", access_log=False, lifespan="off", ws_max_size=limits.max_message_bytes
            )
            server = Server(config)
            async with asyncio.TaskGroup() as group:
                group.create_task(server.serve(sockets=[listener]))
                try:
                    yield Stage(f"127.0.0.1:{listener.getsockname()[1]}", calls, script, sessions)
                finally:
                    server.should_exit = server.force_exit = True
