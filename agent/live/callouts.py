"""What is worth saying of what was seen: changes only, the most important first, nothing old and nothing twice.

Pure: what was seen, what was told and the time come in, words come out. Does not know cameras, engines or who speaks.
Hazards only add: that none is told never means that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from agent.engines.protocols import Box, TextLine
from agent.language.saying import say
from agent.live.sighting import Sighting, sighting
from agent.skills.people import counted_people
from agent.skills.picture_words import ended, is_sure, passages, sentence, shortened
from agent.skills.skill import Detail
from agent.skills.watch_for import tokens
from agent.skills.wording import joined

MOVING_US, RESTING_US = 2_000_000, 10_000_000
"""What was found so long ago is not told: while the scene moves, and while it rests."""
GONE_US = 30_000_000
"""Print that was not seen for so long is news again."""
AGAIN_US, MOVED_US = 10_000_000, 3_000_000
"""What is looked for is told again where it was, after it was out of sight, and elsewhere, after so long."""
PLACES_US = 5_000_000
"""People who only changed places are told so often."""
NONE_LOOKS = 3
"""So many looks without a face, and whoever was there is gone: a finder of faces misses one now and then."""
LIKE = 0.75
"""Rows of print so much alike are the same, read twice."""
LEVELS = 25
"""The light is told when its level, 0..100, changed by so much."""
MOST_TOLD = 64
WORDS: dict[Detail, int] = {"brief": 6, "normal": 12, "detailed": 30}
"""Words of print that are told at once."""
HAZARDS = frozenset({
    "danger", "dangerous", "caution", "warning", "hazard", "beware", "wet", "slippery", "very hot", "hot surface",
    "keep out", "no entry", "do not enter", "high voltage", "mind the gap", "mind the step", "mind your head",
    "watch your step", "steps down", "poison", "poisonous", "toxic", "flammable", "explosive", "corrosive",
    "construction", "road works", "roadworks", "trip hazard", "live wires", "radiation", "emergency stop",
    "falling rocks", "deep water", "out of order", "uneven", "low headroom", "low ceiling", "men at work",
    "bahaya", "berbahaya", "awas", "hati hati", "dilarang masuk", "licin", "lantai basah", "tegangan tinggi", "beracun",
    "mudah terbakar", "mudah meledak", "longsor", "galian", "sedang diperbaiki", "jalan ditutup", "perhatikan langkah",
})  # fmt: skip
"""Words on signs that come before everything else."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """What one look found. None: it was not looked for. ``moved``: the scene is another one than at the look before.

    ``lines``: print; ``faces``: near ones first; ``level``: of light, 0..100; ``colour``: of the middle, in words;
    ``things``: names of what a picture model sees. ``width``, ``height``: of the picture, pixels.
    """

    at_us: int
    width: int
    height: int
    moved: bool = False
    lines: tuple[TextLine, ...] | None = None
    faces: tuple[Box, ...] | None = None
    level: int | None = None
    colour: str | None = None
    things: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Callout:
    """``text``: what to say; ``until_us``: from when on it is too old to be said."""

    text: str
    until_us: int


@dataclass(slots=True)
class _Print:
    """A row that was told, and when it was last seen."""

    words: tuple[str, ...]
    seen_us: int


@dataclass(slots=True)
class _Fact:
    """The newest of its kind."""

    noticed: Noticed
    moved: bool = False


@dataclass(slots=True)
class Callouts:
    """One run of describing along. ``wanted``: words that come right after hazards; ``place``: where a box is, in
    words, from the box and the picture's width.
    """

    place: Callable[[Box, int], str]
    wanted: str = ""
    _now: int = 0
    _facts: dict[str, _Fact] = field(default_factory=dict)
    _doubtful: list[tuple[str, ...]] = field(default_factory=list)
    _told: list[_Print] = field(default_factory=list)
    _found: Sighting | None = None
    _sought: tuple[str, int, int] | None = None
    _people: tuple[str, int] = ("", 0)
    _count: int = 0
    _counts: list[int] = field(default_factory=list)
    _level: int | None = None
    _things: frozenset[str] = frozenset()
    _colour: str = ""

    def notice(self, seen: Noticed) -> None:
        """Take what a look found. Facts of a kind replace those before."""
        if seen.moved:
            for fact in self._facts.values():
                fact.moved = True
        for kind in ("lines", "faces", "level", "colour", "things"):
            if getattr(seen, kind) is not None:
                self._facts[kind] = _Fact(seen)
        if seen.faces is not None:
            self._counts = [*self._counts, len(seen.faces)][-NONE_LOOKS:]
        if seen.lines is not None:
            self._read(seen)

    def say(self, now_us: int, detail: Detail) -> Callout | None:
        """What is to be said now, which then counts as told; None: nothing new, or nothing that is still so."""
        self._now = now_us
        hazards, others = self._print_said(detail)
        parts = [("lines", hazards), ("lines", self._sought_said()), ("faces", self._people_said(detail))]
        if detail != "brief":
            parts += [("lines", others), ("things", self._things_said())]
        if detail == "detailed":  # what is in view makes a picture dark or bright, too
            parts += [("level", self._light_said()), ("colour", self._colour_said())]
        said = [(kind, text) for kind, text in parts if text]
        if not said:
            return None
        return Callout(" ".join(text for _, text in said), min(self._until(kind) for kind, _ in said))

    def doubts(self, lines: Sequence[TextLine]) -> bool:
        """Whether there are rows that only a second look makes sayable."""
        return any(not is_sure(line) and not self._is_told(_words(line)) for line in lines)

    # --- what is still so -------------------------------------------------------------------------------------

    def _fresh(self, kind: str) -> Noticed | None:
        return self._facts[kind].noticed if kind in self._facts and self._now <= self._until(kind) else None

    def _until(self, kind: str) -> int:
        """People move, whatever the scene does."""
        fact = self._facts[kind]
        return fact.noticed.at_us + (MOVING_US if fact.moved or kind == "faces" else RESTING_US)

    # --- print ------------------------------------------------------------------------------------------------

    def _read(self, seen: Noticed) -> None:
        """Rows that are in sight stay told; doubtful ones are remembered until the next look agrees."""
        rows = [_words(line) for line in seen.lines or ()]
        self._told = [known for known in self._told if seen.at_us - known.seen_us < GONE_US]
        for known in self._told:
            if any(alike(row, known.words) for row in rows):
                known.seen_us = seen.at_us
        before, self._doubtful = self._doubtful, rows
        agreed = {row for row in rows if any(alike(row, other) for other in before)}
        lines = tuple(line for line in seen.lines or () if is_sure(line) or _words(line) in agreed)
        fact = self._facts["lines"]
        told = tuple(line for line in lines if not line.cut or hazardous(line.text))  # the rest comes into view, or not
        fact.noticed = Noticed(seen.at_us, seen.width, seen.height, lines=told)
        self._note_sought(sighting(self.wanted, lines, seen.width, self.place) if self.wanted else None, seen.at_us)

    def _print_said(self, detail: Detail) -> tuple[str, str]:
        """(a sign that warns, with all that is new beside it; other print)."""
        seen = self._fresh("lines")
        if seen is None or not seen.lines:
            return "", ""
        new = [line for line in seen.lines if not self._is_told(_words(line))]
        if any(hazardous(line.text) for line in new):
            return self._line_said(new, seen, WORDS["detailed"], warns=True), ""
        return "", self._line_said(new, seen, WORDS[detail]) if detail != "brief" else ""

    def _line_said(self, lines: Sequence[TextLine], seen: Noticed, most: int, *, warns: bool = False) -> str:
        rows = passages(lines)
        if not rows:
            return ""
        largest = max(lines, key=lambda line: line.box.width * line.box.height)
        self._told += [_Print(_words(line), seen.at_us) for line in lines]
        del self._told[:-MOST_TOLD]
        where = self.place(largest.box, seen.width)
        text = ended(shortened(sentence(rows), most))
        return say("Warning {where}: {text}" if warns else "Text {where}: {text}", where=where, text=text)

    def _is_told(self, words: tuple[str, ...]) -> bool:
        return not words or any(alike(words, known.words) for known in self._told)

    # --- what is looked for -----------------------------------------------------------------------------------

    def _note_sought(self, found: Sighting | None, at_us: int) -> None:
        self._found = found
        if found is None and self._sought is not None and at_us - self._sought[2] >= AGAIN_US:
            self._sought = None
        elif found is not None and self._sought is not None:
            self._sought = (self._sought[0], self._sought[1], at_us)

    def _sought_said(self) -> str:
        seen, found = self._fresh("lines"), self._found
        if seen is None or found is None:
            return ""
        if self._sought is not None:
            where, at, _ = self._sought
            if where == found.where or self._now - at < MOVED_US:
                return ""
        moved = self._sought is not None
        self._sought = (found.where, self._now, seen.at_us)
        name = f"{self.wanted[:1].upper()}{self.wanted[1:]}"
        place = say("now {place}", place=found.where) if moved else found.where
        return f"{name}, {place if found.sure else say('perhaps {text}', text=place)}."

    # --- people -----------------------------------------------------------------------------------------------

    def _people_said(self, detail: Detail) -> str:
        """Who comes, goes or, in detail, changes places. One look makes nobody come, three make somebody go."""
        seen = self._fresh("faces")
        if seen is None or seen.faces is None or self._now - seen.at_us > MOVING_US:
            return ""
        counts = self._counts
        if self._count and counts == [0] * NONE_LOOKS:
            self._count, self._people = 0, ("", self._now)
            return say("No face in view now.")
        if not seen.faces or counts[-2:] != [len(seen.faces)] * 2:
            return ""
        where = joined(list(dict.fromkeys(self.place(face, seen.width) for face in seen.faces)))
        told, at = self._people
        if len(seen.faces) == self._count and (detail != "detailed" or where == told or self._now - at < PLACES_US):
            return ""
        came = len(seen.faces) != self._count
        self._count, self._people = len(seen.faces), (where, self._now)
        return f"{counted_people(self._count)}, {where if came else say('now {place}', place=where)}."

    # --- the scene --------------------------------------------------------------------------------------------

    def _things_said(self) -> str:
        seen = self._fresh("things")
        if seen is None or not seen.things or frozenset(seen.things) <= self._things:
            return ""
        self._things = frozenset(seen.things)
        return say("It looks like {things}.", things=joined(seen.things))

    def _light_said(self) -> str:
        seen = self._fresh("level")
        if seen is None or seen.level is None:
            return ""
        before, self._level = self._level, seen.level if self._level is None else self._level
        if before is None or abs(seen.level - before) < LEVELS:
            return ""
        self._level = seen.level
        return say("It is brighter now." if seen.level > before else "It is darker now.")

    def _colour_said(self) -> str:
        seen = self._fresh("colour")
        if seen is None or not seen.colour or seen.colour == self._colour:
            return ""
        self._colour = seen.colour
        return say("In the middle it is {colours}.", colours=seen.colour)


def hazardous(text: str) -> bool:
    """Whether a sign warns: one of its words or phrases is among HAZARDS."""
    said = f" {' '.join(tokens(text.replace('-', ' ')))} "
    return any(f" {hazard} " in said for hazard in HAZARDS)


def alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """The same row, read twice: nearly the same letters, and exactly the same numbers and single letters."""
    if numbers(one) != numbers(other):
        return False
    first, second = " ".join(one), " ".join(other)
    return first == second or SequenceMatcher(None, first, second, autojunk=False).ratio() >= LIKE


def numbers(words: Sequence[str]) -> list[str]:
    return [word for word in words if len(word) == 1 or any(char.isdigit() for char in word)]


def clock_place(box: Box, width: int) -> str:
    """Where the box's middle lies on a clock face, as a phone's camera of about 65 degrees sees it: "at 11 o'clock"."""
    middle = (box.left + box.width / 2) / max(1, width)
    return say("at {hour} o'clock", hour=11 if middle < 0.27 else 1 if middle > 0.73 else 12)


def _words(line: TextLine) -> tuple[str, ...]:
    return tuple(tokens(line.text))
