"""Whether a sentence can end here, and how long to wait for more."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from agent.core.endpoint import EndpointSettings, is_whole, wait_ms
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


def test_waits_are_as_set() -> None:
    settings = EndpointSettings(complete_ms=1, incomplete_ms=2, wordless_ms=3)
    assert [wait_ms(settings, text) for text in ("read it", "read the", " ")] == [1, 2, 3]


def test_nearly_all_that_people_ask_is_answered_after_the_short_wait() -> None:
    """Measured: 1.7 % of the bank's sentences and 1.7 % of the paraphrases get the longer wait."""
    bank = [phrase.text for phrase in Bank.load().phrases()]
    asked = [one["say"] for part in ("dev", "heldout") for one in tomllib.loads(PARAPHRASES.read_text("utf-8"))[part]]
    for sentences in (bank, asked):
        assert sum(not is_whole(text) for text in sentences) <= 0.03 * len(sentences)


@pytest.mark.parametrize("name", ["complete_ms", "incomplete_ms", "wordless_ms", "final_timeout_ms"])
def test_impossible_waits_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        EndpointSettings(**{name: -1})
