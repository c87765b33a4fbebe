"""The resampler's rules: exact counts, alignment, a flat pass band and no aliases."""

from __future__ import annotations

from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.audio import Pcm
from agent.resample import Resampler

RATES = [(22_050, 24_000), (48_000, 16_000), (24_000, 16_000), (44_100, 16_000), (16_000, 48_000)]


def tone(rate: int, hertz: float, seconds: float = 0.5) -> Pcm:
    return np.rint(16_000 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)).astype(np.int16)


def whole(source: int, target: int, pcm: Pcm, step: int | None = None) -> Pcm:
    resampler = Resampler(source, target)
    step = step or source // 50
    pieces = [resampler.push(pcm[at : at + step]) for at in range(0, len(pcm), step)]
    return np.concatenate([*pieces, resampler.flush()])


def decibels(pcm: Pcm) -> float:
    middle = pcm[len(pcm) // 4 : -len(pcm) // 4].astype(float)
    return float(20 * np.log10(np.sqrt(np.mean(middle**2)) / (16_000 / np.sqrt(2)) + 1e-9))


@pytest.mark.parametrize(("source", "target"), RATES)
def test_a_tone_keeps_its_level_its_pitch_and_its_place(source: int, target: int) -> None:
    got = whole(source, target, tone(source, 1000))
    wanted = tone(target, 1000)
    assert len(got) == ceil(source * 0.5 * target / source)
    assert np.max(np.abs(got[200:-200].astype(int) - wanted[200 : len(got) - 200])) < 8


@pytest.mark.parametrize(("source", "target"), [pair for pair in RATES if pair[0] > pair[1]])
def test_what_the_lower_rate_cannot_hold_is_gone(source: int, target: int) -> None:
    assert decibels(whole(source, target, tone(source, target * 0.55))) < -75


def test_raising_the_rate_adds_no_image() -> None:
    got = whole(16_000, 48_000, tone(16_000, 6400)).astype(float)
    spectrum = np.abs(np.fft.rfft(got * np.hanning(len(got))))
    image = len(got) * 9600 // 48_000
    assert 20 * np.log10(spectrum[image - 5 : image + 5].max() / spectrum.max()) < -75


@settings(max_examples=40)
@given(st.sampled_from(RATES), st.lists(st.integers(0, 1500), max_size=8), st.integers(0, 2**32 - 1))
def test_pieces_of_any_length_give_the_same_as_the_whole(rates: tuple[int, int], steps: list[int], seed: int) -> None:
    pcm = np.random.default_rng(seed).integers(-32768, 32767, sum(steps), endpoint=True).astype(np.int16)
    once = Resampler(*rates)
    expected = np.concatenate([once.push(pcm), once.flush()])
    parted = Resampler(*rates)
    ends = np.cumsum(steps)
    parts = [parted.push(pcm[end - step : end]) for step, end in zip(steps, ends, strict=True)]
    assert np.array_equal(np.concatenate([*parts, parted.flush()]), expected)
    assert len(expected) == ceil(len(pcm) * rates[1] / rates[0])


def test_a_live_stream_gives_a_full_frame_for_each_frame_and_is_late_by_what_it_holds() -> None:
    resampler = Resampler(48_000, 16_000, live=True)
    pcm = tone(48_000, 500)
    frames = [resampler.push(pcm[at : at + 960]) for at in range(0, len(pcm), 960)]
    assert {len(frame) for frame in frames} == {320}
    got = np.concatenate(frames).astype(float)
    late = resampler.held / 3
    wanted = 16_000 * np.sin(2 * np.pi * 500 * (np.arange(len(got)) - late) / 16_000)
    assert np.max(np.abs(got - wanted)[200:]) < 8
    assert len(resampler.flush()) == 0


def test_loud_sound_is_limited_not_wrapped() -> None:
    square = np.repeat(np.array([32767, -32768] * 50, dtype=np.int16), 48)
    got = whole(48_000, 16_000, square)
    assert got.max() == 32767
    assert got.min() == -32768


def test_the_same_rate_passes_through() -> None:
    pcm = tone(16_000, 440)
    resampler = Resampler(16_000, 16_000)
    assert np.array_equal(resampler.push(pcm), pcm)
    assert len(resampler.flush()) == 0
    assert resampler.held == 0


def test_after_a_flush_the_next_sound_is_a_new_one() -> None:
    resampler = Resampler(22_050, 24_000)
    pcm = tone(22_050, 700)
    first = np.concatenate([resampler.push(pcm), resampler.flush()])
    assert np.array_equal(np.concatenate([resampler.push(pcm), resampler.flush()]), first)


def test_a_rate_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        Resampler(0, 16_000)
