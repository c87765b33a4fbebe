"""The light by ear in virtual time: a level for each picture, silent while anybody speaks and when there is none."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from agent.clock import now_us
from agent.live.by_ear import CHANGED, ENDED, GAP_US, LONGEST_S, NO_PICTURES, LightByEar
from agent.live.following import BLIND_US, Surroundings
from agent.picture import Picture
from agent.sight.moment import Moment
from agent.sight.quality import measure
from tests.drawn import plain
from tests.virtual import run_virtual

PAPER = plain((200, 200, 200))
SEEN = measure(PAPER)


@dataclass
class Room:
    """Eyes that see one level each half second; None: no picture comes."""

    levels: list[int]
    tones: bool = True
    talking: bool = False
    given: int = 0
    shown: list[tuple[bool, int | None]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    async def moment(self, after: str, timeout_s: float) -> Moment | None:
        if self.given >= len(self.levels):
            await asyncio.sleep(timeout_s)
            return None
        await asyncio.sleep(0.5)
        self.given += 1
        measures = replace(SEEN, mean=self.levels[self.given - 1] * 2.55)
        return Moment(Picture(str(self.given), PAPER, now_us()), measures, 0.0, "dark", "dark", "It is too dark.")

    def say(self, text: str, until_us: int | None) -> None:
        self.said.append(text)
        self.times.append(asyncio.get_running_loop().time())


def listen(room: Room, for_s: float = 10.0) -> Room:
    async def main() -> None:
        around = Surroundings(room.say, lambda: not room.talking, lambda: "normal")
        eyes = LightByEar(room, around, lambda on, level: room.shown.append((on, level)), lambda: room.tones)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(eyes.run())
            await asyncio.sleep(for_s)
            task.cancel()

    run_virtual(main(), limit_s=for_s + 60)
    return room


def test_each_picture_is_a_level_and_the_end_is_silence() -> None:
    room = listen(Room([10, 40, 90, 0]), 2.2)
    assert room.shown == [(True, 10), (True, 40), (True, 90), (True, 0), (False, None)]
    assert room.said == []


def test_it_is_off_while_anybody_speaks() -> None:
    room = listen(Room([10, 40], talking=True), 1.2)
    assert room.shown == [(False, 10), (False, 40), (False, None)]


def test_without_a_picture_there_is_silence_at_once_and_in_the_end_a_word() -> None:
    room = listen(Room([10]), 2.0)
    assert room.shown[:2] == [(True, 10), (False, None)]
    room = listen(Room([10]), BLIND_US / 1e6 + 5)
    assert room.said == [NO_PICTURES]
    assert room.shown[-1] == (False, None)


def test_it_ends_by_itself_and_says_so() -> None:
    room = listen(Room([50] * 1000), LONGEST_S + 2)
    assert room.said == [ENDED]
    assert room.shown[-1] == (False, None)


def test_a_client_without_a_tone_hears_changes_in_words_and_not_too_many() -> None:
    room = listen(Room([20, 22, 25, 60, 61, 90, 95, 30, *[30 + CHANGED - 1] * 20], tones=False), 14)
    assert room.said == ["20 of 100.", "Brighter: 60.", "Brighter: 95.", "Darker: 39."]
    assert room.shown == [(False, None)]
    gaps = [later - before for before, later in zip(room.times, room.times[1:], strict=False)]
    assert min(gaps) * 1e6 >= GAP_US


def test_in_words_too_it_is_silent_while_anybody_speaks() -> None:
    assert listen(Room([20, 60, 90], tones=False, talking=True), 3).said == []
