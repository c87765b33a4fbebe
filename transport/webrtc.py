"""One WebRTC call: an offer answered, sound, pictures and events carried, and an end in bounded time.

Knows aiortc. Does not know sessions, HTTP or what is said: events pass through the RealtimeAdapter, sound through
the Line. Every task of a call lives in the scope of ``Call.run``.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from aiortc import (
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamTrack

from agent.audio import SPEAKING_RATE
from agent.clock import now_us
from agent.ports import Conversation, EyePaced, Line, Report
from transport.camera import LineCamera
from transport.carrier import Also
from transport.errands import Errands, Place
from transport.inside_aiortc import PictureBuffer, offer_addresses, replace_jitter_buffer
from transport.jitter import Discard, LineMicrophone, Losses
from transport.limits import BadOffer, Limits, Refused
from transport.metronome import Metronome
from transport.monitor import PlayedSound
from transport.opus import OpusEncoder
from transport.playout import LineSpeaker, LineTrack, Pace, PacketStream
from transport.realtime.adapter import RealtimeAdapter
from transport.realtime.shapes import Event
from transport.sdp import clean_offer
from transport.short_way import ShortWayIn, ShortWayOut

CHANNEL = "oai-events"
MAX_WAITING_EVENTS = 256
"""Events told before the channel is open; beyond them the oldest are dropped."""
MAX_MESSAGE = 12 * 1024 * 1024
"""Bytes of one event that a client may send: a picture in an item. aiortc puts any size together and announces less."""
MAX_UNSENT_BYTES = 4 * 1024 * 1024
"""A client that leaves this much unread on its data channel is not reading."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reach:
    """How the other side can reach us. ``addresses``: local ones to offer, None: all. No servers: no one is asked."""

    ice_servers: Sequence[RTCIceServer] = ()
    addresses: Sequence[str] | None = None


class Call:
    """Life: ``answer`` once, then ``run`` once. ``hang_up`` may be called at any time; ``run`` then ends by itself."""

    ahead = False

    def __init__(self, call_id: str, reach: Reach, limits: Limits, pool: Executor, metronome: Metronome) -> None:
        self.id = call_id
        self._pool = pool
        self._errands: Errands | None = None
        self._also: Also | None = None
        self.ended_by = ""
        self._limits = limits
        self._reach = reach
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=list(reach.ice_servers)))
        self._microphone = LineMicrophone()
        self._speaker = LineSpeaker()
        self._camera = LineCamera(pool, self._ask_still)
        self._monitor = PlayedSound()
        packets = PacketStream(self._speaker.pull, OpusEncoder(SPEAKING_RATE), self._monitor.add)
        self._track = LineTrack(packets, metronome)
        self._video: MediaStreamTrack | None = None
        self._channel: RTCDataChannel | None = None
        self._adapter: RealtimeAdapter | None = None
        self._conversation: Conversation | None = None
        self._unsent: deque[Event] = deque(maxlen=MAX_WAITING_EVENTS)
        self._unread: deque[str | bytes] = deque(maxlen=MAX_WAITING_EVENTS)
        self._settled = asyncio.Event()  # connected, or ended before
        self._ended = asyncio.Event()
        self._last_message_us = now_us()
        self._connection.on("connectionstatechange", self._state_changed)
        self._connection.on("datachannel", self._channel_opened)
        self._connection.on("track", self._track_offered)

    @property
    def losses(self) -> Losses:
        return self._microphone.losses

    @property
    def pace(self) -> Pace:
        return self._track.pace

    async def answer(self, offer: str) -> str:
        """The SDP answer. Raises BadOffer or TooLarge; the call is then closed."""
        try:
            cleaned = clean_offer(offer, self._limits.max_offer_bytes)
            transceiver = self._connection.addTransceiver(self._track, direction="sendrecv")
            opus = [c for c in RTCRtpSender.getCapabilities("audio").codecs if c.mimeType.lower() == "audio/opus"]
            transceiver.setCodecPreferences(opus)
            self._track.goes(ShortWayOut(transceiver))
            replace_jitter_buffer(transceiver.receiver, ShortWayIn(transceiver.receiver, self._microphone.take))
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp=cleaned, type="offer"))
            for other in self._connection.getTransceivers():
                if other is not transceiver:
                    replace_jitter_buffer(other.receiver, PictureBuffer() if other.kind == "video" else Discard())
            offer_addresses(self._connection, self._reach.addresses)
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except Refused:
            await self._close_connection()
            raise
        except Exception as error:  # border: an SDP parser fed by strangers fails in many ways
            _log.info("offer refused: %r", error)
            await self._close_connection()
            raise BadOffer(f"The offer can't be answered: {type(error).__name__}: {error!s:.200}") from error
        answer: str = self._connection.localDescription.sdp
        return answer.replace("a=max-message-size:65536", f"a=max-message-size:{MAX_MESSAGE}")

    async def run(
        self,
        conversation: Conversation,
        adapter: RealtimeAdapter,
        on_connected: Callable[[], None] = lambda: None,
        also: Also | None = None,
    ) -> None:
        """Carry the conversation until either side ends it. Always closes the connection."""
        try:
            if not await self._until_connected():
                return
            on_connected()
            self._conversation, self._adapter, self._also = conversation, adapter, also
            self._errands = Errands(Place(conversation, adapter, self._send, self._pool, self._camera))
            self._errands.do(adapter.settings())
            async with asyncio.TaskGroup() as group:
                attending = group.create_task(self._attend(conversation))
                watching = [group.create_task(self._heart()), group.create_task(self._errands.run())]
                if self._video is not None:
                    watching.append(group.create_task(self._camera.drain(self._video)))
                self._channel_ready()
                await self._ended.wait()
                self._close_parts()
                await asyncio.wait({attending}, timeout=self._limits.close_s)
                for task in (attending, *watching):
                    task.cancel()
        finally:
            await self.close()
            self._conversation = self._adapter = self._errands = self._also = None

    async def close(self) -> None:
        """For a call that will not be run; ``run`` closes by itself."""
        self._close_parts()
        await self._close_connection()

    def hang_up(self, reason: str, code: int = 0) -> None:
        if not self._ended.is_set():
            self.ended_by = reason
            _log.info("call %s ends: %s", self.id, reason)
            self._ended.set()
            self._settled.set()

    # --- ports.Display ----------------------------------------------------------------------------------------

    def show(self, report: Report) -> None:
        if isinstance(report, EyePaced):
            self._camera.pace(report.pictures_per_second)
        if self._adapter is not None:
            self._send(self._adapter.from_report(report))
        if self._also is not None:
            self._also(report)

    # --- inside -----------------------------------------------------------------------------------------------

    async def _until_connected(self) -> bool:
        try:
            async with asyncio.timeout(self._limits.connect_s):
                await self._settled.wait()
        except TimeoutError:
            self.hang_up("never connected")
        return not self._ended.is_set()

    async def _attend(self, conversation: Conversation) -> None:
        try:
            await conversation.attend(Line(self._microphone, self._camera, self._speaker, self, self._monitor))
        finally:
            self.hang_up("left by the conversation")

    async def _heart(self) -> None:
        """A client that said hello has to be heard of. Sound is as good a sign of life as a ping."""
        limit_us = int(self._limits.heartbeat_s * 1_000_000)
        while True:
            alive_us = max(self._last_message_us, self._microphone.last_packet_us)
            left_us = alive_us + limit_us - now_us()
            if left_us <= 0 and self._adapter is not None and self._adapter.greeted:
                self.hang_up("client silent")
                return
            await asyncio.sleep((left_us if left_us > 0 else limit_us) / 1_000_000)

    def _state_changed(self) -> None:
        state = self._connection.connectionState
        if state == "connected":
            self._settled.set()
        elif state in ("failed", "closed"):
            self.hang_up(f"connection {state}")

    def _track_offered(self, track: MediaStreamTrack) -> None:
        if track.kind == "video":
            self._video = track

    def _channel_opened(self, channel: RTCDataChannel) -> None:
        if channel.label != CHANNEL or self._channel is not None:
            _log.info("data channel %.40r ignored", channel.label)
            return
        self._channel = channel
        channel.on("message", self._message)
        channel.on("close", lambda: self.hang_up("data channel closed"))
        self._channel_ready()

    def _channel_ready(self) -> None:
        """Both the channel and the conversation are there: session.created is the first event, then what waited."""
        if self._channel is None or self._adapter is None:
            return
        waiting = list(self._unsent)
        self._unsent.clear()
        self._send([*self._adapter.opened(), *waiting])
        while self._unread:
            self._message(self._unread.popleft())

    def _message(self, message: str | bytes) -> None:
        self._last_message_us = now_us()
        if self._adapter is None or self._errands is None:
            self._unread.append(message)
            return
        commands, events = self._adapter.from_client(message)
        self._errands.do(commands)
        self._send(events)

    def _ask_still(self, request: str, max_side: int) -> bool:
        events = [] if self._adapter is None else self._adapter.still_wanted(request, max_side)
        self._send(events)
        return bool(events)

    def _send(self, events: Iterable[Event]) -> None:
        channel = self._channel
        if channel is None:
            self._unsent.extend(events)
            return
        for event in events:
            if channel.readyState != "open":
                return
            channel.send(json.dumps(event, ensure_ascii=False, separators=(",", ":")))
        if channel.bufferedAmount > MAX_UNSENT_BYTES:
            self.hang_up("client reads too slowly")

    def _close_parts(self) -> None:
        self._microphone.close()
        self._camera.close()
        self._speaker.close()

    async def _close_connection(self) -> None:
        self._track.stop()
        try:
            async with asyncio.timeout(self._limits.close_s):
                await self._connection.close()
        except TimeoutError:
            _log.warning("call %s did not close in %.1f s", self.id, self._limits.close_s)
