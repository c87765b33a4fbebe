"""The page is asked for more pictures while a hand is guided, and for the usual ones however that ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from agent import ports
from agent.aiming import LONGEST_S
from agent.clock import now_us
from agent.engines.protocols import Box, Call, Question, Text, TextLine
from agent.picture import Picture, Pixels
from agent.seeing import Seeing
from tests.agent.stage import stage
from tests.agent.test_looking_along import Film
from tests.agent.test_seeing import Lens, watching
from tests.drawn import plain
from tests.line import VirtualPerson
from tests.virtual import run_virtual

CALLS = {"aim": Call("aim"), "stop": Call("stop"), "along": Call("live")}
PAPER = plain((200, 200, 200))
SIGN = (TextLine("Emergency exit", Box(55, 100, 400, 60), 0.99),)


def asked(person: VirtualPerson) -> list[float]:
    """Of the page, in pictures a second."""
    return [shown.pictures_per_second for shown in person.all(ports.EyePaced)]


def staged(do: Callable[[Film], Awaitable[None]]) -> None:
    def think(question: Question) -> list[Text | Call]:
        return [CALLS[question.text]]

    async def main() -> None:
        async with stage(think) as s:
            film = Film(s)
            await film.run(1)
            assert asked(s.person) == [], "a line that begins has the usual pace"
            await do(film)

    run_virtual(main())


async def guided(film: Film) -> None:
    film.s.session.say("aim")
    await film.run(6, lambda _: PAPER)
    assert asked(film.s.person) == [4.0]


async def stopped(film: Film) -> None:
    film.s.session.say("stop")
    await film.run(2)


async def pressed(film: Film) -> None:
    film.s.session.stop(everything=True)
    await film.run(1)


async def camera_off(film: Film) -> None:
    film.s.session.look(False)
    await asyncio.sleep(1)


async def taken(film: Film) -> None:
    film.reader.lines = SIGN
    said = await film.run(20)
    assert "It says: Emergency exit." in " ".join(said)


async def given_up(film: Film) -> None:
    await film.run(LONGEST_S, lambda _: PAPER)


async def another_look(film: Film) -> None:
    film.s.session.say("along")
    await film.run(5)


@pytest.mark.parametrize("ends", [stopped, pressed, camera_off, taken, given_up, another_look])
def test_more_pictures_are_asked_for_until_guiding_ends(ends: Callable[[Film], Awaitable[None]]) -> None:
    async def scene(film: Film) -> None:
        await guided(film)
        await ends(film)
        assert asked(film.s.person) == [4.0, 2.0]

    staged(scene)


def test_asked_for_once_more_nothing_changes_but_the_target() -> None:
    async def scene(film: Film) -> None:
        await guided(film)
        await guided(film)

    staged(scene)


def test_a_page_that_comes_back_is_asked_again_while_guiding_goes_on() -> None:
    async def scene(film: Film) -> None:
        await guided(film)
        film.s.person.hang_up()
        await asyncio.sleep(3)
        again = VirtualPerson()
        async with asyncio.TaskGroup() as group:
            group.create_task(film.s.session.attend(again.line))
            for number in range(4):
                again.camera.put(Picture(f"again {number}", PAPER, now_us()))
                await asyncio.sleep(0.5)
            assert asked(again) == [4.0]
            film.s.session.stop(everything=True)
            await asyncio.sleep(1)
            assert asked(again) == [4.0, 2.0]
            again.hang_up()
        assert asked(film.s.person) == [4.0], "the page that is gone starts anew, if it comes back"

    staged(scene)


def test_a_line_that_was_lost_for_good_ends_it_and_the_next_one_is_as_usual() -> None:
    async def scene(film: Film) -> None:
        await guided(film)
        film.s.person.hang_up()
        await asyncio.sleep(LONGEST_S)
        again = VirtualPerson()
        async with asyncio.TaskGroup() as group:
            group.create_task(film.s.session.attend(again.line))
            await asyncio.sleep(2)
            again.hang_up()
        assert asked(again) == []

    staged(scene)


def lines(level: int) -> Pixels:
    """Something fine on a wall."""
    pixels = PAPER.copy()
    pixels[200:240, 200:300:8] = pixels[200:240, 201:300:8] = level
    return pixels


@pytest.mark.parametrize("every_s", [0.25, 0.5])
def test_how_sharp_a_scene_was_counts_as_long_however_often_it_is_seen(every_s: float) -> None:
    """Print that loses its contrast is taken for blurred, until that is how it is: for about 1.75 seconds."""

    async def problems(eyes: Seeing) -> list[str]:
        found = []
        for _ in range(16):
            await asyncio.sleep(0.25)
            moment = await eyes.moment("", 0.1)
            found.append(moment.problem if moment is not None else "none")
        return found

    found = watching(Lens([lines(40)] * 2 + [lines(133)] * 16, every_s=every_s), problems)
    assert set(found) == {"blurred", ""}
    assert 1.5 <= found.count("blurred") / 4 <= 2.0
