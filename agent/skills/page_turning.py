"""Going about a page that was read: back, by headings, from a word, to the total. "Next" is ``resume``."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias, assert_never

from agent.language.saying import say
from agent.skills.manner import repeat
from agent.skills.page import FROM_BEFORE, NO_TOTAL, back, from_start, headings, next_heading, read_from, total
from agent.skills.read_text import read_text
from agent.skills.skill import Answer, Situation, skill

To: TypeAlias = Literal["start", "back", "headings", "heading", "from", "total"]

JUST_READ_US = 5_000_000
"""What was read so long ago is still what is in view."""
NO_PAGE = Answer("I have not read a page yet. Ask me to read it first.", keeps=False)


@skill("What is the total?", "What are the headings?", "Read from a word.")
async def turn_page(situation: Situation, to: To = "back", words: str = "") -> Answer:
    """Go about the page that was read last: its start, the part before, the headings, from the next one, from words,
    the total.

    words: to read from.
    """
    page = situation.page
    if to == "total":
        return await total_now(situation)
    if page is None:
        return NO_PAGE if to != "start" else await repeat.run(situation)
    match to:
        case "start":
            return from_start(page)
        case "back":
            return back(page, brief=situation.manner.detail == "brief")
        case "headings":
            return headings(page)
        case "heading":
            return next_heading(page)
        case "from":
            return read_from(page, words) if words else Answer("From which word shall I read?", keeps=False)
        case _:
            assert_never(to)


async def total_now(situation: Situation) -> Answer:
    """The total of the bill in view: the page that was read before may be another one by now. That one's is told, as
    such, where nothing in view has a total."""
    page = situation.page
    newest = max((kept.at_us for kept in situation.seen if kept.lines), default=None)
    if page is not None and newest is not None and situation.now_us - newest <= JUST_READ_US:
        return total(page)
    read = await read_text.run(situation)
    found = total(read.page) if read.page is not None else read
    if page is None or (read.page is not None and found != NO_TOTAL):
        return found
    before = total(page)
    if before == NO_TOTAL:
        return found
    return replace(before, text=f"{before.text} {say(FROM_BEFORE)}")
