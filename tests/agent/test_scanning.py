"""A session that scans on and on, or makes the light audible: begun by an answer, ended by a word or a tap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from agent import ports
from agent.engines import fakes
from agent.engines.protocols import Box, Call, Code, Product, Question, Text
from agent.settings import load
from agent.skills.manner import STOPPED_LOOKING
from tests.agent.stage import ROOMY, stage
from tests.agent.test_looking_along import Film
from tests.drawn import plain
from tests.virtual import run_virtual

CALLS = {
    "scan": Call("scan_along"), "next": Call("scan_along"), "stop": Call("stop"), "more": Call("more"),
    "along": Call("live"), "hear": Call("light_tone"), "forget": Call("forget", {"what": "everything"}),
}  # fmt: skip
MILK = Code("4006381333931", "EAN13", True, Box(220, 180, 200, 120))
LINK = Code("https://evil.test/pay", "QRCode", False, Box(220, 180, 200, 120))
NAMES = {MILK.text: Product(MILK.text, "Milk", "Meadow", "1 l")}


def filmed(do: Callable[[Film], Any]) -> Any:
    def think(question: Question) -> list[Text | Call]:
        return [CALLS[question.text]]

    async def main() -> Any:
        async with stage(think, load(environ=ROOMY)) as s:
            facts = s.session.eyes._facts
            facts._engines = replace(facts._engines, products=fakes.FakeProducts(NAMES))
            film = Film(s)
            await film.run(1)
            return await do(film)

    return run_virtual(main())


def show(film: Film, *codes: Code) -> None:
    film.s.session.eyes._facts._engines.codes.found = codes  # type: ignore[attr-defined]


@pytest.mark.parametrize("pressed", [False, True], ids=["told", "Stop pressed"])
def test_it_names_what_is_shown_and_ends_when_told(pressed: bool) -> None:
    async def walk(film: Film) -> None:
        assert "Show me one thing after the other." in await film.ask("scan", 9)
        show(film, MILK)
        assert await film.run(8) == ["Milk, by Meadow, one litre."]
        assert "Its number is 4 0 0 6" in await film.ask("more", 8)
        show(film, LINK)
        assert await film.run(8) == ["A QR code with a link to evil.test.", "I don't open links."]
        if pressed:
            film.s.session.stop(everything=True)
            assert " ".join(await film.run(3)) == STOPPED_LOOKING
        else:
            assert await film.ask("stop", 3) == STOPPED_LOOKING
        show(film, MILK)
        assert await film.run(15) == []

    filmed(walk)


def test_the_next_one_may_be_asked_for_and_what_was_just_said_is_not_said_again() -> None:
    async def walk(film: Film) -> None:
        await film.ask("scan", 9)
        show(film, MILK)
        await film.run(5)
        assert await film.ask("next", 6) == "Okay, show me the next one."
        show(film, LINK)
        assert (await film.run(6))[0] == "A QR code with a link to evil.test."

    filmed(walk)


def test_one_look_takes_the_place_of_another() -> None:
    async def walk(film: Film) -> None:
        await film.ask("scan", 9)
        await film.ask("along", 9)
        show(film, MILK)
        assert await film.run(8) == []

    filmed(walk)


def test_everything_is_forgotten_the_codes_that_were_said_too() -> None:
    async def walk(film: Film) -> None:
        await film.ask("scan", 7)
        show(film, MILK)
        assert await film.run(4) == ["Milk, by Meadow, one litre."]
        await film.ask("forget", 8)
        show(film)
        await film.ask("scan", 7)
        show(film, MILK)
        assert await film.run(4) == ["Milk, by Meadow, one litre."]

    filmed(walk)


def levels(film: Film) -> list[tuple[bool, int | None]]:
    return [(told.on, told.level) for told in film.s.person.all(ports.LightLevel)]


@pytest.mark.parametrize("how", ["told", "Stop pressed", "camera off"])
def test_the_light_is_a_tone_for_a_client_that_has_one_and_ends_in_silence(how: str) -> None:
    async def walk(film: Film) -> None:
        film.s.session.tones(True)
        assert "A higher tone is brighter light." in await film.ask("hear", 8)
        assert (False, 76) in levels(film), "nothing sounds while the answer is said"
        assert await film.run(4, lambda at: plain((200, 200, 200))) == []
        assert levels(film)[-1] == (True, 78)
        assert await film.run(2, lambda at: plain((20, 20, 20))) == []
        assert levels(film)[-1] == (True, 8)
        match how:
            case "told":
                film.s.session.say("stop")
            case "Stop pressed":
                film.s.session.stop(everything=True)
            case _:
                film.s.session.look(False)
        await film.run(2)
        assert levels(film)[-1] == (False, None)
        if how != "camera off":
            already = len(levels(film))
            await film.run(5)
            assert len(levels(film)) == already

    filmed(walk)


def test_a_client_without_a_tone_hears_words_and_a_new_line_has_to_say_that_it_has_one() -> None:
    async def walk(film: Film) -> None:
        assert "I tell you how bright it is" in await film.ask("hear", 10, lambda at: plain((200, 200, 200)))
        assert await film.run(6, lambda at: plain((20, 20, 20))) == ["Darker: 8."]
        film.s.session.tones(True)
        await film.run(2, lambda at: plain((200, 200, 200)))
        assert levels(film)[-1] == (True, 78)

    filmed(walk)
