"""Random and hostile messages to every topic that Netra reads: ``python -m tests.transport.mqtt.fuzz 10000 [SEED]``.

Real broker, real connection, real sessions. Fails when a question is not answered afterwards, a conversation is stuck,
tasks or memory stay behind, or anything was logged as broken.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent import ports
from tests.transport.mqtt.broker import broker, until, watching
from tests.transport.mqtt.home import at_home
from transport.mqtt.topics import COMMANDS, SETTINGS

DOOR = "home/door/set"
WORDS = (
    "what time",
    "yes",
    "no",
    "unlock the front door",
    "turn on the kitchen light",
    "break",
    "think",
    "stop",
    "date",
)
NASTY = (
    b"", b"\x00", b"\xff\xfe\xfd", b"{", b"[]", b"null", b"true", b'{"text": null}', b'{"text": {"a": 1}, "id": []}',
    b'{"id": "\\ud800", "text": "\\ud83d"}', b'{"text": "' + b"a" * 5000 + b'"}', b"[" * 4000, b'{"a":' * 1500,
    b"x" * 9000, "\u202e\u0000\u200b".encode(), b"1e999", b"-inf", b"NaN", b"0x10", b"1_0", "\u0663".encode(), b"ON\n",
    b'{"state": "ON"}', b'{"temperature": 1e400}', b'{"temperature": {"x": []}}', b'{"state": ' + b"9" * 5000 + b"}",
    b"%s%n", b"{{ 7*7 }}", b"<speak>hi</speak>", b"../../etc/passwd", b"\r\n\r\n", b"online", b"offline",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """``replies``: among the last 500 messages; ``tasks`` and ``objects``: how many more there are than before;
    ``unlocked``: commands that reached the lock.
    """

    sent: int
    replies: int
    tasks: int
    objects: int
    unlocked: int


def messages(count: int, chance: random.Random) -> Iterator[tuple[str, bytes, bool]]:
    """Topic, payload, whether the broker is to keep it."""
    topics = [f"netra/{name}" for name in COMMANDS] + [f"netra/{name}/set" for name in SETTINGS]
    topics += ["homeassistant/status", "home/kitchen", "home/door", "home/bedroom"]
    for _ in range(count):
        match chance.randrange(5):
            case 0:
                payload = chance.choice(NASTY)
            case 1:
                payload = chance.randbytes(chance.choice((1, 3, 40, 800)))
            case 2:
                payload = json.dumps(
                    {"text": chance.choice(WORDS), "id": chance.choice(("a", 7, None, [], "é" * 90))}
                ).encode()
            case 3:
                payload = str(chance.choice((0.5, 1, 2.99, 3.01, -1, "on", "OFF", "brief", "DETAILED"))).encode()
            case _:
                payload = chance.choice(WORDS).encode()
        yield chance.choice(topics), payload, chance.random() < 0.1


async def fuzz(count: int, seed: int, folder: Path) -> Outcome:
    """Raises AssertionError, or TimeoutError when something does not answer any more."""
    async with (
        broker(folder) as one,
        watching(one.port) as watcher,
        at_home(one.port, commands_per_minute=6_000, ask_timeout_s=5.0) as home,
        home.talk() as (live, person),
    ):
        await watcher.on("netra/available", "online")
        gc.collect()
        unlocked = 0
        tasks, objects = len(asyncio.all_tasks()), len(gc.get_objects())
        for number, (topic, payload, retain) in enumerate(messages(count, random.Random(seed))):
            await watcher.client.publish(topic, payload, qos=1 if number % 10 == 0 else 0, retain=retain)
            unlocked += sum(where == DOOR for where, _ in watcher.seen[:-500])
            del watcher.seen[:-500]
        await watcher.send("netra/listening/set", "ON")
        await watcher.send("netra/stop", "")
        async with asyncio.timeout(30):
            answered = False
            while not answered:  # until the questions before it are through
                await watcher.send("netra/ask", '{"text": "are you well", "id": "last"}')
                try:
                    async with asyncio.timeout(2):
                        await watcher.told("netra/reply", id="last", status="completed")
                    answered = True
                except TimeoutError:
                    pass
        person.shown.clear()
        live.stop()
        live.say("are you well")
        await until(lambda: any("are you well" in one.heard for one in person.all(ports.ReplyEnded)))
        replies = len(watcher.all("netra/reply"))
        unlocked += len(watcher.all(DOOR))
        for kept in (person.shown, person.speaker.log, watcher.seen, *home.notes):  # what the test itself keeps
            kept.clear()
        gc.collect()
        return Outcome(count, replies, len(asyncio.all_tasks()) - tasks, len(gc.get_objects()) - objects, unlocked)


class Broken(logging.Handler):
    """Keeps what was logged with a traceback, but for the brain that was told to break."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if "told to break" not in str(record.exc_info):
            self.found.append(record.getMessage())


def run(count: int, seed: int, folder: Path) -> Outcome:
    broken = Broken()
    logging.getLogger().addHandler(broken)
    try:
        outcome = asyncio.run(fuzz(count, seed, folder))
    finally:
        logging.getLogger().removeHandler(broken)
    assert broken.found == []
    assert outcome.unlocked == 0
    assert outcome.tasks <= 2, outcome
    assert outcome.objects < 20_000, outcome
    return outcome


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(run(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1, Path(folder)))  # noqa: T201
