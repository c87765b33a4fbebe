"""Words that are looked for, found among the print of one picture: where they stand and how sure that is. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.engines.protocols import Box, TextLine
from agent.skills.picture_words import is_sure, place, plain
from agent.skills.watch_for import readings, tokens


@dataclass(frozen=True, slots=True)
class Sighting:
    """``where``: "on the left"; ``line``: all that stands there; ``sure``: whether it was read with confidence."""

    where: str
    line: str
    sure: bool


def sighting(
    words: str, lines: Sequence[TextLine], width: int, where: Callable[[Box, int], str] = place
) -> Sighting | None:
    """The best line that holds ``words`` in their order; None when there is none. ``where``: a box in words."""
    wanted = readings(words)
    held = [line for line in lines if any(_within(one, tokens(plain(line.text))) for one in wanted)]
    if not held:
        return None
    best = max(held, key=lambda line: (is_sure(line), _area(line.box)))
    return Sighting(where(best.box, width), plain(best.text), is_sure(best))


def _within(wanted: Sequence[str], there: Sequence[str]) -> bool:
    return any(list(there[at : at + len(wanted)]) == list(wanted) for at in range(len(there) - len(wanted) + 1))


def _area(box: Box) -> int:
    return box.width * box.height
