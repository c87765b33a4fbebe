"""How the words of a language are read: spelling, numbers, and what is named in them.

Knows which functions belong together. Does not know intents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.language.saying import ENGLISH, INDONESIAN
from agent.skills import find_seen, indonesian_orders, indonesian_slots, mine, plain_orders, understand_slots, watch_for


@dataclass(frozen=True, slots=True)
class Tongue:
    """``phrases``: the folder of its phrase bank. The functions are those of ``understand_slots``, ``watch_for``,
    ``find_seen``, ``mine`` and ``plain_orders``, for this language.
    """

    code: str
    phrases: Path
    words_of: Callable[[str], list[str]]
    spell_numbers: Callable[[Sequence[str]], list[str]]
    duration_seconds: Callable[[str], int | None]
    quoted_after: Callable[[str], str]
    words_in: Callable[[str], str]
    thing_in: Callable[[str], str]
    thing_shown: Callable[[str], str]
    place_in: Callable[[str], str]
    command: Callable[[Sequence[str]], tuple[str, dict[str, str]] | None]
    lessons: float = 1.0
    """So many of the usual number of sentences are learned from: half of them take half the time of the first start."""


_HERE = Path(__file__).parent
IN_ENGLISH = Tongue(
    ENGLISH, _HERE, understand_slots.words_of, understand_slots.spell_numbers, understand_slots.duration_seconds,
    understand_slots.quoted_after, watch_for.words_in, find_seen.thing_in, mine.thing_shown,
    plain_orders.place_in, plain_orders.command,
)  # fmt: skip
IN_INDONESIAN = Tongue(
    INDONESIAN, _HERE / "indonesian_phrases", indonesian_slots.words_of, indonesian_slots.spell_numbers,
    indonesian_slots.duration_seconds, indonesian_slots.quoted_after, indonesian_slots.words_in,
    indonesian_slots.thing_in, indonesian_slots.thing_shown,
    indonesian_orders.place_in, indonesian_orders.command, lessons=0.5,
)  # fmt: skip
