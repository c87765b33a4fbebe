"""The sound of the wire: PCM and G.711 in pieces of any size, against the tables of the recommendation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.audio import HEARING_RATE, SPEAKING_RATE
from transport.formats import RATES, WireDecoder, WireEncoder, WireFormat


def tone(rate: int, seconds: float = 0.5, hz: float = 440.0) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return (9_000 * np.sin(np.arange(int(rate * seconds)) * 2 * np.pi * hz / rate)).astype(np.int16)


def loudest_hz(pcm: np.ndarray[tuple[int], np.dtype[np.int16]], rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(pcm.astype(np.float64) * np.hanning(len(pcm))))
    return float(np.argmax(spectrum) * rate / len(pcm))


@pytest.mark.parametrize("format_", ["audio/pcm", "audio/pcmu", "audio/pcma"])
def test_a_tone_comes_through_in_pitch_and_level(format_: WireFormat) -> None:
    encoder, decoder = WireEncoder(format_), WireDecoder(format_)
    wire = encoder.push(tone(SPEAKING_RATE)) + encoder.flush()
    heard = decoder.push(wire)
    assert len(wire) == pytest.approx(RATES[format_] * 0.5 * (2 if format_ == "audio/pcm" else 1), abs=4)
    assert loudest_hz(heard, HEARING_RATE) == pytest.approx(440, abs=3)
    assert np.abs(heard).max() == pytest.approx(9_000, rel=0.05)


@given(st.lists(st.integers(1, 4_001), min_size=1, max_size=20), st.sampled_from(["audio/pcm", "audio/pcmu"]))
@settings(max_examples=30, deadline=None)
def test_pieces_of_any_size_are_the_same_sound(sizes: list[int], format_: WireFormat) -> None:
    encoder = WireEncoder(format_)
    wire = encoder.push(tone(SPEAKING_RATE)) + encoder.flush()
    whole, pieces, decoder = WireDecoder(format_).push(wire), [], WireDecoder(format_)
    at = 0
    for size in sizes:
        pieces.append(decoder.push(wire[at : at + size]))
        at += size
    pieces.append(decoder.push(wire[at:]))
    assert np.array_equal(np.concatenate(pieces), whole)


@pytest.mark.parametrize(
    ("format_", "codes"),
    [  # G.711 tables 1a and 2a: code, sample on 16 bits
        ("audio/pcmu", {0xFF: 0, 0x7F: 0, 0x80: 32_124, 0x00: -32_124, 0xFE: 8, 0xEF: 132}),
        ("audio/pcma", {0xD5: 8, 0x55: -8, 0xAA: 32_256, 0x2A: -32_256, 0xC5: 264, 0xD4: 24}),
    ],
)
def test_codes_are_those_of_the_recommendation(format_: WireFormat, codes: dict[int, int]) -> None:
    for code, sample in codes.items():
        heard = WireDecoder(format_).push(bytes([code]) * 400)
        assert int(np.median(heard)) == pytest.approx(sample, abs=max(2, abs(sample) // 500))
