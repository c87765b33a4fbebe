"""The socket of Wyoming: clients come, are heard one event at a time, and leave; a bad one costs only itself.

Knows connections, time and room. Does not know what is said on them.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from agent.settings import Wyoming
from transport.means import Means
from transport.wyoming.dialogue import Dialogue, Hangup
from transport.wyoming.wire import Event, Malformed, Reader, encode

_log = logging.getLogger(__name__)
SEND_S = 30.0
"""A client that takes nothing for so long is gone."""
WAITING_EVENTS = 16
"""Events read ahead of the one being answered; then the client has to wait."""
READ_BYTES = 64 * 1024


@asynccontextmanager
async def listening(means: Means, listener: socket.socket, settings: Wyoming) -> AsyncIterator[None]:
    """Serve Wyoming on this socket for as long as the scope lasts."""
    async with asyncio.TaskGroup() as group:
        door = _Door(means, settings, group)
        server = await asyncio.start_server(door.welcome, sock=listener)
        try:
            yield
        finally:
            server.close()
            door.close()


class _Door:
    """Who is in."""

    def __init__(self, means: Means, settings: Wyoming, group: asyncio.TaskGroup) -> None:
        self._means, self._settings, self._group = means, settings, group
        self._inside: set[asyncio.Task[None]] = set()

    def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._inside) >= self._settings.max_connections:
            _log.warning("wyoming: all %d places are taken", self._settings.max_connections)
            writer.close()
            return
        client = _Client(self._means, reader, writer, self._settings.idle_s)
        task = self._group.create_task(client.run(), name="wyoming client")
        self._inside.add(task)
        task.add_done_callback(self._inside.discard)

    def close(self) -> None:
        for task in self._inside:
            task.cancel()


class _Client:
    """One connection."""

    def __init__(self, means: Means, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, idle_s: float) -> None:
        self._reader, self._writer, self._idle_s = reader, writer, idle_s
        self._events: asyncio.Queue[Event | None] = asyncio.Queue(WAITING_EVENTS)
        self._dialogue = Dialogue(means, self._take, self._send)

    async def run(self) -> None:
        """Until either side leaves."""
        try:
            async with asyncio.TaskGroup() as group:
                reading = group.create_task(self._read())
                await self._dialogue.run()
                reading.cancel()
        except* (ConnectionError, TimeoutError) as gone:
            _log.info("wyoming: a client left: %s", gone.exceptions[0])
        except* Exception:  # border: one client that breaks something must not take the others along
            _log.exception("wyoming: a client's dialogue broke")
        finally:
            self._writer.close()
            with suppress(ConnectionError, TimeoutError):
                async with asyncio.timeout(1):
                    await self._writer.wait_closed()

    async def _read(self) -> None:
        """Bytes to events. What is not Wyoming ends the client, after its last whole event was answered."""
        wire = Reader()
        try:
            while data := await self._reader.read(READ_BYTES):
                wire.feed(data)
                while (event := wire.next()) is not None:
                    await self._events.put(event)
        except Malformed as error:
            await self._send(Event("error", {"text": str(error), "code": error.code}))
        await self._events.put(None)

    async def _take(self) -> Event:
        async with asyncio.timeout(self._idle_s):
            event = await self._events.get()
        if event is None:
            raise Hangup
        return event

    async def _send(self, event: Event) -> None:
        self._writer.write(encode(event))
        async with asyncio.timeout(SEND_S):
            await self._writer.drain()
