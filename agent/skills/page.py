"""A page that was read, and the place where one is on it: parts, headings, words to read from, the total of a bill.

Knows rows of print. Does not know pictures: what was read is kept as words only. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from agent.core.words import plain as bare
from agent.language.saying import say
from agent.skills.picture_words import cut_note, ended, sentence
from agent.skills.printed import Page, Passage
from agent.skills.skill import Answer
from agent.skills.wording import counted, joined

AT_ONCE = 150
"""Words read before one is asked to go on: about a minute."""
IN_BRIEF = 11
"""The same where brief answers are wanted, with "It says:" before them and MORE_FOLLOWS behind."""
MORE_FOLLOWS = "More follows."
HEADING_SIZE, HEADING_WORDS = 1.25, 9
"""A heading is so many times as high as most rows (or in capitals), and has at most so many words."""
ADVICE = "Move closer and hold still, then ask again."
END = Answer("That was the end of the page.", keeps=False)
START = Answer("This is the beginning of the page.", keeps=False)
NO_HEADINGS = Answer("I find no headings on this page.", keeps=False)
FROM_BEFORE = "That is on the page I read before."
CUT_TOTAL = Answer(
    "Not all of the total is in view. Move the camera back and ask me to read it again.",
    kind="correction", keeps=False,
)  # fmt: skip
NO_TOTAL = Answer("I can't find a total on it.", keeps=False)
_CURRENCY = r"(?:[$€£]|\b(?:Rp|IDR|EUR|USD|GBP)\.?)"
_MONEY = re.compile(
    rf"(?:{_CURRENCY}\s?)?-?\d[\d.,' ]*[.,]\d{{2,3}}(?!\d)(?:\s?{_CURRENCY})?|"
    rf"{_CURRENCY}\s?\d+|\b\d+\s?{_CURRENCY}(?!\w)",
    re.IGNORECASE,
)
"""Cents or thousands behind a point or comma ("13.99", "Rp 110.000"), or any number with its currency."""
_TOTAL = re.compile(
    r"\b(?:grand total|total|totals|amount due|balance due|amount to pay|to pay|total due|sum due|"
    r"jumlah|harus dibayar)\b",
    re.IGNORECASE,
)
_NOT_THE_TOTAL = re.compile(
    r"\bsub\s*-?\s*total|"
    r"\b(?:total|jumlah) (?:tax|vat|savings?|discounts?|items?|qty|net|number|points?|"
    r"diskon|potongan|hemat|pajak|ppn|barang|item|poin|belanja sebelum)\b",
    re.IGNORECASE,
)
"""In English and Indonesian, as bills are."""


def at_row(page: Page, at: int, most: int = AT_ONCE) -> Page:
    """The part that begins there: whole rows of ``most`` words together, one at least."""
    upto, words = at, 0
    while upto < len(page.rows) and (upto == at or words + len(page.rows[upto].text.split()) <= most):
        words += len(page.rows[upto].text.split())
        upto += 1
    return replace(page, at=at, upto=upto)


def opened(rows: Sequence[Passage]) -> Answer:
    """The first part of a page that was just read. ``rows`` is not empty."""
    page = at_row(Page(tuple(rows)), 0)
    doubtful = sum(not row.sure for row in rows)
    said = sentence(rows[: page.upto])
    if doubtful == len(rows):
        note = cut_note(rows) or say(ADVICE)
        text = f"{say('I am not sure, but it may say:')} {ended(said)} {note}"
        return Answer(text, brief=_brief(page, f"{say('Perhaps:')} "), more=ADVICE, page=page)
    answer = _told(page, f"{say('It says:')} ")
    all_of_it = say(
        "That was all: {lines}, {doubtful} of them unsure.",
        lines=counted(len(rows), "line"),
        doubtful=doubtful or say("none"),
    )
    return answer if page.rest else replace(answer, more=all_of_it)


def turned(page: Page) -> Answer:
    """The next part."""
    return _told(at_row(page, page.upto)) if page.rest else END


def back(page: Page, *, brief: bool = False) -> Answer:
    """The part before the one that was said last. ``brief``: how parts are told."""
    if page.at == 0:
        return START
    most = IN_BRIEF if brief else AT_ONCE
    before = at_row(page, 0, most)
    while before.upto < page.at:
        before = at_row(page, before.upto, most)
    return _told(at_row(page, before.at))


def in_brief(answer: Answer) -> Answer:
    """An answer about a page of which only the brief form was said: one goes on behind that."""
    if answer.page is None or not answer.brief:
        return answer
    page = at_row(answer.page, answer.page.at, IN_BRIEF)
    return replace(answer, text=answer.brief, more=ended(sentence(page.rest)) if page.rest else "", page=page)


def from_row(page: Page) -> Answer:
    """The part that was said last."""
    return _told(page)


def from_start(page: Page) -> Answer:
    """The first part once more."""
    return opened(page.rows)


def read_from(page: Page, words: str) -> Answer:
    """From the row that holds these words; below what was said last first, then from the top."""
    wanted = bare(words)
    order = [*range(page.at + 1, len(page.rows)), *range(min(page.at + 1, len(page.rows)))]
    for row in order:
        if wanted and f" {wanted} " in f" {bare(page.rows[row].text)} ":
            return _told(at_row(page, row))
    return Answer(say("I don't find {words} on this page.", words=words), keeps=False)


def headings(page: Page) -> Answer:
    """All of them."""
    found = [page.rows[row].text.rstrip(":") for row in heading_rows(page)]
    if not found:
        return NO_HEADINGS
    return Answer(f"{joined(found)}.", page=page)


def next_heading(page: Page) -> Answer:
    """From the next heading below the beginning of what was said last."""
    found = next((row for row in heading_rows(page) if row > page.at), None)
    if found is None:
        return NO_HEADINGS if not heading_rows(page) else Answer("There is no further heading.", keeps=False)
    return _told(at_row(page, found))


def heading_rows(page: Page) -> list[int]:
    """Rows that stand over others: higher than most, or in capitals; short, and no numbers alone."""
    heights = [row.height for row in page.rows if row.height]
    usual = median(heights) if heights else 0
    found = []
    for at, row in enumerate(page.rows):
        letters = [char for char in row.text if char.isalpha()]
        words = row.text.split()
        if len(letters) < 3 or len(words) > HEADING_WORDS or not row.sure or _MONEY.search(row.text):
            continue
        capitals = len(letters) >= 4 and all(char.isupper() for char in letters) and at + 1 < len(page.rows)
        if (usual and row.height >= HEADING_SIZE * usual) or capitals:
            found.append(at)
    return found


def total(page: Page) -> Answer:
    """The line of a bill that is called its total, as it is printed. Never a sum of our own, never a likely number."""
    found = [at for at, row in enumerate(page.rows) if _TOTAL.search(row.text) and not _NOT_THE_TOTAL.search(row.text)]
    said: list[Passage] = []
    for at in found:
        row = page.rows[at]
        if row.cut or (not _MONEY.search(row.text) and any(below.cut for below in page.rows[at + 1 : at + 2])):
            return CUT_TOTAL
        if _MONEY.search(row.text):
            said.append(row)
        elif at + 1 < len(page.rows) and _MONEY.fullmatch(page.rows[at + 1].text):
            below = page.rows[at + 1]
            said.append(Passage(f"{row.text} {below.text}", row.sure and below.sure))
    if not said:
        return NO_TOTAL
    text = joined([row.text for row in said])
    if not all(row.sure for row in said):
        return Answer(f"{say('I am not sure, but it may say:')} {ended(text)} {say(ADVICE)}", page=page)
    return Answer(f"{say('It says:')} {ended(text)}", page=page)


def _told(page: Page, lead: str = "") -> Answer:
    rows = page.rows[page.at : page.upto]
    said = sentence(rows)
    doubtful = any(not row.sure for row in rows)
    if doubtful and not any(row.sure for row in rows):
        said = say("Perhaps {text}", text=said)
    text = " ".join(filter(None, (f"{lead}{ended(said)}", cut_note(rows))))
    if page.rest:
        text = f"{text} {say('There is more.')}"
    elif doubtful:
        text = f"{text} {say('I am not sure about the words after perhaps.')}"
    more = ended(sentence(page.rest)) if page.rest else ""
    return Answer(text, brief=_brief(page, lead), more=more, page=page)


def _brief(page: Page, lead: str) -> str:
    """The first rows of a part, and whether more of the page follows them: what is left out can still be asked for."""
    short = at_row(page, page.at, IN_BRIEF)
    rows = short.rows[short.at : short.upto]
    said = sentence(rows)
    if not any(row.sure for row in rows) and not lead:
        said = say("Perhaps {text}", text=said)
    elif not any(row.sure for row in rows) and any(row.sure for row in page.rows):
        said = say("perhaps {text}", text=said)
    return f"{lead}{ended(said)}" + (f" {say(MORE_FOLLOWS)}" if short.rest else "")
