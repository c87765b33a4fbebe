"""Someone who looks on: captions of a session and nothing else, over a WebSocket.

Knows reports and the socket. Hears no sound and can't ask for anything.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable

from starlette.websockets import WebSocket, WebSocketDisconnect

from agent.ports import Remembered, Report
from transport.limits import Limits
from transport.realtime.adapter import RealtimeAdapter
from transport.realtime.shapes import Event

MAX_WAITING = 2_000
"""Events that a viewer may leave unread."""
NORMAL, POLICY = 1000, 1008
_log = logging.getLogger(__name__)


class Viewer:
    """Life: ``run`` once, on an accepted socket."""

    def __init__(self, viewer_id: str, socket: WebSocket, limits: Limits) -> None:
        self.id = viewer_id
        self._socket = socket
        self._limits = limits
        self._adapter: RealtimeAdapter | None = None
        self._history: tuple[Remembered, ...] = ()
        self._unsent: asyncio.Queue[Event] = asyncio.Queue(MAX_WAITING)
        self._ended = asyncio.Event()
        self._closing = (NORMAL, "")

    def show(self, report: Report) -> None:
        if self._adapter is not None:
            self._send(self._adapter.from_report(report))

    def hang_up(self, reason: str, code: int = NORMAL) -> None:
        self._closing = (code, reason)
        self._ended.set()

    async def run(self, adapter: RealtimeAdapter, history: tuple[Remembered, ...]) -> None:
        """Until either side ends it; the socket is closed then."""
        self._adapter, self._history = adapter, history
        self._send(adapter.opened())
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in (self._read(adapter), self._write())]
            await self._ended.wait()
            for task in tasks:
                task.cancel()
        self._adapter = None
        try:
            async with asyncio.timeout(self._limits.close_s):
                await self._socket.close(self._closing[0], self._closing[1][:120])
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            _log.debug("viewer %s was gone before it was closed", self.id)

    def _send(self, events: Iterable[Event]) -> None:
        for event in events:
            try:
                self._unsent.put_nowait(event)
            except asyncio.QueueFull:
                self.hang_up("the client reads too slowly", POLICY)
                return

    async def _read(self, adapter: RealtimeAdapter) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                self.hang_up("closed by the client")
                return
            greeted = adapter.greeted
            _, events = adapter.from_client(message.get("text") or message.get("bytes") or b"")
            if adapter.greeted and not greeted:
                self._send(adapter.welcome(self._history))
            self._send(events)

    async def _write(self) -> None:
        while True:
            event = await self._unsent.get()
            try:
                await self._socket.send_text(json.dumps(event, ensure_ascii=False, separators=(",", ":")))
            except (RuntimeError, WebSocketDisconnect):
                self.hang_up("closed by the client")
                return
