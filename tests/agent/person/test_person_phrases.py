"""What is said to have the person asked is understood where there is one, and changes nothing where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.person.phrases import name_words
from agent.person.settings import Person
from agent.skills.bank import Bank
from agent.skills.house_bank import bank_for
from agent.skills.understand import Understanding

ANNA = Person(name="Anna", link="tel:+4930123")


def test_without_a_person_the_bank_is_the_plain_one() -> None:
    assert bank_for((), person=Person()).digest == Bank.load().digest
    assert bank_for((), person=ANNA).digest != Bank.load().digest


def test_there_are_few_phrases_and_none_says_that_she_cannot_be_called() -> None:
    phrases = bank_for((), person=ANNA).phrases()
    mine = [one.text for one in phrases if one.skill == "ask_person"]
    assert 20 < len(mine) < 700
    assert {word for text in mine for word in text.split()} >= set(name_words("Anna"))
    calls = [one.text for one in phrases if ("topic", "call_or_message") in one.arguments]
    assert [text for text in calls if "anna" in text.split()] == []
    assert any("my mother" in text for text in calls)
    assert not [one for one in phrases if ("topic", "person") in one.arguments], "nobody is missing"


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    """Trained once: about 10 s."""
    return Understanding(bank_for((), person=ANNA))


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("ask a person for help", "ask_person"),
        ("call for help", "ask_person"),
        ("call anna", "ask_person"),
        ("could you ask anna to help me", "ask_person"),
        ("call my mother", "unsupported"),
        ("help", "help"),
        ("help me", "help"),
        ("i need help", "help"),
        ("stop", "stop"),
        ("what time is it", "time"),
        ("what does the sign say", "read_text"),
        ("how many people are there", "people"),
        ("is anybody there", "people"),
    ],
)
def test_neighbours_go_where_they_went(understanding: Understanding, text: str, skill: str, typed: bool) -> None:
    intent = understanding.understand(text, typed=typed)
    assert intent is not None
    assert intent.skill == skill


@pytest.mark.parametrize("text", ["ask a person for help", "i want to talk to a human", "get me someone to help me"])
def test_where_nobody_is_named_it_says_how_to_name_somebody(trained: Path, text: str) -> None:
    intent = Understanding(Bank.load(), cache_dir=trained).understand(text, typed=True)
    assert intent is not None
    assert (intent.skill, intent.arguments.get("topic")) == ("unsupported", "person")
