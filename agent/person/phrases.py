"""What people say to have the person asked, grown from the person's name. Knows words only."""

from __future__ import annotations

from pathlib import Path

from agent.house.things import folded
from agent.language.saying import ENGLISH, INDONESIAN
from agent.skills.bank import Phrase

HERE = Path(__file__).parent
FILES = {ENGLISH: HERE / "ask_person.phrases", INDONESIAN: HERE / "ask_person_in_indonesian.phrases"}
BY_NAME = {
    ENGLISH: """
{name} = %s
(call|ask) {name}
[{ask}] (call|ask|get|phone) {name} [for help|for me|to help me]
""",
    INDONESIAN: """
{name} = %s
(hubungi|telepon|panggil) {name}
[{ask}] (hubungi|telepon|telpon|panggil|panggilkan|kontak) {name} [untuk saya|untuk membantu saya|untuk minta bantuan]
minta (tolong|bantuan) [ke|kepada|pada] {name}
""",
}
"""By language."""


def phrases_for(name: str, language: str = ENGLISH) -> tuple[str, str]:
    """The skill and its templates in this language, as ``Bank.load`` takes them."""
    words = " ".join(name_words(name))
    return "ask_person", FILES[language].read_text(encoding="utf-8") + (BY_NAME[language] % words if words else "")


def name_words(name: str) -> list[str]:
    """Every word of the name, as it is recognised."""
    return folded(name).split()


def means_the_person(phrase: Phrase, name: str) -> bool:
    """Whether a sentence about what can't be done now means this person."""
    if phrase.skill != "unsupported":
        return False
    if ("topic", "person") in phrase.arguments:
        return True
    if ("topic", "call_or_message") not in phrase.arguments:
        return False
    words = name_words(name)
    named = bool(words) and f" {' '.join(words)} " in f" {phrase.text} "
    return named or " somebody" in phrase.text
