"""A lesson in virtual time: three good looks at one thing, and no lesson from less."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import numpy as np

from agent.clock import now_us
from agent.errors import EngineFailed
from agent.live.teaching import BROKEN, NOT_ONE, PROGRESS, TOO_LONG, TOO_PLAIN, Teaching
from agent.picture import Picture
from agent.sight.moment import Moment
from agent.sight.own_things import Taught, ThingLook
from agent.sight.quality import ADVICE, measure
from tests.drawn import plain, sign
from tests.virtual import run_virtual

PAPER = plain((200, 200, 200))
AT_REST = measure(sign("A thing"))
LOOK = ThingLook(np.zeros((50, 2), np.float32), np.zeros((50, 128), np.uint8), np.zeros((16, 6), np.float32))


@dataclass(frozen=True)
class Hold:
    """How the thing is held for half a second. ``turned``: another number is another side."""

    turned: int = 0
    motion: float = 0.0
    problem: str = ""
    plain: bool = False


@dataclass
class Hand:
    """Eyes on a hand that holds a thing; the last way of holding it stays."""

    holds: list[Hold]
    agree: bool = True
    broken: bool = False
    given: int = 0
    said: list[str] = field(default_factory=list)
    learned: list[Taught] = field(default_factory=list)

    async def moment(self, after: str, timeout_s: float) -> Moment | None:
        await asyncio.sleep(0.5)
        hold = self.holds[min(self.given, len(self.holds) - 1)]
        self.given += 1
        thumb = np.roll(AT_REST.thumb, hold.turned * 6, axis=1)
        picture = Picture(str(self.given), PAPER, now_us())
        measures = replace(AT_REST, thumb=thumb)
        return Moment(picture, measures, hold.motion, hold.problem, "", ADVICE.get(hold.problem, ""))

    async def thing(self, picture: Picture) -> ThingLook | None:
        if self.broken:
            raise EngineFailed("no memory")
        return None if self.holds[min(int(picture.id), len(self.holds)) - 1].plain else LOOK

    async def same_thing(self, one: ThingLook, picture: Picture) -> bool:
        return self.agree

    def say(self, text: str, until_us: int | None) -> None:
        self.said.append(text)


def lesson(hand: Hand) -> list[str]:
    async def main() -> list[str]:
        await Teaching(hand, "blue folder", hand.say, hand.learned.append).run()
        return hand.said

    return run_virtual(main())


TURNING = [Hold(turned) for turned in (0, 0, 1, 1, 2)]


def test_three_looks_between_which_it_is_turned_make_a_thing() -> None:
    hand = Hand(TURNING)
    *progress, done = lesson(hand)
    assert progress == list(PROGRESS)
    assert done.startswith("I know your blue folder now.")
    (taught,) = hand.learned
    assert (taught.name, len(taught.looks)) == ("blue folder", 3)


def test_nothing_is_learned_from_a_thing_that_is_not_turned_and_it_is_asked_for_again() -> None:
    hand = Hand([Hold()])
    said = lesson(hand)
    assert said[0] == PROGRESS[0]
    assert set(said[1:-1]) == {"Turn it a little."}
    assert said[-1] == TOO_LONG
    assert hand.learned == []


def test_looks_are_taken_when_it_is_held_still_and_the_picture_is_good() -> None:
    hand = Hand([Hold(motion=0.4)] * 4 + [Hold(problem="blurred")] * 20 + TURNING)
    said = lesson(hand)
    assert said[0] == ADVICE["blurred"]
    assert len(hand.learned) == 1


def test_looks_that_do_not_agree_are_no_thing() -> None:
    hand = Hand(TURNING, agree=False)
    assert lesson(hand)[-1] == NOT_ONE
    assert hand.learned == []


def test_a_plain_thing_is_said_to_be_too_plain() -> None:
    hand = Hand([Hold(plain=True)] * 6)
    assert lesson(hand) == [TOO_PLAIN]


def test_an_engine_that_fails_ends_the_lesson_in_words() -> None:
    assert lesson(Hand(TURNING, broken=True)) == [BROKEN]
