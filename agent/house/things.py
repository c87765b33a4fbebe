"""What is in the house: things by name and room, what can be done with each, and what its states are called.

Knows names, verbs, payloads and words. Does not know a broker, a connection or who asks.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Verb: TypeAlias = Literal["on", "off", "open", "close", "lock", "unlock", "arm", "disarm", "run"]
Kind: TypeAlias = Literal["light", "switch", "lock", "cover", "alarm", "scene", "contact", "sensor"]

OPENING: frozenset[Verb] = frozenset({"open", "unlock", "disarm"})
"""What lets somebody or something in or out."""
MOST_WORDS = 6
LONGEST_SAID = 80
"""Characters of a state that are said aloud."""


@dataclass(frozen=True, slots=True)
class KindOf:
    """``payloads``: what is published for each verb; ``states``: the word for a payload, in small letters; ``same``:
    other verbs that mean one of these here.
    """

    payloads: Mapping[Verb, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    same: Mapping[Verb, Verb] = field(default_factory=dict)


_ON_OFF = KindOf(
    {"on": "ON", "off": "OFF"}, {"on": "on", "off": "off", "true": "on", "false": "off", "1": "on", "0": "off"}
)
_OPEN = {"open": "open", "opening": "opening", "closed": "closed", "close": "closed", "closing": "closing"}
KINDS: Mapping[Kind, KindOf] = {
    "light": _ON_OFF,
    "switch": _ON_OFF,
    "lock": KindOf(
        {"lock": "LOCK", "unlock": "UNLOCK"},
        {"locked": "locked", "lock": "locked", "unlocked": "unlocked", "unlock": "unlocked", "jammed": "jammed"},
        {"open": "unlock", "close": "lock"},
    ),
    "cover": KindOf({"open": "OPEN", "close": "CLOSE"}, _OPEN),
    "alarm": KindOf(
        {"arm": "ARM_AWAY", "disarm": "DISARM"},
        {
            **dict.fromkeys(("armed", "armed_away", "armed_home", "armed_night", "on"), "armed"),
            **dict.fromkeys(("disarmed", "off"), "disarmed"),
            **{"arming": "arming", "pending": "about to go off", "triggered": "going off"},
        },
        {"on": "arm", "off": "disarm"},
    ),
    "scene": KindOf({"run": "ON"}, {}, {"on": "run"}),
    "contact": KindOf({}, {**_OPEN, "on": "open", "off": "closed", "true": "closed", "false": "open"}),
    "sensor": KindOf(),
}
"""Payloads are Home Assistant's defaults; ``contact: true`` is Zigbee2MQTT's closed."""

UNITS: Mapping[str, str] = {
    "°c": "degrees", "°f": "degrees", "°": "degrees", "%": "percent", "lx": "lux", "w": "watts", "kw": "kilowatts",
    "wh": "watt hours", "kwh": "kilowatt hours", "v": "volts", "a": "amperes", "hpa": "hectopascals",
    "mm": "millimetres", "ppm": "parts per million", "µg/m³": "micrograms per cubic metre",
    "m/s": "metres a second", "km/h": "kilometres an hour",
}  # fmt: skip
"""How units are read aloud; others as they are written."""


class Thing(BaseModel):
    """Something in the house that can be asked about or acted on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(description="What it is called aloud: letters, numbers and spaces.")
    aliases: tuple[str, ...] = Field((), description="Other names for it; also a spelling that sounds like the name.")
    room: str = Field("", description="Where it is: then also “… in the kitchen” is understood.")
    kind: Kind = Field("switch", description="What it is, and so what can be said about it.")
    command_topic: str = Field("", description="Where commands are published; empty: it can only be asked about.")
    payloads: dict[Verb, str] = Field(
        default_factory=dict, description="What is published for on, off, open, close, lock, unlock, arm, disarm, run."
    )
    state_topic: str = Field("", description="Where its state is told; empty: it can't be asked about.")
    field: str = Field("", description="Where the state is in a JSON payload, dots between steps; empty: all of it.")
    states: dict[str, str] = Field(default_factory=dict, description="Word for each payload: {ON = “on”}.")
    unit: str = Field("", description="Unit of a sensor; the usual ones are read in words.")
    confirm: bool | None = Field(
        None, description="true: ask before anything; false: never; unset: before it opens, by mqtt.confirm_words."
    )
    qos: Literal[0, 1, 2] = Field(1, description="Quality of service of commands.")
    retain: bool = Field(False, description="Whether the broker keeps the last command.")

    @field_validator("name", "room")
    @classmethod
    def _speakable(cls, text: str) -> str:
        return _one_name(text)

    @field_validator("aliases")
    @classmethod
    def _all_speakable(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_one_name(name) for name in names)

    @field_validator("command_topic")
    @classmethod
    def _topic(cls, topic: str) -> str:
        return plain_topic(topic, empty=True)

    @field_validator("state_topic")
    @classmethod
    def _state_topic(cls, topic: str) -> str:
        return plain_topic(topic, empty=True)

    @model_validator(mode="after")
    def _of_use(self) -> Thing:
        if not self.name:
            raise ValueError("a thing needs a name")
        if not self.command_topic and not self.state_topic:
            raise ValueError(f"{self.name!r} needs a command_topic, a state_topic, or both")
        known = KINDS[self.kind].payloads
        if strange := [verb for verb in self.payloads if verb not in known]:
            can = ", ".join(known) or "nothing"
            raise ValueError(f"{self.name!r}: a {self.kind} can {can}, not {', '.join(strange)}")
        if self.command_topic and not known:
            raise ValueError(f"{self.name!r}: a {self.kind} takes no commands: leave out command_topic")
        return self

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """What can be done with it."""
        return tuple(KINDS[self.kind].payloads) if self.command_topic else ()

    @property
    def called(self) -> str:
        """Its name for people: with the room, unless the name says it."""
        return self.name if not self.room or _within(self.room, self.name) else f"{self.name} in the {self.room}"

    def meant(self, verb: Verb) -> Verb | None:
        """The verb as this thing knows it; None when it can't do that."""
        verb = KINDS[self.kind].same.get(verb, verb)
        return verb if verb in self.verbs else None

    def payload(self, verb: Verb) -> str:
        """What to publish."""
        return self.payloads.get(verb, KINDS[self.kind].payloads[verb])

    def told(self, payload: str) -> str | None:
        """The state in a payload, in words; None when it holds none."""
        raw = _picked(payload, self.field)
        if raw is None:
            return None
        word = self.states.get(raw) or KINDS[self.kind].states.get(raw.lower())
        return word or _measured(raw, self.unit)

    def asks_first(self, verb: Verb, words: tuple[str, ...]) -> bool:
        """Whether a yes is needed before ``verb``. ``words``: of names and topics that stand for something that opens.

        A light opens nothing. A switch does what nobody knows: one that is named like a door opens it either way.
        """
        if self.confirm is not None:
            return self.confirm
        if self.kind == "light":
            return False
        named = f"{self.kind} {self.name} {' '.join(self.aliases)} {self.command_topic}".lower()
        opens = verb in OPENING or self.kind in ("switch", "scene")
        return opens and any(_stands_in(word, named) for word in words)


def plain_topic(topic: str, *, empty: bool = False) -> str:
    """``topic`` as one that can be published to. Raises ValueError with what is wrong with it."""
    topic = topic.strip()
    if not topic and not empty:
        raise ValueError("a topic is needed")
    if any(char in topic for char in "+#\0"):
        raise ValueError(f"{topic!r} holds a wildcard: a topic without + and # is needed")
    if topic.startswith(("/", "$")) or topic.endswith("/") or "//" in topic or len(topic.encode()) > 512:
        raise ValueError(f"{topic!r} is no topic: write it like zigbee2mqtt/kitchen/set")
    return topic


def folded(text: str) -> str:
    """Small Latin letters without accents, digits, apostrophes; all else is space."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss").replace("\u2019", "'"))
    return " ".join(re.sub(r"[^a-z0-9']+", " ", "".join(c for c in plain if not unicodedata.combining(c))).split())


def _one_name(text: str) -> str:
    name = " ".join(text.split())
    words = folded(name).split()
    if name and not any(char.isalpha() for char in "".join(words)):
        raise ValueError(f"{name!r} can't be said: a name needs letters a to z")
    if len(words) > MOST_WORDS:
        raise ValueError(f"{name!r} is too long to say: {MOST_WORDS} words at most")
    return name


def _within(part: str, whole: str) -> bool:
    return f" {folded(part)} " in f" {folded(whole)} "


_ONLY_SOUND_LIKE_IT = frozenset({"clock", "block", "outdoor", "outdoors", "indoor", "indoors", "flock", "unblock"})


def _stands_in(word: str, text: str) -> bool:
    """Whether a word of ``text`` begins or ends with ``word``: "doors", "padlock", "floodgate", not "clock"."""
    word = word.lower()
    parts = [part for part in re.split(r"[^a-z]+", text) if part and part not in _ONLY_SOUND_LIKE_IT]
    return any(part.startswith(word) or part.endswith((word, word + "s")) for part in parts)


def _picked(payload: str, path: str) -> str | None:
    """The value at ``path`` of a JSON payload as text; the payload itself without a path."""
    if not path:
        return payload.strip() or None
    try:
        value: Any = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() or None if isinstance(value, str | int | float) else None


def _measured(raw: str, unit: str) -> str:
    """ "21.46" with "°C" is "21.5 degrees"; text that is no number is cut and made harmless."""
    said = UNITS.get(unit.strip().lower(), unit.strip())
    if re.fullmatch(r"[-+]?\d{1,12}(\.\d{1,12})?", raw):
        number = round(float(raw), 1)
        shown = f"{abs(number):.1f}".removesuffix(".0")
        raw = f"minus {shown}" if number < 0 else shown
    else:
        raw = "".join(char if char.isprintable() else " " for char in raw[:LONGEST_SAID])
    return " ".join(f"{raw} {said}".split())
