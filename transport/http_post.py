"""One HTTP/1.1 POST over asyncio streams: what the client needs of HTTP, and no more."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from agent.errors import LineError


@dataclass(frozen=True, slots=True)
class Response:
    """``headers``: names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


async def post(url: str, body: bytes, headers: Mapping[str, str], tls: ssl.SSLContext | None = None) -> Response:
    """Raises LineError when nobody answers."""
    return await request("POST", url, body, headers, tls)


async def request(
    method: str, url: str, body: bytes, headers: Mapping[str, str], tls: ssl.SSLContext | None = None
) -> Response:
    """Any method; the connection is closed afterwards."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    context = (tls or ssl.create_default_context()) if secure else None
    target = parts.path + (f"?{parts.query}" if parts.query else "") or "/"
    fields = {"Host": parts.netloc, "Content-Length": str(len(body)), "Connection": "close"} | dict(headers)
    head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    try:
        reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=context)
    except OSError as error:
        raise LineError(f"Nobody answers at {url}: {error}. Is the server running?") from error
    try:
        writer.write(head.encode() + b"\r\n" + body)
        with suppress(ConnectionError):  # a refusal may come before everything is sent
            await writer.drain()
        raw = await reader.read()
    except OSError as error:
        raise LineError(f"The connection to {url} broke: {error}") from error
    finally:
        writer.close()
    return _parsed(raw, url)


def _parsed(raw: bytes, url: str) -> Response:
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    status = lines[0].split(" ")
    if len(status) < 2 or not status[1].isdecimal():
        raise LineError(f"No HTTP answer from {url}")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    if fields.get("transfer-encoding", "").lower() == "chunked":
        body = _joined(body)
    return Response(int(status[1]), fields, body)


def _joined(chunked: bytes) -> bytes:
    whole = b""
    while chunked:
        size, _, rest = chunked.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if length == 0:
            break
        whole += rest[:length]
        chunked = rest[length + 2 :]
    return whole
