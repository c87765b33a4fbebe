"""What people say to have the person asked, grown from the person's name. Knows words only."""

from __future__ import annotations

from pathlib import Path

from agent.house.things import folded
from agent.skills.bank import Phrase

FILE = Path(__file__).with_name("ask_person.phrases")
BY_NAME = """
{name} = %s
(call|ask) {name}
[{ask}] (call|ask|get|phone) {name} [for help|for me|to help me]
"""


def phrases_for(name: str) -> tuple[str, str]:
    """The skill and its templates, as ``Bank.load`` takes them."""
    words = " ".join(name_words(name))
    return "ask_person", FILE.read_text(encoding="utf-8") + (BY_NAME % words if words else "")


def name_words(name: str) -> list[str]:
    """Every word of the name, as it is recognised."""
    return folded(name).split()


def means_the_person(phrase: Phrase, name: str) -> bool:
    """Whether a sentence about what can't be done now means this person."""
    if phrase.skill != "unsupported" or ("topic", "call_or_message") not in phrase.arguments:
        return False
    words = name_words(name)
    named = bool(words) and f" {' '.join(words)} " in f" {phrase.text} "
    return named or " somebody" in phrase.text
