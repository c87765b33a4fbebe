"""A session asks for the person only after a yes, sends the picture only after another, and no yes is borrowed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agent import ports
from agent.clock import now_us
from agent.engines.protocols import Call, Question, Text
from agent.person.settings import Person
from agent.picture import Picture
from agent.settings import load
from agent.skills.ask_person import ask_person
from agent.skills.catalogue import skills_for
from agent.skills.skill import Manner, Situation
from agent.wishes import Wishes
from tests.agent.person.hook import Hook, hook
from tests.agent.stage import stage
from tests.agent.test_seeing import PAGE
from tests.virtual import run_virtual


def think(question: Question) -> list[Text | Call]:
    known = {"yes": "affirm", "no": "deny", "again": "repeat", "help": "ask_person", "time": "time"}
    return [Call(known[question.text])]


def talked(*lines: str | float, seeing: bool = False, **person: Any) -> tuple[list[str], list[ports.Report], Hook]:
    """These lines typed after another, a number being a wait; on a real clock, because the webhook is real."""

    async def main() -> tuple[list[str], list[ports.Report], Hook]:
        async with hook() as there:
            ways = {"webhook": there.url} if "link" not in person else {}
            settings = load(environ={}).model_copy(update={"person": Person(**{"name": "Anna", **ways, **person})})
            async with stage(think, settings, skills=skills_for((), person=True)) as s:
                s.session.directions.wish(Wishes(aloud=False))  # nobody waits for a voice
                for line in lines:
                    if isinstance(line, float):
                        await asyncio.sleep(line)
                        continue
                    if seeing:
                        s.person.camera.put(Picture(line, PAGE, now_us()))
                        await asyncio.sleep(0.1)
                    s.session.say(line)
                    async with asyncio.timeout(10):
                        before = len(s.person.all(ports.ReplyEnded))
                        while len(s.person.all(ports.ReplyEnded)) == before:  # noqa: ASYNC110
                            await asyncio.sleep(0.02)
                await asyncio.sleep(0.5)
                said = [report.text for report in s.person.all(ports.ReplyText)]
                asked: list[ports.Report] = [*s.person.all(ports.QuestionAsked), *s.person.all(ports.PersonOffered)]
                return said, asked, there

    return asyncio.run(main())


def test_after_a_yes_the_webhook_is_told_and_its_answer_said() -> None:
    said, asked, there = talked("help", "yes")
    assert said[0] == "Should I ask Anna for help?"
    assert "Okay, asking Anna." in said
    assert "I have asked Anna for help." in said
    assert [body["type"] for body in there.told] == ["help"]
    assert asked == [ports.QuestionAsked("Should I ask Anna for help?", 20.0), ports.QuestionAsked("", 0.0)]


@pytest.mark.parametrize(
    "lines", [("help",), ("help", "no"), ("help", "no", "yes"), ("help", "time", "yes"), ("yes",), ("help", 3.2, "yes")]
)
def test_without_a_yes_to_this_question_in_time_nothing_is_sent(lines: tuple[str | float, ...]) -> None:
    said, _, there = talked(*lines, confirm_s=3)
    assert there.told == []
    assert not any("asking Anna" in text for text in said)


def test_the_question_can_be_heard_again() -> None:
    said, _, there = talked("help", "again", "yes")
    assert said[:2] == ["Should I ask Anna for help?"] * 2
    assert len(there.told) == 1


@pytest.mark.parametrize(("answer", "kinds"), [("yes", ["help", "picture"]), ("no", ["help"])])
def test_the_picture_needs_the_setting_and_a_yes_of_its_own(answer: str, kinds: list[str]) -> None:
    said, _, there = talked("help", "yes", answer, seeing=True, picture=True)
    assert any("Should I send the picture of your camera, too?" in text for text in said)
    assert [body["type"] for body in there.told] == kinds
    assert [("picture" in body) for body in there.told] == [kind == "picture" for kind in kinds]


@pytest.mark.parametrize(("seeing", "picture"), [(True, False), (False, True)])
def test_without_the_setting_or_a_camera_no_picture_is_spoken_of(seeing: bool, picture: bool) -> None:
    said, _, there = talked("help", "yes", "yes", seeing=seeing, picture=picture)
    assert not any("picture" in text for text in said)
    assert [body["type"] for body in there.told] == ["help"]


def test_a_link_is_offered_after_a_yes() -> None:
    said, asked, there = talked("help", "yes", link="tel:+4930123")
    assert said == ["Do you want to call Anna?", "The link to Anna is on the page now."]
    assert asked[-1] == ports.PersonOffered("Anna", "tel:+4930123")
    assert there.told == []


def test_a_message_without_a_person_behind_it_asks_nobody() -> None:
    class Absent:
        asks_first = False

    async def main() -> None:
        person = Person(name="Anna", link="tel:112")
        base = {"eyes": None, "now": None, "now_us": 0, "manner": Manner()}
        answer = await ask_person(Situation(**base, house=Absent(), person=person), {})  # type: ignore[arg-type]
        assert (answer.kind, answer.effects) == ("refusal", ())
        assert (await ask_person(Situation(**base), {})).effects == ()  # type: ignore[arg-type]

    run_virtual(main())
