"""Single questions without a line: the real brain and skills over pictures that were handed in; nothing lasts."""

from __future__ import annotations

import asyncio
from functools import cache

import pytest

from agent.engines import fakes
from agent.engines.protocols import Box, Call, Code, Product, Question, Text, TextLine, Thought
from agent.engines.registry import Engines, build
from agent.oneshot import NO_MANNERS, NO_TIMERS, Given, OneShot, Remark, Seen
from agent.picture import Picture
from agent.settings import load
from agent.skills.catalogue import SKILLS
from agent.skills.skill import Answer, CancelTimers, Situation, StartTimer, skill
from tests import drawn
from transport.found import as_json

SIGN = Picture("sign", drawn.sign("OPEN"), 0, "upload")
DARK = Picture("dark", drawn.plain((2, 2, 2)), 0, "upload")
LINES = (TextLine("OPEN", Box(10, 10, 100, 40), 0.99),)


@cache
def oneshot() -> OneShot:
    settings = load(environ={})
    brain = build("brain", "rules", settings)
    sight = fakes.FakeTextReader(LINES, delay_s=0), fakes.FakeCodeReader(delay_s=0), fakes.FakeFaceFinder(delay_s=0)
    recognizer, voice = fakes.FakeRecognizer(), fakes.FakeSynthesizer()
    return OneShot(Engines(fakes.FakeDetector(), recognizer, voice, brain, *sight), settings, SKILLS)


def ask(*remarks: Remark, of: OneShot | None = None) -> list[Given]:
    async def main() -> list[Given]:
        return [given async for given in (of or oneshot()).answer(remarks)]

    return asyncio.run(main())


def test_a_picture_is_answered_from() -> None:
    [given] = ask(Remark("user", "Read the text.", (SIGN,)))
    assert (given.text, given.kind, given.skill) == ("It says: OPEN.", "answer", "read_text")
    assert given.look is not None
    assert given.look.picture is SIGN


def test_a_question_without_a_picture_says_so() -> None:
    [given] = ask(Remark("user", "What do you see?"))
    assert given.kind == "correction"
    assert "No picture came" in given.text


def test_a_bad_picture_gets_a_correction() -> None:
    [given] = ask(Remark("user", "What do you see?", (DARK,)))
    assert given.kind == "correction"
    assert given.look is not None
    assert given.look.problem == "black"


def test_several_pictures_are_answered_one_by_one() -> None:
    first, second = ask(Remark("user", "Read the text.", (SIGN, DARK)))
    assert first.text == "Picture one: It says: OPEN."
    assert second.text.startswith("Picture two: I see only black.")
    [once] = ask(Remark("user", "What time is it?", (SIGN, DARK)))
    assert "Picture" not in once.text


def test_the_newest_picture_serves_later_questions() -> None:
    before = Remark("user", "What do you see?", (DARK,)), Remark("agent", "Black."), Remark("user", "Here.", (SIGN,))
    [given] = ask(*before, Remark("agent", "Thanks."), Remark("user", "Read the text."))
    assert given.text == "It says: OPEN."


@pytest.mark.parametrize(
    "words", ["Set a timer for five minutes.", "How long is left on the timer?", "Cancel the timer."]
)
def test_timers_are_refused_and_not_set(words: str) -> None:
    assert [(given.text, given.kind) for given in ask(Remark("user", words))] == [(NO_TIMERS, "refusal")]


@pytest.mark.parametrize("words", ["Slower.", "Quieter.", "Shorter."])
def test_manners_that_would_last_are_refused(words: str) -> None:
    assert [(given.text, given.kind) for given in ask(Remark("user", words))] == [(NO_MANNERS, "refusal")]


def test_an_effect_that_nobody_foresaw_is_refused_too() -> None:
    @skill("Do it.")
    async def deed(situation: Situation) -> Answer:
        """Act."""
        return Answer("Done.", effects=(StartTimer(5), CancelTimers()))

    def think(question: Question) -> list[Text | Call]:
        return [Call("deed"), Text("And more."), Call("nothing")]

    sight = fakes.FakeTextReader(), fakes.FakeCodeReader(), fakes.FakeFaceFinder()
    engines = Engines(
        fakes.FakeDetector(), fakes.FakeRecognizer(), fakes.FakeSynthesizer(), fakes.FakeBrain(think, 0), *sight
    )
    given = ask(Remark("user", "do it"), of=OneShot(engines, load(environ={}), (deed,)))
    assert [one.kind for one in given] == ["refusal", "answer", "refusal"]
    assert "Done" not in given[0].text


def test_what_was_said_before_is_found_again() -> None:
    before = Remark("user", "Read the text.", (SIGN,)), Remark("agent", "It says: OPEN.")
    assert ask(*before, Remark("user", "Repeat that."))[0].text == "It says: OPEN."
    assert "That was all" in ask(*before, Remark("user", "Tell me more."))[0].text
    assert ask(Remark("user", "Repeat that."))[0].text == "I haven't said anything yet."


def test_doubt_is_told_as_doubt() -> None:
    [given] = ask(Remark("user", "florp the zindle"))
    assert (given.kind, given.skill) == ("unclear", "")


def test_a_very_long_text_is_doubtful_at_once() -> None:
    [given] = ask(Remark("user", "wordz " * 50_000))
    assert given.kind == "unclear"
    assert ask(Remark("user", "x" * 200_000))[0].kind == "unclear"


def look(picture: Picture) -> Seen:
    return asyncio.run(oneshot().look(picture))


def test_a_look_tells_text_and_verdicts() -> None:
    seen = look(SIGN)
    assert seen.verdicts == {"scene": "", "text": "", "code": ""}
    assert [row.text for row in seen.rows] == ["OPEN"]
    assert seen.advice == ""


def test_a_look_claims_nothing_of_a_bad_picture() -> None:
    seen = look(DARK)
    assert seen.lines == ()
    assert seen.codes == ()
    assert seen.verdicts["text"] == "black"
    assert "black" in seen.advice


def test_the_brain_is_stopped_when_nobody_listens_any_more() -> None:
    closed = False

    class Endless:
        name = "endless"

        async def reply(self, question: Question) -> object:
            nonlocal closed
            try:
                while True:
                    yield Text("And on.")
            finally:
                closed = True

        async def close(self) -> None:
            return None

    thoughts: list[Thought] = []
    sight = fakes.FakeTextReader(), fakes.FakeCodeReader(), fakes.FakeFaceFinder()
    engines = Engines(fakes.FakeDetector(), fakes.FakeRecognizer(), fakes.FakeSynthesizer(), Endless(), *sight)  # type: ignore[arg-type]

    async def main() -> None:
        answer = OneShot(engines, load(environ={}), SKILLS).answer([Remark("user", "go")])
        async for given in answer:
            thoughts.append(Text(given.text))
            if len(thoughts) == 3:
                break
        await answer.aclose()

    asyncio.run(main())
    assert closed


def test_a_product_is_named_where_a_list_knows_it_and_the_json_says_so() -> None:
    item = Product("4006381333931", "Pencil", "Stabilo", "1 kg")
    code = Code("4006381333931", "EAN13", True, Box(10, 10, 300, 100))
    settings = load(environ={})
    sight = fakes.FakeTextReader(LINES, delay_s=0), fakes.FakeCodeReader(found=(code,)), fakes.FakeFaceFinder()
    engines = Engines(
        fakes.FakeDetector(), fakes.FakeRecognizer(), fakes.FakeSynthesizer(), oneshot()._brain, *sight,
        products=fakes.FakeProducts({item.number: item}),
    )  # fmt: skip
    shot = OneShot(engines, settings, SKILLS)
    given = ask(Remark("user", "What product is this?", (SIGN,)), of=shot)
    assert [one.text for one in given] == ["Pencil, by Stabilo, one kilogram."]
    [found] = as_json("", given, asyncio.run(shot.look(SIGN)))["codes"]
    assert found["item"] == {"number": "4006381333931", "name": "Pencil", "brand": "Stabilo", "size": "1 kg"}
