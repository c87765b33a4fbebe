"""Orders that are known by their words alone, mostly about a page: too few and too plain for the classifier.

Knows English. Does not know what becomes of an order; Indonesian ones are in ``indonesian_orders``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

Order: TypeAlias = tuple[str, str | None]
"""A skill and its one argument: where to go, or for what is not done, its topic."""

ORDERS: dict[str, Order] = {
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
"""What is said in these words and no others."""
_POLITE = frozenset(("please", "now", "netra", "okay", "and", "so", "thanks"))
_FROM = re.compile(
    r"\b(?:read(?:ing)?|start|begin|on|continue)\b.*?\b(?:from|at)\s+(?:the\s+)?(?:(?:word|line|heading)s?\s+)?(.+)$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\s+(?:please|now|for me|netra|thanks|on|onwards?)$", re.IGNORECASE)


def command(words: Sequence[str]) -> tuple[str, dict[str, str]] | None:
    """Skill and arguments of a plain order; None when it is none."""
    return ordered(words, ORDERS, _POLITE)


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
