"""The same with another broker, amqtt (pure Python, MQTT 3.1.1), in an environment of its own: ``make test-amqtt``."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.transport.mqtt.broker import until, watching
from tests.transport.mqtt.home import at_home
from tests.transport.mqtt.test_mqtt_service import heard

pytestmark = pytest.mark.net
ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv" / "clients" / "amqtt" / "bin" / "python"
SERVE = """
import asyncio, sys
from amqtt.broker import Broker

config = {
    "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{sys.argv[1]}"}},
    "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
}

async def main():
    await Broker(config).start()
    await asyncio.Event().wait()

asyncio.run(main())
"""


@asynccontextmanager
async def amqtt(port: int) -> AsyncIterator[None]:
    if not PYTHON.exists():
        pytest.skip("amqtt is not installed (make test-amqtt): only mosquitto is tried")
    environ = {"PATH": os.defpath}
    child = await asyncio.create_subprocess_exec(PYTHON, "-c", SERVE, str(port), env=environ)

    def listens() -> bool:
        assert child.returncode is None
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        await until(listens)
        yield
    finally:
        child.kill()
        await child.wait()


def test_the_whole_way_with_amqtt() -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        async with amqtt(port), at_home(port, protocol="3.1.1") as home, home.talk() as (session, person):
            await until(lambda: home.mqtt.house.reachable)
            async with watching(port) as watcher:
                await watcher.until(lambda seen: ("netra/available", b"online") in seen)
                config = next(what for where, what in watcher.seen if where.startswith("homeassistant/"))
                assert json.loads(config)["components"]
                await watcher.send("netra/ask", json.dumps({"text": "hello", "id": "q1"}))
                assert (await watcher.told("netra/reply", id="q1"))["text"] == "You said hello."
                await watcher.send("home/kitchen", '{"state": "ON"}')
                await until(lambda: home.mqtt.house.reading(home.mqtt.house.things[0]) is not None)
                session.say("is the kitchen light on")
                await heard(person, "Yes, the kitchen light is on.")
                session.say("turn off the kitchen light")
                assert await watcher.on("home/kitchen/set") == b"OFF"

    asyncio.run(main())
