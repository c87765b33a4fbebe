"""Readings that Whisper makes of nothing are dropped; what people say stays, even where it sounds alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.engines.agreement import Word, joined
from agent.engines.whisper_guards import SILENCE_TEXTS, Doubts, Limits, believed, compression, plain

SURE, NORMAL = Doubts(0.01, -0.2), Limits()


def words(text: str, probability: float = 0.9, step: float = 0.3) -> tuple[Word, ...]:
    return tuple(Word(f" {word}", n * step, (n + 1) * step, probability) for n, word in enumerate(text.split()))


def kept(text: str, doubts: Doubts = SURE, probability: float = 0.9, limits: Limits = NORMAL) -> str:
    return joined(believed(words(text, probability), doubts, limits, 30.0))


@pytest.mark.parametrize(
    "text", ["What is the weather in Paris?", "no no no", "Thank you.", "very very very good", "yes"]
)
def test_what_is_said_plainly_is_believed(text: str) -> None:
    assert kept(text) == text


@pytest.mark.parametrize("text", ["Thank you.", "Thanks for watching!", "Terima kasih.", "you", "So"])
def test_texts_of_silence_need_evidence(text: str) -> None:
    assert kept(text, Doubts(0.5, -0.4)) == ""
    assert kept(text, SURE, probability=0.2) == ""
    assert kept("I said: " + text, Doubts(0.5, -0.4)) != ""


def test_no_speech_that_is_hardly_believed_is_none() -> None:
    assert kept("read the text", Doubts(0.9, -1.5)) == ""
    assert kept("read the text", Doubts(0.9, -0.3)) == "read the text"
    assert kept("read the text", Doubts(0.1, -1.5)) == "read the text"


@pytest.mark.parametrize(
    ("loop", "left"),
    [
        ("no no no no no no", "no"),
        ("so it is it is it is it is it is", "so it is"),
        ("I think that is I think that is I think that is", "I think that is"),
        ("one two three four five one two three four five one two three four five and", "one two three four five"),
    ],
)
def test_loops_are_cut_after_the_first_round(loop: str, left: str) -> None:
    assert kept(loop) == left


def test_text_that_gzip_shrinks_is_a_loop() -> None:
    long = "ha" * 60
    assert compression(long) > 2.4
    assert kept(long) == ""
    assert compression("what is the weather in paris today, and will it rain there tomorrow") < 2.4


def test_words_after_the_sound_or_without_a_length_are_cut() -> None:
    assert joined(believed(words("one two three four"), SURE, Limits(), 0.65)) == "one two three"
    collapsed = (*words("one two"), *(Word(f" w{n}", 0.6, 0.6) for n in range(6)))
    assert joined(believed(collapsed, SURE, Limits(), 30.0)) == "one two"


def test_an_echo_of_the_hint_over_noise_is_dropped() -> None:
    limits = Limits(echoes=frozenset({plain("What time is it?")}))
    assert kept("What time is it?", Doubts(0.4, -0.3), limits=limits) == ""
    assert kept("What time is it?", SURE, limits=limits) == "What time is it?"


def test_the_texts_of_silence_are_written_as_they_are_compared() -> None:
    assert [text for text in SILENCE_TEXTS if plain(text) != text] == []


@given(
    st.lists(st.sampled_from(["a", "b", "c", "d", "thank", "you", "no"]), max_size=30),
    st.floats(0, 1), st.floats(-5, 0), st.floats(0, 12),
)  # fmt: skip
def test_what_is_believed_is_always_how_the_reading_begins(
    texts: list[str], no_speech: float, logprob: float, heard: float
) -> None:
    reading = words(" ".join(texts))
    left = believed(reading, Doubts(no_speech, logprob), Limits(), heard)
    assert left == reading[: len(left)]
    assert believed(left, Doubts(no_speech, logprob), Limits(), heard) == left
