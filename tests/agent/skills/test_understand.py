"""Words become intents, survive mishearing, and talk from outside becomes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.skills.bank import Bank
from agent.skills.understand import Understanding
from agent.skills.understand_slots import duration_seconds, words_of


@pytest.fixture(scope="module")
def understanding(trained: Path) -> Understanding:
    """Trained once from the whole bank: about 10 s."""
    return Understanding(cache_dir=trained)


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("what do you see", "describe"),
        ("could you tell me what color this shirt is please", "colour"),
        ("read this letter to me", "read_text"),
        ("is there a bar code on this box", "scan_code"),
        ("keep scanning", "scan_along"),
        ("scan for codes", "scan_along"),
        ("tell me when you see a code", "scan_along"),
        ("next product", "scan_along"),
        ("tell me when you see exit", "watch_for"),
        ("did i leave the lights on", "light"),
        ("where is the window", "light_from"),
        ("where is the light coming from", "light_from"),
        ("let me hear the light", "light_tone"),
        ("light tone", "light_tone"),
        ("how many people are there", "people"),
        ("what time is it", "time"),
        ("which day is it today", "date"),
        ("stop", "stop"),
        ("wait a second", "pause"),
        ("go on", "resume"),
        ("uh-huh", "backchannel"),
        ("mm-hmm", "backchannel"),
        ("what can you do", "help"),
        ("describe as we go", "live"),
        ("tell me what changes", "live"),
        ("what did you read before", "read_before"),
        ("is it the same as before", "compare_before"),
        ("remember this", "remember_this"),
        ("what did i ask you to remember", "remembered"),
        ("forget that", "forget"),
        ("forget it", "stop"),
        ("what did you say before", "repeat"),
        ("this is my blue folder", "teach"),
        ("where is my blue folder", "find_seen"),
        ("which of my things is this", "which_of_mine"),
        ("what is on the label", "read_text"),
        ("do these match", "match"),
    ],
)
def test_plain_requests_are_understood(understanding: Understanding, text: str, skill: str) -> None:
    intent = understanding.understand(text)
    assert intent is not None
    assert intent.skill == skill


@pytest.mark.parametrize(
    ("heard", "skill"),
    [
        ("can use tell me what time it is", "time"),
        ("what color is this shirt a", "colour"),
        ("could you please the read this letter", "read_text"),
        ("how much time is left on the time", "timer_left"),
        ("speak a little bit slower at please", "slower"),
    ],
)
def test_a_wrong_word_does_not_change_the_intent(understanding: Understanding, heard: str, skill: str) -> None:
    intent = understanding.understand(heard)
    assert intent is not None
    assert intent.skill == skill


@pytest.mark.parametrize(
    "text",
    [
        "what time did you tell your parents we'd be there",
        "i don't think she really meant it that way",
        "he read the whole book in one weekend and then he read it again",
        "the bus was late again so i missed the first ten minutes",
        "it was the best of times it was the worst of times",
        "",
        "...",
        "this is my friend tom",
        "this is my house",
        "he forgot everything",
        "do you remember me",
    ],
)
@pytest.mark.parametrize("typed", [False, True])
def test_talk_from_outside_is_not_answered(understanding: Understanding, text: str, typed: bool) -> None:
    assert understanding.understand(text, typed=typed) is None


def test_what_people_ask_each_other_must_be_surer_when_it_is_heard(understanding: Understanding) -> None:
    assert understanding.understand("you never listen to me when i am talking") is None
    for text, skill in (("who are you", "who_are_you"), ("netra where are my keys", "find_seen")):
        intent = understanding.understand(text, coverage=0.5)
        assert intent is not None
        assert intent.skill == skill


@pytest.mark.parametrize(
    ("text", "skill", "arguments"),
    [
        ("Whats teh time?", "time", {}),
        ("What colour is this?", "colour", {}),
        ("20 min timer", "set_timer", {"seconds": 1200}),
        ("set a timer for 90s", "set_timer", {"seconds": 90}),
        ("Set a timer for 1 h 30 min.", "set_timer", {"seconds": 5400}),
        ("what is the capital of France", "unsupported", {"topic": "knowledge"}),
        ("What's the weather like in Reykjavik?", "unsupported", {"topic": "weather"}),
        ("describe this in detail", "describe", {"detail": "detailed"}),
        ("set a timer", "set_timer", {}),
        ("this is my tennis racket", "teach", {"thing": "tennis racket"}),
        ("where is my tennis racket", "find_seen", {"thing": "my tennis racket"}),
        ("compare it with the first one", "compare_before", {"which": "first"}),
        ("forget everything", "forget", {"what": "everything"}),
        ("describe as we go and look for the exit", "live", {"words": "exit"}),
    ],
)
def test_typed_words_bring_typos_digits_and_names(
    understanding: Understanding, text: str, skill: str, arguments: dict[str, object]
) -> None:
    intent = understanding.understand(text, typed=True)
    assert intent is not None
    assert (intent.skill, dict(intent.arguments)) == (skill, arguments)


def test_sound_that_was_no_speech_is_never_an_intent(understanding: Understanding) -> None:
    assert understanding.understand("stop", coverage=0.9) is not None
    assert understanding.understand("stop", coverage=0.02) is None


def test_a_request_in_doubt_is_helped_by_the_other_readings(understanding: Understanding) -> None:
    alone = understanding.understand("what time is it", coverage=1.0)
    against = understanding.understand("what time is it", alternatives=("what light is it", "read this letter"))
    assert alone is not None
    assert against is None or against.confidence < alone.confidence


def test_the_second_start_needs_no_training(tmp_path: Path) -> None:
    folder = tmp_path / "phrases"
    folder.mkdir()
    folder.joinpath("shared.phrases").write_text("{lead} = hey\n{tail} = please\n", encoding="utf-8")
    folder.joinpath("time.phrases").write_text("(what|which) (time|hour) is it [now]\n", encoding="utf-8")
    folder.joinpath("stop.phrases").write_text("(stop|end|quit) (it|that|this)\n", encoding="utf-8")
    bank, cache = Bank.load(folder), tmp_path / "cache"
    first = Understanding(bank, cache_dir=cache).understand("which hour is it")
    (kept,) = cache.iterdir()
    again = Understanding(bank, cache_dir=cache).understand("which hour is it")
    assert first is not None
    assert first == again
    kept.write_bytes(b"broken")
    assert Understanding(bank, cache_dir=cache).understand("which hour is it") == first


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("five minutes", 300),
        ("set a timer for ninety seconds please", 90),
        ("an hour and a half", 5400),
        ("two and a half hours", 9000),
        ("half an hour", 1800),
        ("a half hour", 1800),
        ("three quarters of an hour", 2700),
        ("a quarter of an hour", 900),
        ("one and a half minutes", 90),
        ("a minute and thirty seconds", 90),
        ("five minutes thirty", 330),
        ("forty five minute timer", 2700),
        ("a hundred and twenty seconds", 120),
        ("a couple of minutes", 120),
        ("1 hour and 5 minutes", 3900),
        ("20 min", 1200),
        ("1h30", 5400),
        ("1:30", 90),
        ("2.5 hours", 9000),
        ("set a timer for for minutes", 240),
        ("set a timer", None),
        ("twenty five", None),
        ("three hundred hours", None),
    ],
)
def test_lengths_of_time_are_told_in_seconds(text: str, seconds: int | None) -> None:
    assert duration_seconds(text) == seconds


def test_spelling_is_made_one() -> None:
    assert words_of("What\u2019s the COLOUR, pls? It's 5 o'clock, uh-huh!") == (
        ["what's", "the", "color", "please", "it's", "5", "o'clock", "uh-huh"]
    )
