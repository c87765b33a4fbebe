"""A server in this process whose mind is quick and always answers the same: for what measures the wire only.

Real sessions, turn-taking and sockets; the ears take loud sound for speech, the brain says what it was told, the voice
is a tone. Knows how to put it together.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from agent.engines import fakes
from agent.engines.registry import Engines
from agent.recorder import NoRecorder
from agent.session import Session
from agent.settings import load
from agent.skills.catalogue import SKILLS
from transport.calls import Calls
from transport.limits import Limits
from transport.web import create_app
from transport.webrtc import Reach


@asynccontextmanager
async def small_server(linger_s: float = 0.2) -> AsyncIterator[tuple[str, Calls]]:
    """Its address (host:port) and its calls."""
    settings = load(environ={})
    sight = fakes.FakeTextReader(), fakes.FakeCodeReader(), fakes.FakeFaceFinder()
    brain, voice = fakes.FakeBrain(delay_s=0.0), fakes.FakeSynthesizer(0.05, 0.0)
    engines = Engines(fakes.FakeDetector(), fakes.FakeRecognizer(), voice, brain, *sight)

    @asynccontextmanager
    async def new(session_id: str) -> AsyncIterator[Session]:
        session = Session(session_id, engines, settings, SKILLS, NoRecorder())
        async with asyncio.TaskGroup() as group:
            group.create_task(session.run())
            try:
                yield session
            finally:
                session.close()

    limits = Limits(linger_s=linger_s, max_sessions=64)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        async with Calls(new, limits=limits, reach=Reach(addresses=("127.0.0.1",))) as calls:
            config = uvicorn.Config(
                create_app(calls, page=None), log_level="error", access_log=False, lifespan="off",
                ws_max_size=limits.max_message_bytes,
            )  # fmt: skip
            server = uvicorn.Server(config)
            async with asyncio.TaskGroup() as group:
                group.create_task(server.serve(sockets=[listener]))
                try:
                    yield f"127.0.0.1:{listener.getsockname()[1]}", calls
                finally:
                    server.should_exit = server.force_exit = True
