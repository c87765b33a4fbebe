"""When a word of a growing recognition is certain: two policies over successive readings of the same speech.

Knows words and their times. Does not know models or sound. Each reading is what follows the words committed before, so
nothing here can take a committed word back: a policy only says how many more of the first words are certain now.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

EDGE_S = 0.12
"""A word this close to the end of the sound may be half a word, and then two readings may misread it alike."""

_NOT_LETTERS = re.compile(r"[^\w']+")


@dataclass(frozen=True, slots=True)
class Word:
    """``text`` with the white space before it, as the model wrote it; times in seconds of the utterance; ``tokens`` as
    the model made them. ``probability``: 0..1, the model's own.
    """

    text: str
    start: float
    end: float
    probability: float = 1.0
    tokens: tuple[int, ...] = ()


def bare(text: str) -> str:
    """The letters and digits of a word, lower case: what two readings are compared by."""
    return _NOT_LETTERS.sub("", text.lower())


def joined(words: Sequence[Word]) -> str:
    """The text of these words, without white space around it."""
    return "".join(word.text for word in words).strip()


class Policy(Protocol):
    """One utterance's judge."""

    def certain(self, words: Sequence[Word], heard_s: float) -> int:
        """How many of the first ``words`` of this reading are certain; ``heard_s``: where the sound it was taken from
        ends, in seconds of the utterance. The next reading begins after them.
        """
        ...


class LocalAgreement:
    """Certain is what two readings in a row say alike (Liu et al. 2020, as whisper_streaming uses it)."""

    def __init__(self) -> None:
        self._before: list[str] = []

    def certain(self, words: Sequence[Word], heard_s: float) -> int:
        now = [bare(word.text) for word in words]
        count = 0
        for earlier, later, word in zip(self._before, now, words, strict=False):
            if earlier != later or word.end > heard_s - EDGE_S:
                break
            count += 1
        self._before = now[count:]
        return count


class AlignAtt:
    """Certain is what the model wrote while it attended to sound that is not the newest (Papi et al. 2023).

    ``margin_s``: how much of the newest sound may still change a word. One reading is enough, so words come earlier
    than by agreement.
    """

    def __init__(self, margin_s: float) -> None:
        self._margin_s = margin_s

    def certain(self, words: Sequence[Word], heard_s: float) -> int:
        for count, word in enumerate(words):
            if word.end > heard_s - self._margin_s:
                return count
        return len(words)
