"""Whether a sentence can end here, and how long to wait for more."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from agent.core.endpoint import EndpointSettings, Evidence, is_whole, wait_ms
from agent.core.words import phrase_list
from agent.skills.bank import Bank

PARAPHRASES = Path(__file__).parents[2] / "data" / "paraphrases.toml"


WHOLE = phrase_list(
    """what is this, what colour is this, tell me what this is, what am i looking at, what is this for, stop, yes,
    read the text please, is the light on, what time is it, where am i, turn the light on, read this, Read the text.,
    what's the date, describe the room, do you know what the time is"""
)
OPEN = phrase_list(
    """, read the, i want to, what is the, um, read the text and um, can you, please, is this, what is, tell me, what,
    what colour is, set a timer, set a timer for, read the please, how many, hey netra"""
)


@pytest.mark.parametrize("text", sorted(WHOLE))
def test_whole(text: str) -> None:
    assert is_whole(text)


@pytest.mark.parametrize("text", sorted(OPEN))
def test_calls_for_more(text: str) -> None:
    assert not is_whole(text)


WAITS = EndpointSettings(
    complete_ms=210, heard_ms=250, unsure_ms=400, incomplete_ms=600, hesitant_ms=1_000, wordless_ms=500, voice_ms=100
)


@pytest.mark.parametrize(
    ("evidence", "wait"),
    [
        (Evidence("read it"), 250),
        (Evidence("read it", understood=0.9), 210),
        (Evidence("read it", understood=0.7), 250),
        (Evidence("read it", understood=0.5), 400),
        (Evidence("what is she", alternatives=("what is", "what is so", "why does")), 400),
        (Evidence("what is she", alternatives=("what is", "what is she a", "what is it")), 400),
        (Evidence("what is she", alternatives=("what is", "what is he", "what is it")), 250),
        (Evidence("what is it", understood=0.9, alternatives=("what is", "why is", "why does")), 210),
        (Evidence("brief mode", coverage=0.11), 500),
        (Evidence("brief mode", understood=0.9, coverage=0.11), 210),
        (Evidence("brief mode", coverage=0.2), 250),
        (Evidence("read that", understood=0.9, alternatives=("read the", "read a")), 400),
        (Evidence("read the", alternatives=("red the", "read that")), 400),
        (Evidence("read the", alternatives=("red the", "read a")), 600),
        (Evidence("read it", understood=0.9, alternatives=("read it the", "heed the", "read its")), 210),
        (Evidence("the", alternatives=("that",)), 600),
        (Evidence("read the"), 600),
        (Evidence("i want to um"), 1_000),
        (Evidence(" "), 500),
        (Evidence("read the", finality=1.0), 500),
        (Evidence("read the", finality=0.0), 700),
        (Evidence("read it", finality=0.0), 350),
        (Evidence("read it", finality=1.0), 200),
        (Evidence("read it", finality=1.0, understood=0.9), 200),
        (Evidence("i want to um", finality=1.0), 1_000),
        (Evidence("yes", wanted="yes_no"), 200),
        (Evidence("yes"), 250),
        (Evidence("yes read it", wanted="yes_no"), 250),
        (Evidence("four two", wanted="number"), 1_000),
        (Evidence("four two"), 250),
        (Evidence("read it", patience_ms=480), 480),
        (Evidence("read it", patience_ms=5_000), 750),
        (Evidence("read the", understood=0.9), 600),
        (Evidence("read the", patience_ms=5_000), 600),
    ],
)
def test_the_wait_follows_everything_that_is_known(evidence: Evidence, wait: int) -> None:
    assert wait_ms(WAITS, evidence) == wait


def test_eagerness_scales_and_bounds_the_wait() -> None:
    for eagerness, um, whole in (("low", 1_800, 450), ("medium", 1_000, 250), ("auto", 1_000, 250), ("high", 750, 200)):
        settings = replace(WAITS, eagerness=eagerness)
        assert (wait_ms(settings, Evidence("um")), wait_ms(settings, Evidence("read it"))) == (um, whole)
    for eagerness, most in (("low", 8_000), ("medium", 4_000), ("high", 2_000)):
        assert wait_ms(replace(WAITS, eagerness=eagerness, hesitant_ms=10_000), Evidence("um")) == most


def test_a_fixed_silence_is_what_was_asked_for() -> None:
    assert wait_ms(replace(WAITS, silence_ms=90), Evidence("read the", finality=0.0)) == 90


def test_nearly_all_that_people_ask_is_answered_after_the_short_wait() -> None:
    """Measured: 1.7 % of the bank's sentences and 1.7 % of the paraphrases get the longer wait."""
    bank = [phrase.text for phrase in Bank.load().phrases()]
    asked = [one["say"] for part in ("dev", "heldout") for one in tomllib.loads(PARAPHRASES.read_text("utf-8"))[part]]
    for sentences in (bank, asked):
        assert sum(not is_whole(text) for text in sentences) <= 0.03 * len(sentences)


@pytest.mark.parametrize("name", ["complete_ms", "heard_ms", "incomplete_ms", "wordless_ms", "final_timeout_ms"])
def test_impossible_waits_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        EndpointSettings(**{name: -1})
