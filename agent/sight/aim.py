"""Where to move the phone, from what its last pictures show: a few words at a time, until the picture may be taken.

Knows how the sought thing lay in the pictures, and when what was said. Does not know pixels, tasks or who speaks.
Directions tell where to move the PHONE, as it is held: "up" is where its own top edge points. They are said once the
hand has come to rest, so that a movement under way is not corrected twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from agent.language.saying import say
from agent.sight.framing import Framed, Side
from agent.skills.wording import joined

GAP_US, SAME_US = 1_800_000, 2_600_000
"""Between the beginnings of two directions, and of two that are the same."""
LOST_US = 2_500_000
"""So long nothing was found before it is said."""
ADVISE_US = 5_000_000
"""Between two corrections of the picture itself."""
REST, REST_MOST_US = 0.05, 3_000_000
"""Share of the picture by which what is seen moves between two pictures of a hand at rest; a hand that does not come
to rest is corrected all the same after so long."""
STILL = 0.025
"""The same for two pictures after which a still will be sharp."""
MARGIN, MARGIN_HELD = 0.02, 0.006
"""What must be left around the thing, as a share of the picture; less once it was there."""
ROLL = {"page": 30.0, "text": 12.0, "code": 45.0, "face": 15.0}
"""Degrees of roll from which it is corrected. A page is straightened before it is read; print alone is not."""
LEAN = 32.0
"""Degrees of tilt from which it is corrected. Print of 13 points, straightened, is read up to there."""
HELD = 1.15
"""What was straight stays so up to so much more."""
LARGE = {"page": 0.46, "text": 0.0, "code": 0.1, "face": 0.2}
LARGE_HELD = 0.9
"""Share of the picture that the thing must fill in its longer direction; of that, what is enough once it did. An A4
page of 0.41 was read to 99 % from a still of 1,600 pixels."""
LETTERS = 0.016
"""Of print without a page around it, its lines: 25 pixels of a still of 1,600."""
FAR, FARTHER = 0.82, 0.6
"""What fills less than these shares of what it should is far away."""
TIGHT = 0.82
"""What fills so much of the picture has no room to be moved aside in."""
SMALL_STEP = 0.55
"""Of a thing that shows so much of the picture's side before it is cut off, little is missing."""
OFF_MIDDLE = 0.14
"""Off the middle by so much it would be pushed out by coming closer."""

HOLD_STILL = "Hold still."
NOTHING = "I don't see it yet. Move back a little."
NOTHING_AGAIN = "Still nothing. Turn slowly to the side."
WAYS: dict[Side, str] = {"left": "left", "right": "right", "top": "up", "bottom": "down"}
OPPOSITE: dict[Side, Side] = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}


@dataclass(frozen=True, slots=True)
class View:
    """One picture: ``problem`` and ``advice`` as a ``Look`` has them; ``framed``: what is sought, if it is there."""

    framed: Framed | None
    problem: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    pass


@dataclass(frozen=True, slots=True)
class Say:
    text: str


@dataclass(frozen=True, slots=True)
class Take:
    """It is whole, straight and sharp: take the picture."""


Step: TypeAlias = Wait | Say | Take


class Aim:
    """One attempt. ``see`` is told each picture in the order of time."""

    def __init__(self, now_us: int) -> None:
        self._said, self._said_us = "", now_us - SAME_US
        self._seen_us = now_us
        self._before: Framed | None = None
        self._kept: frozenset[str] = frozenset()
        self._turn = ""
        self._lost = 0

    def see(self, view: View, now_us: int, *, may_speak: bool) -> Step:
        """What to do after this picture. ``may_speak``: nobody is speaking."""
        before, self._before = self._before, view.framed
        if view.problem in ("dark", "bright", "covered", "black"):
            return self._say(view.advice, now_us, ADVISE_US, may_speak=may_speak)
        if view.framed is None:
            return self._nothing(view, now_us, may_speak=may_speak)
        self._seen_us, self._lost = now_us, 0
        wish = self._wish(view.framed)
        moved = 1.0 if before is None else apart(before, view.framed)
        if not wish and not view.problem and moved <= STILL:
            return Take()
        if not wish:
            shaky = bool(view.problem) or (before is not None and moved > REST)
            return self._say(HOLD_STILL, now_us, SAME_US, may_speak=may_speak and shaky)
        if moved > REST and now_us - self._said_us < REST_MOST_US:
            return Wait()
        return self._say(wish, now_us, SAME_US, may_speak=may_speak)

    def _nothing(self, view: View, now_us: int, *, may_speak: bool) -> Step:
        if now_us - self._seen_us < LOST_US:
            return Wait()
        if view.problem in ("blurred", "moving") and not self._lost:
            return self._say(view.advice, now_us, ADVISE_US, may_speak=may_speak)
        step = self._say(NOTHING_AGAIN if self._lost % 2 else NOTHING, now_us, SAME_US, may_speak=may_speak)
        self._lost += isinstance(step, Say)
        return step

    def _say(self, text: str, now_us: int, again_us: int, *, may_speak: bool) -> Step:
        wait = max(GAP_US, again_us) if text == self._said else GAP_US
        if not may_speak or now_us - self._said_us < wait:
            return Wait()
        self._said, self._said_us = text, now_us
        return Say(text)

    def _wish(self, framed: Framed) -> str:
        """What is to be changed first; "" when nothing is. What was right stays right until it is clearly wrong."""
        kept: set[str] = set()
        wish = ""
        for name, find in (("whole", whole), ("large", large), ("straight", straight), ("level", level)):
            if found := find(framed, held=name in self._kept):
                wish = wish or (self._same_way(found) if name == "level" else found)
            else:
                kept.add(name)
        if "level" in kept:
            self._turn = ""
        self._kept = frozenset(kept)
        return wish

    def _same_way(self, turn: str) -> str:
        """A page half way between two right angles looks turned now to one side, now to the other: who is told to turn
        it back each time never gets it straight. Either way ends at a right angle."""
        self._turn = self._turn or turn
        return self._turn


def apart(one: Framed, other: Framed) -> float:
    """How far the thing moved between two pictures, as a share of the picture."""
    sides = ((one.left, other.left), (one.right, other.right), (one.top, other.top), (one.bottom, other.bottom))
    return max(abs(first - second) for first, second in sides)


def whole(framed: Framed, *, held: bool) -> str:
    """Where to move so that nothing is cut off."""
    margin = MARGIN_HELD if held else MARGIN
    near: tuple[tuple[Side, float], ...] = (
        ("left", framed.left), ("right", 1 - framed.right), ("top", framed.top), ("bottom", 1 - framed.bottom),
    )  # fmt: skip
    short = {side for side, left_over in near if side in framed.cut or left_over < margin}
    if not short:
        return ""
    ways = [say(WAYS[side]) for side in near_first(framed, short) if OPPOSITE[side] not in short]
    if len(short) > len(ways):  # more than fits
        if ways:
            return say("Move back and {way}.", way=ways[0])
        return say("Move back." if len(short) < 4 else "Move a lot further back.")
    sizes = [framed.width if side in ("left", "right") else framed.height for side in short]
    if min(sizes) > TIGHT:
        return say("A little back.")
    if max(sizes) > TIGHT:
        return say("A little back, {ways}.", ways=joined(ways))
    if min(sizes) >= SMALL_STEP or not framed.cut:
        return say("A little {ways}.", ways=joined(ways))
    return say("Move {ways}.", ways=joined(ways))


def near_first(framed: Framed, short: set[Side]) -> list[Side]:
    """The sides in the order in which they are told: where less is seen, more is missing."""
    return sorted(short, key=lambda side: (framed.width if side in ("left", "right") else framed.height, side))


def large(framed: Framed, *, held: bool) -> str:
    """Whether to come closer."""
    wanted, size = LARGE[framed.kind], max(framed.width, framed.height)
    if framed.letters:
        wanted, size = LETTERS, framed.letters
    wanted *= LARGE_HELD if held else 1.0
    if size >= wanted:
        return ""
    x, y = framed.middle
    off = [("left" if x < 0.5 else "right", abs(x - 0.5)), ("up" if y < 0.5 else "down", abs(y - 0.5))]
    if aside := joined([say(way) for way, far in off if far > OFF_MIDDLE]):
        if size < FARTHER * wanted:
            return say("Move a lot closer, {aside}.", aside=aside)
        return say("Move closer, {aside}." if size < FAR * wanted else "A little closer, {aside}.", aside=aside)
    if size < FARTHER * wanted:
        return say("Move a lot closer.")
    return say("Move closer." if size < FAR * wanted else "A little closer.")


def straight(framed: Framed, *, held: bool) -> str:
    """How to tilt the phone: the edge over the far side comes nearer."""
    most = LEAN * (HELD if held else 1.0)
    if max(abs(framed.lean_x), abs(framed.lean_y)) <= most:
        return ""
    if abs(framed.lean_y) >= abs(framed.lean_x):
        return say("Tilt its top edge nearer." if framed.lean_y > 0 else "Tilt its bottom edge nearer.")
    return say("Tilt its right edge nearer." if framed.lean_x > 0 else "Tilt its left edge nearer.")


def level(framed: Framed, *, held: bool) -> str:
    """How to turn the phone in its plane."""
    if abs(framed.roll) <= ROLL[framed.kind] * (HELD if held else 1.0):
        return ""
    return say("Turn it a little to the right." if framed.roll > 0 else "Turn it a little to the left.")
