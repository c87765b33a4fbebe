"""The insides of aiortc and aioice that we lean on. When this fails after an update, read inside_aiortc.py again."""

from __future__ import annotations

import asyncio
import inspect
from importlib.metadata import version

import pytest
from aiortc import RTCPeerConnection, RTCRtpReceiver, rtcrtpreceiver, rtcrtpsender
from aiortc.jitterbuffer import JitterBuffer

from transport import inside_aiortc


def test_the_version_is_the_one_this_was_made_for() -> None:
    assert version("aiortc").startswith("1.16.")


def test_the_receiver_asks_its_private_buffer_for_each_packet() -> None:
    source = inspect.getsource(RTCRtpReceiver._handle_rtp_packet)
    assert "pli_flag, encoded_frame = self.__jitter_buffer.add(packet)" in source
    assert "if encoded_frame is not None" in source


def test_the_sender_passes_packets_on_without_an_executor() -> None:
    source = inspect.getsource(rtcrtpsender.RTCRtpSender._next_encoded_frame)
    assert "payloads, timestamp = self.__encoder.pack(data)" in source


def test_a_receivers_buffer_is_replaced() -> None:
    async def scene() -> None:
        connection = RTCPeerConnection()
        receiver = connection.addTransceiver("audio").receiver
        assert isinstance(receiver._RTCRtpReceiver__jitter_buffer, JitterBuffer)
        ours = inside_aiortc.PictureBuffer()
        inside_aiortc.replace_jitter_buffer(receiver, ours)
        assert receiver._RTCRtpReceiver__jitter_buffer is ours
        await connection.close()

    asyncio.run(scene())


def test_a_receiver_that_has_moved_its_buffer_is_an_error() -> None:
    with pytest.raises(AttributeError, match=r"aiortc 1\.16"):
        inside_aiortc.replace_jitter_buffer(object(), inside_aiortc.PictureBuffer())


def test_the_picture_buffer_overrides_what_the_video_buffer_calls() -> None:
    assert "self._remove_frame(packet.sequence_number)" in inspect.getsource(JitterBuffer.add)
    assert rtcrtpreceiver.JitterBuffer is JitterBuffer
    assert {"_origin", "_packets"} <= vars(JitterBuffer(capacity=16)).keys()


def test_only_the_given_addresses_are_offered() -> None:
    async def scene() -> list[str]:
        connection = RTCPeerConnection()
        connection.addTransceiver("audio")
        connection.createDataChannel("x")
        offer = await connection.createOffer()
        inside_aiortc.offer_addresses(connection, ["127.0.0.1"])
        await connection.setLocalDescription(offer)
        lines = [line for line in connection.localDescription.sdp.splitlines() if line.startswith("a=candidate")]
        await connection.close()
        return lines

    candidates = asyncio.run(scene())
    assert candidates
    assert all(" 127.0.0.1 " in line for line in candidates)


def test_loopback_is_among_this_machines_addresses() -> None:
    assert "127.0.0.1" in inside_aiortc.host_addresses()
