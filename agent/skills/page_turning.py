"""Going about a page that was read: back, by headings, from a word, to the total. "Next" is ``resume``."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias, assert_never

from agent.language.saying import say
from agent.skills.manner import repeat
from agent.skills.page import FROM_BEFORE, NO_TOTAL, back, from_start, headings, next_heading, read_from, total
from agent.skills.read_text import read_text
from agent.skills.skill import Answer, Situation, skill

To: TypeAlias = Literal["start", "back", "headings", "heading", "from", "total"]

Order: TypeAlias = tuple[str, str | None]
"""A skill and its one argument: where to go, or for what is not done, its topic."""

COMMANDS: dict[str, Order] = {
    "what did you say": ("repeat", None),  # torn between it and "what did you say after that"
    "what is this": ("describe", None), "what is that": ("describe", None),  # torn between it and "who is this"
    "open the link": ("scan_code", None), "open this link": ("scan_code", None),  # it says that it doesn't
    "go back to the beginning": ("turn_page", "start"), "how much did i pay": ("turn_page", "total"),
    "how much do i pay": ("turn_page", "total"), "how much must i pay": ("turn_page", "total"),
    "next": ("resume", None), "next part": ("resume", None), "the rest": ("resume", None),
    "read the next page": ("read_text", None), "previous": ("turn_page", "back"),
    "back": ("turn_page", "back"), "go back": ("turn_page", "back"),
    "previous part": ("turn_page", "back"), "the part before": ("turn_page", "back"),
    "headings": ("turn_page", "headings"), "what are the headings": ("turn_page", "headings"),
    "list the headings": ("turn_page", "headings"), "read the headings": ("turn_page", "headings"),
    "next heading": ("turn_page", "heading"), "the next heading": ("turn_page", "heading"),
    "what is the total": ("turn_page", "total"), "what's the total": ("turn_page", "total"),
    "how much is the total": ("turn_page", "total"), "read the total": ("turn_page", "total"),
    "total": ("turn_page", "total"), "the total": ("turn_page", "total"), "tell me the total": ("turn_page", "total"),
    "what is the total amount": ("turn_page", "total"), "what's the total amount": ("turn_page", "total"),
    "what is the total price": ("turn_page", "total"), "what is the amount due": ("turn_page", "total"),
    "from the beginning": ("turn_page", "start"), "from the start": ("turn_page", "start"),
    "from the top": ("turn_page", "start"), "start from the beginning": ("turn_page", "start"),
    "read from the beginning": ("turn_page", "start"), "read from the start": ("turn_page", "start"),
    "read from the top": ("turn_page", "start"), "back to the beginning": ("turn_page", "start"),
    "go to the beginning": ("turn_page", "start"), "start over": ("turn_page", "start"),
}  # fmt: skip
"""What is said in these words and no others, mostly about a page: too few and too plain for the classifier."""
_POLITE = frozenset(("please", "now", "netra", "okay", "and", "so", "thanks"))

JUST_READ_US = 5_000_000
"""What was read so long ago is still what is in view."""
NO_PAGE = Answer("I have not read a page yet. Ask me to read it first.", keeps=False)
_FROM = re.compile(
    r"\b(?:read(?:ing)?|start|begin|on|continue)\b.*?\b(?:from|at)\s+(?:the\s+)?(?:(?:word|line|heading)s?\s+)?(.+)$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\s+(?:please|now|for me|netra|thanks|on|onwards?)$", re.IGNORECASE)


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


def command(words: Sequence[str]) -> tuple[str, dict[str, str]] | None:
    """Skill and arguments of a plain order about a page; None when it is none."""
    return ordered(words, COMMANDS, _POLITE)


def ordered(
    words: Sequence[str], commands: Mapping[str, Order], polite: Collection[str]
) -> tuple[str, dict[str, str]] | None:
    """``command`` for these orders, ``polite`` words around them taken off."""
    left, right = 0, len(words)
    while left < right and words[left] in polite:
        left += 1
    while left < right and words[right - 1] in polite:
        right -= 1
    found = commands.get(" ".join(words[left:right]))
    if found is None or found[1] is None:
        return None if found is None else (found[0], {})
    return found[0], {"topic" if found[0] == "unsupported" else "to": found[1]}


def place_in(text: str) -> str:
    """Where "read from the word ingredients please" begins: "ingredients"."""
    found = _FROM.search(" ".join(text.split()).rstrip(" .?!"))
    if found is None:
        return ""
    words = found[1].strip(" \"'\u201c\u201d")
    while (shorter := _AFTER.sub("", words)) != words:
        words = shorter
    return words
