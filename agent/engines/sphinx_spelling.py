"""How a word that the dictionary lacks is likely said, learned from how the dictionary says its own.

Each letter of a known word is aligned with none, one or two of its phones; a new word takes for each letter what the
longest stretch of letters around it has mostly stood for. Two words run together are said as the two. Knows letters
and phones; does not know the recogniser.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

Phones: TypeAlias = tuple[str, ...]

LESSONS = 12_000
"""Words of the dictionary that are learned from, evenly picked."""
ROUNDS = 3
CONTEXTS = ((3, 3), (2, 3), (3, 2), (2, 2), (1, 2), (2, 1), (1, 1), (0, 1), (1, 0), (0, 0))
"""Letters before and after, most telling first."""
SEEN_OFTEN = 2
LEAST_PART = 3
"""Letters of the parts that a compound is taken apart into."""


def pronounce(words: Sequence[str], known: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """A pronunciation for each word, phones with spaces between. ``known``: word to its pronunciations. Words without a
    letter from a to z are left out.
    """
    found: dict[str, str] = {}
    speller: _Speller | None = None
    for word in words:
        letters = "".join(char for char in word if "a" <= char <= "z")
        if not letters:
            continue
        if (parts := _parts(letters, known)) is not None:
            found[word] = " ".join(known[part][0] for part in parts)
            continue
        speller = speller or _Speller(known)
        found[word] = " ".join(speller.say(letters))
    return found


def has_letters(word: str) -> bool:
    """Whether ``pronounce`` can say it."""
    return any("a" <= char <= "z" for char in word)


def _parts(letters: str, known: Mapping[str, tuple[str, ...]]) -> tuple[str, str] | None:
    """The two known words it is made of, as even in length as can be."""
    cuts = sorted(range(LEAST_PART, len(letters) - LEAST_PART + 1), key=lambda at: abs(2 * at - len(letters)))
    return next(((letters[:at], letters[at:]) for at in cuts if letters[:at] in known and letters[at:] in known), None)


class _Speller:
    def __init__(self, known: Mapping[str, tuple[str, ...]]) -> None:
        plain = [word for word in sorted(known) if word.isalpha() and word.isascii() and 3 <= len(word) <= 12]
        step = max(1, len(plain) // LESSONS)
        lessons = [(word, tuple(known[word][0].split())) for word in plain[::step]]
        aligned = _aligned(lessons)
        self._tables: list[dict[str, Phones]] = []
        for before, after in CONTEXTS:
            counts: dict[str, Counter[Phones]] = defaultdict(Counter)
            for (word, _), pieces in zip(lessons, aligned, strict=True):
                for at, piece in enumerate(pieces):
                    counts[_around(word, at, before, after)][piece] += 1
            often = 1 if (before, after) == (0, 0) else SEEN_OFTEN
            self._tables.append({key: c.most_common(1)[0][0] for key, c in counts.items() if c.total() >= often})

    def say(self, letters: str) -> Iterator[str]:
        last = ""
        for at in range(len(letters)):
            for (before, after), table in zip(CONTEXTS, self._tables, strict=True):
                piece = table.get(_around(letters, at, before, after))
                if piece is not None:
                    break
            for phone in piece or ():
                if phone != last:
                    yield phone
                last = phone


def _around(word: str, at: int, before: int, after: int) -> str:
    edged = f"^^^{word}$$$"
    at += 3
    return f"{edged[at - before : at]}[{edged[at]}]{edged[at + 1 : at + 1 + after]}"


def _aligned(lessons: Sequence[tuple[str, Phones]]) -> list[list[Phones]]:
    """For each word the phones of each letter, by hard expectation and maximisation from letters that share words."""
    cost = _first_costs(lessons)
    for _ in range(ROUNDS):
        aligned = [_best(word, phones, cost) for word, phones in lessons]
        pairs: Counter[tuple[str, Phones]] = Counter()
        singles: Counter[str] = Counter()
        for (word, _), pieces in zip(lessons, aligned, strict=True):
            pairs.update(zip(word, pieces, strict=True))
            singles.update(word)
        cost = {pair: -math.log(count / singles[pair[0]]) for pair, count in pairs.items()}
    return aligned


def _first_costs(lessons: Sequence[tuple[str, Phones]]) -> dict[tuple[str, Phones], float]:
    """Letters and phones that occur at about the same place belong together."""
    pairs: Counter[tuple[str, Phones]] = Counter()
    singles: Counter[str] = Counter()
    for word, phones in lessons:
        for at, letter in enumerate(word):
            singles[letter] += 1
            middle = at * len(phones) / len(word)
            for near in range(max(0, int(middle) - 1), min(len(phones), int(middle) + 2)):
                pairs[letter, (phones[near],)] += 1
    return {pair: -math.log(count / (3 * singles[pair[0]])) for pair, count in pairs.items()}


UNSEEN, NOTHING, TWO = 8.0, 2.5, 3.0
"""Costs of a pair that was not seen, of a silent letter and of one that stands for two phones."""


def _best(word: str, phones: Phones, cost: Mapping[tuple[str, Phones], float]) -> list[Phones]:
    """The cheapest way to give every phone to a letter, in order."""
    width = len(phones) + 1
    best = [0.0] + [math.inf] * (width - 1)
    steps: list[list[int]] = []
    for letter in word:
        new, step = [math.inf] * width, [0] * width
        for at in range(width):
            for taken in range(min(2, at) + 1):
                if best[at - taken] == math.inf:
                    continue
                piece = phones[at - taken : at]
                price = cost.get((letter, piece))
                if price is None:
                    price = UNSEEN + (NOTHING if taken == 0 else TWO if taken == 2 else 0.0)
                total = best[at - taken] + price
                if total < new[at]:
                    new[at], step[at] = total, taken
        best = new
        steps.append(step)
    if best[-1] == math.inf:  # more phones than twice the letters: the last letters take what they can
        return [phones[at : at + 1] for at in range(len(word))]
    pieces: list[Phones] = []
    at = width - 1
    for step in reversed(steps):
        pieces.append(phones[at - step[at] : at])
        at -= step[at]
    return pieces[::-1]
