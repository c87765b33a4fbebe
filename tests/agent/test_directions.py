"""What an app directs, in virtual time: replies on demand, tools, text only, asides, lines and pictures it brings."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from test_session import LONG, stage

from agent import ports
from agent.engines.protocols import Call, CallTool, Question, Text
from agent.picture import Picture
from agent.wishes import Tool, Wishes
from tests.virtual import run_virtual

WEATHER = Tool("get_weather")


def test_a_typed_line_and_a_wished_reply_are_a_turn() -> None:
    async def main() -> None:
        async with stage() as s:
            s.session.directions.bring("user", "hello there")
            s.session.directions.respond(7, Wishes("Be brief."), "hello there")
            await asyncio.sleep(2)
            [started] = s.person.all(ports.ReplyStarted)
            assert started.ask == 7
            [asked] = s.brain.asked
            assert (asked.text, asked.history, asked.wishes.instructions) == ("hello there", (), "Be brief.")
            assert [line.text for line in s.session.history()] == ["hello there", "You said hello there."]

    run_virtual(main())


def test_a_tool_is_called_and_what_it_answers_comes_with_the_next_question() -> None:
    def think(question: Question) -> list[Text | Call | CallTool]:
        return [Text(question.results[0].output)] if question.results else [CallTool("get_weather", {"city": "Paris"})]

    async def main() -> None:
        async with stage(think) as s:
            s.session.directions.wish(Wishes(tools=(WEATHER,)))
            await s.hear("what is the weather")
            await asyncio.sleep(2)
            [called] = s.person.all(ports.ToolCalled)
            assert (called.name, called.arguments) == ("get_weather", '{"city": "Paris"}')
            assert [ended.heard for ended in s.person.all(ports.ReplyEnded)] == [""]
            s.session.directions.answer_tool(called.call_id, "Sunny.")
            s.session.directions.respond(1, Wishes())
            await asyncio.sleep(2)
            assert s.brain.asked[-1].results[0].name == "get_weather"
            assert s.person.all(ports.ReplyEnded)[-1].heard == "Sunny."
            await s.hear("thanks")
            await asyncio.sleep(2)
            assert s.brain.asked[-1].results == ()

    run_virtual(main())


def test_a_guess_that_is_withdrawn_calls_no_tool() -> None:
    async def main() -> None:
        async with stage(lambda _: [CallTool("get_weather")]) as s:
            await s.hear("set a timer for a minute", 1.2)
            await asyncio.sleep(0.35)
            await s.hear("and wait please", 1.0)
            await asyncio.sleep(3)
            assert len(s.brain.asked) > 1
            assert len(s.person.all(ports.ToolCalled)) == 1

    run_virtual(main())


def test_text_only_has_no_sound_and_is_remembered_whole() -> None:
    async def main() -> None:
        async with stage(lambda _: [Text(LONG)]) as s:
            s.session.directions.respond(1, Wishes(aloud=False), "tell me")
            await asyncio.sleep(0.5)
            assert [what for _, what in s.person.speaker.log if what == "sound"] == []
            assert "".join(text.text for text in s.person.all(ports.ReplyText)) == LONG
            assert [ended.status for ended in s.person.all(ports.ReplyEnded)] == ["completed"]
            assert s.session.history()[-1].text == LONG

    run_virtual(main())


def test_what_is_wanted_while_the_user_speaks_is_the_answer_to_that() -> None:
    async def main() -> None:
        async with stage() as s:
            s.session.turn_detection(ports.TurnDetection(answers=False))
            s.recognizer.script.append("what is this")
            s.person.microphone.speak(1.2)
            await asyncio.sleep(0.8)
            s.session.directions.respond(3, Wishes())
            await asyncio.sleep(4)
            [started] = s.person.all(ports.ReplyStarted)
            assert started.ask == 3
            assert [asked.text for asked in s.brain.asked if asked.text][-1] == "what is this"

    run_virtual(main())


def test_push_to_talk_is_answered_when_it_is_wanted_and_not_before() -> None:
    async def main() -> None:
        async with stage() as s:
            s.session.turn_detection(ports.TurnDetection(by="push", answers=False))
            await s.hear("read this")
            await asyncio.sleep(1)
            s.session.commit()
            s.session.directions.respond(5, Wishes())
            await asyncio.sleep(3)
            assert [said.text for said in s.person.all(ports.UserSaid)] == ["read this"]
            assert [started.ask for started in s.person.all(ports.ReplyStarted)] == [5]
            assert s.person.all(ports.ReplyEnded)[-1].heard == "You said read this."

    run_virtual(main())


def test_an_aside_is_beside_the_conversation_and_does_not_stop_the_voice() -> None:
    async def main() -> None:
        async with stage(lambda question: [Text(LONG if "long" in question.text else "Beside.")]) as s:
            s.session.say("long")
            await asyncio.sleep(1)
            s.session.directions.respond_aside(9, Wishes(aloud=False), "classify", None)
            await asyncio.sleep(1)
            [aside] = [ended for ended in s.person.all(ports.ReplyEnded) if ended.turn < 0]
            assert (aside.status, aside.heard) == ("completed", "Beside.")
            await asyncio.sleep(12)
            assert [line.text for line in s.session.history()] == ["long", LONG]
            assert [started.ask for started in s.person.all(ports.ReplyStarted)] == [0, 9]

    run_virtual(main())


def test_an_aside_changes_nothing_and_does_not_claim_to() -> None:
    async def main() -> None:
        async with stage(lambda _: [Call("set_timer", {"seconds": 1})]) as s:
            s.session.directions.respond_aside(9, Wishes(aloud=False), "set a timer", None)
            await asyncio.sleep(3)
            [aside] = s.person.all(ports.ReplyEnded)
            assert aside.heard.startswith("I can do that in a live conversation only.")

    run_virtual(main())


def test_an_aside_that_breaks_ends_alone() -> None:
    def broken(question: Question) -> list[Text | Call]:
        if question.text == "break":
            raise RuntimeError("the fake brain was told to break")
        return [Text("Fine.")]

    async def main() -> None:
        async with stage(broken) as s:
            for _ in range(10):
                s.session.directions.respond_aside(1, Wishes(), "break", ())
            await asyncio.sleep(1)
            assert {ended.status for ended in s.person.all(ports.ReplyEnded)} == {"failed"}
            s.session.say("hello")
            await asyncio.sleep(2)
            assert s.person.all(ports.ReplyEnded)[-1].heard == "Fine."

    run_virtual(main())


def test_lines_are_brought_placed_and_forgotten() -> None:
    async def main() -> None:
        async with stage() as s:
            directions = s.session.directions
            second = directions.bring("agent", "Second.")
            directions.bring("user", "first", 0)
            third = directions.bring("user", "third", second)
            directions.bring("user", "   ")
            await asyncio.sleep(0.1)
            assert [line.text for line in s.session.history()] == ["first", "Second.", "third"]
            directions.forget(third)
            directions.forget(12345)
            await asyncio.sleep(0.1)
            assert [(line.who, line.text) for line in s.session.history()] == [("user", "first"), ("agent", "Second.")]

    run_virtual(main())


def test_a_picture_that_is_shown_is_looked_at_without_a_camera() -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (120, 160, 3), dtype=np.uint8)

    async def main() -> None:
        async with stage(lambda _: [Call("colour")]) as s:
            s.session.directions.see(Picture("pic_1", pixels, 0, source="upload"))
            s.session.directions.respond(1, Wishes(), "what colour is this")
            await asyncio.sleep(6)
            [used] = s.person.all(ports.PictureUsed)
            assert used.picture == "pic_1"
            assert s.brain.asked[0].shown
            s.session.directions.respond(2, Wishes(), "and now")
            await asyncio.sleep(6)
            assert not s.brain.asked[1].shown

    run_virtual(main())


@pytest.mark.parametrize("count", [0, 3])
def test_words_are_told_with_their_samples(count: int) -> None:
    async def main() -> None:
        async with stage(lambda _: [Text(" ".join(["word"] * count) or "one")]) as s:
            s.session.say("go")
            await asyncio.sleep(4)
            told = [word for words in s.person.all(ports.ReplyWords) for word in words.words]
            ended = s.person.all(ports.ReplyEnded)[-1]
            assert "".join(word for word, _ in told).strip() == ended.heard
            samples = [end for _, end in told]
            assert samples == sorted(samples)

    run_virtual(main())
