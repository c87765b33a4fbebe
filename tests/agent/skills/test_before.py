"""What was read before is said with its age; what is compared names what differs, and doubt is said."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from agent.skills.before import NOTHING, NOTHING_BEFORE, compare_before, read_before, same_row
from agent.skills.skill import Answer, ColourPart, Eyes, Kept, Manner, Situation, Skill
from tests.agent.skills.test_looking_skills import Known, page

MINUTE = 60_000_000
NOW = 10 * MINUTE
BLUE, RED = (ColourPart("blue", 0.9, (30, 70, 200)),), (ColourPart("red", 0.9, (200, 30, 40)),)


def ask(skill: Skill, *seen: Kept, eyes: Eyes | None = None, last: Answer | None = None, **arguments: str) -> Answer:
    async def main() -> Answer:
        situation = Situation(eyes or Known(), datetime(2025, 3, 4), NOW, Manner(), last=last, seen=seen)
        return await skill(situation, arguments)

    return asyncio.run(main())


def kept(ago_s: int, *texts: str, colours: tuple[ColourPart, ...] = BLUE, confidence: float = 0.99) -> Kept:
    lines = page(*texts, confidence=confidence) if texts else None
    return Kept(NOW - ago_s * 1_000_000, lines=lines, colours=colours)


# --- read before ---------------------------------------------------------------------------------------------


def test_an_earlier_reading_is_said_with_how_long_ago_it_was() -> None:
    given = ask(read_before, kept(300, "Gate 4"), kept(120, "Platform 9"))
    assert given.text == "About 2 minutes ago I read: Platform 9. That was before; it may have changed."
    assert given.more == "About 5 minutes ago I read: Gate 4. That was before; it may have changed."


def test_right_after_a_reading_the_one_before_it_is_meant() -> None:
    last = Answer("It says: Platform 9.", skill="read_text")
    given = ask(read_before, kept(300, "Gate 4"), kept(10, "Platform 9"), last=last)
    assert "Gate 4" in given.text
    assert "Platform 9" in ask(read_before, kept(10, "Platform 9"), last=last).text
    twice = (kept(300, "Gate 4"), kept(20, "Platform 9"), kept(10, "Platform 9"))
    assert "Gate 4" in ask(read_before, *twice, last=Answer("Compared …", skill="compare_before")).text


def test_doubt_is_kept_and_nothing_is_invented() -> None:
    assert "I was not sure of it." in ask(read_before, kept(120, "Platf0rm", confidence=0.7)).text
    assert ask(read_before, kept(120)) == replace(NOTHING, skill="read_before")
    assert ask(read_before).text == NOTHING.text


# --- compared ------------------------------------------------------------------------------------------------


def test_the_same_is_said_to_be_the_same() -> None:
    given = ask(compare_before, kept(60, "Aspirin", "500 mg"), eyes=Known(page("Aspirin", "500 mg")))
    assert given.text == (
        "Compared with about 1 minute ago: the text is the same: Aspirin, 500 mg. The colour is the same, blue."
    )


def test_another_number_is_another_label() -> None:
    given = ask(compare_before, kept(60, "Aspirin", "500 mg"), eyes=Known(page("Aspirin", "100 mg"), parts=RED))
    assert given.text == (
        "Compared with about 1 minute ago: the text differs: before it said 500 mg, now it says 100 mg. "
        "1 of 2 lines are the same. The colour differs: red now, blue before."
    )


def test_the_first_one_is_the_first_one() -> None:
    seen = (kept(600, "Gate 4"), kept(60, "Gate 5"))
    assert "now it says Gate 5" in ask(compare_before, *seen, eyes=Known(page("Gate 5")), which="first").text
    assert "the text is the same" in ask(compare_before, *seen, eyes=Known(page("Gate 5")), which="last").text


def test_without_text_before_only_colours_are_compared() -> None:
    given = ask(compare_before, kept(60), eyes=Known(page("Gate 5"), parts=RED))
    assert given.text == "Compared with about 1 minute ago: The colour differs: red now, blue before."


def test_text_that_is_gone_is_not_called_changed() -> None:
    given = ask(compare_before, kept(60, "Gate 4", colours=()), eyes=Known())
    assert given.text == "Compared with about 1 minute ago: before I read Gate 4, now I find no text."


def test_doubtful_rows_are_said_to_be_doubtful() -> None:
    given = ask(compare_before, kept(60, "Gate 4"), eyes=Known(page("Gate 4", confidence=0.7)))
    assert "I'm not sure of every word." in given.text


def test_brief_forms_are_brief_and_name_what_is_new() -> None:
    many = [f"Row {at} of a long page with many words on it" for at in range(9)]
    others = [text.replace("Row", "Line") for text in many]
    for now in (many, others, [], many[:4]):
        given = ask(compare_before, kept(60, *many), eyes=Known(page(*now)))
        assert 0 < len(given.brief.split()) <= 15, given.brief
    assert "now it says Line 0" in ask(compare_before, kept(60, *many), eyes=Known(page(*others))).brief
    assert len(ask(read_before, kept(60, *many)).brief.split()) <= 15


def test_what_is_seen_now_is_nothing_to_compare_with() -> None:
    assert ask(compare_before, kept(1, "Gate 4")).text == NOTHING_BEFORE.text
    assert ask(compare_before).text == NOTHING_BEFORE.text


def test_a_picture_that_allows_no_answer_gets_one_action_and_no_claim() -> None:
    given = ask(compare_before, kept(60, "Gate 4"), eyes=Known(page("Gate 4"), trouble="dark"))
    assert given.kind == "correction"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ticket office", "Ticket offiee", True),
        ("25 mg", "75 mg", False),
        ("Platform 4", "Platform 4.", True),
        ("Open", "Closed", False),
        ("B204", "B2O4", False),
        ("Platform B", "Platform D", False),
        ("Do not enter now", "Do now enter now", False),
        ("Door unlocked", "Door locked", False),
        ("Lift", "Left", False),
        ("Ticketoffice", "Ticket office", True),
    ],
)
def test_rows_are_the_same_when_letters_nearly_and_numbers_exactly_agree(one: str, other: str, same: bool) -> None:
    assert same_row(one, other) is same
