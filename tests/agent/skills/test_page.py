"""A page that was read: its parts on and back, headings, words to read from, and the total of a bill, never guessed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.engines.protocols import Box, TextLine
from agent.skills.catalogue import SKILLS
from agent.skills.manner import more, resume
from agent.skills.page import END, NO_HEADINGS, NO_TOTAL, START, at_row, back, heading_rows, opened, total, turned
from agent.skills.page_turning import NO_PAGE, turn_page
from agent.skills.picture_words import Passage
from agent.skills.plain_orders import ORDERS, command, place_in
from agent.skills.printed import Page
from agent.skills.read_text import read_text
from agent.skills.skill import Answer, Kept, Manner, Situation, Skill
from agent.skills.spell import digits
from agent.skills.understand import Understanding
from tests.agent.skills.test_looking_skills import Known

LEAFLET = Page((
    Passage("Instructions for use", True, 44), Passage("Read all of this first.", True, 22),
    Passage("DOSAGE", True, 22), Passage("Take 25 mg at noon.", True, 22),
    Passage("Side effects", True, 30), Passage("None are known.", True, 22), Passage("Keep it cool.", True, 22),
))  # fmt: skip
LONG = Page(tuple(Passage(f"row {at} of this page has eight words", True, 20) for at in range(50)))
BILL = (
    ("Tea", "2.50"), ("Cake", "4.00"), ("Subtotal", "6.50"), ("Total VAT", "1.04"), ("TOTAL", "$7.54"),
    ("Total items", "2"), ("Cash", "10.00"),
)  # fmt: skip


def bill(*rows: tuple[str, str], confidence: float = 0.99) -> tuple[TextLine, ...]:
    found = []
    for at, (item, price) in enumerate(rows):
        found.append(TextLine(item, Box(20, 40 * at, 20 * len(item), 24), confidence))
        found.append(TextLine(price, Box(500, 40 * at, 20 * len(price), 24), confidence))
    return tuple(found)


def ask(
    skill: Skill, page: Page | None, *, last: Answer | None = None, eyes: Known | None = None, **arguments: Any
) -> Answer:
    situation = Situation(eyes or Known(), datetime(2025, 3, 4), 0, Manner(), page=page, last=last)
    return asyncio.run(skill(situation, arguments))


def test_a_long_page_is_read_on_and_back_in_whole_rows() -> None:
    first = opened(LONG.rows)
    assert first.text.startswith("It says: row 0 of")
    assert first.text.endswith("There is more.")
    assert first.page is not None
    second = ask(resume, first.page, last=first)
    assert second.text.startswith(f"row {first.page.upto} of this")
    assert second.page is not None
    assert ask(turn_page, second.page, to="back").text.startswith("row 0 of")
    third = ask(more, second.page, last=second)
    assert third.page is not None
    assert third.text.endswith("row 49 of this page has eight words.")
    assert ask(resume, third.page, last=third) == END
    assert ask(turn_page, first.page, to="back") == START


@given(st.lists(st.integers(1, 60), min_size=1, max_size=30), st.data())
def test_parts_cover_the_page_once_and_back_undoes_next(words: list[int], data: st.DataObject) -> None:
    page = at_row(Page(tuple(Passage("word " * many, True) for many in words)), 0)
    parts = [page]
    while (answer := turned(parts[-1])) is not END:
        assert answer.page is not None
        parts.append(answer.page)
    assert [row for part in parts for row in part.rows[part.at : part.upto]] == list(page.rows)
    at = data.draw(st.integers(0, len(parts) - 1))
    assert back(parts[at]).page == (parts[at - 1] if at else None)


def test_headings_are_told_and_gone_to() -> None:
    page = at_row(LEAFLET, 0)
    assert [LEAFLET.rows[at].text for at in heading_rows(page)] == ["Instructions for use", "DOSAGE", "Side effects"]
    assert ask(turn_page, page, to="headings").text == "Instructions for use, DOSAGE and Side effects."
    first = ask(turn_page, page, to="heading")
    assert first.text.startswith("DOSAGE, Take 25 mg")
    assert ask(turn_page, first.page, to="heading").text.startswith("Side effects")
    assert ask(turn_page, LONG, to="headings") == NO_HEADINGS


def test_it_is_read_from_its_beginning_and_without_a_page_the_answer_is_repeated() -> None:
    third = at_row(LONG, 36)
    assert ask(turn_page, third, to="start").text.startswith("It says: row 0 of")
    last = Answer("It is red.", skill="colour")
    assert ask(turn_page, None, to="start", last=last).text == "It is red."


def test_it_is_read_from_a_word() -> None:
    page = at_row(LEAFLET, 0)
    assert ask(turn_page, page, to="from", words="side effects").text.startswith("Side effects")
    assert ask(turn_page, page, to="from", words="Dosage").text.startswith("DOSAGE")
    assert ask(turn_page, page, to="from", words="price").text == "I don't find price on this page."
    assert ask(turn_page, page, to="from", words="side effects").more == "", "it reads to the end"


def test_the_total_is_the_line_that_is_called_so() -> None:
    given = ask(turn_page, None, to="total", eyes=Known(bill(*BILL)))
    assert given.text == "It says: TOTAL $7.54."
    assert ask(digits, given.page, last=given).text == "dollar 7 point 5 4."


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((("Tea", "2.50"), ("Subtotal", "2.50")), NO_TOTAL.text),
        ((("Tea", "2.50"), ("Total", "items")), NO_TOTAL.text),
        ((("Total", "2.50"), ("Amount due", "1.50")), "It says: Total 2.50 and Amount due 1.50."),
        ((("Grand total", "EUR 1.250,00"),), "It says: Grand total EUR 1.250,00."),
        (
            (("Subtotal", "Rp 114.000"), ("Total Diskon", "Rp 4.000"), ("Total bayar", "Rp 110.000")),
            "It says: Total bayar Rp 110.000.",
        ),
        ((("Jumlah item", "3"), ("JUMLAH", "Rp72500")), "It says: JUMLAH Rp72500."),
        ((("Total", "1.250.000"),), "It says: Total 1.250.000."),
        ((("Total", "12"),), NO_TOTAL.text),
    ],
)
def test_no_total_is_guessed_and_none_is_left_out(rows: tuple[tuple[str, str], ...], said: str) -> None:
    assert ask(turn_page, None, to="total", eyes=Known(bill(*rows))).text == said


def test_the_total_is_that_of_the_bill_in_view_and_not_of_one_before() -> None:
    """Another bill may be held up by now; without one the old total is told as an old one."""
    tea = Page((Passage("TOTAL $7.54", True),))
    now = 60_000_000
    read = Kept(now - 40_000_000, lines=bill(*BILL))

    def total_of(eyes: Known, *seen: Kept) -> Answer:
        situation = Situation(eyes, datetime(2025, 3, 4), now, Manner(), page=tea, seen=seen)
        return asyncio.run(turn_page(situation, {"to": "total"}))

    assert total_of(Known(bill(("Total", "9.90"))), read).text == "It says: Total 9.90."
    for eyes in (Known(), Known(trouble="blurred"), Known(trouble="no_camera"), Known(bill(("Tea", "2.50")))):
        assert total_of(eyes, read).text == "It says: TOTAL $7.54. That is on the page I read before."
    assert total_of(Known(trouble="blurred"), replace(read, at_us=now - 2_000_000)).text == "It says: TOTAL $7.54."


def test_a_doubtful_total_is_said_with_doubt() -> None:
    page = Page((Passage("Total 13.99", False),))
    assert total(page).text.startswith("I am not sure, but it may say: Total 13.99.")


def test_a_page_with_an_amount_below_its_total_is_understood() -> None:
    assert total(Page((Passage("Total:", True), Passage("$13.99", True)))).text == "It says: Total: $13.99."


@pytest.mark.parametrize("to", ["back", "headings", "heading", "from"])
def test_without_a_page_nothing_is_claimed(to: str) -> None:
    assert ask(turn_page, None, to=to) == NO_PAGE
    assert ask(resume, None).text == "There is nothing to go on with."


def test_a_page_that_is_read_is_kept_and_poor_pictures_keep_none() -> None:
    assert ask(read_text, None, eyes=Known(bill(*BILL))).page is not None
    assert ask(read_text, None, eyes=Known(trouble="dark")).page is None
    assert ask(turn_page, None, to="total", eyes=Known(trouble="dark")).kind == "correction"


@pytest.mark.parametrize(
    ("said", "skill", "arguments"),
    [
        ("next", "resume", {}),
        ("okay next please", "resume", {}),
        ("go back", "turn_page", {"to": "back"}),
        ("what are the headings", "turn_page", {"to": "headings"}),
        ("next heading", "turn_page", {"to": "heading"}),
        ("what's the total", "turn_page", {"to": "total"}),
        ("what is the total amount please", "turn_page", {"to": "total"}),
        ("start from the beginning", "turn_page", {"to": "start"}),
        ("read from the top please", "turn_page", {"to": "start"}),
        ("read from the word dosage please", "turn_page", {"to": "from", "words": "dosage"}),
    ],
)
def test_orders_about_a_page_are_understood(
    understood: Understanding, said: str, skill: str, arguments: dict[str, str]
) -> None:
    intent = understood.understand(said)
    assert intent is not None
    assert (intent.skill, dict(intent.arguments)) == (skill, arguments)


@pytest.mark.parametrize(
    ("said", "skill"),
    [
        ("read this letter", "read_text"),
        ("what does the sign say", "read_text"),
        ("what's on the label", "read_text"),
        ("read the next page", "read_text"),
        ("what did you say", "repeat"),
        ("stop", "stop"),
        ("what time is it", "time"),
        ("next song", "unsupported"),
    ],
)
@pytest.mark.parametrize("typed", [False, True])
def test_their_neighbours_still_go_where_they_went(
    understood: Understanding, said: str, skill: str, typed: bool
) -> None:
    intent = understood.understand(said, typed=typed)
    assert intent is not None
    assert intent.skill == skill


@pytest.mark.parametrize("said", ["he went back to the garden", "the total was wrong again", "next to the river"])
def test_talk_with_such_words_is_no_order(understood: Understanding, said: str) -> None:
    intent = understood.understand(said)
    assert intent is None or intent.skill not in ("turn_page", "resume")


def test_orders_are_short_and_their_words_are_all_that_counts() -> None:
    assert command(["now", "what", "is", "the", "total", "please"]) == ("turn_page", {"to": "total"})
    assert command(["what", "is", "the", "total", "of", "it"]) is None
    assert command([]) is None
    assert all(len(words.split()) <= 5 for words in ORDERS)
    assert {skill for skill, _ in ORDERS.values()} <= {one.name for one in SKILLS}
    assert place_in("start reading at the heading side effects please") == "side effects"
    assert place_in("read this") == ""


@pytest.fixture(scope="module")
def understood(trained: Path) -> Understanding:
    return Understanding(cache_dir=trained)
