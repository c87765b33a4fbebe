"""Scanning on and on in virtual time: each thing once, guided to what can't be read, quiet while anybody speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agent import effort
from agent.clock import now_us
from agent.engines.protocols import Box, Code, Product
from agent.errors import EngineFailed
from agent.live.following import BLIND_US, Surroundings
from agent.live.scan import (
    ENDED,
    LONGEST_S,
    NO_PICTURES,
    NO_READER,
    NOTHING,
    PLACE_SHARE,
    THOROUGH_SHARE,
    UNREADABLE,
    Scan,
)
from agent.live.scanned import Scanned
from agent.picture import Picture
from agent.sight.aim import HOLD_STILL
from agent.sight.framing import Framed, boxed
from agent.sight.moment import Moment
from agent.sight.quality import ADVICE, measure
from agent.skills.skill import Answer, Look, Purpose
from tests.drawn import plain, sign
from tests.virtual import run_virtual

PAPER = plain((200, 200, 200))
AT_REST = measure(sign("A sign"))
MIDDLE, HALF, SMALL = Box(220, 180, 200, 120), Box(540, 180, 100, 120), Box(300, 220, 30, 20)
MILK = Code("4006381333931", "EAN13", True, MIDDLE)
SOUP = Code("96385074", "EAN8", True, MIDDLE)
LINK = Code("https://evil.test/pay", "QRCode", False, MIDDLE)
PENCIL = Product("4006381333931", "Milk", "Meadow", "1 l")


@dataclass(frozen=True)
class Shot:
    """What the camera shows for half a second. ``looks_like``: where stripes are; ``still``: what a sharp picture
    shows.
    """

    codes: tuple[Code, ...] = ()
    looks_like: Box | None = None
    still: tuple[Code, ...] = ()
    motion: float = 0.0
    problem: str = ""
    hard: tuple[Code, ...] = ()
    """Found by a thorough look only."""


@dataclass
class Shelf:
    """Eyes that see one shot each half second."""

    film: list[Shot]
    talking: bool = False
    broken: bool = False
    quick_s: float = 0.002
    thorough_s: float = 0.01
    given: int = 0
    places: int = 0
    thorough: int = 0
    stills: int = 0
    said: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    async def moment(self, after: str, timeout_s: float) -> Moment | None:
        if self.given >= len(self.film):
            await asyncio.sleep(timeout_s)
            return None
        await asyncio.sleep(0.5)
        self.given += 1
        shot = self.film[self.given - 1]
        picture = Picture(str(self.given), PAPER, now_us())
        return Moment(picture, AT_REST, shot.motion, shot.problem, shot.problem, ADVICE.get(shot.problem, ""))

    def shot(self, picture: Picture) -> Shot:
        return self.film[int(picture.id) - 1]

    async def quick_codes(self, picture: Picture, *, thorough: bool) -> tuple[Code, ...]:
        if self.broken:
            raise EngineFailed("reader failed")
        self.thorough += thorough
        took_s = self.thorough_s if thorough else self.quick_s
        await asyncio.sleep(took_s)
        effort.count(round(took_s * 1e6))
        shot = self.shot(picture)
        return shot.codes + (shot.hard if thorough else ())

    async def code_place(self, picture: Picture) -> Framed | None:
        self.places += 1
        await asyncio.sleep(0.003)
        effort.count(3_000)
        found = self.shot(picture).looks_like
        return boxed("code", [found] if found else [], 640, 480)

    async def look(self, purpose: Purpose) -> Look:
        self.stills += 1
        await asyncio.sleep(0.2)
        return Look(Picture(str(self.given), PAPER, now_us()))

    async def codes(self, picture: Picture) -> tuple[Code, ...]:
        return self.shot(picture).still

    async def named(self, codes: Sequence[Code]) -> tuple[Code, ...]:
        names = {PENCIL.number: PENCIL}
        return tuple(replace(code, item=names.get(code.text), unnamed="not_in_list") for code in codes)

    def say(self, text: str, until_us: int | None) -> None:
        self.said.append(text)
        self.times.append(asyncio.get_running_loop().time())

    def give(self, answer: Answer, until_us: int | None) -> None:
        self.answers.append(answer)
        self.say(answer.text, until_us)


def scan(shelf: Shelf, for_s: float = 60.0, memory: Scanned | None = None) -> list[str]:
    async def main() -> list[str]:
        around = Surroundings(shelf.say, lambda: not shelf.talking, lambda: "normal")
        began = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(Scan(shelf, around, memory or Scanned(), shelf.give).run())
            await asyncio.sleep(for_s)
            task.cancel()
        shelf.times = [at - began for at in shelf.times]
        return shelf.said

    return run_virtual(main(), limit_s=for_s + 60)


NOT_LISTED = "A product code: 9 6 3 8, 5 0 7 4. It is not in my list of products, so I can't name it."


def test_one_thing_after_the_other_is_named_within_two_pictures_and_once() -> None:
    shelf = Shelf([Shot((MILK,))] * 12 + [Shot(motion=0.4)] * 2 + [Shot((SOUP,))] * 12)
    assert scan(shelf, 14) == ["Milk, by Meadow, one litre.", NOT_LISTED]
    assert shelf.times[0] < 1.2
    assert shelf.times[1] < 8.2
    assert shelf.answers[0].more == "Its number is 4 0 0 6, 3 8 1 3, 3 3 9 3 1."


def test_a_link_is_named_and_not_followed() -> None:
    assert scan(Shelf([Shot((LINK,))] * 4), 3) == ["A QR code with a link to evil.test. I don't open links."]


def test_one_picture_alone_says_nothing() -> None:
    assert scan(Shelf([Shot((MILK,)), *[Shot()] * 6]), 4) == []


def test_it_is_silent_while_anybody_speaks_and_says_afterwards_what_is_still_in_view() -> None:
    shelf = Shelf([Shot((MILK,))] * 10)
    shelf.talking = True
    assert scan(shelf, 5.2) == []
    shelf.talking, shelf.given, shelf.film = False, 0, [Shot((SOUP,))] * 10
    assert scan(shelf, 5) == [NOT_LISTED]


def test_the_hand_is_guided_to_a_code_that_is_half_in_view_and_then_it_is_read() -> None:
    half, whole = Shot(looks_like=HALF), Shot(looks_like=MIDDLE, still=(MILK,))
    said = scan(Shelf([*[half] * 8, *[whole] * 6]), 8)
    assert said[0] == "Right."
    assert said[-1] == "Milk, by Meadow, one litre."


def test_a_code_that_is_too_small_and_one_that_is_blurred() -> None:
    assert scan(Shelf([Shot(looks_like=SMALL)] * 4), 3)[0] == "Much closer."
    assert scan(Shelf([Shot(looks_like=MIDDLE, problem="blurred")] * 4), 3)[0] == HOLD_STILL


def test_one_picture_with_stripes_guides_nobody() -> None:
    assert scan(Shelf([Shot(looks_like=HALF), Shot(), Shot(), Shot(looks_like=HALF), *[Shot()] * 8]), 6) == []


def test_what_can_never_be_read_is_tried_a_few_times_and_then_said_once() -> None:
    shelf = Shelf([Shot(looks_like=MIDDLE)] * 60)
    assert scan(shelf, 31) == [UNREADABLE]
    assert shelf.stills == 3


def test_a_code_in_view_that_was_said_is_not_guided_to_when_a_picture_of_it_is_blurred() -> None:
    shelf = Shelf([Shot((MILK,)), Shot((MILK,)), *[Shot(looks_like=HALF), Shot((MILK,))] * 20])
    assert scan(shelf, 21) == ["Milk, by Meadow, one litre."]


def test_without_anything_like_a_code_there_is_a_hint_now_and_then() -> None:
    assert scan(Shelf([Shot()] * 200), 70) == [NOTHING, NOTHING]


def test_a_picture_of_no_use_gets_one_correction() -> None:
    assert scan(Shelf([Shot(problem="dark")] * 60), 30) == [ADVICE["dark"]]


def test_a_code_that_only_a_thorough_look_finds_is_said_when_the_picture_rests() -> None:
    assert scan(Shelf([Shot(hard=(MILK,))] * 6), 4) == ["Milk, by Meadow, one litre."]
    moving = Shelf([Shot(hard=(MILK,), motion=0.5)] * 6)
    assert scan(moving, 4) == []
    assert moving.thorough == 0


def test_looks_that_cost_more_are_rationed() -> None:
    shelf = Shelf([Shot()] * 1200, thorough_s=0.05)
    scan(shelf, 590)
    assert shelf.thorough * shelf.thorough_s <= 590 * THOROUGH_SHARE + 0.3
    assert shelf.places * 0.003 <= 590 * PLACE_SHARE + 0.3
    assert shelf.thorough > 50


def test_a_broken_reader_ends_it_and_says_so() -> None:
    assert scan(Shelf([Shot()] * 4, broken=True), 4) == [NO_READER]


def test_it_ends_by_itself_and_without_pictures_and_says_so() -> None:
    assert scan(Shelf([Shot((MILK,))] * 4000), LONGEST_S + 5)[-1] == ENDED
    assert scan(Shelf([]), BLIND_US / 1e6 + 5) == [NO_PICTURES]


def test_a_second_run_does_not_say_again_what_is_still_in_view() -> None:
    memory = Scanned()
    first = Shelf([Shot((MILK,))] * 4)
    assert scan(first, 2.2, memory) == ["Milk, by Meadow, one litre."]

    async def again() -> list[str]:
        second = Shelf([Shot((MILK,))] * 8 + [Shot((SOUP,))] * 4)
        around = Surroundings(second.say, lambda: True, lambda: "normal")
        kept = Scanned()
        kept.see((MILK,), now_us(), sure=True)
        assert kept.due(now_us()) == MILK
        async with asyncio.TaskGroup() as group:
            task = group.create_task(Scan(second, around, kept, second.give).run())
            await asyncio.sleep(6.5)
            task.cancel()
        return second.said

    assert run_virtual(again()) == [NOT_LISTED]
