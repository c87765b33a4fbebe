"""What a question of the agent asks for, and what answers it."""

from __future__ import annotations

import pytest

from agent.core.asked import Wanted, ends_in_number, is_answer, wanted


@pytest.mark.parametrize(
    ("said", "wants"),
    [
        ("It is ten past four.", "nothing"),
        ("", "nothing"),
        ("Do you see it?", "yes_no"),
        ("I found a letter. Shall I read it?", "yes_no"),
        ("You want the light on, right?", "yes_no"),
        ("Apakah Anda siap?", "yes_no"),
        ("For how long?", "number"),
        ("Is that right? Tell me.", "nothing"),
        ("What is the phone number?", "number"),
        ("What do you want to know?", "words"),
        ('She asked "why?"', "words"),
    ],
)
def test_wanted(said: str, wants: Wanted) -> None:
    assert wanted(said) == wants


@pytest.mark.parametrize("text", ["yes", "Okay.", "no thanks", "yes please", "uh-huh", "iya", "go ahead", "not now"])
def test_a_plain_answer(text: str) -> None:
    assert is_answer(text)


@pytest.mark.parametrize("text", ["", "hmm", "yes what is that", "the red one", "read it"])
def test_no_plain_answer(text: str) -> None:
    assert not is_answer(text)


def test_numbers_that_may_go_on() -> None:
    assert ends_in_number("oh four two")
    assert ends_in_number("it is 42")
    assert not ends_in_number("two of them")
    assert not ends_in_number("")
