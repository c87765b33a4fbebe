"""Orders that are known by their words alone, mostly about a page: too few and too plain for the classifier.

Knows English. Does not know what becomes of an order; Indonesian ones are in ``indonesian_orders``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from agent.skills.naming import named_by

Order: TypeAlias = tuple[str, str | None]
"""A skill and its one argument: where to go, or for what is not done, its topic."""


def by_phrase(orders: Mapping[Order, tuple[str, ...]]) -> dict[str, Order]:
    """The order of each phrase that is listed for it."""
    return {phrase: order for order, phrases in orders.items() for phrase in phrases}


ORDERS = by_phrase({
    ("repeat", None): ("what did you say",),  # torn between it and "what did you say after that"
    ("describe", None): ("what is this", "what is that"),  # torn between it and "who is this"
    ("scan_code", None): ("open the link", "open this link"),  # it says that it doesn't
    ("turn_page", "start"): (
        "go back to the beginning", "from the beginning", "from the start", "from the top",
        "start from the beginning", "read from the beginning", "read from the start", "read from the top",
        "back to the beginning", "go to the beginning", "start over",
    ),
    ("turn_page", "total"): (
        "how much did i pay", "how much do i pay", "how much must i pay", "what is the total", "what's the total",
        "how much is the total", "read the total", "total", "the total", "tell me the total",
        "what is the total amount", "what's the total amount", "what is the total price", "what is the amount due",
    ),
    ("resume", None): ("next", "next part", "the rest"),
    ("read_text", None): ("read the next page",),
    ("turn_page", "back"): ("previous", "back", "go back", "previous part", "the part before"),
    ("turn_page", "headings"): ("headings", "what are the headings", "list the headings", "read the headings"),
    ("turn_page", "heading"): ("next heading", "the next heading"),
})  # fmt: skip
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
    return named_by(_FROM, _AFTER, text)
