"""``netra call``: a conversation with a Realtime server over a WebSocket. Carries ``Caller``'s events, and no more."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from agent.audio import Pcm
from agent.errors import LineError, first_of
from transport.terminal.caller import Caller
from transport.terminal.devices import Device
from transport.terminal.views import View

MOST_BYTES = 16 * 1024 * 1024
OPEN_S = 15.0
HERE = ("localhost", "127.0.0.1", "::1")
"""No proxy stands before these."""
CLOSES = {
    1008: "it does not let you in: is the key right (--key)?",
    1011: "something in it broke",
    1012: "it restarts: call again in a moment",
    1013: "it has no room: call again in a moment",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """``url``: "localhost:8787", "https://host", or the whole of "wss://host/v1/realtime?model=…"."""

    url: str
    key: str = ""
    model: str = "netra"
    voice: str = ""
    speed: float | None = None


def address(url: str, model: str) -> str:
    """The WebSocket's whole address. Raises LineError for what is none."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    scheme = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}.get(parts.scheme)
    if scheme is None or not parts.hostname:
        raise LineError(f"{url!r} is no address of a server. Try: netra call localhost:8787")
    path = parts.path.rstrip("/")
    if not path.endswith("/realtime"):
        path = f"{path}/realtime" if path.endswith("/v1") else f"{path}/v1/realtime"
    query = parts.query or f"model={model}"
    return f"{scheme}://{parts.netloc}{path}?{query}"


async def call(wish: Wish, device: Device, view: View, lines: AsyncIterator[str]) -> None:
    """Until the device has no more sound, the lines end, or the server hangs up. Raises LineError."""
    where = address(wish.url, wish.model)
    headers = {"Authorization": f"Bearer {wish.key}"} if wish.key else {}
    proxy: Literal[True] | None = None if urlsplit(where).hostname in HERE else True
    try:
        async with connect(
            where, additional_headers=headers, max_size=MOST_BYTES, open_timeout=OPEN_S, close_timeout=2, proxy=proxy
        ) as socket:
            await _Carrier(socket, wish, device, view).run(lines)
    except BaseExceptionGroup as failures:
        raise _told(where, first_of(failures)) from None
    except (OSError, TimeoutError, InvalidHandshake, InvalidURI, ConnectionClosed) as error:
        raise _told(where, error) from None


class _Carrier:
    """One open socket."""

    def __init__(self, socket: ClientConnection, wish: Wish, device: Device, view: View) -> None:
        self._socket, self._device = socket, device
        self._wake = asyncio.Event()
        self._caller = Caller(view, apart=device.apart, voice=wish.voice, speed=wish.speed)

    async def run(self, lines: AsyncIterator[str]) -> None:
        caller = self._caller

        def heard(pcm: Pcm) -> None:
            caller.heard(pcm)
            self._wake.set()

        async with asyncio.TaskGroup() as group:
            parts = [
                group.create_task(part)
                for part in (
                    self._read(),
                    self._write(),
                    self._type(lines),
                    self._device.run(heard, caller.pull),
                )
            ]
            for ending in parts[2:]:
                ending.add_done_callback(lambda _: [part.cancel() for part in parts])
        while caller.unsent:  # a last truncation
            await self._socket.send(json.dumps(caller.unsent.popleft()))

    async def _read(self) -> None:
        """Raises ConnectionClosed when the server hangs up: the other parts end with it."""
        while True:
            message = await self._socket.recv()
            try:
                event = json.loads(message)
            except (ValueError, RecursionError):
                continue
            if isinstance(event, dict):
                self._caller.receive(event)
                self._wake.set()

    async def _write(self) -> None:
        while True:
            while self._caller.unsent:
                await self._socket.send(json.dumps(self._caller.unsent.popleft()))
            self._wake.clear()
            await self._wake.wait()

    async def _type(self, lines: AsyncIterator[str]) -> None:
        async for line in lines:
            self._caller.type(line)
            self._wake.set()


def _told(where: str, error: BaseException) -> BaseException:
    """The error as a sentence that says what to do; what is not the network's is given back as it is."""
    match error:
        case ConnectionClosed():
            close = error.rcvd
            why = (
                CLOSES.get(close.code, f"{close.reason or 'without a reason'} ({close.code})")
                if close
                else "the line broke"
            )
            return LineError(f"The server ended the call: {why}.")
        case InvalidStatus():
            code = error.response.status_code
            why = "it wants a key: --key" if code in (401, 403) else "is it a Realtime server, and the path right?"
            return LineError(f"{where} answers {code}: {why}")
        case InvalidURI() | InvalidHandshake():
            return LineError(f"{where} does not speak WebSocket: is it a Realtime server?")
        case TimeoutError() | OSError():
            return LineError(f"Nobody answers at {where}. Is the server running?")
        case _:
            return error
