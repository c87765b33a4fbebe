"""What was read, once more in letters or in digits: names to write down, numbers that must not be misheard.

Knows only words that were read before: it never looks again, and says when they were read with doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from agent.language.saying import in_every_language, say
from agent.skills.page import FROM_BEFORE, MORE_FOLLOWS, from_row
from agent.skills.picture_words import PARTLY, PARTLY_AROUND, plain
from agent.skills.skill import Answer, Situation, skill

READERS = frozenset({"read_text", "scan_code", "more", "shorter"})
SPELLERS = frozenset({"spell", "digits"})
NOTHING_READ = Answer("I can spell what I have read. Ask me to read something first.", keeps=False)
LETTERS_AT_ONCE, NUMBERS_AT_ONCE = 40, 8
UNSURE = "I was not sure when I read it."
SIGNS = {
    ".": "point", ",": "comma", "-": "dash", "/": "slash", ":": "colon", "%": "percent", "$": "dollar", "€": "euro",
    "£": "pound", "+": "plus", "#": "number sign", "@": "at", "&": "and", "_": "underscore", "'": "apostrophe",
    "(": "bracket", ")": "bracket closed", "*": "star", "=": "equals", "!": "exclamation mark", "?": "question mark",
    ";": "semicolon", "°": "degrees",
}  # fmt: skip
_NUMBER = re.compile(
    r"([$€£+]?\d(?:[\d.,:/-]*\d)?|\b[A-Z]+-?\d[\w-]*)"
    r"\s?((?:%|°[CF]?|(?:mg|mcg|g|kg|ml|cl|l|mm|cm|m|km|iu|kcal|kj|am|pm)\b)?)"
)
OPENINGS = ("It says:", "I am not sure, but it may say:", "Perhaps:")
MORE = "There is more."
ENDINGS = (
    MORE, MORE_FOLLOWS, FROM_BEFORE, "I am not sure about the words after perhaps.",
    "Move closer and hold still, then ask again.", *PARTLY.values(), PARTLY_AROUND,
)  # fmt: skip
DOUBTS = ("I am not sure", "perhaps {text}", "Perhaps:")


def _any_of(sentences: Iterable[str]) -> str:
    """A pattern for these, in whichever language they were said."""
    said = {one.removesuffix("{text}").strip() for sentence in sentences for one in in_every_language(sentence)}
    return "|".join(re.escape(one) for one in sorted(said, key=len, reverse=True))


_SPACED = re.compile(r"(\b\d) (?=\d\b)")
_SAID = re.compile(rf"^(?:{_any_of(OPENINGS)})\s*", re.IGNORECASE)
_TAIL = re.compile(rf"(?:\s*(?:{_any_of(ENDINGS)}))+$")
_MORE = re.compile(rf"(?:{_any_of((MORE, MORE_FOLLOWS))})$")
_DOUBT = re.compile(rf"\b(?:{_any_of(DOUBTS)})", re.IGNORECASE)


@skill("Spell that.")
async def spell(situation: Situation) -> Answer:
    """Spell what was read last, letter by letter."""
    if (read := _read(situation)) is None:
        return NOTHING_READ
    text, doubt = read
    words, now = text.split(), 0
    letters = 0
    while now < len(words) and (now == 0 or letters + len(words[now]) <= LETTERS_AT_ONCE):
        letters += len(words[now])
        now += 1
    said = ". ".join(filter(None, map(spelled, words[:now])))
    rest = ". ".join(filter(None, map(spelled, words[now:])))
    more = f" {say(MORE)}" if rest else ""
    return Answer(f"{doubt}{said}.{more}", more=f"{rest}." if rest else "", keeps=bool(rest))


@skill("Digit by digit.")
async def digits(situation: Situation) -> Answer:
    """Say the numbers that were read last, digit by digit."""
    if (read := _read(situation)) is None:
        return NOTHING_READ
    text, doubt = read
    if situation.last is not None and situation.last.skill == "scan_code":
        text = _SPACED.sub(r"\1", text)  # a product's number was said so already
    found = numbers(text)
    if not found:
        return Answer("There was no number in what I read.", keeps=False)
    said, rest = ". ".join(found[:NUMBERS_AT_ONCE]), ". ".join(found[NUMBERS_AT_ONCE:])
    more = f" {say('There are more.')}" if rest else ""
    return Answer(f"{doubt}{said}.{more}", more=f"{rest}." if rest else "", keeps=bool(rest))


def spelled(word: str) -> str:
    """ "Gate," is "G, A, T, E, comma"; what has no name is left out."""
    return ", ".join(filter(None, (char.upper() if char.isalnum() else say(SIGNS.get(char, "")) for char in word)))


def numbers(text: str) -> list[str]:
    """Every number of a text with its unit, as it is said: "25 mg" is "2 5 mg", "lot B-204" is "B dash 2 0 4"."""
    return [" ".join([one_by_one(found[1]), *found[2].split()]) for found in _NUMBER.finditer(text)]


def one_by_one(number: str) -> str:
    """ "13.99" is "1 3 point 9 9"."""
    return " ".join(filter(None, (char if char.isalnum() else say(SIGNS.get(char, "")) for char in number)))


def _read(situation: Situation) -> tuple[str, str] | None:
    """(what was read last, words of doubt or ""); None when nothing was."""
    last = situation.last
    if last is not None and last.skill in SPELLERS and situation.page is not None:
        last = from_row(situation.page)  # spelled in part, and now once more in another way
    if last is None or last.kind != "answer" or (last.skill not in READERS and last.page is None):
        return None
    doubtful = _DOUBT.search(last.text) is not None
    text = _TAIL.sub("", _SAID.sub("", plain(last.text)))
    if (last.skill == "read_text" or last.page is not None) and _MORE.search(last.text):
        text = f"{text} {last.more}"
    return text.rstrip(". "), f"{say(UNSURE)} " if doubtful else ""  # the last full stop was put there for the voice
