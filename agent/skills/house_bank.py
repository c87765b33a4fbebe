"""The phrase bank of a house: what people say about the things in it, grown from their names.

Knows templates by what a thing can do. Without things it is the plain bank, sentence for sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from agent.house.things import Thing
from agent.language.saying import ENGLISH
from agent.person.phrases import means_the_person, phrases_for
from agent.person.settings import Person
from agent.skills.bank import Bank, Phrase
from agent.skills.house_words import MEANT_OTHERWISE, calls, said_words, speaks_of_the_house

FOLDER = Path(__file__).parent / "house_phrases"
INDONESIAN = Path(__file__).parent / "indonesian_house_phrases"
THINGS_PER_SHARE = 12
"""The more things, the more sentences of the house: so many things for the usual number of sentences."""

Fits = Callable[[Thing], bool]
LISTS: tuple[tuple[str, str, Fits], ...] = (
    ("house_do", "switching", lambda thing: thing.meant("on") is not None and thing.kind in ("light", "switch")),
    ("house_do", "locking", lambda thing: thing.kind == "lock" and bool(thing.verbs)),
    ("house_do", "opening", lambda thing: thing.kind == "cover" and bool(thing.verbs)),
    ("house_do", "arming", lambda thing: thing.kind == "alarm" and bool(thing.verbs)),
    ("house_do", "starting", lambda thing: thing.kind == "scene" and bool(thing.verbs)),
    ("house_ask", "switched", lambda thing: thing.kind in ("light", "switch") and bool(thing.state_topic)),
    ("house_ask", "locked", lambda thing: thing.kind == "lock" and bool(thing.state_topic)),
    ("house_ask", "opened", lambda thing: thing.kind in ("cover", "contact") and bool(thing.state_topic)),
    ("house_ask", "armed", lambda thing: thing.kind == "alarm" and bool(thing.state_topic)),
    ("house_ask", "measured", lambda thing: thing.kind == "sensor" and bool(thing.state_topic)),
)
"""Skill, template file (its list {thing} is what fits), and what fits."""


def bank_for(
    things: Sequence[Thing],
    folder: Path | None = None,
    templates: Path = FOLDER,
    person: Person | None = None,
    language: str = ENGLISH,
) -> Bank:
    """The bank of ``folder`` (see ``Bank.load``) with sentences about these things, made of ``templates``, and about
    this person in ``language``. Raises PhraseError.
    """
    asked = person is not None and person.on
    if not things and not asked:
        return Bank.load(folder)
    names = calls if templates == FOLDER else called_in_indonesian
    share = f"@share {min(4.0, max(1.0, len(things) / THINGS_PER_SHARE)):.2f}\n"
    more = [
        (skill, share + _filled(templates / f"{name}.phrases", [one for thing in fitting for one in names(thing)]))
        for skill, name, fits in LISTS
        if (fitting := [thing for thing in things if fits(thing)])
    ]
    if rooms := _rooms(thing for thing in things if thing.kind == "light" and thing.verbs):
        more.append(("house_do", _filled(templates / "all_lights.phrases", rooms)))
    if rooms := _rooms(t for t in things if t.kind == "sensor" and {"temperature", "suhu"} & {*said_words(t.name)}):
        more.append(("house_ask", _filled(templates / "warmth.phrases", rooms)))
    if person is not None and asked:
        more.append(phrases_for(person.name, language))

    def meant_otherwise(phrase: Phrase) -> bool:
        if person is not None and asked and means_the_person(phrase, person.name):
            return True
        return phrase.skill in MEANT_OTHERWISE and speaks_of_the_house(phrase.text, things)

    return Bank.load(folder, more, meant_otherwise)


def name_words(things: Sequence[Thing]) -> list[str]:
    """Every word of a name, as it is recognised."""
    return sorted({word for thing in things for call in calls(thing) for word in call.split()})


def called_in_indonesian(thing: Thing) -> Iterator[str]:
    """Its names, alone and with the room after them: "lampu", "lampu dapur", "lampu di dapur"."""
    room = " ".join(said_words(thing.room))
    for name in (thing.name, *thing.aliases):
        base = " ".join(said_words(name))
        yield base
        if room and room not in base:
            yield from (f"{base} {room}", f"{base} di {room}")


def _filled(template: Path, fills: Sequence[str]) -> str:
    return f"{{thing}} = {' | '.join(dict.fromkeys(fills))}\n{template.read_text(encoding='utf-8')}"


def _rooms(things: Iterable[Thing]) -> list[str]:
    return list(dict.fromkeys(room for thing in things if (room := " ".join(said_words(thing.room)))))
