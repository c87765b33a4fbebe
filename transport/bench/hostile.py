"""Random and hostile messages against a real server, thousands of them: from the schema, from bytes, and in between.

``python -m transport.bench.hostile [--way webrtc] [--count 10000]``. The server runs in this process; a line
that is closed for what it sent is opened again. At the end the server must answer a new client as if nothing had been,
with no session left and no memory lost. Knows what clients may send; does not know what is right.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import gc
import json
import random
import string
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from agent.errors import LineError
from transport.bench.link import resident_mb
from transport.bench.small_server import small_server
from transport.calls import Calls
from transport.client import CallerSettings, Client

KINDS = (
    "session.update", "input_audio_buffer.append", "input_audio_buffer.commit", "input_audio_buffer.clear",
    "output_audio_buffer.clear", "conversation.item.create", "conversation.item.retrieve", "conversation.item.truncate",
    "conversation.item.delete", "response.create", "response.cancel", "netra.hello", "netra.ping", "netra.mute",
    "netra.camera", "netra.still.begin", "netra.still.chunk", "made.up", "",
)  # fmt: skip
KEYS = (
    "session", "item", "item_id", "previous_item_id", "audio", "audio_end_ms", "content_index", "response", "event_id",
    "on", "t", "request", "mime", "bytes", "chunks", "data", "index", "type", "role", "content", "text", "transcript",
    "image_url", "id", "tools", "tool_choice", "instructions", "output_modalities", "turn_detection", "input", "output",
    "format", "rate", "speed", "voice", "metadata", "conversation", "call_id", "name", "arguments", "status", "model",
    "max_output_tokens", "threshold", "silence_duration_ms", "prefix_padding_ms", "idle_timeout_ms", "eagerness",
)  # fmt: skip
WORDS = (
    "realtime", "message", "user", "assistant", "system", "function_call", "function_call_output", "input_text",
    "input_audio", "input_image", "audio", "text", "none", "auto", "required", "root", "server_vad", "semantic_vad",
    "audio/pcm", "audio/pcmu", "audio/pcma", "what time is it", "hello", "\u0000", "\ud83d\ude00", "a" * 5_000,
    "data:image/png;base64,AAAA", "data:image/jpeg;base64,/9j/4AAQ", "../../etc/passwd", "${jndi:ldap://x}", "",
)  # fmt: skip
MAX_MB = 60.0
"""What the server may have grown by: caches fill, a leak of a session's sound would be more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``closed``: how often a line was closed for what it sent. ``errors``: events of this type that came."""

    messages: int
    events: int
    errors: int
    closed: int
    sessions_left: int
    answered: bool
    grown_mb: float

    @property
    def well(self) -> bool:
        return self.answered and self.sessions_left == 0 and self.grown_mb < MAX_MB


def value(chance: random.Random, depth: int = 0) -> Any:
    """Anything JSON can hold, more often something that stands in the schema."""
    simple: tuple[Callable[[], Any], ...] = (
        lambda: chance.choice(WORDS),
        lambda: chance.choice((None, True, False)),
        lambda: chance.choice((0, 1, -1, 500, 24_000, 2**31, 2**63, -(2**63), 10**30)),
        lambda: chance.choice((0.5, -0.1, 1e308, 1e-308)),
        lambda: "".join(chance.choices(string.printable, k=chance.randrange(40))),
        lambda: base64.b64encode(chance.randbytes(chance.randrange(2_000))).decode(),
    )
    if depth > 3 or chance.random() < 0.55:
        return chance.choice(simple)()
    if chance.random() < 0.3:
        return [value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {chance.choice(KEYS): value(chance, depth + 1) for _ in range(chance.randrange(6))}


def message(chance: random.Random) -> str | bytes:
    """One message: mostly an event of the schema with anything in it, sometimes no JSON, sometimes no text at all."""
    roll = chance.random()
    if roll < 0.08:
        return chance.randbytes(chance.randrange(300))
    if roll < 0.12:
        return "".join(chance.choices('{}[]":,\\u0', k=chance.randrange(200)))
    if roll < 0.14:
        return "[" * chance.randrange(20_000)
    event = {chance.choice(KEYS): value(chance) for _ in range(chance.randrange(5))}
    kind = chance.choice(KINDS)
    event |= {"type": kind} | plausible(chance, kind)
    text = json.dumps(event)
    if roll < 0.2:
        at = chance.randrange(len(text))
        return text[:at] + chance.choice('{}[]",\\x00') + text[at + 1 :]
    return text


def plausible(chance: random.Random, kind: str) -> dict[str, Any]:
    """Often a whole event, so that what lies behind the first check is reached, too."""
    part = {"type": chance.choice(("input_text", "input_audio", "input_image", "text")), "text": value(chance),
            "image_url": chance.choice(WORDS), "transcript": chance.choice(WORDS)}  # fmt: skip
    kinds = ("message", "function_call_output", "function_call")
    item = {"type": chance.choice(kinds), "id": f"i{chance.randrange(9)}",
            "role": chance.choice(("user", "assistant", "system")), "content": [part] * chance.randrange(3),
            "call_id": "c", "output": value(chance), "name": "f", "arguments": "{}"}  # fmt: skip
    detection = chance.choice((None, {"type": "semantic_vad"}, {"type": "server_vad", "threshold": value(chance)}))
    whole: dict[str, dict[str, Any]] = {
        "conversation.item.create": {"item": item, "previous_item_id": chance.choice(("root", "i1", None, "x"))},
        "conversation.item.truncate": {"item_id": f"i{chance.randrange(9)}", "audio_end_ms": value(chance)},
        "conversation.item.delete": {"item_id": f"i{chance.randrange(9)}"},
        "input_audio_buffer.append": {"audio": base64.b64encode(chance.randbytes(chance.randrange(9_601))).decode()},
        "response.create": {"response": {"conversation": chance.choice(("none", "auto")), "input": [item]}},
        "session.update": {"session": {"audio": {"input": {"turn_detection": detection}}}},
    }
    return whole.get(kind, {}) if chance.random() < 0.6 else {}


async def attack(count: int, seed: int, way: str = "websocket") -> Outcome:
    """Everything in one process, so that what is left behind can be seen. ``way``: websocket or webrtc."""
    return await (_over_webrtc if way == "webrtc" else _over_websocket)(count, seed)


async def _over_webrtc(count: int, seed: int) -> Outcome:
    """The same messages on the data channel of calls."""
    chance = random.Random(seed)
    events: list[str] = []
    async with small_server() as (address, calls):
        before = sent = 0.0
        while sent < count:
            if sent >= count // 10 and not before:
                gc.collect()
                before = resident_mb()
            async with Client(CallerSettings(f"http://{address}")) as client:
                await client.wait_for("netra.session")
                for _ in range(500):
                    client.send_raw(message(chance))
                    sent += 1
                    if chance.random() < 0.05:
                        await asyncio.sleep(0.005)
                client.send({"type": "netra.ping", "t": 4711})
                with suppress(LineError):
                    await client.wait_for(lambda event: event.get("t") == 4711, within_s=5)
                events += [told.type for told in client.told]
        answered = await _still_answers(f"ws://{address}/v1/realtime")
        left = await _emptied(calls)
        grown = round(resident_mb() - before, 1)
        return Outcome(int(sent), len(events), events.count("error"), 0, left, answered, grown)


async def _over_websocket(count: int, seed: int) -> Outcome:
    chance = random.Random(seed)
    events = errors = closed = 0

    async def read(socket: ClientConnection) -> None:
        nonlocal events, errors
        async for text in socket:
            kind = json.loads(text)["type"]
            events += 1
            errors += kind == "error"

    async with small_server() as (address, calls):
        url = f"ws://{address}/v1/realtime"
        sent, before = 0, 0.0
        while sent < count:
            if sent >= count // 10 and not before:
                gc.collect()
                before = resident_mb()
            try:
                async with connect(url, max_size=None) as socket, asyncio.TaskGroup() as group:
                    group.create_task(read(socket))
                    for _ in range(min(500, count - sent)):
                        await socket.send(message(chance))
                        sent += 1
                        if chance.random() < 0.02:
                            await asyncio.sleep(0.005)
                    await socket.close()  # read on until it is
            except* ConnectionClosed:
                sent += 1
                closed += 1
        answered = await _still_answers(url)
        left = await _emptied(calls)
        return Outcome(sent, events, errors, closed, left, answered, round(resident_mb() - before, 1))


async def _emptied(calls: Calls) -> int:
    """Sessions that are left when their time without a line is over."""
    with suppress(TimeoutError):
        async with asyncio.timeout(30):
            while calls.sessions:  # noqa: ASYNC110  nobody tells
                await asyncio.sleep(0.05)
    gc.collect()
    return calls.sessions


async def _still_answers(url: str) -> bool:
    """Whether a client that comes now is served as any other."""
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}
    async with connect(url) as socket, asyncio.timeout(20):
        await socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
        await socket.send(json.dumps({"type": "response.create"}))
        async for text in socket:
            event = json.loads(text)
            if event["type"] == "response.done":
                return bool(event["response"]["status"] == "completed")
    return False


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m transport.bench.hostile", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="messages")
    parser.add_argument("--way", choices=("websocket", "webrtc"), default="websocket")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    outcome = asyncio.run(attack(options.count, options.seed, options.way))
    sys.stdout.write(json.dumps(asdict(outcome) | {"well": outcome.well}) + "\n")
    sys.exit(0 if outcome.well else 1)


if __name__ == "__main__":
    main()
