"""What a growing recognition promises: words are committed once, none is lost or doubled, and the work stays linear."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.audio import HEARING_RATE
from agent.engines.agreement import AlignAtt, LocalAgreement, Policy, Word, joined
from agent.engines.whisper_utterance import Trimming, Utterance
from tests.agent.engines.spelled import CODES, after_prefix, spell, written

POLICIES = (LocalAgreement, lambda: AlignAtt(0.5))


def said(text: str, step: float = 0.5) -> tuple[Word, ...]:
    return tuple(Word(f" {word}", at * step, (at + 1) * step) for at, word in enumerate(text.split()))


def test_agreement_commits_what_two_readings_in_a_row_say() -> None:
    policy = LocalAgreement()
    assert policy.certain(said("what is the whether"), 2.0) == 0
    assert policy.certain(said("What is the weather in"), 2.5) == 3
    assert policy.certain(said("weather, in paris"), 3.0) == 2
    assert policy.certain(said("perish"), 3.2) == 0


def test_a_word_at_the_edge_of_the_sound_is_not_certain_yet() -> None:
    policy = LocalAgreement()
    assert [policy.certain(said("read the"), heard_s) for heard_s in (1.0, 1.05)] == [0, 1]
    assert policy.certain(said("the"), 1.3) == 1


def test_alignatt_commits_what_ended_before_the_newest_sound() -> None:
    policy = AlignAtt(0.6)
    words = said("what is the weather")
    assert policy.certain(words, 2.0) == 2
    assert policy.certain(words, 2.7) == 4
    assert policy.certain(words, 0.3) == 0


@settings(max_examples=30, deadline=None)
@given(
    codes=st.lists(st.integers(1, CODES), min_size=1, max_size=60),
    steps=st.lists(st.integers(1_600, 24_000), min_size=1, max_size=12),
    policy=st.sampled_from(POLICIES),
    trim_s=st.sampled_from([3.0, 6.0, 10.0]),
)
def test_no_word_is_lost_doubled_or_taken_back(codes: list[int], steps: list[int], policy: type, trim_s: float) -> None:
    made: Policy = policy()
    utterance = Utterance(made, Trimming(trim_s))
    sound = spell(codes, pause_s=0.3)
    committed, at, turn = "", 0, 0
    while at < len(sound):
        step = steps[turn % len(steps)]
        utterance.add(sound[at : at + step])
        at, turn = at + step, turn + 1
        window = utterance.window()
        utterance.take(window, after_prefix(window))
        assert utterance.committed.startswith(committed)
        assert utterance.text.startswith(utterance.committed)
        committed = utterance.committed
        assert len(utterance.window().sound) <= (trim_s + 3.0) * HEARING_RATE
    utterance.finish()
    assert utterance.text == written(codes)
    times = [(word.start, word.end) for word in utterance.words]
    assert times == sorted(times)
    for number, (start, end) in enumerate(times):
        assert start == pytest.approx(number * 0.5, abs=0.45)
        assert end == pytest.approx(number * 0.5 + 0.4, abs=0.01)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), policy=st.sampled_from(POLICIES))
def test_a_model_that_changes_its_mind_takes_nothing_back(data: st.DataObject, policy: type) -> None:
    utterance = Utterance(policy(), Trimming(4.0, 8.0))
    words = st.lists(st.sampled_from([" a", " b", " c.", " d"]), max_size=8)
    committed = ""
    for _ in range(data.draw(st.integers(1, 30))):
        utterance.add(np.full(data.draw(st.integers(160, 20_000)), 3_000, np.int16))
        window = utterance.window()
        length = window.end_s - window.start_s
        assert length <= 8.0
        texts = data.draw(words)
        step = length / max(1, len(texts))
        utterance.take(window, [Word(text, n * step, (n + 1) * step) for n, text in enumerate(texts)])
        assert utterance.committed.startswith(committed)
        committed = utterance.committed


@pytest.mark.parametrize("policy", POLICIES)
def test_the_work_for_each_second_does_not_grow_with_the_length(policy: type) -> None:
    def work(seconds: int) -> float:
        utterance, total = Utterance(policy(), Trimming(10.0)), 0
        sound = spell([1 + n % CODES for n in range(2 * seconds)])
        for at in range(0, len(sound), HEARING_RATE // 2):
            utterance.add(sound[at : at + HEARING_RATE // 2])
            window = utterance.window()
            total += len(window.sound)
            utterance.take(window, after_prefix(window))
        return total / len(sound)

    assert work(120) <= 1.1 * work(40)
    assert work(120) <= 2 * 11


def test_noise_without_words_is_let_go() -> None:
    utterance = Utterance(LocalAgreement(), Trimming(10.0))
    for _ in range(120):
        utterance.add(np.full(HEARING_RATE, 900, np.int16))
        utterance.take(utterance.window(), ())
        assert len(utterance.window().sound) <= 27 * HEARING_RATE
    assert utterance.text == ""


def test_a_pause_is_noticed_and_needs_no_second_reading() -> None:
    utterance = Utterance(LocalAgreement())
    utterance.add(spell([1, 2], pause_s=0.5))
    assert utterance.paused == pytest.approx(0.6 * HEARING_RATE, abs=400)
    assert utterance.unread
    window = utterance.window()
    utterance.take(window, after_prefix(window))
    assert not utterance.unread
    utterance.add(np.zeros(8_000, np.int16))
    assert not utterance.unread
    utterance.add(spell([3]))
    assert utterance.unread


def test_the_words_before_the_window_are_told_as_the_past() -> None:
    utterance = Utterance(LocalAgreement(), Trimming(4.0))
    codes = list(range(1, 31))
    sound = spell(codes)
    for at in range(0, len(sound), 8_000):
        utterance.add(sound[at : at + 8_000])
        window = utterance.window()
        utterance.take(window, after_prefix(window))
    window = utterance.window()
    assert window.prompt
    assert list(window.prompt + window.prefix) == codes[: len(window.prompt) + len(window.prefix)]
    assert joined(utterance.words) == written(codes)
