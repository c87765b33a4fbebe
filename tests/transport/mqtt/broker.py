"""A real mosquitto on a free port of 127.0.0.1, and a client to watch and speak with it. Skips where there is none."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

WAIT_S = 10.0
"""Longest wait for a message over loopback; a broker that comes back is found after a second or two."""


async def until(true: Callable[[], bool]) -> None:
    """Wait for what only a process or a thread outside brings about."""
    async with asyncio.timeout(WAIT_S):
        while not true():  # noqa: ASYNC110  nothing outside sets an event
            await asyncio.sleep(0.02)


def mosquitto() -> str:
    """The program. Skips the test without it."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip("mosquitto is not installed (apt-get install mosquitto): no broker to try")
    return found


class Broker:
    """Started and killed at will, always on the same port."""

    def __init__(self, folder: Path, lines: str = "allow_anonymous true") -> None:
        self._program = mosquitto()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._config = folder / "mosquitto.conf"
        config = f"listener {self.port} 127.0.0.1\n{lines}\npersistence false\nuser root\n"  # else it can't read ours
        self._config.write_text(config, encoding="utf-8")
        self._log = folder / "mosquitto.log"
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        self._spawn()
        await until(self._listens)

    def _spawn(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([self._program, "-c", str(self._config)], stdout=log, stderr=log)

    def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text(encoding="utf-8")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """As a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(5)
            self._process = None


@asynccontextmanager
async def broker(folder: Path, lines: str = "allow_anonymous true") -> AsyncIterator[Broker]:
    one = Broker(folder, lines)
    try:
        await one.start()
        yield one
    finally:
        one.kill()


@dataclass
class Watcher:
    """Everything that was published under ``#``, and the newest of each topic."""

    client: aiomqtt.Client
    seen: list[tuple[str, bytes]] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def watch(self) -> None:
        async for message in self.client.messages:
            payload = message.payload
            assert isinstance(payload, bytes)
            self.seen.append((str(message.topic), payload))
            self._news.set()

    async def until(self, wanted: Callable[[list[tuple[str, bytes]]], Any]) -> Any:
        """What ``wanted`` gives once it gives something."""
        async with asyncio.timeout(WAIT_S):
            while not (found := wanted(self.seen)):
                self._news.clear()
                await self._news.wait()
        return found

    async def on(self, topic: str, payload: str | None = None) -> bytes:
        """The first message on ``topic`` (with this payload); those before it are forgotten."""

        wanted = None if payload is None else payload.encode()

        def first(seen: list[tuple[str, bytes]]) -> list[int]:
            found = enumerate(seen)
            return [at for at, (where, what) in found if where == topic and wanted in (None, what)][:1]

        [at] = await self.until(first)
        what = self.seen[at][1]
        del self.seen[: at + 1]
        return what

    async def told(self, topic: str, **fields: Any) -> dict[str, Any]:
        """The first JSON object on ``topic`` that has these fields."""

        def first(seen: list[tuple[str, bytes]]) -> list[dict[str, Any]]:
            objects = [json.loads(what) for where, what in seen if where == topic]
            return [one for one in objects if fields.items() <= one.items()][:1]

        [one] = await self.until(first)
        found: dict[str, Any] = one
        return found

    def all(self, topic: str) -> list[str]:
        return [what.decode() for where, what in self.seen if where == topic]

    async def send(self, topic: str, payload: str | bytes, *, retain: bool = False) -> None:
        await self.client.publish(topic, payload, qos=1, retain=retain)


@asynccontextmanager
async def watching(port: int, **options: Any) -> AsyncIterator[Watcher]:
    async with aiomqtt.Client("127.0.0.1", port, **options) as client, asyncio.TaskGroup() as group:
        watcher = Watcher(client)
        await client.subscribe("#", qos=1)
        reading = group.create_task(watcher.watch())
        try:
            yield watcher
        finally:
            reading.cancel()
