"""The brain without a language model calls what was understood and asks again in changing words."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.engines.protocols import Call, Question, Said, Text, Thought
from agent.engines.rules import ASK_AGAIN_SPOKEN, HEARD_NOTHING, OFFER_HELP_SPOKEN, OFFER_HELP_TYPED, RuleBrain


@dataclass(frozen=True, slots=True)
class Wanted:
    skill: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    confidence: float = 0.9


class Knows:
    """Understands whole sentences from a list, and keeps what else it was told."""

    def __init__(self, **sentences: Wanted) -> None:
        self.sentences = sentences
        self.told: list[tuple[str, float, tuple[str, ...], bool]] = []

    def understand(
        self, text: str, *, coverage: float = 1.0, alternatives: Sequence[str] = (), typed: bool = False
    ) -> Wanted | None:
        self.told.append((text, coverage, tuple(alternatives), typed))
        return self.sentences.get(text)


def thoughts(brain: RuleBrain, question: Question) -> list[Thought]:
    async def all_of_them() -> list[Thought]:
        return [thought async for thought in brain.reply(question)]

    return asyncio.run(all_of_them())


def words(brain: RuleBrain, question: Question) -> str:
    (thought,) = thoughts(brain, question)
    assert isinstance(thought, Text)
    return thought.text


def test_what_is_understood_is_called_with_its_arguments() -> None:
    brain = RuleBrain(Knows(tea=Wanted("set_timer", {"seconds": 240})))
    assert thoughts(brain, Question("tea")) == [Call("set_timer", {"seconds": 240}, 0.9)]


def test_the_recognisers_doubts_reach_the_understanding() -> None:
    knows = Knows()
    thoughts(RuleBrain(knows), Question("tee", coverage=0.3, alternatives=("tea", "see")))
    thoughts(RuleBrain(knows), Question("tea", typed=True))
    assert knows.told == [("tee", 0.3, ("tea", "see"), False), ("tea", 1.0, (), True)]


def test_the_first_failure_asks_again_and_the_second_in_a_row_offers_help() -> None:
    brain = RuleBrain(Knows())
    first = words(brain, Question("mumble"))
    history = (Said("user", "mumble"), Said("agent", first), Said("user", "mumble"))
    assert first in ASK_AGAIN_SPOKEN
    assert words(brain, Question("mumble", history=history)) == OFFER_HELP_SPOKEN
    assert words(brain, Question("mumble", typed=True, history=history)) == OFFER_HELP_TYPED


def test_failures_apart_from_each_other_are_worded_differently() -> None:
    brain = RuleBrain(Knows())
    first = words(brain, Question("mumble"))
    history = (Said("agent", first), Said("user", "what time is it"), Said("agent", "It is ten."))
    assert words(brain, Question("mumble", history=history)) in set(ASK_AGAIN_SPOKEN) - {first}


def test_typed_words_are_not_said_to_be_unheard() -> None:
    brain = RuleBrain(Knows())
    typed = words(brain, Question("mumble", typed=True))
    assert typed not in ASK_AGAIN_SPOKEN
    assert "say" not in typed.split()


def test_silence_is_told_as_silence() -> None:
    assert words(RuleBrain(Knows()), Question("", coverage=0.0)) == HEARD_NOTHING


def test_the_sounds_of_a_listener_are_left_alone_but_typed_they_are_a_yes() -> None:
    brain = RuleBrain(Knows(okay=Wanted("backchannel")))
    assert thoughts(brain, Question("okay")) == []
    assert thoughts(brain, Question("okay", typed=True)) == [Call("affirm")]
