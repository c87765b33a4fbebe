"""One random or hostile HTTP request to the one-shot API: from its schema, from bytes, and from bad manners."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from contextlib import suppress
from copy import deepcopy
from functools import cache
from random import Random
from typing import Any
from urllib.parse import urlsplit

import cv2
import numpy as np
from PIL import Image

from tests import drawn
from tests.transport.whole_server import Whole
from transport.sound_out import FORMS, Encoder

STATUSES = frozenset({200, 400, 403, 404, 405, 413, 415, 429, 503, 504})
PATHS = ("/v1/chat/completions", "/v1/audio/speech", "/v1/audio/transcriptions", "/v1/look")
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**63, -(2**70), 1e308, 0.5, "", " ", "\0", "x", "\ud800", "é" * 50, "a" * 5000, [],
    {}, [[]], [None], {"a": {}}, {"type": "text"}, "data:,", "data:image/png;base64,", "data:image/png;base64,AAAA",
    "http://x/",
)  # fmt: skip


async def shoot(random: Random, server: Whole) -> str:
    """The status that came back, or how the talk ended. Raises AssertionError for an answer that must not be."""
    kind = random.choices(("json", "form", "bytes", "leave"), (50, 30, 10, 10))[0]
    match kind:
        case "json":
            path, asked = _object(random)
            body = json.dumps(asked).encode()
            if random.random() < 0.15:
                body = bitten(random, body)
            request = _request(path, body, "application/json", random)
        case "form":
            path = random.choice(("/v1/audio/transcriptions", "/v1/look"))
            body, head = _form(random)
            request = _request(path, body, head, random)
        case "bytes":
            request = _noise(random)
        case _:
            path, asked = _sound_object(random)
            request = _request(path, json.dumps(asked).encode(), "application/json", random)
    return await _talk(request, server, leave=random.random() if kind == "leave" else 1.0)


async def _talk(request: bytes, server: Whole, leave: float) -> str:
    """``leave``: 1.0 stays to the end. Below 0.5 the line is cut in the middle of the request, else of the answer."""
    parts = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        if leave < 0.5:
            writer.write(request[: int(len(request) * 2 * leave)])
            await writer.drain()
            return "left while asking"
        writer.write(request)
        with suppress(ConnectionError):
            await writer.drain()
        if b"Content-Length: " not in request or not whole(request):
            writer.write_eof()  # or it waits for the rest
        if leave < 1.0:
            await reader.read(random_size(leave))
            return "left while answered"
        return _judged(await _read_all(reader))
    except ConnectionError:
        return "reset"
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def whole(request: bytes) -> bool:
    """As many bytes came as were announced."""
    head, _, body = request.partition(b"\r\n\r\n")
    return int(head.rpartition(b"Content-Length: ")[2].split(b"\r\n")[0]) <= len(body)


def random_size(share: float) -> int:
    return 1 + int((share - 0.5) * 4000)


async def _read_all(reader: asyncio.StreamReader) -> bytes:
    whole = b""
    with suppress(ConnectionError):
        while data := await reader.read(1 << 16):
            whole += data
    return whole


def _judged(answer: bytes) -> str:
    if not answer:
        return "closed"
    status = int(answer.split(b" ", 2)[1])
    assert status in STATUSES, answer[:300]
    head, _, body = answer.partition(b"\r\n\r\n")
    if status >= 400 and b"application/json" in head.lower():
        assert json.loads(body)["error"].keys() == {"type", "code", "message", "param"}, body[:300]
        return f"{status} {json.loads(body)['error']['code']}"
    return str(status)


def _request(path: str, body: bytes, kind: str, random: Random) -> bytes:
    length = len(body) if random.random() < 0.95 else random.choice((0, 1, len(body) + 5, 10**12, -5))
    kind = kind if random.random() < 0.95 else random.choice(("", "text/plain", 'a/b; c="', "multipart/form-data"))
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {length}\r\n\r\n".encode() + body


def _noise(random: Random) -> bytes:
    if random.random() < 0.3:
        return random.randbytes(random.randrange(1, 3000))
    method = random.choice(("GET", "POST", "PUT", "OPTIONS", "BREW", "G\0T"))
    path = random.choice((*PATHS, "/", "/docs", "/docs/..%2f..%2f", "/v1/models/" + "x" * 3000, "/v1//look", "/%ff%00"))
    lines = [f"{method} {path} HTTP/1.{random.choice('019')}", "Host: " + random.choice(("127.0.0.1", "evil", "[", ""))]
    lines += ["Connection: close"] + [f"X-{n}: {'y' * random.randrange(200)}" for n in range(random.randrange(5))]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


# --- bodies from the schema ------------------------------------------------------------------------------------------


def _object(random: Random) -> tuple[str, dict[str, Any]]:
    """A request that is right in most places and odd in some."""
    path, body = _sound_object(random)
    for _ in range(random.choice((0, 0, 1, 1, 2, 4))):
        _spoil(random, body)
    return (path if random.random() < 0.95 else random.choice(PATHS)), body


def _sound_object(random: Random) -> tuple[str, dict[str, Any]]:
    match random.randrange(3):
        case 0:
            return "/v1/chat/completions", {
                "model": "m",
                "messages": [_message(random) for _ in range(random.randrange(1, 5))],
                "stream": random.random() < 0.4,
                "stream_options": {"include_usage": True},
                "max_tokens": random.choice((None, 1, 5, 1000)),
                "stop": random.choice((None, "the", [".", "a"])),
                "tools": [{"type": "function", "function": {"name": "f"}}],
            }
        case 1:
            return "/v1/audio/speech", {
                "model": "m",
                "input": random.choice(
                    ("Hello.", "1. 2. 3.", "?!", "<speak>x</speak>", "漢字 and العربية", "a" * 4096)
                ),
                "voice": random.choice(("alloy", "netra", "en-us", "en-us+f3", {"id": "coral"}, "zz")),
                "response_format": random.choice((*FORMS, "midi")),
                "speed": random.choice((0.25, 1, 4.0)),
                "stream_format": random.choice(("audio", "sse")),
            }
        case _:
            return "/v1/look", {
                "image": random.choice((_url(random), "AAAA")),
                "question": random.choice(("", "Read the text.", "x")),
            }


def _message(random: Random) -> dict[str, Any]:
    role = random.choice(("system", "user", "user", "user", "assistant", "tool"))
    words = random.choice(
        ("hello", "what time is it", "read the text", "more", "repeat that", "set a timer", "word " * 300)
    )
    if random.random() < 0.6:
        return {"role": role, "content": words}
    parts: list[dict[str, Any]] = [{"type": "text", "text": words}]
    if random.random() < 0.5:
        parts.append({"type": "image_url", "image_url": {"url": _url(random)}})
    if random.random() < 0.2:
        data = base64.b64encode(bitten(random, sound(random.choice(tuple(FORMS))))).decode()
        parts.append(
            {"type": "input_audio", "input_audio": {"data": data, "format": random.choice(("wav", "mp3", ""))}}
        )
    return {"role": role, "content": parts}


def _spoil(random: Random, value: Any) -> None:
    """Put something odd somewhere inside."""
    while isinstance(value, dict | list) and value:
        keys = list(value) if isinstance(value, dict) else range(len(value))
        key = random.choice(list(keys))
        if not isinstance(value[key], dict | list) or random.random() < 0.4:
            if random.random() < 0.15 and isinstance(value, dict):
                del value[key]
            else:
                value[key] = deepcopy(random.choice(ODD))
            return
        value = value[key]


def _url(random: Random) -> str:
    kind = random.choice(("png", "jpeg", "webp", "gif"))
    said = kind if random.random() < 0.9 else random.choice(("png", "avif", "svg+xml", "tiff"))
    data = picture(kind)
    return (
        f"data:image/{said};base64,{base64.b64encode(bitten(random, data) if random.random() < 0.6 else data).decode()}"
    )


def _form(random: Random) -> tuple[bytes, str]:
    kind = random.choice((*FORMS, "png", "jpeg"))
    data = picture(kind) if kind in ("png", "jpeg") else sound(kind)
    if random.random() < 0.8:
        data = bitten(random, data)
    name = random.choice(("file", "file", "image", "image", "fil", ""))
    file_name = random.choice((f"a.{kind}", "a.wav", "a", "../../x.mp3", 'ü"', ""))
    said = random.choice(("application/octet-stream", f"audio/{kind}", f"image/{kind}", "x"))
    head = (
        f'--B\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\nContent-Type: {said}\r\n\r\n'
    )
    parts = [head.encode() + data]
    for field in ("model", "response_format", "language", "stream", "question", "timestamp_granularities[]"):
        if random.random() < 0.4:
            value = random.choice(
                ("m", "json", "verbose_json", "srt", "vtt", "en", "true", "segment", "x" * 500, "\xff")
            )
            parts.append(f'--B\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}'.encode())
    body = b"\r\n".join(parts) + b"\r\n--B--\r\n"
    return (bitten(random, body) if random.random() < 0.1 else body), "multipart/form-data; boundary=B"


# --- files -----------------------------------------------------------------------------------------------------------


def bitten(random: Random, data: bytes) -> bytes:
    """The same with some bytes changed, lost, doubled or made up; the beginning is spared in most cases."""
    changed = bytearray(data)
    first = 0 if random.random() < 0.2 else min(16, len(changed) // 2)
    for _ in range(random.choice((1, 3, 20, 200))):
        if len(changed) <= first:
            break
        at = random.randrange(first, len(changed))
        match random.randrange(5):
            case 0 | 1:
                changed[at] = random.randrange(256)
            case 2:
                changed[at : at + 4] = random.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"))
            case 3:
                del changed[at : at + random.randrange(1, 50)]
            case _:
                changed[at:at] = changed[at : at + random.randrange(1, 200)]
    if random.random() < 0.3:
        del changed[random.randrange(len(changed) + 1) :]
    return bytes(changed)


@cache
def picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(cv2.resize(drawn.sign("HELLO 42"), (320, 240))).save(file, kind)
    return file.getvalue()


@cache
def sound(kind: str) -> bytes:
    pcm = (6000 * np.sin(np.arange(12_000) * 2 * np.pi * 300 / 24_000)).astype(np.int16)
    encoder = Encoder(kind)
    return encoder.push(pcm) + encoder.close()
