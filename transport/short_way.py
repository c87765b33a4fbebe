"""The short way of sound through aiortc: what a line says goes from the socket to its jitter buffer in one call, and
what the agent says from the encoder to the socket in another.

aiortc takes every packet through a queue, two tasks and a dozen objects. STUN, DTLS, RTCP, pictures, and the first
packet of each stream, which aiortc routes, still go its way. Its reports to the other side count what is carried here;
its transport's own statistics don't. Like ``inside_aiortc`` it touches the insides of aiortc 1.16 and aioice, always of
single objects; its test fails when they move. Does not know what is in a packet.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from struct import Struct
from typing import Any

import pylibsrtp
from aiortc import RTCRtpReceiver, RTCRtpTransceiver, clock
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtp import HeaderExtensions, RtpPacket

Take = Callable[[int, int, int, bytes], None]
"""Given SSRC, sequence number, timestamp and payload of each packet of sound."""

MARKED = 0x80
STAMP_EVERY = 25
"""Packets between two moments told to the other side in sender reports, which go out about once a second."""
_FIXED, _LENGTH, _ORDER = Struct("!BBHLL"), Struct("!HH"), Struct("!HL")


@dataclass(slots=True)
class _Counted:
    """What aiortc's statistics ask of a packet."""

    sequence_number: int = 0
    timestamp: int = 0


class ShortWayIn:
    """A receiver's jitter buffer (``PacketBuffer``) that takes over once aiortc has brought a stream's first packet."""

    def __init__(self, receiver: RTCRtpReceiver, take: Take) -> None:
        self._receiver: Any = receiver
        self._take = take
        self._long_way: Callable[[bytes, int], None] | None = None
        self._srtp: Any = None
        self._statistics: Any = None
        self._counted = _Counted()
        self._ssrc = 0
        self._ours = b""
        self._kinds: tuple[int, ...] = ()

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        """aiortc's way: what it routes to this receiver is ours from now on."""
        if packet.ssrc != self._ssrc or packet.payload_type not in self._kinds:
            self._take_over(packet)
        self._take(packet.ssrc, packet.sequence_number, packet.timestamp, packet.payload)
        return False, None

    def _take_over(self, packet: RtpPacket) -> None:
        self._ssrc, self._ours = packet.ssrc, packet.ssrc.to_bytes(4, "big")
        self._kinds = (packet.payload_type, packet.payload_type | MARKED)
        self._statistics = self._receiver._RTCRtpReceiver__remote_streams[packet.ssrc]
        self._srtp = self._receiver.transport._rx_srtp
        if self._long_way is None:
            connection = self._receiver.transport.transport._connection
            self._long_way, connection.data_received = connection.data_received, self._received

    def _received(self, data: bytes, component: int) -> None:
        """For aioice: a datagram that is no STUN. The header of SRTP is in clear text."""
        if data[8:12] != self._ours or data[1] not in self._kinds or data[0] >> 6 != 2:
            assert self._long_way is not None
            self._long_way(data, component)
            return
        try:
            packet = self._srtp.unprotect(data)
        except pylibsrtp.Error:  # came twice, or from someone else
            return
        counted = self._counted
        counted.sequence_number, counted.timestamp = _ORDER.unpack_from(packet, 2)
        self._statistics.add(counted)
        self._take(self._ssrc, counted.sequence_number, counted.timestamp, payload(packet))


class ShortWayOut:
    """Packets of a transceiver's sender, whose own loop sends none. ``open`` once aiortc has begun to send."""

    def __init__(self, transceiver: RTCRtpTransceiver) -> None:
        self._transceiver = transceiver
        self._sender: Any = transceiver.sender
        self._sequence = secrets.randbelow(1 << 15)  # not near its end, or SRTP may lose count at the start
        self._origin = secrets.randbelow(1 << 32)
        self._bytes = self._packets = 0

    def open(self) -> None:
        sender = self._sender
        self._kind = self._transceiver._codecs[0].payloadType
        self._ssrc = sender._ssrc
        self._srtp = sender.transport._tx_srtp
        self._pairs = sender.transport.transport._connection._nominated
        extensions = sender._RTCRtpSender__rtp_header_extensions_map
        profile, value = extensions.set(HeaderExtensions(mid=sender._RTCRtpSender__mid))
        self._first = 0x90 if value else 0x80
        self._extension = _LENGTH.pack(profile, len(value) // 4) + value if value else b""

    def send(self, sound: bytes, position: int) -> None:
        """``position``: of the first sample of ``sound``, at the clock rate of RTP. Nothing happens on a dead line."""
        pair = self._pairs.get(1)
        if pair is None:
            return
        timestamp = (self._origin + position) & 0xFFFFFFFF
        header = _FIXED.pack(self._first, self._kind, self._sequence, timestamp, self._ssrc)
        pair.protocol.transport.sendto(self._srtp.protect(header + self._extension + sound), pair.remote_addr)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._bytes += len(sound)
        if self._packets % STAMP_EVERY == 0:
            self._sender._RTCRtpSender__ntp_timestamp = clock.current_ntp_time()
            self._sender._RTCRtpSender__rtp_timestamp = timestamp
        self._packets += 1
        self._sender._RTCRtpSender__packet_count, self._sender._RTCRtpSender__octet_count = self._packets, self._bytes


def payload(packet: bytes) -> bytes:
    """What an RTP packet (RFC 3550, 5.1) carries; empty for one whose lengths are wrong."""
    start = 12 + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10:
        start += 4 + 4 * int.from_bytes(packet[start + 2 : start + 4], "big")
    end = len(packet) - (packet[-1] if packet[0] & 0x20 else 0)
    return packet[start : max(start, end)]
