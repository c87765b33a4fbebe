"""A caller: a real aiortc client that talks to a running server, for the demo, the bench and tests.

Knows the wire and its own clock (the running loop's). Measures the server rather than itself: what arrives is decoded
at once, in order of arrival, without a delay of its own. Does not know what a right answer is.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import count
from types import TracebackType
from typing import Any

import numpy as np
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtp import RtpPacket

from agent.audio import HEARING_RATE, Pcm
from agent.clock import now_us
from agent.errors import LineError
from agent.picture import Pixels
from agent.resample import Resampler
from transport.client_media import EyeTrack, LossyPath, still_events
from transport.http_post import post
from transport.inside_aiortc import cut_off, filter_sent_packets, offer_addresses, replace_jitter_buffer
from transport.opus import PACKET_MS, WIRE_RATE, OpusDecoder, OpusEncoder
from transport.playout import Pace, PacedTrack, PacketStream

RECORDING_RATE = 24_000
PING_S = 2.0
_FRAME = HEARING_RATE * PACKET_MS // 1000


@dataclass(frozen=True, slots=True)
class Heard:
    """One packet of the agent's voice. ``at_us``: when it arrived; ``position``: its first sample on the sender's own
    axis at RECORDING_RATE, from 0; ``pcm``: at RECORDING_RATE."""

    at_us: int
    position: int
    pcm: Pcm


@dataclass(frozen=True, slots=True)
class Told:
    """One event and when it arrived."""

    at_us: int
    event: dict[str, Any]

    @property
    def type(self) -> str:
        return str(self.event.get("type"))


@dataclass(frozen=True, slots=True)
class CallerSettings:
    """``url``: the server, as ``http://127.0.0.1:8787``. ``resume``: a session to come back to. ``session``: a first
    session.update. ``camera``: first picture, None for a caller without video. ``path``: what happens to sent sound."""

    url: str
    resume: str | None = None
    session: dict[str, Any] | None = None
    camera: Pixels | None = None
    stills: bool = True
    hello: bool = True
    addresses: tuple[str, ...] = ("127.0.0.1",)
    path: LossyPath | None = None
    timeout_s: float = 15.0


class Client:
    """``async with Client(CallerSettings(url)) as client:`` is a line that works; leaving it closes the connection."""

    def __init__(self, settings: CallerSettings) -> None:
        self.settings = settings
        self.told: list[Told] = []
        self.heard: list[Heard] = []
        self.call_id = ""
        self.picture: Pixels | None = settings.camera
        """What the camera and stills show; may be changed at any time."""
        self._eye: EyeTrack | None = None
        self.pings = True
        self._mouth = _Mouth()
        self._track = PacedTrack(PacketStream(self._mouth.pull, OpusEncoder(HEARING_RATE, 32_000, voip=True)))
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._channel: RTCDataChannel | None = None
        self._open = asyncio.Event()
        self._closed = asyncio.Event()
        self._wake = asyncio.Event()
        self._group: asyncio.TaskGroup | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Client:
        try:
            async with asyncio.timeout(self.settings.timeout_s):
                await self._connect()
                await self._open.wait()
        except TimeoutError as error:
            await self._connection.close()
            raise LineError(f"No line to {self.settings.url} within {self.settings.timeout_s:.0f} s.") from error
        except BaseException:
            await self._connection.close()
            raise
        self._group = await asyncio.TaskGroup().__aenter__()
        self._tasks = [self._group.create_task(self._beat())]
        if self.settings.hello:
            self.send({"type": "netra.hello"})
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        group, self._group = self._group, None
        await self._connection.close()
        if group is not None:  # without the error: it goes on as it is, not inside a group
            await group.__aexit__(None, None, None)

    # --- speaking ---------------------------------------------------------------------------------------------

    @property
    def microphone_start_us(self) -> int:
        """When sample 0 of the microphone would have left on the grid that is kept now; 0 before it did.

        It moves when this process stalls and the track skips slots: what is said then leaves later.
        """
        return (self._track.start_us or 0) + self._track.pace.skipped * PACKET_MS * 1000

    @property
    def pace(self) -> Pace:
        """How well this client itself kept its 20 ms: what it skipped is no fault of the server's."""
        return self._track.pace

    def say_at(self, at_us: int, pcm: Pcm, rate: int = HEARING_RATE) -> tuple[int, int]:
        """Speak from ``at_us`` of this client's clock on, or as soon as possible; gives the exact (start, end).

        Sound that overlaps what is already planned is added to it.
        """
        if rate != HEARING_RATE:
            resampler = Resampler(rate, HEARING_RATE)
            pcm = np.concatenate((resampler.push(pcm), resampler.flush()))
        start = self._mouth.plan((at_us - self.microphone_start_us) * HEARING_RATE // 1_000_000, pcm)
        to_us = 1_000_000 / HEARING_RATE
        return (
            self.microphone_start_us + round(start * to_us),
            self.microphone_start_us + round((start + len(pcm)) * to_us),
        )

    async def speak(self, pcm: Pcm, rate: int = HEARING_RATE) -> tuple[int, int]:
        """Speak now and wait until it is said. Gives (start, end) of the sound on this client's clock."""
        grid = self.microphone_start_us
        start, end = self.say_at(now_us(), pcm, rate)
        while (late := end + self.microphone_start_us - grid) > now_us():  # noqa: ASYNC110 - it moves while we sleep
            await asyncio.sleep((late - now_us()) / 1_000_000)
        return start, late

    def stop_sound(self) -> None:
        """Send no more sound, not even silence: a muted browser without a track."""
        self._track.stop()

    def vanish(self) -> None:
        """Fall off the network: nothing more is sent, nothing is said about it."""
        self.pings = False
        self._track.stop()
        cut_off(self._connection)

    # --- events -----------------------------------------------------------------------------------------------

    def send(self, event: dict[str, Any]) -> None:
        """One event on the data channel; dropped when the line is gone."""
        if self._channel is not None and self._channel.readyState == "open":
            self._channel.send(json.dumps(event))

    def send_raw(self, message: str | bytes) -> None:
        if self._channel is not None and self._channel.readyState == "open":
            self._channel.send(message)

    def type_text(self, text: str) -> None:
        """A typed turn."""
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
        self.send({"type": "conversation.item.create", "item": item})
        self.send({"type": "response.create"})

    async def events(self, start: int = 0) -> AsyncIterator[Told]:
        """Events in order from index ``start`` of ``told`` on, until the line closes."""
        for index in count(start):
            while index >= len(self.told):
                if self._closed.is_set():
                    return
                self._wake.clear()
                await self._wake.wait()
            yield self.told[index]

    async def wait_for(
        self, wanted: str | Callable[[dict[str, Any]], bool], *, start: int = 0, within_s: float = 10.0
    ) -> Told:
        """The first event from index ``start`` on that is of this type, or of which ``wanted`` is true.

        Raises LineError with what came instead when none comes in time.
        """
        try:
            async with asyncio.timeout(within_s):
                async for told in self.events(start):
                    if told.type == wanted if isinstance(wanted, str) else wanted(told.event):
                        return told
        except TimeoutError:
            pass
        came = [told.type for told in self.told[start:]]
        name = wanted if isinstance(wanted, str) else "such event"
        raise LineError(f"No {name} within {within_s:.1f} s; came: {came}")

    @property
    def session_id(self) -> str:
        """As told by netra.session; "" before."""
        return next((str(told.event["session_id"]) for told in self.told if told.type == "netra.session"), "")

    @property
    def closed(self) -> bool:
        """The server, or the network, ended the line."""
        return self._closed.is_set()

    async def until_closed(self) -> None:
        await self._closed.wait()

    async def hang_up(self, *, end: bool = False) -> int:
        """By HTTP, as a page that is left. Gives the HTTP status."""
        url = f"{self.settings.url}/v1/realtime/calls/{self.call_id}/hangup" + ("?end=1" if end else "")
        return (await post(url, b"", {})).status

    # --- what was heard ---------------------------------------------------------------------------------------

    def recording(self, start_us: int | None = None, end_us: int | None = None) -> tuple[int, Pcm]:
        """(clock of its first sample, sound at RECORDING_RATE), each packet put where it arrived at the earliest.

        The sender's own axis is laid on the clock by the packet that took the shortest time, so jitter on the way does
        not move sound; lost packets are silence.
        """
        if not self.heard:
            return start_us or 0, np.zeros(0, dtype=np.int16)
        origin = min(h.at_us - h.position * 1_000_000 // RECORDING_RATE for h in self.heard)
        first = start_us if start_us is not None else origin + self.heard[0].position * 1_000_000 // RECORDING_RATE
        offset = (first - origin) * RECORDING_RATE // 1_000_000
        last = max(h.position + len(h.pcm) for h in self.heard) - offset
        if end_us is not None:
            last = (end_us - first) * RECORDING_RATE // 1_000_000
        sound = np.zeros(max(0, last), dtype=np.int16)
        for heard in self.heard:
            at = heard.position - offset
            if at >= 0 and at + len(heard.pcm) <= len(sound):
                sound[at : at + len(heard.pcm)] = heard.pcm
        return first, sound

    def lateness_us(self, start: int = 0) -> list[int]:
        """For each packet heard from index ``start`` on: how much longer it took than the quickest of them."""
        took = [heard.at_us - heard.position * 1_000_000 // RECORDING_RATE for heard in self.heard[start:]]
        return [us - min(took) for us in took] if took else []

    def missing_packets(self, start: int = 0) -> int:
        """Packets from index ``start`` on that the sender's own axis has and that never came."""
        positions = {heard.position for heard in self.heard[start:]}
        if not positions:
            return 0
        return (max(positions) - min(positions)) * 1000 // (PACKET_MS * RECORDING_RATE) + 1 - len(positions)

    # --- inside -----------------------------------------------------------------------------------------------

    async def offer_only(self) -> str:
        """An offer that will not be followed up; ``abandon`` it."""
        return await self._offer()

    async def abandon(self) -> None:
        await self._connection.close()

    async def _connect(self) -> None:
        answer = await self._exchange(await self._offer())
        await self._connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        if self.settings.path is not None:  # only now has bundling settled which transport the sound takes
            filter_sent_packets(self._connection.getSenders()[0], self.settings.path)

    async def _offer(self) -> str:
        connection, settings = self._connection, self.settings
        connection.on("connectionstatechange", self._state_changed)
        self._channel = connection.createDataChannel("oai-events")
        self._channel.on("open", self._open.set)
        self._channel.on("message", self._message)
        self._channel.on("close", self._gone)
        audio = connection.addTransceiver(self._track, direction="sendrecv")
        replace_jitter_buffer(audio.receiver, _Ear(self.heard.append))
        if settings.camera is not None:
            self._eye = EyeTrack(lambda: self.picture)
            connection.addTransceiver(self._eye, direction="sendonly")
        offer = await connection.createOffer()
        offer_addresses(connection, settings.addresses)
        await connection.setLocalDescription(offer)
        sdp: str = connection.localDescription.sdp
        return sdp

    async def _exchange(self, offer: str) -> str:
        settings = self.settings
        url = f"{settings.url}/v1/realtime/calls" + (f"?resume={settings.resume}" if settings.resume else "")
        if settings.session is None:
            response = await post(url, offer.encode(), {"Content-Type": "application/sdp"})
        else:
            body, kind = _form({"sdp": offer, "session": json.dumps(settings.session)})
            response = await post(url, body, {"Content-Type": kind})
        if response.status != 201:
            raise LineError(f"The server refused the call ({response.status}): {response.body.decode()[:500]}")
        self.call_id = response.headers.get("location", "").rsplit("/", 1)[-1]
        return response.body.decode()

    def _message(self, message: str) -> None:
        event = json.loads(message)
        self.told.append(Told(now_us(), event))
        self._wake.set()
        if event["type"] == "netra.still.wanted" and self.settings.stills:
            for answer in still_events(event["request"], self.picture, event["max_side"]):
                self.send(answer)
        if event["type"] == "netra.eye" and self._eye is not None:
            self._eye.pace(event["pictures_per_second"])

    def _state_changed(self) -> None:
        if self._connection.connectionState in ("failed", "closed"):
            self._gone()

    def _gone(self) -> None:
        self._closed.set()
        self._wake.set()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(PING_S)
            if self.pings and self.settings.hello:
                self.send({"type": "netra.ping", "t": now_us() // 1000})


class _Mouth:
    """What the microphone hears: silence, and sound planned at sample positions."""

    def __init__(self) -> None:
        self._position = 0
        self._planned: list[tuple[int, Pcm]] = []

    def plan(self, position: int, pcm: Pcm) -> int:
        """Sample from which it is really said."""
        start = max(position, self._position)
        self._planned.append((start, pcm))
        return start

    def pull(self) -> Pcm | None:
        start, end = self._position, self._position + _FRAME
        self._position = end
        if not self._planned:
            return None
        mixed = np.zeros(_FRAME, dtype=np.int32)
        touched = False
        for at, pcm in self._planned:
            low, high = max(start, at), min(end, at + len(pcm))
            if low < high:
                mixed[low - start : high - start] += pcm[low - at : high - at]
                touched = True
        self._planned = [(at, pcm) for at, pcm in self._planned if at + len(pcm) > end]
        return np.clip(mixed, -32768, 32767).astype(np.int16) if touched else None


class _Ear:
    """Decodes each packet when it arrives; late ones too, they are placed by their own timestamp."""

    def __init__(self, tell: Callable[[Heard], None]) -> None:
        self._tell = tell
        self._decoder = OpusDecoder(RECORDING_RATE)
        self._first: int | None = None

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        arrived = now_us()
        pcm = self._decoder.decode(packet.payload)
        if pcm is None:
            return False, None
        if self._first is None:
            self._first = packet.timestamp
        position = ((packet.timestamp - self._first) & 0xFFFFFFFF) // (WIRE_RATE // RECORDING_RATE)
        self._tell(Heard(arrived, position, pcm))
        return False, None


def _form(parts: dict[str, str]) -> tuple[bytes, str]:
    boundary = "netra-form-boundary-7d1f"
    disposition = "Content-Disposition: form-data"
    lines = [f'--{boundary}\r\n{disposition}; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts.items()]
    return ("".join(lines) + f"--{boundary}--\r\n").encode(), f"multipart/form-data; boundary={boundary}"
