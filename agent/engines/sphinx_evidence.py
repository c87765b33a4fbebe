"""How far a decoding can be believed: what the decoder knows of each word, boiled down to two figures.

Knows the decoder's word list. Does not know what the words mean.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

ALTERNATIVES, LOOKED_AT = 6, 16
_VARIANT = re.compile(r"\(\d+\)$")
_LEAST_LOG = -690.0
"""Logarithm of the smallest number the decoder can tell."""


@dataclass(frozen=True, slots=True)
class HeardWord:
    """``chance``: posterior 0..1 over the decoder's other readings of the moment. ``distance``: mean distance per
    frame (nats) between this word and the best fitting sounds without any language. ``order``: length of the word
    sequence the language model knew it in, 1 (never seen there) to 3."""

    text: str
    frames: int
    chance: float
    distance: float
    order: int


@dataclass(frozen=True, slots=True)
class Heard:
    """A finished decoding. ``text`` is empty when nothing but silence was heard."""

    text: str
    words: tuple[HeardWord, ...] = ()
    alternatives: tuple[str, ...] = ()

    @property
    def confidence(self) -> float:
        """Mean posterior of the words, each weighted by its length."""
        frames = sum(word.frames for word in self.words)
        return sum(word.chance * word.frames for word in self.words) / frames if frames else 0.0


def heard(decoder: Any) -> Heard:
    """The decoder's result after ``end_utt``."""
    best = decoder.hyp()
    if best is None or not best.hypstr:
        return Heard("")
    words = tuple(_words(decoder.seg() or ()))
    others: list[str] = []
    for _, other in zip(range(LOOKED_AT), decoder.nbest() or (), strict=False):
        if other is not None and other.hypstr not in (*others, best.hypstr, ""):
            others.append(other.hypstr)
    return Heard(best.hypstr, words, tuple(others[:ALTERNATIVES]))


def _words(segments: Iterable[Any]) -> Iterable[HeardWord]:
    for segment in segments:
        text = segment.word
        if text.startswith(("<", "[", "+")):
            continue
        frames = max(1, segment.end_frame - segment.start_frame + 1)
        distance = -(math.log(segment.ascore) if segment.ascore > 0.0 else _LEAST_LOG) / frames
        chance = min(1.0, max(0.0, segment.prob))
        yield HeardWord(_VARIANT.sub("", text), frames, chance, distance, int(segment.lback))


def coverage(found: Heard) -> float:
    """0..1: how much speaks for these words having been said, rather than others or none."""
    if not found.words:
        return 0.0
    frames = sum(word.frames for word in found.words)
    distance = sum(word.distance * word.frames for word in found.words) / frames
    order = sum(word.order for word in found.words) / len(found.words)
    score = 4.0 * (found.confidence - 0.45) + 1.2 * (4.6 - distance) + 1.0 * (order - 2.0)
    return 1.0 / (1.0 + math.exp(-score))


def mean_distance(words: Sequence[HeardWord]) -> float:
    """Distance per frame over all words, nats; 0.0 without words."""
    frames = sum(word.frames for word in words)
    return sum(word.distance * word.frames for word in words) / frames if frames else 0.0
