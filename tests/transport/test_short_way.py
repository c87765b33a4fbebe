"""Sound past aiortc: what it leans on, what an RTP packet carries, and real lines whose other end is aiortc."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import numpy as np
import pytest
from aioice import ice
from aiortc import RTCPeerConnection, RTCRtpReceiver, RTCRtpSender, rtcdtlstransport
from aiortc.rtp import HeaderExtensions, HeaderExtensionsMap, RtpPacket
from hypothesis import given
from hypothesis import strategies as st
from loopback import serving, tone

from agent.audio import HEARING_RATE, level_dbfs
from transport.client import CallerSettings, Client
from transport.short_way import payload

# --- what it leans on ----------------------------------------------------------------------------------------------


def test_aioice_hands_every_datagram_that_is_no_stun_to_a_method_of_the_connection() -> None:
    assert "self.receiver.data_received(data, self.local_candidate.component)" in inspect.getsource(ice.StunProtocol)
    assert "self._nominated: dict[int, CandidatePair]" in inspect.getsource(ice.Connection.__init__)
    assert "self.transport.sendto(data, addr)" in inspect.getsource(ice.StunProtocol.send_data)


def test_aiortc_counts_and_decrypts_where_it_did() -> None:
    received = inspect.getsource(RTCRtpReceiver._handle_rtp_packet)
    counted, buffered = (received.index(line) for line in ("self.__remote_streams[packet.ssrc].add(", "buffer.add("))
    assert counted < buffered
    assert "self._rx_srtp.unprotect(data)" in inspect.getsource(rtcdtlstransport.RTCDtlsTransport._recv_next)
    assert "self._tx_srtp.protect(data)" in inspect.getsource(rtcdtlstransport.RTCDtlsTransport._send_rtp)


def test_aiortcs_sender_asks_its_track_only_when_it_may_send_and_reports_what_it_counts() -> None:
    assert "await transceiver.sender.send(" in inspect.getsource(RTCPeerConnection._RTCPeerConnection__connect)
    sending, reporting = (inspect.getsource(one) for one in (RTCRtpSender._run_rtp, RTCRtpSender._run_rtcp))
    assert "except (asyncio.CancelledError, ConnectionError, MediaStreamError)" in sending
    for name in ("ntp_timestamp", "rtp_timestamp", "packet_count", "octet_count"):
        assert f"self.__{name}" in sending
        assert f"self.__{name}" in reporting


# --- what a packet carries -----------------------------------------------------------------------------------------


@given(
    sound=st.binary(max_size=50),
    sources=st.lists(st.integers(0, 2**32 - 1), max_size=3),
    padding=st.integers(0, 9),
    mid=st.none() | st.text("abc012", min_size=1, max_size=5),
)
def test_the_payload_is_what_aiortc_says_it_is(sound: bytes, sources: list[int], padding: int, mid: str | None) -> None:
    packet = RtpPacket(payload_type=111, sequence_number=7, timestamp=9, ssrc=5, payload=sound)
    packet.csrc, packet.padding_size, packet.extensions = sources, padding, HeaderExtensions(mid=mid)
    assert payload(packet.serialize(mids())) == sound


def mids() -> HeaderExtensionsMap:
    made = HeaderExtensionsMap()
    made._HeaderExtensionsMap__ids.mid = 1
    return made


@given(st.binary(min_size=12, max_size=40))
def test_a_packet_that_lies_about_its_lengths_is_empty_or_short(packet: bytes) -> None:
    assert len(payload(packet)) <= len(packet) - 12


# --- real lines ----------------------------------------------------------------------------------------------------


def listening(connection: RTCPeerConnection) -> Any:
    return next(one.receiver for one in connection.getTransceivers() if one.kind == "audio")


@pytest.mark.net
def test_the_other_end_hears_every_packet_and_is_told_that_all_of_its_own_came() -> None:
    """The other end is aiortc's own sender and receiver. Ends when both ends' reports, a second apart, have come."""

    async def scene() -> None:
        async with asyncio.timeout(20), serving() as server, Client(CallerSettings(server.url)) as client:
            await asyncio.sleep(0.2)
            await client.speak(tone(1.0, HEARING_RATE))
            assert [frame.lost for frame in server.echo.frames].count(True) == 0
            heard = np.concatenate([frame.pcm for frame in server.echo.frames if level_dbfs(frame.pcm) > -30])
            assert abs(len(heard) / HEARING_RATE - 1.0) < 0.08
            assert client.missing_packets() == 0
            sender, receiver = client._connection.getSenders()[0], listening(client._connection)
            told = await reports(sender, receiver)
            assert told["remote-inbound-rtp"].packetsLost == 0
            assert told["remote-inbound-rtp"].packetsReceived > 40
            assert told["remote-outbound-rtp"].packetsSent > 40
            assert told["remote-outbound-rtp"].bytesSent > 40 * 3
            assert told["inbound-rtp"].packetsLost == 0

    asyncio.run(scene())


async def reports(sender: Any, receiver: Any) -> dict[str, Any]:
    while True:
        told = {one.type: one for end in (sender, receiver) for one in (await end.getStats()).values()}
        if {"remote-inbound-rtp", "remote-outbound-rtp"} <= told.keys() and told["remote-inbound-rtp"].packetsReceived:
            return told
        await asyncio.sleep(0.1)


@pytest.mark.net
def test_only_the_first_packet_of_a_stream_goes_through_aiortc(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        async with asyncio.timeout(20), serving() as server, Client(CallerSettings(server.url)) as client:
            await asyncio.sleep(0.5)
            ssrc = client._connection.getSenders()[0]._ssrc
            assert len(server.echo.frames) > 15
            assert through_aiortc.count(ssrc) <= 3

    through_aiortc: list[int] = []
    handle = RTCRtpReceiver._handle_rtp_packet

    async def noted(self: Any, packet: RtpPacket, arrival_time_ms: int) -> None:
        through_aiortc.append(packet.ssrc)
        await handle(self, packet, arrival_time_ms)

    monkeypatch.setattr(RTCRtpReceiver, "_handle_rtp_packet", noted)
    asyncio.run(scene())


@pytest.mark.net
def test_packets_that_come_twice_or_were_tampered_with_are_dropped() -> None:
    async def scene() -> None:
        async with asyncio.timeout(20), serving() as server, Client(CallerSettings(server.url)) as client:
            sender = client._connection.getSenders()[0]
            connection = sender.transport.transport._connection
            send = connection.send
            sent = 0

            async def twice(data: bytes) -> None:
                nonlocal sent
                await send(data)
                if data[8:12] == sender._ssrc.to_bytes(4, "big"):
                    sent += 1
                    await send(data)
                    await send(data[:-1] + bytes([data[-1] ^ 1]))
                    await send(data[:13])

            sender.transport.transport._send = twice
            await client.speak(tone(0.5, HEARING_RATE))
            await asyncio.sleep(0.1)
            (call,) = server.calls.live
            assert sent > 20
            assert call.losses.received <= client.pace.sent
            assert call.losses.late == 0
            assert [frame.lost for frame in server.echo.frames].count(True) == 0

    asyncio.run(scene())
