"""What came after a word of the answer, heard or not."""

from __future__ import annotations

import pytest

from agent.engines.protocols import Said
from agent.skills.understand_slots import quoted_after
from tests.agent.skills.test_small_skills import answer, situation


def test_said_after_tells_what_followed_heard_or_not() -> None:
    heard, rest = Said("agent", "The sign says Platform 4,", True), "trains to the sea. Mind the gap."
    cut = situation(history=(heard,), unheard=rest)
    assert answer("said_after", cut).text == "trains to the sea. Mind the gap."
    assert answer("said_after", cut, words="platform 4").text == "trains to the sea. Mind the gap."
    assert answer("said_after", cut, words="the word sea").text == "Mind the gap."
    assert answer("said_after", cut, words="says").text.startswith("Platform 4, trains")
    assert answer("said_after", cut, words="gap").text == "Nothing more: that was the end."
    assert answer("said_after", cut, words="elephant").text == "I don't think I said elephant."
    assert answer("said_after").text == "I haven't said anything yet."
    whole = situation(history=(Said("agent", "It is noon."),))
    assert answer("said_after", whole).text == "That was all. I said: It is noon."


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("what did you say after that", ""),
        ("What did you say after it, please?", ""),
        ("what did you say after the word platform", "platform"),
        ("what came after Mind the gap?", "Mind the gap"),
        ("what were you going to say", ""),
    ],
)
def test_the_words_that_are_quoted(asked: str, words: str) -> None:
    assert quoted_after(asked) == words
