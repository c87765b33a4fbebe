"""Which thing in the house words speak of, what is to be done with it, and which state is asked after.

Pure text over the names that were configured. Does not know how sure anyone is of the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from agent.house.things import KINDS, Thing, Verb, folded
from agent.skills.understand_slots import words_of
from agent.skills.wording import in_english

MEANT_OTHERWISE = ("light", "unsupported")
"""Skills whose sentences are the house's once they speak of something in it."""
ARTICLES = frozenset({"the", "a", "an", "my", "our", "this", "that", "your"})
UNLOCKING = "buka-kunci"
"""Two Indonesian words as one: "buka kunci" is no locking."""
VERBS: dict[str, Verb] = {
    "open": "open", "close": "close", "shut": "close", "raise": "open", "lower": "close",
    "lock": "lock", "unlock": "unlock", "arm": "arm", "disarm": "disarm",
    "activate": "on", "deactivate": "off", "start": "run", "run": "run", "begin": "run",
    **dict.fromkeys(("nyalakan", "dinyalakan", "hidupkan", "nyalain", "aktifkan"), "on"),
    **dict.fromkeys(("matikan", "dimatikan", "padamkan", "matiin", "nonaktifkan"), "off"),
    **dict.fromkeys(("buka", "bukakan", "dibuka", "naikkan"), "open"),
    **dict.fromkeys(("tutup", "tutupkan", "ditutup", "turunkan"), "close"),
    "kunci": "lock", "dikunci": "lock", UNLOCKING: "unlock", "jalankan": "run", "mulai": "run",
}  # fmt: skip
"""English and Indonesian: neither has the other's words."""
SWITCHING = frozenset({"turn", "switch", "put", "set", "turned", "switched"})
STATES: dict[str, str] = {
    "on": "on", "off": "off", "open": "open", "opened": "open", "closed": "closed", "shut": "closed", "close": "closed",
    "locked": "locked", "unlocked": "unlocked", "lock": "locked", "unlock": "unlocked",
    "armed": "armed", "disarmed": "disarmed", "set": "armed", "arm": "armed",
    **dict.fromkeys(("menyala", "nyala", "hidup", "aktif"), "on"), "mati": "off",
    "terbuka": "open", "tertutup": "closed", "terkunci": "locked",
}  # fmt: skip
SAME_STATE: dict[str, dict[str, str]] = {
    "lock": {"open": "unlocked", "closed": "locked"},
    "alarm": {"on": "armed", "off": "disarmed"},
}
WARMTH = frozenset({"warm", "cold", "hot", "cool", "temperature", "panas", "dingin", "hangat", "suhu"})
EVERY = frozenset({"all", "every", "everything", "both", "semua", "seluruh"})
LIGHTS = frozenset({"light", "lights", "lamp", "lamps", "lampu"})
NEVER = "jangan"


@lru_cache(maxsize=4096)
def said_words(text: str) -> tuple[str, ...]:
    """Words as they are said: numbers below 60 in letters, articles left out."""
    found: list[str] = []
    for word in words_of(folded(text)):
        spelled = in_english(int(word)).split("-") if word.isdecimal() and int(word) < 60 else [word]
        found += [part for part in spelled if part not in ARTICLES]
    return tuple(found)


def calls(thing: Thing) -> Iterator[str]:
    """All that it may be called, in small letters: name and aliases, alone and with the room."""
    room = " ".join(said_words(thing.room))
    seen: set[str] = set()
    for name in (thing.name, *thing.aliases):
        base = " ".join(said_words(name))
        variants = [base]
        if room and base.startswith(room + " "):
            rest = base.removeprefix(room + " ")
            variants += [f"{rest} in {room}", f"{rest} of {room}"]
        elif room and room not in base:
            variants += [f"{room} {base}", f"{base} in {room}", f"{base} of {room}"]
        for variant in variants:
            if variant and variant not in seen:
                seen.add(variant)
                yield variant


def named(text: str, things: Sequence[Thing], fits: Callable[[Thing], bool] = lambda _: True) -> tuple[Thing, ...]:
    """The things that ``text`` speaks of, among those that fit: the one whose name is said in most words, several when
    they are called the same, all lights for "all the lights".
    """
    words = said_words(text)
    fitting = [thing for thing in things if fits(thing)]
    if every := _every(words, fitting):
        return every
    scored = [(max(_score(words, call) for call in calls(thing)) + _room(words, thing), thing) for thing in fitting]
    scored = [(score, thing) for score, thing in scored if score >= 1.0]
    if not scored:
        return tuple(_felt(words, fitting))
    best = max(score for score, _ in scored)
    return tuple(thing for score, thing in scored if score == best)


def certain(text: str, thing: Thing) -> bool:
    """Whether no strange word stands beside the name: "turn on the picture light" may mean another one than "light"."""
    words = [_one(word) for word in said_words(text)]
    room = {_one(word) for word in said_words(thing.room)}
    usual = _USUAL | room
    for call in sorted(calls(thing), key=lambda call: -len(call.split())):
        parts = [_one(part) for part in call.split()]
        for at in range(len(words) - len(parts) + 1):
            if words[at : at + len(parts)] == parts:
                before, after = words[max(0, at - 1) : at], words[at + len(parts) : at + len(parts) + 1]
                return usual.issuperset(before) and usual.issuperset(after)
    return True


def verb_in(text: str) -> Verb | None:
    """What is to be done; None when nothing is, or both of two opposites are."""
    words = tuple(" ".join(said_words(text)).replace("buka kunci", UNLOCKING).split())
    if NEVER in words:
        return None
    if "turn" in words or "switch" in words or "put" in words or not any(word in VERBS for word in words):
        way = _way(words)
        return way if way is not None else next((VERBS[word] for word in words if word in VERBS), None)
    found = [VERBS[word] for word in words if word in VERBS]
    return found[0] if len(set(found)) == 1 else None


def state_in(text: str, thing: Thing | None = None) -> str:
    """The state that is asked after, as ``thing`` calls it; "" for none."""
    words = said_words(text)
    found = [STATES[word] for word in words if word in STATES]
    if not found:
        return ""
    state = found[-1]
    return SAME_STATE.get(thing.kind, {}).get(state, state) if thing is not None else state


def has_state(thing: Thing, text: str) -> bool:
    """Whether a question in these words can be answered by this thing."""
    if not thing.state_topic:
        return False
    state = state_in(text, thing)
    known = {*KINDS[thing.kind].states.values(), *thing.states.values()}
    return not state or not known or state in known


def speaks_of_the_house(text: str, things: Sequence[Thing]) -> bool:
    """Whether a request in these words is one about a configured thing."""
    doing, asking = verb_in(text), state_in(text)
    if not any(len(word) > 1 for word in said_words(text)):
        return False
    found = named(text, things)
    return any(
        (doing is not None and thing.meant(doing) is not None)
        or (bool(asking) and has_state(thing, text))
        or thing.kind == "sensor"
        for thing in found
    )


def _one(word: str) -> str:
    """A crude singular: "lights" and "light" name the same thing."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


_USUAL = frozenset(
    _one(word)
    for word in (
        *VERBS, *SWITCHING, *STATES, "on", "off", "up", "down", "in", "of", "at", "to", "for", "and", "please", "now",
        "right", "then", "again", "netra", "hey", "okay", "can", "could", "would", "will", "you", "i", "me", "us",
        "want", "need", "like", "just", "get", "if", "is", "are", "thank", "thanks", "scene", "mode",
        "tolong", "coba", "bisa", "kamu", "apa", "apakah", "di", "sekarang", "ya", "dong", "berapa", "tidak", "masih",
        "sudah",
    )
)  # fmt: skip
"""Words that may stand beside a name."""


def _way(words: Sequence[str]) -> Verb | None:
    """on or off: the one right after "turn", else the only one there is."""
    ways: dict[int, Verb] = {}
    for at, word in enumerate(words):
        if word in ("on", "off"):
            ways[at] = "on" if word == "on" else "off"
    after = {way for at, way in ways.items() if at and words[at - 1] in SWITCHING}
    either = after or set(ways.values())
    return either.pop() if len(either) == 1 else None


def _score(words: Sequence[str], call: str) -> float:
    """How many words of the name stand there side by side; 0 unless all do."""
    parts = [_one(part) for part in call.split()]
    said = [_one(word) for word in words]
    for at in range(len(said) - len(parts) + 1):
        if said[at : at + len(parts)] == parts:
            return float(len(parts))
    return 0.0


def _room(words: Sequence[str], thing: Thing) -> float:
    """A little more for a thing whose room is named."""
    return 0.5 if thing.room and _score(words, " ".join(said_words(thing.room))) else 0.0


def _every(words: Sequence[str], things: Sequence[Thing]) -> tuple[Thing, ...]:
    """All lights for "all the lights", those of a room for "the lights in the kitchen"."""
    if not LIGHTS & {*words}:
        return ()
    lights = [thing for thing in things if thing.kind == "light"]
    here = [thing for thing in lights if _room(words, thing)]
    if EVERY & {*words}:
        return tuple(here or lights)
    return tuple(here) if "lights" in words and len(here) > 1 else ()


def _felt(words: Sequence[str], things: Sequence[Thing]) -> Iterator[Thing]:
    """ "How warm is it in the bedroom" asks the thermometer there."""
    if WARMTH & {*words}:
        for thing in things:
            measures = {"temperature", "suhu"} & {*said_words(thing.name)}
            if thing.kind == "sensor" and _room(words, thing) and measures:
                yield thing
