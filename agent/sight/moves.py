"""Which way and how far the phone is to go so that a thing lies whole and large in the picture, and the words for it.

Knows one picture's ``Framed``, how large such things really are, how far people move a phone for which words, and how
inexactly. Does not know what was said before, nor when.

Of all that can be said in few words, that is said which most likely brings the thing where it should be: who is asked
for the least that would do is asked again, and who is sent far goes too far.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from agent.engines.protocols import Side
from agent.language.saying import say
from agent.sight.framing import VIEW, Framed, Kind
from agent.skills.wording import joined

REAL_CM: dict[Kind, float] = {"page": 29.7, "text": 0.45, "code": 4.0, "face": 17.0}
"""How long such a thing mostly is; of print, how high."""
NEAR_CM = 12.0
"""Nobody holds a phone nearer to a thing: one that seems so is larger than most."""
LARGE: dict[Kind, float] = {"page": 0.42, "text": 0.016, "code": 0.1, "face": 0.2}
"""Share of the picture's longer side that it must fill; of print, its lines: 25 pixels of a still of 1,600. An A4 page
of 0.41 was read to 99 % from such a still."""
FITS = 0.94
"""Share of the picture that it may fill."""
GOOD = 1.25
"""So many times larger than it must be it is brought, so that it need not be sent closer again."""
BARELY = 1.25
"""What is too small where it is, and too wide where it is not, may be so many times as far away as it fits."""
AMOUNTS_CM = (4.5, 9.0, 18.0)
"""What people move a phone by for "a little left", for "left" and for "much further left"."""
INEXACT, CROOKED, TREMOR_CM, UNSEEN_CM = 0.4, 0.17, 1.0, 2.0
"""How far they are off: as a share of the way that was asked for; in any direction as a share of all that was asked
for, for a hand that goes far turns on the way; at rest; and where the thing is cut off and its place is a guess."""
UNKNOWN = 0.08
"""Share of the distance by which it is guessed wrongly, for not all things are of one size."""
TINY = 0.01
"""Nothing is smaller, as a share of the picture."""
WORDY = 0.04
"""Share of likelihood that one more word must add, or a greater amount: a short way is put right by the next."""

WAYS: dict[Side, str] = {"left": "left", "right": "right", "top": "up", "bottom": "down"}
TANGENT = 2 * math.tan(VIEW / 2)
"""What is seen along the picture's longer side from a centimetre away, in centimetres."""


@dataclass(frozen=True, slots=True)
class Move:
    """Amounts, 1 to 3, for the phone: ``back`` from the thing (below 0: closer), and ``aside`` to those sides."""

    back: int = 0
    aside: int = 0
    sides: tuple[Side, ...] = ()


def size_of(framed: Framed) -> float:
    """Of print the height of its lines, else the longer side; as a share of the picture's longer side."""
    wide, high = framed.width * min(1.0, framed.aspect), framed.height * min(1.0, 1 / framed.aspect)
    return framed.letters or framed.long or max(wide, high, TINY)


def too_small(framed: Framed) -> float:
    """How many times larger it should be, at least; up to 1.0 it is large enough."""
    return LARGE["text" if framed.letters else framed.kind] / size_of(framed)


def best_move(framed: Framed) -> Move:
    """What most likely brings it where it should be."""
    here = _Place.of(framed)
    return max(_moves(here), key=lambda move: here.likely(move))


def direction(move: Move) -> str:
    """A move in words."""
    parts = [(abs(move.back), _away(move.back))] if move.back else []
    if move.aside:
        names = joined([say(WAYS[side]) for side in move.sides])
        parts.append((move.aside, names if move.aside == abs(move.back) else _aside(move.aside, names)))
    if len(parts) == 2 and parts[0][0] != 2 and parts[1][0] == 2:
        parts.reverse()  # "a little" and "much further" hold for what follows them
    text = ", ".join(part for _, part in parts)
    return text and f"{text[0].upper()}{text[1:]}."


@dataclass(frozen=True, slots=True)
class _Place:
    """In centimetres: how far away the thing is, may be and must be; how far its middle lies to the right of the
    picture's and below it; how long it is that way, and what is seen that way from a centimetre away."""

    away: float
    nearest: float
    farthest: float
    off: tuple[float, float]
    length: tuple[float, float]
    seen: tuple[float, float]
    lean: tuple[float, float]
    """By so much it goes to the right and down for each centimetre that a tilted phone moves back."""
    guess: float

    @staticmethod
    def of(framed: Framed) -> _Place:
        left, top, right, bottom = framed.reach
        size = size_of(framed)
        real = max(REAL_CM["text" if framed.letters else framed.kind], NEAR_CM * TANGENT * size)
        away = real / size / TANGENT
        seen = TANGENT * min(1.0, framed.aspect), TANGENT * min(1.0, 1 / framed.aspect)
        nearest = away * max(right - left, bottom - top, TINY) / FITS
        farthest = max(away / too_small(framed) / GOOD, BARELY * nearest)
        most = AMOUNTS_CM[-1]  # what can't be reached in one move is come nearer to
        return _Place(
            away, min(nearest, away + most), max(farthest, away - most),
            (((left + right) / 2 - 0.5) * seen[0] * away, ((top + bottom) / 2 - 0.5) * seen[1] * away),
            ((right - left) * seen[0] * away, (bottom - top) * seen[1] * away), seen,
            (-math.tan(math.radians(framed.lean_x)), math.tan(math.radians(framed.lean_y))),
            UNSEEN_CM if framed.cut else 0.0,
        )  # fmt: skip

    def likely(self, move: Move) -> float:
        """The likelihood that it is well placed after this move, less what it costs to say it."""
        back = math.copysign(_centimetres(abs(move.back)), move.back)
        aside = _centimetres(move.aside)
        loose = math.hypot(TREMOR_CM, self.guess, CROOKED * (abs(back) + aside * len(move.sides)))
        away = max(1.0, self.away + back)
        chance = _between(away, math.hypot(INEXACT * back, loose, UNKNOWN * self.away), self.nearest, self.farthest)
        for off, length, seen, lean, sides in zip(self.off, self.length, self.seen, self.lean, _SIDES, strict=True):
            room = (FITS * seen * away - length) / 2
            moved = aside * sum(_SIGNS[side] for side in sides if side in move.sides)
            chance *= _between(off + lean * back - moved, math.hypot(INEXACT * moved, loose), -room, room)
        return chance * (1 - WORDY) ** (abs(move.back) + move.aside + len(move.sides))


_SIDES: tuple[tuple[Side, Side], tuple[Side, Side]] = (("left", "right"), ("top", "bottom"))
_SIGNS = {"left": -1, "right": 1, "top": -1, "bottom": 1}


def _moves(here: _Place) -> Iterator[Move]:
    """All that could be said: ways aside only towards the thing."""
    sides: list[Side] = ["right" if here.off[0] > 0 else "left", "bottom" if here.off[1] > 0 else "top"]
    if abs(here.off[1]) > abs(here.off[0]):
        sides.reverse()
    for back in range(-3, 4):
        if back:
            yield Move(back)
        for aside in (1, 2, 3):
            for some in (sides, sides[:1], sides[1:]):
                yield Move(back, aside, tuple(some))


def _centimetres(amount: int) -> float:
    return AMOUNTS_CM[amount - 1] if amount else 0.0


def _between(value: float, spread: float, low: float, high: float) -> float:
    """The likelihood that what is ``value`` on average lies between these."""
    if high <= low:
        return 0.0
    root = math.sqrt(2) * spread
    return (math.erf((high - value) / root) - math.erf((low - value) / root)) / 2


def _away(amount: int) -> str:
    match amount:
        case -1:
            return say("a little closer")
        case -2:
            return say("closer")
        case -3:
            return say("much closer")
        case 1:
            return say("a little back")
        case 2:
            return say("back")
        case _:
            return say("much further back")


def _aside(amount: int, ways: str) -> str:
    match amount:
        case 1:
            return say("a little {ways}", ways=ways)
        case 2:
            return ways
        case _:
            return say("much further {ways}", ways=ways)
