"""With ``short_way`` the only place that touches the insides of aiortc 1.16 and aioice; a test fails when they move.

Two things are replaced, always on one object and never for the whole process:
the jitter buffer of a receiver, and the list of addresses that an ICE agent offers.
Does not know what is in a packet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from aioice import ice
from aiortc import RTCPeerConnection, RTCRtpReceiver, RTCRtpSender
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.rtp import RtpPacket

LOOPBACK = "127.0.0.1"
VIDEO_PACKETS = 512
PATIENCE_PICTURES = 2
"""Later whole pictures that one with a hole waits for: about a second, half of one at four a second. Packets are sent
again sooner than that."""
_BUFFER = "_RTCRtpReceiver__jitter_buffer"


class PacketBuffer(Protocol):
    """What a receiver calls for each packet."""

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        """(ask the sender for a whole new picture, a frame for aiortc's own decoder thread)."""
        ...


def replace_jitter_buffer(receiver: RTCRtpReceiver, buffer: PacketBuffer) -> None:
    """Give ``receiver`` our buffer. Raises AttributeError when aiortc no longer keeps its own under this name."""
    if not hasattr(receiver, _BUFFER):
        raise AttributeError(f"aiortc's receiver has no {_BUFFER}: this code is made for aiortc 1.16")
    setattr(receiver, _BUFFER, buffer)


def depacketised(packet: RtpPacket) -> bytes:
    """The piece of an encoded picture in a packet, as aiortc's receiver left it there."""
    piece: bytes = packet._data  # type: ignore[attr-defined]
    return piece


class PictureBuffer(JitterBuffer):
    """aiortc's video buffer, except that a picture is whole when its marked last packet is there.

    aiortc waits for the first packet of the next picture: half a second on a 2 fps track. It waits for a lost packet
    until 512 newer ones came: here two later pictures are enough, and a whole new one is asked for.
    """

    def __init__(self) -> None:
        super().__init__(capacity=VIDEO_PACKETS, is_video=True)

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        please, frame = super().add(packet)
        if frame is None and packet.marker and self._give_up_broken():
            return True, self._remove_frame(packet.sequence_number)
        return please, frame

    def _give_up_broken(self) -> bool:
        """Drop everything up to the end of the first picture that is known to have ended, if enough follow it."""
        origin: int = self._origin or 0
        ends = [n for n in range(self.capacity) if (p := self._packets[(origin + n) % self.capacity]) and p.marker]
        if len(ends) <= PATIENCE_PICTURES:
            return False
        self.remove(ends[0] + 1)
        return True

    def _remove_frame(self, sequence_number: int) -> JitterFrame | None:
        packets: list[RtpPacket] = []
        origin: int = self._origin or 0
        for count in range(self.capacity):
            packet = self._packets[(origin + count) % self.capacity]
            if packet is None:
                return None
            if packets and packet.timestamp != packets[0].timestamp:
                break
            packets.append(packet)
            if packet.marker:
                break
        else:
            return None
        self.remove(len(packets))
        return JitterFrame(
            data=b"".join(map(depacketised, packets)),
            timestamp=packets[0].timestamp,
        )


def host_addresses() -> tuple[str, ...]:
    """Every address of this machine, loopback (which aioice leaves out) included."""
    return (*ice.get_host_addresses(use_ipv4=True, use_ipv6=True), LOOPBACK)


def offer_addresses(connection: RTCPeerConnection, addresses: Iterable[str] | None) -> None:
    """Make the ICE agents of ``connection`` offer these local addresses; None: all of the machine's and loopback.

    Call it when the transports exist (tracks and channels added) and before setLocalDescription gathers.
    """
    wanted = list(host_addresses() if addresses is None else addresses)
    for agent in _ice_agents(connection):
        gather = type(agent).get_component_candidates

        async def candidates(component: int, addresses: list[str], *, agent: Any = agent, gather: Any = gather) -> Any:
            return await gather(agent, component=component, addresses=wanted)

        agent.get_component_candidates = candidates


def _ice_agents(connection: RTCPeerConnection) -> list[Any]:
    transports = [transceiver.receiver.transport for transceiver in connection.getTransceivers()]
    if connection.sctp is not None:
        transports.append(connection.sctp.transport)
    return [transport.transport.iceGatherer._connection for transport in dict.fromkeys(transports)]


def filter_sent_packets(sender: RTCRtpSender, through: Callable[[bytes, Callable[[bytes], Any]], Any]) -> None:
    """Let ``through(data, send)`` decide about each RTP packet of ``sender`` (to lose or delay it in measurements)."""
    transport: Any = sender.transport
    ssrc = int(sender._ssrc).to_bytes(4, "big")
    send = transport._send_rtp

    async def filtered(data: bytes) -> None:
        if data[8:12] == ssrc and not 192 <= data[1] <= 223:  # 192..223 are RTCP packet types
            await through(data, send)
        else:
            await send(data)

    transport._send_rtp = filtered


def cut_off(connection: RTCPeerConnection) -> None:
    """Send nothing more at all, as a peer that has lost its network (for measurements)."""

    async def nothing(data: bytes) -> None:
        return

    for transceiver in connection.getTransceivers():
        transport: Any = transceiver.receiver.transport
        transport._send_rtp = nothing
    for agent in _ice_agents(connection):
        for protocol in agent._protocols:
            protocol.transport.sendto = lambda data, addr=None: None
