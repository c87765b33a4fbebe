"""The bench's ears: what they say of sounds that are known to the sample."""

from __future__ import annotations

import numpy as np
import pytest

from agent.audio import Pcm
from transport.bench.ears import HOP_MS, RATE, SAME, kept, last_sound_ms, lowered_ms, place, runs, steady


def voice(seconds: float, seed: int = 1, pauses: tuple[tuple[float, float], ...] = ()) -> Pcm:
    """Something like speech: a gliding pitch with formants that change eight times a second, and the given pauses
    (start, end in seconds)."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * RATE)) / RATE
    knots = np.arange(0, seconds + 0.3, 0.125)
    pitch = np.interp(t, knots, rng.uniform(100, 190, len(knots)))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    spans = ((250, 900), (900, 3000), (3000, 6000))
    formants = [np.interp(t, knots, rng.uniform(low, high, len(knots))) for low, high in spans]
    sound = np.zeros(len(t))
    for k in range(1, 40):
        near = sum(np.exp(-np.square((k * pitch - formant) / 250)) for formant in formants)
        sound += np.sin(k * phase) * near
    sound = 1500 * sound + rng.normal(0, 10, len(t))
    for start, end in pauses:
        sound[round(start * RATE) : round(end * RATE)] = 0
    return np.asarray(sound).astype(np.int16)


def ms(value: float) -> int:
    return round(value * RATE / 1000)


@pytest.mark.parametrize("at", [100, 415, 1300])
def test_a_fall_of_eighteen_decibels_is_found_to_ten_milliseconds(at: int) -> None:
    reference = voice(2.0)
    lowered = reference.copy()
    lowered[ms(at) :] = lowered[ms(at) :] * 10 ** (-18 / 20)
    found = lowered_ms(lowered, reference)
    assert found is not None
    assert abs(found - at) <= 10


def test_a_voice_that_is_not_lowered_is_not_said_to_be_even_with_pauses_and_noise() -> None:
    reference = voice(2.0, pauses=((0.5, 0.7), (1.2, 1.25)))
    noisy = reference + np.random.default_rng(2).normal(0, 30, len(reference)).astype(np.int16)
    assert lowered_ms(noisy, reference) is None
    assert lowered_ms((reference * 0.8).astype(np.int16), reference) is None


def test_a_lowering_in_a_pause_is_found_when_the_voice_comes_back() -> None:
    reference = voice(2.0, pauses=((0.5, 0.7),))
    lowered = reference.copy()
    lowered[ms(600) :] = lowered[ms(600) :] * 10 ** (-18 / 20)
    found = lowered_ms(lowered, reference)
    assert found is not None
    assert 660 <= found <= 715  # the first 60 ms that have enough voice in them


def test_a_piece_is_found_where_it_was_cut_out() -> None:
    whole = voice(4.0)
    at, likeness = place(whole[ms(1234) : ms(1634)], whole)
    assert abs(at - 1234) <= 5
    assert likeness > 0.9
    assert place(voice(0.4, seed=9), whole)[1] < SAME
    assert place(whole, whole[:10]) == (0, 0.0)


def test_the_last_sound_of_a_reply_is_not_that_of_the_next() -> None:
    sound = np.concatenate((voice(0.5), np.zeros(ms(300), np.int16), voice(1.0, seed=2)))
    assert last_sound_ms(sound, begun_before_ms=600) == 500
    assert last_sound_ms(sound, begun_before_ms=900) == 1800
    assert last_sound_ms(np.zeros(ms(200), np.int16), 100) == 0


def test_a_reply_that_came_whole_lost_nothing() -> None:
    reference = voice(3.0, pauses=((1.0, 1.3),))
    recorded = np.concatenate((np.zeros(ms(137), np.int16), reference, np.zeros(ms(200), np.int16)))
    found = kept(recorded, reference)
    assert (found.lost_ms, found.inserted_ms, found.longest_gap_ms) == (0, 0, 0)


def test_a_hold_is_a_gap_of_its_length_and_no_loss() -> None:
    reference = voice(3.0, pauses=((2.2, 2.4),))
    ducked = (reference[ms(900) : ms(1100)] * 10 ** (-18 / 20)).astype(np.int16)
    recorded = np.concatenate(
        (np.zeros(ms(50), np.int16), reference[: ms(900)], ducked, np.zeros(ms(640), np.int16), reference[ms(1100) :])
    )
    found = kept(recorded, reference)
    assert found.lost_ms == 0
    assert abs(found.inserted_ms - 640) <= 20
    assert abs(found.longest_gap_ms - 640) <= 20


def test_words_that_were_left_out_are_counted() -> None:
    reference = voice(3.0)
    recorded = np.concatenate((reference[: ms(900)], np.zeros(ms(500), np.int16), reference[ms(1300) :]))
    found = kept(recorded, reference)
    assert 360 <= found.lost_ms <= 440
    assert abs(found.inserted_ms - 500) <= 20


def test_a_reply_that_broke_off_lost_its_end() -> None:
    reference = voice(3.0)
    recorded = np.concatenate((reference[: ms(1200)], np.zeros(ms(2500), np.int16)))
    assert abs(kept(recorded, reference).lost_ms - 1800) <= 60


def test_steady_moments_have_sound_after_them() -> None:
    reference = voice(4.0, pauses=((1.0, 1.5),))
    found = steady(reference, after_ms=200, before_ms=3000, lasts_ms=700)
    assert found
    assert all(moment + 700 <= 1000 or moment >= 1500 for moment in found)
    assert min(found) == 200
    assert max(found) <= 3000


def test_runs_bridge_short_gaps() -> None:
    flags = np.array([0, 1, 1, 0, 1, 0, 0, 0, 1], dtype=bool)
    assert runs(flags) == [(1, 3), (4, 5), (8, 9)]
    assert runs(flags, join=1) == [(1, 5), (8, 9)]
    assert runs(np.zeros(3, dtype=bool)) == []
    assert HOP_MS == 5
