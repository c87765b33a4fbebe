"""Where to move the phone, from what its last pictures show: a few words at a time, until the picture may be taken.

Knows how the sought thing lay in the pictures, and when what was said. Does not know pixels, tasks or who speaks.
Directions tell where to move the PHONE, as it is held: "up" is where its own top edge points. They are said once the
hand has come to rest, so that a movement under way is not corrected twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from agent.language.saying import say
from agent.sight.framing import Framed
from agent.sight.moves import best_move, direction, too_small

GAP_US, SAME_US = 1_800_000, 2_600_000
"""Between the beginnings of two directions, and of two that are the same."""
SPEECH_LATE_US, LETTERS_A_SECOND = 200_000, 15.0
"""When a direction is heard, and how fast it is said, where it is not known when it ends."""
STARTS_US, MOVES_US, OBEYS_US = 200_000, 950_000, 2_000_000
"""From the end of a direction: until then nobody moves yet, before then nobody has moved, by then whoever heard it
has."""
MOVED = 0.05
"""Share of the picture by which what is seen has moved since a direction, when it was obeyed."""
LOST_US = 2_500_000
"""So long nothing was found before it is said."""
ADVISE_US = 5_000_000
"""Between two corrections of the picture itself."""
REST = 0.04
"""Share of the picture by which what is seen moves in half a second before a hand at rest."""
STILL = 0.04
"""The same for a hand of which a still will be sharp."""
HALF_US, SHORT_US = 500_000, 200_000
"""Of two pictures that are less apart than half a second the way between them is reckoned up to it, as if they were at
least so far apart: between closer ones a page's edges tremble, not the hand."""
UNSTEADY_US = 400_000
"""So long a hand that need only be still is not, before it is said: the second picture in a row, at four a second the
third."""
MARGIN, MARGIN_HELD = 0.02, 0.006
"""What must be left around the thing, as a share of the picture; less once it was there."""
LEAN = 32.0
"""Degrees of tilt from which it is corrected. Print of 13 points, straightened, is read up to there."""
HELD = 1.15
"""What was straight stays so up to so much more."""
LARGE_HELD = 0.95
"""Of the size that is asked for, what is enough once it was there."""
WIDE = 0.8
"""What fills so much of the picture can't come closer, however small its print is."""

HOLD_STILL = "Hold still."
NOTHING = "I don't see it yet. Move back a little."
NOTHING_AGAIN = "Still nothing. Turn slowly to the side."


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
        self._heard_us = now_us - OBEYS_US
        self._since: Framed | None = None
        self._obeyed = True
        self._seen_us = now_us
        self._before: Framed | None = None
        self._before_us = now_us
        self._kept: frozenset[str] = frozenset()
        self._lost = 0
        self._shaky_us: int | None = None

    def see(self, view: View, now_us: int, *, may_speak: bool) -> Step:
        """What to do after this picture. ``may_speak``: nobody is speaking."""
        before, self._before = self._before, view.framed
        since_us, self._before_us = now_us - self._before_us, now_us
        if not may_speak:
            self._heard_us = max(self._heard_us, now_us)
        if view.problem in ("dark", "bright", "covered", "black"):
            return self._say(view.advice, now_us, ADVISE_US, may_speak=may_speak)
        if view.framed is None:
            return self._nothing(view, now_us, may_speak=may_speak)
        self._seen_us, self._lost = now_us, 0
        wish = self._wish(view.framed)
        moved = 1.0 if before is None else apart(before, view.framed) * in_half_a_second(since_us)
        moving = self._moving(view.framed, moved, now_us)
        if not wish and not view.problem and moved <= STILL and not moving:
            return Take()
        if not wish:
            shaky = not moving and before is not None and (bool(view.problem) or moved > REST)
            self._shaky_us = (now_us if self._shaky_us is None else self._shaky_us) if shaky else None
            shakes = self._shaky_us is not None and now_us - self._shaky_us >= UNSTEADY_US
            return self._say(HOLD_STILL, now_us, SAME_US, may_speak=may_speak and shakes)
        self._shaky_us = None
        if moving or now_us < self._heard_us + STARTS_US:
            return Wait()
        return self._say(wish, now_us, SAME_US, may_speak=may_speak)

    def _moving(self, framed: Framed, moved: float, now_us: int) -> bool:
        """Whether the hand is about to do what it was told, or does it: until it moved and came to rest, or has had
        the time for it."""
        if self._obeyed or now_us < self._heard_us + STARTS_US:
            return False
        away = self._since is None or apart(self._since, framed) > MOVED
        rests = away and moved <= REST and now_us >= self._heard_us + MOVES_US
        self._obeyed = rests or now_us >= self._heard_us + OBEYS_US
        return not self._obeyed

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
        self._heard_us = now_us + SPEECH_LATE_US + round(len(text) / LETTERS_A_SECOND * 1e6)
        self._since, self._obeyed = self._before, text == HOLD_STILL
        return Say(text)

    def _wish(self, framed: Framed) -> str:
        """What is to be changed first; "" when nothing is. What was right stays right until it is clearly wrong."""
        kept: set[str] = set()
        wish = ""
        for name, find in (("placed", placed), ("straight", straight)):
            if found := find(framed, held=name in self._kept):
                wish = wish or found
            else:
                kept.add(name)
        self._kept = frozenset(kept)
        return wish


def apart(one: Framed, other: Framed) -> float:
    """How far the thing moved between two pictures, as a share of the picture."""
    sides = ((one.left, other.left), (one.right, other.right), (one.top, other.top), (one.bottom, other.bottom))
    return max(abs(first - second) for first, second in sides)


def in_half_a_second(since_us: int) -> float:
    """How much farther than between two pictures the hand goes in that time."""
    return max(1.0, HALF_US / max(SHORT_US, since_us))


def placed(framed: Framed, *, held: bool) -> str:
    """Where to move so that it is whole, and large enough."""
    margin = MARGIN_HELD if held else MARGIN
    small = too_small(framed) * (LARGE_HELD if held else 1.0) > 1 and max(framed.width, framed.height) < WIDE
    whole = not framed.cut and min(framed.left, framed.top, 1 - framed.right, 1 - framed.bottom) >= margin
    return "" if whole and not small else direction(best_move(framed))


def straight(framed: Framed, *, held: bool) -> str:
    """How to tilt the phone: the edge over the far side comes nearer."""
    most = LEAN * (HELD if held else 1.0)
    if max(abs(framed.lean_x), abs(framed.lean_y)) <= most:
        return ""
    if abs(framed.lean_y) >= abs(framed.lean_x):
        return say("Tilt its top edge nearer." if framed.lean_y > 0 else "Tilt its bottom edge nearer.")
    return say("Tilt its right edge nearer." if framed.lean_x > 0 else "Tilt its left edge nearer.")
