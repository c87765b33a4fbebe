"""One random or hostile client of Wyoming: events from the protocol in any order, spoiled ones, and bytes."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from copy import deepcopy
from random import Random
from typing import Any

from tests.transport.fuzz_rest import ODD, bitten
from tests.transport.whole_server import Whole

TEXTS = ("hello", "what time is it", "set a timer for a minute", "x" * 300, "word " * 60, "\0", "?", "")
FORMATS = ((16_000, 2, 1), (22_050, 2, 1), (48_000, 4, 2), (8_000, 1, 1), (44_100, 3, 1), (7, 2, 1), (16_000, 2, 0))


async def shoot(random: Random, server: Whole) -> str:
    """The last event that came back, or how it ended. Raises AssertionError for what is not Wyoming."""
    reader, writer = await asyncio.open_connection(*server.wyoming)
    try:
        data = b"".join(_event(random) for _ in range(random.randrange(1, 8)))
        if random.random() < 0.2:
            data = bitten(random, data)
        elif random.random() < 0.05:
            data = random.randbytes(random.randrange(1, 100_000))
        writer.write(data)
        if random.random() < 0.15:
            return "left"
        with suppress(ConnectionError):
            await writer.drain()
            writer.write_eof()
        return await _listen(reader)
    except ConnectionError:
        return "reset"
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def _listen(reader: asyncio.StreamReader) -> str:
    last = "nothing"
    while True:
        try:
            line = await reader.readline()
        except ConnectionError:
            return f"{last}, then reset"
        if not line:
            return last
        head = json.loads(line)
        assert isinstance(head["type"], str)
        try:
            data = json.loads(await reader.readexactly(head.get("data_length", 0)) or b"{}")
            await reader.readexactly(head.get("payload_length", 0))
        except (asyncio.IncompleteReadError, ConnectionError):
            return f"{last}, then cut"
        last = f"error {data['code']}" if head["type"] == "error" else head["type"]


def _event(random: Random) -> bytes:
    kind, data, payload = _sound_event(random)
    if random.random() < 0.25 and data:
        data[random.choice(list(data))] = deepcopy(random.choice(ODD))
    head: dict[str, Any] = {"type": kind, "version": "1"}
    body = b""
    if random.random() < 0.5:
        head["data"] = data
    else:
        body = json.dumps(data).encode()
        head["data_length"] = len(body)
    if payload:
        head["payload_length"] = len(payload)
    if random.random() < 0.05:
        head[random.choice(("data_length", "payload_length", "type", "data"))] = random.choice((*ODD, 10**9, 5))
    return json.dumps(head).encode() + b"\n" + body + payload


def _sound_event(random: Random) -> tuple[str, dict[str, Any], bytes]:
    rate, width, channels = random.choice(FORMATS)
    format = {"rate": rate, "width": width, "channels": channels}
    match random.randrange(12):
        case 0:
            return "describe", {}, b""
        case 1:
            return "ping", {"text": "x"}, b""
        case 2:
            return "transcribe", {"language": random.choice(("en", "de", "", "e" * 9999))}, b""
        case 3 | 4:
            return "audio-start", format, b""
        case 5 | 6:
            return "audio-chunk", format, random.randbytes(random.choice((0, 1, 640, 4096, 40_000)))
        case 7:
            return "audio-stop", {}, b""
        case 8:
            voice = random.choice(({}, {"name": "en-us"}, {"language": "id"}, {"name": "zz"}, {"language": "xx"}))
            return "synthesize", {"text": random.choice(TEXTS), "voice": voice}, b""
        case 9:
            return random.choice(("synthesize-start", "synthesize-stop")), {}, b""
        case 10:
            return "synthesize-chunk", {"text": random.choice(TEXTS)}, b""
        case _:
            return "transcript", {"text": random.choice(TEXTS)}, b""
