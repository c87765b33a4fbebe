"""One WebSocket line: events in, events and sound out, and an end in bounded time with a close code that says why.

Knows frames, close codes, base64 and the parts of a line without a media path. Does not know sessions, keys or what
is said. Every task of a line lives in the scope of ``SocketLine.run``.
"""

from __future__ import annotations

import asyncio
import json
import logging
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Executor

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from agent.audio import SPEAKING_RATE, Pcm
from agent.clock import now_us
from agent.ports import Conversation, Line, ReplyEnded, Report
from transport.ahead import AheadSpeaker
from transport.appended import AppendedMicrophone, NoCamera
from transport.carrier import Also
from transport.errands import Errands, Place
from transport.formats import WireDecoder, WireEncoder
from transport.limits import Limits
from transport.realtime import commands as ask
from transport.realtime.adapter import RealtimeAdapter
from transport.realtime.shapes import Event

MAX_UNSENT_CHARACTERS = 16 * 1024 * 1024
"""A client that leaves this much unread is not reading."""
DELTA = SPEAKING_RATE // 5
"""Samples of one sound event at most (200 ms): clients pace themselves by them."""
HUSH_MS = 200
"""How long someone has spoken by the time the client is told."""
NORMAL, GOING_AWAY, POLICY, RESTART = 1000, 1001, 1008, 1012
_log = logging.getLogger(__name__)


class SocketLine:
    """Life: ``run`` once, on an accepted socket. ``hang_up`` may be called at any time; ``run`` then ends by itself."""

    ahead = True

    def __init__(self, call_id: str, socket: WebSocket, limits: Limits, pool: Executor) -> None:
        self.id = call_id
        self.ended_by = ""
        self.over = asyncio.Event()
        """Set when everything is closed."""
        self._socket = socket
        self._limits = limits
        self._pool = pool
        self._code = NORMAL
        self._microphone = AppendedMicrophone()
        self._speaker = AheadSpeaker(self)
        self._camera = NoCamera()
        self._adapter: RealtimeAdapter | None = None
        self._conversation: Conversation | None = None
        self._decoder: WireDecoder | None = None
        self._encoder: tuple[int, WireEncoder] | None = None
        self._cut: dict[int, int] = {}
        self._unsent: deque[str] = deque()
        self._unsent_characters = 0
        self._wake = asyncio.Event()
        self._ended = asyncio.Event()
        self._last_us = now_us()
        self._also: Also | None = None

    # --- transport.carrier.Carrier ----------------------------------------------------------------------------

    async def run(
        self,
        conversation: Conversation,
        adapter: RealtimeAdapter,
        on_connected: Callable[[], None] = lambda: None,
        also: Also | None = None,
    ) -> None:
        """Carry the conversation until either side ends it. Always closes the socket."""
        try:
            if self._ended.is_set():
                return
            on_connected()
            self._conversation, self._adapter, self._also = conversation, adapter, also
            errands = Errands(Place(conversation, adapter, self._send, self._pool, sound=self))
            self._send(adapter.opened())
            errands.do(adapter.settings())
            async with asyncio.TaskGroup() as group:
                attending = group.create_task(self._attend(conversation))
                others = [
                    group.create_task(work) for work in (self._read(adapter, errands), errands.run(), self._watch())
                ]
                writing = group.create_task(self._write())
                await self._ended.wait()
                self._close_parts()
                await asyncio.wait({attending}, timeout=self._limits.close_s)
                await asyncio.wait({writing}, timeout=self._limits.close_s)
                for task in (attending, writing, *others):
                    task.cancel()
        finally:
            await self.close()
            self._conversation = self._adapter = self._also = None

    def hang_up(self, reason: str, code: int = GOING_AWAY) -> None:
        if not self._ended.is_set():
            self.ended_by = reason
            self._code = code
            _log.info("line %s ends: %s", self.id, reason)
            self._ended.set()
            self._wake.set()

    async def close(self) -> None:
        """For a line that will not be run; ``run`` closes by itself."""
        self._close_parts()
        try:
            async with asyncio.timeout(self._limits.close_s):
                if self._socket.application_state is WebSocketState.CONNECTED:
                    await self._socket.close(self._code, self.ended_by[:120])
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            _log.debug("line %s was gone before it was closed", self.id)
        self.over.set()

    # --- ports.Display ----------------------------------------------------------------------------------------

    def show(self, report: Report) -> None:
        if self._adapter is None:
            return
        self._send(self._adapter.from_report(report))
        if isinstance(report, ReplyEnded) and (sample := self._cut.pop(report.turn, None)) is not None:
            assert self._conversation is not None
            self._conversation.truncate(report.turn, sample * 1000 // SPEAKING_RATE)
        if self._also is not None:
            self._also(report)

    # --- transport.ahead.Player -------------------------------------------------------------------------------

    def sound(self, turn: int, pcm: Pcm) -> None:
        encoder = self._encoder_of(turn)
        for start in range(0, len(pcm), DELTA):
            piece = pcm[start : start + DELTA]
            self._send_sound(turn, encoder.push(piece), len(piece))

    def finished(self, turn: int) -> None:
        if self._encoder is not None and self._encoder[0] == turn:
            self._send_sound(turn, self._encoder[1].flush(), 0)
            self._encoder = None
        if self._adapter is not None:
            self._send(self._adapter.finished(turn))

    def hush(self) -> None:
        if self._adapter is not None:
            self._send(self._adapter.hush(max(0, self._microphone.heard_ms - HUSH_MS)))

    def nothing(self) -> None:
        if self._adapter is not None:
            self._send(self._adapter.nothing(self._microphone.heard_ms))

    def go_on(self, turn: int, sample: int) -> None:
        self._cut.pop(turn, None)
        self._encoder = None
        if self._adapter is not None:
            self._send(self._adapter.go_on(turn, sample, self._microphone.heard_ms))

    # --- errands.Sound ----------------------------------------------------------------------------------------

    def append(self, command: ask.Append) -> None:
        if self._decoder is None or self._decoder.format != command.format:
            self._decoder = WireDecoder(command.format)
        if not self._microphone.append(self._decoder.push(command.data)):
            self.hang_up("sound comes much faster than anyone speaks", POLICY)

    def then(self, do: Callable[[], None]) -> None:
        self._microphone.then(do)

    def clear(self) -> None:
        self._microphone.clear()

    def truncated(self, turn: int, sample: int) -> bool:
        """While it is not known yet whether someone speaks, the reply is not cut; its end tells how far it came."""
        position = self._speaker.position()
        self._speaker.truncated(turn, sample)
        if position is None or position.turn != turn:
            return True
        self._cut[turn] = sample
        if not self._speaker.held and self._conversation is not None:
            self._conversation.stop()
        return False

    # --- inside -----------------------------------------------------------------------------------------------

    async def _attend(self, conversation: Conversation) -> None:
        try:
            await conversation.attend(Line(self._microphone, self._camera, self._speaker, self))
        finally:
            self.hang_up("left by the conversation")

    async def _read(self, adapter: RealtimeAdapter, errands: Errands) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                self.hang_up("closed by the client", NORMAL)
                return
            self._last_us = now_us()
            if self._ended.is_set():
                continue
            text = message.get("text")
            commands, events = adapter.from_client(text if text is not None else message.get("bytes") or b"")
            errands.do(commands)
            self._send(events)

    async def _write(self) -> None:
        while True:
            while self._unsent:
                text = self._unsent.popleft()
                self._unsent_characters -= len(text)
                try:
                    await self._socket.send_text(text)
                except (RuntimeError, WebSocketDisconnect):
                    self.hang_up("closed by the client", NORMAL)
                    return
            if self._ended.is_set():
                return
            self._wake.clear()
            await self._wake.wait()

    async def _watch(self) -> None:
        """A line of which nothing is heard for very long is given back."""
        limit_us = int(self._limits.idle_s * 1e6)
        while True:
            left_us = self._last_us + limit_us - now_us()
            if left_us <= 0:
                self.hang_up("nothing came for a long time", NORMAL)
                return
            await asyncio.sleep(left_us / 1e6)

    def _encoder_of(self, turn: int) -> WireEncoder:
        if self._encoder is None or self._encoder[0] != turn:
            assert self._adapter is not None
            format_ = self._adapter.session.shape.audio.output.format.type
            self._encoder = (turn, WireEncoder(format_))
        return self._encoder[1]

    def _send_sound(self, turn: int, data: bytes, samples: int) -> None:
        if self._adapter is not None and (data or samples):
            self._send(self._adapter.sound(turn, b64encode(data).decode("ascii"), samples))

    def _send(self, events: Iterable[Event]) -> None:
        if self._ended.is_set():
            return
        for event in events:
            text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
            self._unsent.append(text)
            self._unsent_characters += len(text)
        self._wake.set()
        if self._unsent_characters > MAX_UNSENT_CHARACTERS:
            self._unsent.clear()
            self.hang_up("the client reads too slowly", POLICY)

    def _close_parts(self) -> None:
        self._microphone.close()
        self._camera.close()
        self._speaker.close()
