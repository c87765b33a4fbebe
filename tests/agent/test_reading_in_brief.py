"""A page read where brief answers are wanted: nothing of it is lost, whatever is asked next."""

from __future__ import annotations

import asyncio

from agent import ports
from agent.clock import now_us
from agent.engines import fakes
from agent.engines.protocols import Box, Call, Question, Text, TextLine
from agent.picture import Picture
from tests.agent.stage import stage
from tests.agent.test_seeing import PAGE
from tests.virtual import run_virtual

ROWS = [f"row number {at} has six words" for at in range(1, 7)]
COMMANDS = {
    "read": "read_text", "next": "resume", "more": "more", "repeat": "repeat", "back": "turn_page", "short": "shorter",
    "long": "more",
}  # fmt: skip


def conversation(*asked: str) -> list[str]:
    """What is said, brief answers wanted from the start."""

    async def main() -> list[str]:
        def think(question: Question) -> list[Text | Call]:
            name = COMMANDS[question.text]
            return [Call(name, {"to": "back"} if name == "turn_page" else {})]

        async with stage(think) as s:
            reader: fakes.FakeTextReader = s.session.eyes._facts._engines.text  # type: ignore[assignment]
            reader.lines = tuple(TextLine(row, Box(40, 40 * at, 300, 20), 0.99) for at, row in enumerate(ROWS))
            said: list[str] = []
            for text in asked:
                already = len(s.person.all(ports.ReplyText))
                s.person.camera.put(Picture(f"p{now_us()}", PAGE, now_us()))
                await asyncio.sleep(0.5)
                s.session.say(text)
                await asyncio.sleep(30)
                said.append("".join(each.text for each in s.person.all(ports.ReplyText)[already:]).strip())
            return said

    return run_virtual(main())


def said_of(*asked: str) -> list[str]:
    """Which rows each answer holds."""
    return ["".join(str(at) for at in range(1, 7) if f"row number {at}" in text) for text in conversation(*asked)]


def test_next_goes_on_behind_what_was_said_to_the_very_end() -> None:
    said = conversation("short", "read", "next", "next", "next", "next", "next", "next")
    assert [text.count("row number") for text in said] == [0, 1, 1, 1, 1, 1, 1, 0]
    assert said[1] == "It says: row number 1 has six words. More follows."
    assert said[6] == "row number 6 has six words."
    assert said[7] == "That was the end of the page."


def test_back_goes_one_short_part_back() -> None:
    assert said_of("short", "read", "next", "next", "back")[1:] == ["1", "2", "3", "2"]


def test_more_reads_on_in_full_and_leaves_nothing_out() -> None:
    assert said_of("short", "read", "more")[1:] == ["1", "23456"]


def test_shorter_after_a_page_leaves_the_rest_to_be_asked_for() -> None:
    assert said_of("read", "short", "next") == ["123456", "1", "2"]


def test_repeat_says_what_was_said() -> None:
    assert said_of("short", "read", "next", "repeat")[1:] == ["1", "2", "2"]
