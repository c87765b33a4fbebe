"""Which questions reach the language model, and what is said when it fails: never nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agent.engines.protocols import Call, Question, Said, Text, Thought
from agent.engines.rules import RuleBrain
from agent.errors import EngineBusy, EngineFailed
from agent.skills.understand import Understanding
from agent.thinking.honesty import SAFETY_WORDS
from agent.thinking.routed import APOLOGY, BROKE_OFF, BUSY, NO_ANSWER, RoutedBrain
from agent.thinking.settings import Telling
from agent.wishes import Tool, ToolResult, Wishes


@dataclass
class Model:
    """Says its words, then perhaps fails."""

    words: Sequence[str] = ("Well.",)
    fails: bool = False
    busy: bool = False
    asked: list[str] = field(default_factory=list)
    name: str = "server"

    async def reply(self, question: Question) -> AsyncIterator[Thought]:
        self.asked.append(question.text)
        if self.busy:
            raise EngineBusy("others come first")
        for word in self.words:
            yield Text(word, lasts=True)
        if self.fails:
            raise EngineFailed("the model was told to break")

    async def close(self) -> None:
        return None


@pytest.fixture(scope="module")
def understanding(trained: Path) -> Understanding:
    return Understanding(cache_dir=trained)


def reply(understanding: Understanding, model: Model, question: Question, **telling: Any) -> list[Thought]:
    brain = RoutedBrain(understanding, RuleBrain(understanding), model, Telling(**telling))

    async def all_of_it() -> list[Thought]:
        return [thought async for thought in brain.reply(question)]

    return asyncio.run(all_of_it())


@pytest.mark.parametrize(("text", "skill"), [
    ("what time is it", "time"), ("set a timer for ten minutes", "set_timer"), ("read this to me", "read_text"),
    ("what colour is my shirt", "colour"), ("scan this code", "scan_code"), ("louder please", "louder"),
    ("stop", "stop"), ("is it safe to cross", "unsupported"), ("can I cross now", "unsupported"),
    ("who is this", "unsupported"), ("hello", "greet"), ("what time is it here", "time"),
    ("what does this sign say", "read_text"), ("what colour is this in the light", "colour"),
    ("can you read this and tell me what it says", "read_text"), ("what day is it", "date"),
])  # fmt: skip
def test_small_and_forbidden_things_never_reach_the_model(understanding: Understanding, text: str, skill: str) -> None:
    model = Model()
    [call] = reply(understanding, model, Question(text))
    assert isinstance(call, Call)
    assert (call.skill, model.asked) == (skill, [])


@pytest.mark.parametrize("text", [
    "why is the sky blue", "what does this letter want from me and when is it due", "what do you see",
    "translate this sign", "is this milk still good", "tell me more", "yes", "is there anything i could trip over",
    "what time is it in Jakarta", "read the menu and tell me which dish is cheap", "how do I read a barcode",
    "read this and summarise it", "what time is it in Tokyo now",
])  # fmt: skip
def test_what_needs_a_model_gets_it(understanding: Understanding, text: str) -> None:
    model = Model()
    assert reply(understanding, model, Question(text)) == [Text("Well.", lasts=True)]
    assert model.asked == [text]


def test_what_was_just_said_decides_whose_yes_and_more_it_is(understanding: Understanding) -> None:
    model = Model()
    assert [type(one) for one in reply(understanding, model, Question("yes", awaited=True))] == [Call]
    assert [type(one) for one in reply(understanding, model, Question("tell me more", last_skill="read_text"))] == [
        Call
    ]
    assert model.asked == []
    asked = (Said("agent", "Shall I go on?"),)
    assert reply(understanding, model, Question("uh huh", history=asked)) == [Text("Well.", lasts=True)]
    assert reply(understanding, Model(), Question("uh huh")) == []


def test_commands_alone_are_quick_where_an_app_has_tools_and_all_can_be_the_models(
    understanding: Understanding,
) -> None:
    wishes, model = Wishes(tools=(Tool("get_time"),)), Model()
    reply(understanding, model, Question("what time is it", wishes=wishes))
    reply(understanding, model, Question("what time is it"), quick="off")
    result = (ToolResult("c", "get_time", "noon"),)
    reply(understanding, model, Question("what time is it", wishes=wishes, results=result))
    assert len(model.asked) == 3
    assert [type(one) for one in reply(understanding, model, Question("louder please", wishes=wishes))] == [Call]
    assert [type(one) for one in reply(understanding, model, Question("can i cross now"), quick="off")] == [Call]
    assert len(model.asked) == 3


def test_noise_is_asked_again_and_never_sent(understanding: Understanding) -> None:
    model = Model()
    for question in (Question("the the a", coverage=0.05), Question(" ")):
        [thought] = reply(understanding, model, question)
        assert isinstance(thought, Text)
    assert model.asked == []


def test_a_dead_model_is_an_apology_or_what_the_rules_can_do(understanding: Understanding) -> None:
    dead = Model(words=(), fails=True)
    assert reply(understanding, dead, Question("why is the sky blue")) == [Text(APOLOGY)]
    assert reply(understanding, dead, Question("blah foo bar")) == [Text(APOLOGY)]
    [call] = reply(understanding, dead, Question("what do you see"))
    assert isinstance(call, Call)
    assert call.skill == "describe"


def test_a_model_that_breaks_off_says_so(understanding: Understanding) -> None:
    heard = reply(understanding, Model(words=("It", "is"), fails=True), Question("why is the sky blue"))
    assert [one.text for one in heard if isinstance(one, Text)] == ["It", "is", BROKE_OFF]


def test_a_model_that_says_it_is_safe_is_stopped(understanding: Understanding) -> None:
    model = Model(words=("The", "way", "is", "free,", "you", "can", "cross", "now,", "go."))
    heard = reply(understanding, model, Question("what do you see"))
    assert [one.text for one in heard if isinstance(one, Text)] == ["The", "way", "is", "free,", SAFETY_WORDS]


def test_a_busy_model_gives_over_to_the_smaller_one_and_then_to_the_rules(understanding: Understanding) -> None:
    async def ask(model: Model, smaller: Model | None, text: str) -> list[Thought]:
        brain = RoutedBrain(understanding, RuleBrain(understanding), model, Telling(), smaller)
        return [thought async for thought in brain.reply(Question(text))]

    why = "why is the sky blue"
    small = Model(words=("Small.",))
    assert asyncio.run(ask(Model(busy=True), small, why)) == [Text("Small.", lasts=True)]
    assert asyncio.run(ask(Model(busy=True), Model(busy=True), why)) == [Text(BUSY)]
    assert asyncio.run(ask(Model(busy=True), None, why)) == [Text(BUSY)]
    [call] = asyncio.run(ask(Model(busy=True), None, "what do you see"))
    assert isinstance(call, Call)  # the skill describes what it can
    small.asked.clear()
    assert asyncio.run(ask(Model(words=(), fails=True), small, why)) == [Text(APOLOGY)]
    assert small.asked == []  # what is broken is not a matter of load


@dataclass
class Caller(Model):
    """Calls a skill first, for its own use."""

    skill: str = "set_timer"

    async def reply(self, question: Question) -> AsyncIterator[Thought]:
        told: list[str] = []
        yield Call(self.skill, {"seconds": 60}, heard=told.append)
        assert told == ["A minute, starting now."]
        async for thought in Model.reply(self, question):
            yield thought


def with_skills(understanding: Understanding, model: Model, question: Question) -> list[Thought]:
    """As the reply's scope does: a call for the model's own use is answered before the next thought is asked for."""
    brain = RoutedBrain(understanding, RuleBrain(understanding), model, Telling())

    async def all_of_it() -> list[Thought]:
        thoughts = []
        async for thought in brain.reply(question):
            thoughts.append(thought)
            if isinstance(thought, Call) and thought.heard is not None:
                thought.heard("A minute, starting now.")
        return thoughts

    return asyncio.run(all_of_it())


def test_a_model_without_a_word_is_no_silence(understanding: Understanding) -> None:
    assert reply(understanding, Model(words=()), Question("why is the sky blue")) == [Text(NO_ANSWER)]


@pytest.mark.parametrize("fails", [False, True])
def test_what_a_skill_did_is_told_where_the_model_says_nothing_of_it(understanding: Understanding, fails: bool) -> None:
    thoughts = with_skills(understanding, Caller(words=(), fails=fails), Question("why is the sky blue"))
    assert thoughts[1:] == [Text("A minute, starting now.")]


def test_what_a_skill_did_is_not_told_twice(understanding: Understanding) -> None:
    thoughts = with_skills(understanding, Caller(words=("A minute, yes.",)), Question("why is the sky blue"))
    assert thoughts[1:] == [Text("A minute, yes.", lasts=True)]
    broken = with_skills(understanding, Caller(words=("A minute",), fails=True), Question("why is the sky blue"))
    assert broken[1:] == [Text("A minute", lasts=True), Text(BROKE_OFF)]
