"""The gate's rules, on literals and on any sequence of probabilities."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.gate import Closed, Gate, GateSettings, GateSignal, Likely, Opened, Paused, Unlikely

W = 512


def heard(gate: Gate, *probabilities: float, window: int = W) -> list[GateSignal]:
    return [signal for probability in probabilities for signal in gate.push(probability, window)]


def test_the_first_likely_window_is_told_at_once_and_the_third_opens() -> None:
    assert heard(Gate(), 0.9, 0.9, 0.9) == [Likely(W), Opened(3 * W, 0)]


def test_what_does_not_last_is_taken_back() -> None:
    assert heard(Gate(), 0.9, 0.9, 0.1, 0.0) == [Likely(W), Unlikely(3 * W)]


def test_doubt_neither_opens_nor_takes_back() -> None:
    assert heard(Gate(), 0.6, 0.4, 0.4, 0.6, 0.4, 0.6) == [Likely(W), Opened(6 * W, 0)]


def test_a_window_in_doubt_is_not_likely() -> None:
    assert heard(Gate(), 0.4, 0.45, 0.49) == []


def test_speech_begins_a_preroll_before_its_first_likely_window() -> None:
    quiet = [0.0] * 20
    assert heard(Gate(), *quiet, 0.9, 0.9, 0.9)[-1] == Opened(23 * W, 20 * W - GateSettings().preroll_samples)


def test_the_preroll_never_holds_sound_of_the_speech_before() -> None:
    signals = heard(Gate(), *[0.9] * 5, *[0.0] * 7, *[0.9] * 3)
    assert signals == [
        Likely(W), Opened(3 * W, 0), Paused(8 * W, 5 * W), Closed(11 * W, 5 * W), Likely(13 * W), Opened(15 * W, 5 * W),
    ]  # fmt: skip


def test_silence_shorter_than_the_limit_does_not_close() -> None:
    gate = Gate()
    told = heard(gate, *[0.9] * 4, *[0.0] * 5, 0.4, *[0.0] * 5)
    assert told[1:] == [Opened(3 * W, 0), Paused(7 * W, 4 * W), Paused(13 * W, 10 * W)]
    assert heard(gate, 0.0) == [Closed(16 * W, 10 * W)]


def test_speech_is_counted_without_the_silence_in_it() -> None:
    gate = Gate()
    heard(gate, *[0.9] * 4, 0.0, 0.0, 0.9)
    assert gate.speech_samples == 5 * W
    heard(gate, *[0.0] * 6)
    assert (gate.open, gate.speech_samples) == (False, 5 * W)
    heard(gate, *[0.9] * 3)
    assert gate.speech_samples == 3 * W


def test_finishing_tells_that_what_was_under_way_is_over() -> None:
    gate = Gate()
    heard(gate, 0.9)
    assert gate.finish() == (Unlikely(W),)
    heard(gate, 0.9, 0.9, 0.9, 0.1)
    assert gate.finish() == (Closed(5 * W, 4 * W),)
    assert gate.finish() == ()


def test_windows_of_20_ms_open_after_the_same_length_of_speech() -> None:
    assert heard(Gate(), *[0.9] * 5, window=320) == [Likely(320), Opened(1600, 0)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"likely_threshold": 0.0}, {"open_threshold": 1.0}, {"close_threshold": 0.6}, {"likely_threshold": 0.7},
        {"open_samples": 0}, {"close_samples": 0}, {"preroll_samples": -1},
    ],
)  # fmt: skip
def test_impossible_settings_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"threshold|samples"):
        GateSettings(**wrong)  # type: ignore[arg-type]


windows = st.lists(
    st.tuples(
        st.one_of(st.sampled_from([0.0, 0.34, 0.35, 0.5, 0.9, 1.0]), st.floats(allow_nan=True)),
        st.sampled_from([160, 320, 512]),
    ),
    max_size=120,
)


@given(windows)
def test_signals_keep_their_order_whatever_is_heard(sound: list[tuple[float, int]]) -> None:
    gate = Gate()
    signals = [signal for probability, samples in sound for signal in gate.push(probability, samples)]
    signals += gate.finish()
    opened: Opened | None = None
    likely = False
    last_end = last_at = 0
    for signal in signals:
        assert last_at <= signal.at <= gate.at
        last_at = signal.at
        match signal:
            case Likely():
                assert not likely
                assert opened is None
                likely = True
            case Unlikely():
                assert likely
                likely = False
            case Opened(at, start):
                assert likely
                assert max(0, last_end) <= start <= at
                likely, opened = False, signal
            case Closed(at, end):
                assert opened is not None
                assert opened.at <= end <= at
                opened, last_end = None, end
    assert not likely
    assert opened is None
    assert gate.at == sum(samples for _, samples in sound)
    assert 0 <= gate.speech_samples <= gate.at
