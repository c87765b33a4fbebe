"""Opus: what goes in comes out, at every rate, and what is no Opus is told so."""

from __future__ import annotations

import numpy as np
import pytest

from agent.audio import Pcm, level_dbfs
from transport.opus import OpusDecoder, OpusEncoder


def swept(rate: int, seconds: float = 1.0) -> Pcm:
    """A tone that rises from 200 to 2,000 Hz, at about -15 dBFS."""
    t = np.arange(round(rate * seconds)) / rate
    return (8_000 * np.sin(2 * np.pi * (200 * t + 900 * t * t))).astype(np.int16)


def frames(pcm: Pcm, rate: int) -> list[Pcm]:
    return [pcm[at : at + rate // 50] for at in range(0, len(pcm), rate // 50)]


@pytest.mark.parametrize("voip", [False, True])
@pytest.mark.parametrize("wire", [16_000, 24_000])
@pytest.mark.parametrize("heard", [16_000, 24_000, 48_000])
def test_a_frame_in_is_a_frame_out_and_sounds_the_same(wire: int, heard: int, voip: bool) -> None:
    encoder, decoder = OpusEncoder(wire, voip=voip), OpusDecoder(heard)
    out = [decoder.decode(encoder.encode(frame)) for frame in frames(swept(wire), wire)]
    assert [len(frame) for frame in out if frame is not None] == [heard // 50] * 50
    sound, wanted = np.concatenate([frame for frame in out if frame is not None]), swept(heard)
    assert abs(level_dbfs(sound[heard // 10 :]) - level_dbfs(wanted)) < 1.0
    late = max(range(heard // 100), key=lambda n: float(np.dot(sound[n:].astype(float), wanted[: len(wanted) - n])))
    assert late / heard < 0.008
    kept, rest = wanted[: len(wanted) - late].astype(float), sound[late:].astype(float)
    assert np.corrcoef(kept[heard // 10 :], rest[heard // 10 :])[0, 1] > 0.95


def test_frames_given_out_are_the_takers_own() -> None:
    encoder, decoder = OpusEncoder(24_000), OpusDecoder(16_000)
    first, second = (decoder.decode(encoder.encode(frame)) for frame in frames(swept(24_000), 24_000)[10:12])
    assert first is not None
    assert second is not None
    before = first.copy()
    second[:] = 0
    assert np.array_equal(first, before)


@pytest.mark.parametrize("payload", [b"", b"\xff" * 3, b"\x03"])
def test_what_is_no_packet_is_none(payload: bytes) -> None:
    assert OpusDecoder(16_000).decode(payload) is None


def test_a_packet_of_two_frames_is_decoded_whole() -> None:
    encoder, decoder = OpusEncoder(16_000), OpusDecoder(16_000)
    one = encoder.encode(swept(16_000)[:320])
    two_in_one = bytes([one[0] & 0xFC | 1]) + one[1:] * 2  # RFC 6716, code 1: two frames of one size
    found = decoder.decode(two_in_one)
    assert found is not None
    assert len(found) == 640


def test_rates_and_lengths_that_opus_does_not_have_are_refused() -> None:
    with pytest.raises(ValueError, match="libopus"):
        OpusEncoder(22_050)
    with pytest.raises(ValueError, match="libopus"):
        OpusDecoder(44_100)
    with pytest.raises(ValueError, match="libopus"):
        OpusEncoder(24_000).encode(np.zeros(500, dtype=np.int16))
