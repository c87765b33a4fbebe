"""What the classifier learns from: the bank's sentences, and much talk that is not for the agent.

People say far more that is not meant for the agent than any list holds, so the listed talk is joined by splices: its
beginnings with the ends of requests, and the beginnings of requests with its ends.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence

from agent.skills.bank import OUTSIDE, Bank
from agent.skills.tongues import IN_ENGLISH, Tongue
from agent.skills.understand_model import Lessons, Sentence

PER_INTENT, OUTSIDE_PER_INTENT, SPLICES, FAMILIAR_PER_INTENT = 600, 1300, 2500, 1200
MOST_WEIGHT = 4.0
"""An intent with few sentences ("uh-huh") is learned as hard as one with many, up to this factor."""

RECIPE = f"{MOST_WEIGHT} {PER_INTENT} {OUTSIDE_PER_INTENT} {SPLICES} {FAMILIAR_PER_INTENT} 2"
"""Changes when the same bank would give other sentences."""


def lessons(bank: Bank, tongue: Tongue = IN_ENGLISH) -> Lessons:
    """The same for the same bank."""

    def words(text: str) -> tuple[str, ...]:
        return tuple(tongue.spell_numbers(tongue.words_of(text)))

    def many(usual: int) -> int:
        return round(usual * tongue.lessons)

    phrases = bank.phrases(per_intent=many(PER_INTENT), skills=bank.skills)
    sizes = Counter(phrase.label for phrase in phrases)
    inside = [
        Sentence(words(phrase.text), phrase.label, min(MOST_WEIGHT, many(PER_INTENT) / sizes[phrase.label]))
        for phrase in phrases
    ]
    outside = [
        Sentence(words(phrase.text), OUTSIDE)
        for phrase in bank.phrases(per_intent=many(OUTSIDE_PER_INTENT), skills=(OUTSIDE,))
    ]
    familiar = (words(phrase.text) for phrase in bank.phrases(per_intent=many(FAMILIAR_PER_INTENT), skills=bank.skills))
    return Lessons([*inside, *outside, *splices(inside, outside, random.Random(5), many(SPLICES))], familiar)


def splices(
    inside: Sequence[Sentence], outside: Sequence[Sentence], chance: random.Random, number: int = SPLICES
) -> Iterator[Sentence]:
    """Sentences of which at most three words come from a request; the rest is talk."""
    for _ in range(number if outside else 0):
        request, talk = chance.choice(inside).words, chance.choice(outside).words
        few, many = chance.choice((1, 2, 2, 3)), chance.choice((4, 5, 6, 8))
        if len(request) <= few or len(talk) < 4:
            continue
        words = (*talk[:many], *request[-few:]) if chance.random() < 0.4 else (*request[:few], *talk[-many:])
        yield Sentence(words, OUTSIDE)
