"""Letters and digits of what was read: nothing added, nothing lost, doubt said."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.skills.printed import Page, Passage
from agent.skills.skill import Answer, Manner, Situation, Skill
from agent.skills.spell import NOTHING_READ, UNSURE, digits, one_by_one, spell, spelled
from agent.skills.understand import Understanding
from tests.agent.skills.test_looking_skills import Known


def after(skill: Skill, text: str, more: str = "", by: str = "read_text", kind: str = "answer") -> Answer:
    last = Answer(text, more=more, skill=by, kind=kind)  # type: ignore[arg-type]
    return asyncio.run(skill(Situation(Known(), datetime(2025, 3, 4), 0, Manner(), last=last), {}))


def test_what_was_read_is_spelled_letter_by_letter() -> None:
    assert after(spell, "It says: Gate B7.").text == "G, A, T, E. B, 7."
    assert spelled("O'Neil-Smith") == "O, apostrophe, N, E, I, L, dash, S, M, I, T, H"


def test_numbers_are_said_digit_by_digit() -> None:
    said = after(digits, "It says: Take 25 mg at 8:30. Price $13.99. Tel 714 879-3574, lot B-204.").text
    assert said == "2 5 mg. 8 colon 3 0. dollar 1 3 point 9 9. 7 1 4. 8 7 9 dash 3 5 7 4. B dash 2 0 4."


def test_no_number_is_said_where_none_was_read() -> None:
    assert after(digits, "It says: Emergency exit.").text == "There was no number in what I read."


def test_long_text_is_spelled_in_parts() -> None:
    first = after(spell, "It says: " + "extraordinary " * 9 + "end.")
    assert first.text.endswith("There is more.")
    assert len(re.findall(r"\b\w\b", first.text)) <= 40
    assert first.more.endswith("E, N, D.")


def test_what_was_spelled_in_part_is_said_in_digits_after_that_and_so_is_a_code() -> None:
    page = Page((Passage("extraordinary " * 5 + "25 mg", True),), 0, 1)
    last = Answer("E, X. There is more.", more="25.", skill="spell")
    situation = Situation(Known(), datetime(2025, 3, 4), 0, Manner(), last=last, page=page)
    assert asyncio.run(digits(situation, {})).text == "2 5 mg."
    product = after(digits, "A product code: 4 0 0 6, 3 8 1 3, 3 3 9 3 1.", by="scan_code").text
    assert product == "4 0 0 6. 3 8 1 3. 3 3 9 3 1."


def test_the_rest_of_a_long_page_is_spelled_too() -> None:
    assert "9 9" in after(digits, "It says: room 12. There is more.", more="shelf 99.").text


@pytest.mark.parametrize(
    "doubtful",
    [
        "I am not sure, but it may say: 25 mg. Move closer and hold still, then ask again.",
        "It says: Dose, perhaps 25 mg. I am not sure about the words after perhaps.",
    ],
)
def test_doubt_stays_with_the_digits(doubtful: str) -> None:
    said = after(digits, doubtful).text
    assert said == f"{UNSURE} 2 5 mg."


@pytest.mark.parametrize(("by", "kind"), [("clock_time", "answer"), ("read_text", "correction"), ("", "answer")])
@pytest.mark.parametrize("skill", [spell, digits])
def test_only_what_was_read_is_spelled(skill: Skill, by: str, kind: str) -> None:
    assert after(skill, "It is 12:30.", by=by, kind=kind).text == NOTHING_READ.text
    nothing = Situation(Known(), datetime(2025, 3, 4), 0, Manner())
    assert asyncio.run(skill(nothing, {})).text == NOTHING_READ.text


@given(st.from_regex(r"\d[\d.,/:-]{0,12}\d", fullmatch=True).filter(str.isascii))
def test_no_digit_is_lost_added_or_moved(number: str) -> None:
    assert "".join(re.findall(r"\d", one_by_one(number))) == "".join(re.findall(r"\d", number))


ASKED = {
    "spell": ("spell that", "can you spell the name for me", "letter by letter", "how is it spelled"),
    "digits": ("digit by digit please", "read the number digit by digit", "what were the digits again"),
    "match": ("do these match", "does this shirt go with these pants", "are these socks the same"),
    "watch_for": ("tell me when you see the exit", "look for the word toilet", "find the sign pharmacy"),
    "stop_watching": ("stop looking", "you can stop searching"),
    "stop": ("stop",),
    "find_seen": ("where did i put my keys", "find my phone"),
    "describe": ("what do you see",),
    "colour": ("what color are my socks",),
    "read_text": ("read the text",),
    "repeat": ("read it again",),
}


def test_it_is_asked_for_in_many_words(trained: Path) -> None:
    understanding = Understanding(cache_dir=trained)
    found = {words: understanding.understand(words, typed=True) for each in ASKED.values() for words in each}
    wanted = {words: skill for skill, each in ASKED.items() for words in each}
    assert {words: intent and intent.skill for words, intent in found.items()} == wanted
