"""A typed question meets a spoken one, in virtual time: both are answered, once and in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from agent import ports
from agent.engines.protocols import Call, Question, Text
from agent.session import Session
from agent.wishes import Wishes
from tests.agent.stage import LONG, Stage, stage
from tests.virtual import run_virtual

TIME, COLOUR = "what time is it", "what colour is this"
ANSWERS = {TIME: "Half past ten.", COLOUR: "It is red.", "how far is the moon": "Far."}


def think(question: Question) -> list[Text | Call]:
    """Knows whole questions, as rules do: two in one text are none."""
    return [Text(ANSWERS.get(question.text, f"I do not know {question.text}."))]


def type_in(s: Stage, text: str, ask: int = 1) -> None:
    """As a page or an app does: the item, then the wish for a reply."""
    s.session.directions.bring("user", text)
    s.session.directions.respond(ask, Wishes(), text)


def heard(s: Stage) -> list[str]:
    """What was heard of the replies of which anything was."""
    return [ended.heard for ended in s.person.all(ports.ReplyEnded) if ended.heard]


def test_typed_while_somebody_speaks_is_answered_before_the_spoken_words() -> None:
    async def main() -> None:
        async with stage(think) as s:
            s.recognizer.script.append(COLOUR)
            s.person.microphone.speak(1.2)
            await asyncio.sleep(0.6)
            type_in(s, TIME)
            await asyncio.sleep(8)
            assert heard(s) == ["Half past ten. It is red."]
            assert [started.ask for started in s.person.all(ports.ReplyStarted)] == [1]

    run_virtual(main())


@pytest.mark.parametrize("after_s", [0.05, 0.3, 0.6, 1.1, 1.25, 1.3, 1.4, 1.5, 1.6, 1.7])
def test_at_whatever_moment_of_a_spoken_turn_it_is_typed_both_are_answered_once(after_s: float) -> None:
    async def main() -> None:
        async with stage(think) as s:
            s.recognizer.script.append(COLOUR)
            s.person.microphone.speak(1.2)
            await asyncio.sleep(after_s)
            type_in(s, TIME)
            await asyncio.sleep(8)
            said = " ".join(heard(s))
            assert (said.count("Half past ten."), said.count("It is red.")) == (1, 1)
            assert [started.ask for started in s.person.all(ports.ReplyStarted)].count(1) == 1
            agent_said = [line.text for line in s.session.history() if line.who == "agent"]
            assert " ".join(agent_said) == said

    run_virtual(main())


def test_each_question_knows_the_conversation_before_it_and_the_answer_to_the_one_before() -> None:
    async def main() -> None:
        async with stage(think) as s:
            s.recognizer.script.append(COLOUR)
            s.person.microphone.speak(1.2)
            await asyncio.sleep(0.6)
            type_in(s, TIME)
            await asyncio.sleep(8)
            first, second = s.brain.asked[-2:]
            assert (first.text, first.typed, first.history) == (TIME, True, ())
            assert (second.text, second.typed) == (COLOUR, False)
            assert [(line.who, line.text) for line in second.history] == [("user", TIME), ("agent", "Half past ten.")]

    run_virtual(main())


def test_a_cough_leaves_the_typed_question_alone() -> None:
    async def main() -> None:
        async with stage(think) as s:
            s.recognizer.script.append("")
            s.person.microphone.speak(0.5)
            await asyncio.sleep(0.4)
            type_in(s, TIME)
            await asyncio.sleep(6)
            assert heard(s) == ["Half past ten."]

    run_virtual(main())


def test_two_typed_in_quick_succession_are_answered_in_one_reply() -> None:
    async def main() -> None:
        async with stage(think, brain_delay_s=0.5) as s:
            type_in(s, TIME, 1)
            await asyncio.sleep(0.2)
            type_in(s, COLOUR, 2)
            await asyncio.sleep(8)
            assert heard(s) == ["Half past ten. It is red."]
            assert [started.ask for started in s.person.all(ports.ReplyStarted)] == [1, 2]

    run_virtual(main())


def test_two_typed_while_somebody_speaks_come_first_and_no_wish_is_left_waiting() -> None:
    async def main() -> None:
        async with stage(think) as s:
            s.recognizer.script.append(COLOUR)
            s.person.microphone.speak(1.2)
            await asyncio.sleep(0.5)
            type_in(s, TIME, 1)
            await asyncio.sleep(0.3)
            type_in(s, "how far is the moon", 2)
            await asyncio.sleep(8)
            assert heard(s) == ["Half past ten. Far. It is red."]
            assert [started.ask for started in s.person.all(ports.ReplyStarted)] == [1, 2]
            assert [ended.status for ended in s.person.all(ports.ReplyEnded)] == ["cancelled", "completed"]

    run_virtual(main())


def test_typed_while_the_agent_speaks_ends_that_and_is_answered() -> None:
    async def main() -> None:
        async with stage(lambda question: [Text(LONG)] if question.text == "long" else think(question)) as s:
            type_in(s, "long", 1)
            await asyncio.sleep(2)
            type_in(s, TIME, 2)
            await asyncio.sleep(4)
            cut, answered = s.person.all(ports.ReplyEnded)
            assert (cut.status, cut.reason) == ("cancelled", "replaced")
            assert answered.heard == "Half past ten."

    run_virtual(main())


def test_typed_while_somebody_speaks_over_the_reply_loses_neither() -> None:
    async def main() -> None:
        async with stage(lambda question: [Text(LONG)] if question.text == "long" else think(question)) as s:
            type_in(s, "long", 1)
            await asyncio.sleep(2)
            s.recognizer.script.append(COLOUR)
            s.person.microphone.speak(1.2)
            await asyncio.sleep(0.3)
            type_in(s, TIME, 2)
            await asyncio.sleep(6)
            assert heard(s)[1:] == ["Half past ten. It is red."]

    run_virtual(main())


@pytest.mark.parametrize("answers", [True, False])
def test_with_push_to_talk_it_waits_for_the_button(answers: bool) -> None:
    async def main() -> None:
        async with stage(think) as s:
            s.session.turn_detection(ports.TurnDetection(by="push", answers=answers))
            s.recognizer.script.append(COLOUR)
            s.person.microphone.speak(1.2)
            await asyncio.sleep(0.6)
            type_in(s, TIME)
            await asyncio.sleep(2)
            assert heard(s) == []
            s.session.commit()
            await asyncio.sleep(6)
            assert heard(s) == ["Half past ten. It is red."]

    run_virtual(main())


@pytest.mark.parametrize(
    ("end", "answered"),
    [(Session.clear, ["Half past ten."]), (Session.stop, [])],
    ids=["clear forgets what was said", "stop takes back what waits"],
)
def test_what_was_typed_is_answered_after_clear_and_not_after_stop(
    end: Callable[[Session], object], answered: list[str]
) -> None:
    async def main() -> None:
        async with stage(think) as s:
            s.session.turn_detection(ports.TurnDetection(by="push"))
            s.recognizer.script.append(COLOUR)
            s.person.microphone.speak(1.2)
            await asyncio.sleep(0.6)
            type_in(s, TIME)
            await asyncio.sleep(1.5)
            end(s.session)
            await asyncio.sleep(4)
            assert heard(s) == answered

    run_virtual(main())


def test_turns_that_nobody_answered_are_answered_with_what_is_typed_next() -> None:
    async def main() -> None:
        async with stage(think) as s:
            s.session.turn_detection(ports.TurnDetection(answers=False))
            await s.hear(COLOUR)
            await asyncio.sleep(2)
            assert heard(s) == []
            type_in(s, TIME)
            await asyncio.sleep(5)
            assert heard(s) == ["It is red. Half past ten."]

    run_virtual(main())
