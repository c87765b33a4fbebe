"""Following the camera in virtual time: quick to tell, quiet while anybody speaks, cheap, and never of what is over."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import numpy as np

from agent import effort
from agent.clock import now_us
from agent.engines.protocols import Box, TextLine
from agent.errors import EngineFailed
from agent.live.eye import ENDED, LONGEST_S, NO_PICTURES, NO_READER, TEXT_SHARE, LiveEye
from agent.live.following import BLIND_US, Surroundings
from agent.picture import Picture
from agent.sight.moment import Moment
from agent.sight.quality import ADVICE, Measures, measure
from agent.skills.skill import ColourPart, Detail
from tests.drawn import plain, sign
from tests.virtual import run_virtual

LEFT = Box(20, 100, 120, 40)
FACE = Box(500, 60, 90, 90)
PAPER = plain((200, 200, 200))
AT_REST = measure(sign("A sign"))


@dataclass(frozen=True)
class Shot:
    """What the camera shows for half a second. ``scene``: another number is another scene."""

    text: str = ""
    faces: tuple[Box, ...] = ()
    scene: int = 0
    motion: float = 0.0
    problem: str = ""
    confidence: float = 0.99


@dataclass
class Street:
    """Eyes that see one shot each half second."""

    film: list[Shot]
    reading_s: float = 0.25
    queue_s: float = 0.0
    broken: bool = False
    talking: bool = False
    detail: Detail = "normal"
    names: tuple[str, ...] = ()
    given: int = 0
    reads: int = 0
    face_looks: int = 0
    said: list[tuple[float, str]] = field(default_factory=list)
    until: list[int | None] = field(default_factory=list)
    began_s: float = 0.0

    async def moment(self, after: str, timeout_s: float) -> Moment | None:
        if self.given >= len(self.film):
            await asyncio.sleep(timeout_s)
            return None
        await asyncio.sleep(0.5)
        self.given += 1
        shot = self.film[self.given - 1]
        picture = Picture(str(self.given), PAPER, now_us())
        return Moment(
            picture, look_of(shot.scene), shot.motion, shot.problem, shot.problem, ADVICE.get(shot.problem, "")
        )

    def shot(self, picture: Picture) -> Shot:
        return self.film[int(picture.id) - 1]

    async def quick_text(self, picture: Picture) -> tuple[TextLine, ...]:
        self.reads += 1
        await asyncio.sleep(self.queue_s + self.reading_s)
        effort.count(round(self.reading_s * 1e6))
        if self.broken:
            raise EngineFailed("reader failed")
        shot = self.shot(picture)
        return (TextLine(shot.text, LEFT, shot.confidence),) if shot.text else ()

    async def quick_faces(self, picture: Picture) -> tuple[Box, ...]:
        self.face_looks += 1
        await asyncio.sleep(self.queue_s + 0.02)
        effort.count(20_000)
        return self.shot(picture).faces

    async def colours(self, picture: Picture) -> tuple[ColourPart, ...]:
        return (ColourPart("blue", 0.9, (30, 70, 200)),)

    async def likely(self) -> tuple[int, tuple[str, ...]]:
        return (now_us(), self.names) if self.names else (0, ())

    def say(self, text: str, until_us: int | None) -> None:
        self.said.append((asyncio.get_running_loop().time(), text))
        self.until.append(until_us)


def look_of(scene: int) -> Measures:
    thumb = np.roll(AT_REST.thumb, scene * 5, axis=1) + 0.0
    thumb[:, : 4 * scene] = 30.0
    return replace(AT_REST, thumb=thumb)


def walk(street: Street, for_s: float = 20.0, wanted: str = "") -> list[str]:
    async def main() -> list[str]:
        around = Surroundings(street.say, lambda: not street.talking, lambda: street.detail)
        street.began_s = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(LiveEye(street, around, wanted).run())
            await asyncio.sleep(for_s)
            task.cancel()
        return [text for _, text in street.said]

    return run_virtual(main(), limit_s=for_s + 60)


def test_print_is_told_within_a_second_of_coming_to_rest_and_once() -> None:
    street = Street([Shot(motion=0.5, scene=1)] * 4 + [Shot("Exit", scene=2)] * 40)
    assert walk(street) == ["Text on the left: Exit."]
    assert street.said[0][0] - street.began_s < 0.5 * 5 + 1.0


def test_a_scene_that_rests_is_read_once_and_its_faces_looked_for_a_few_times() -> None:
    street = Street([Shot("Exit", (FACE,))] * 100)
    assert walk(street) == ["Text on the left: Exit.", "One person, on the right."]
    assert (street.reads, street.face_looks <= 4) == (1, True)


def test_a_street_that_never_rests_is_read_no_more_than_its_share() -> None:
    street = Street([Shot(f"Shop {at}", scene=at % 7) for at in range(1200)])
    walk(street, 610)
    assert street.reads * street.reading_s <= 600 * TEXT_SHARE + 1.0
    assert street.reads > 20


def test_waiting_for_others_in_a_queue_is_no_work() -> None:
    film = [Shot(f"Shop {at}", scene=at % 7) for at in range(1200)]
    alone, among_others = Street(film), Street(film, queue_s=0.6)
    walk(alone, 610)
    walk(among_others, 610)
    assert among_others.reads >= 0.9 * alone.reads
    assert among_others.face_looks >= 0.3 * alone.face_looks, "each look takes longer, none costs more"


def test_print_that_passes_by_is_not_read() -> None:
    street = Street([Shot("Shop", scene=at % 5, motion=0.3) for at in range(60)])
    assert walk(street) == []
    assert street.reads == 0


def test_it_is_silent_while_anybody_speaks_and_tells_what_is_still_so() -> None:
    street = Street([Shot("Exit", (FACE,))] * 10 + [Shot("Exit", (FACE,))] * 30)
    street.talking = True

    async def main() -> list[str]:
        around = Surroundings(street.say, lambda: not street.talking, lambda: street.detail)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(LiveEye(street, around).run())
            await asyncio.sleep(5)
            assert street.said == []
            street.talking = False
            await asyncio.sleep(5)
            task.cancel()
        return [text for _, text in street.said]

    assert run_virtual(main()) == ["Text on the left: Exit."], "the face was found more than two seconds ago"


def test_what_took_too_long_to_find_is_not_told() -> None:
    street = Street([Shot("Exit", scene=1)] + [Shot("Exit", scene=3, motion=0.4)] * 10, reading_s=2.5)
    assert walk(street) == []
    rests = Street([Shot("Exit", scene=1)] * 10, reading_s=2.5)
    assert walk(rests) == ["Text on the left: Exit."], "the same is still there"


def test_every_callout_says_until_when_it_is_so() -> None:
    street = Street([Shot("Exit", (FACE,))] * 4)
    walk(street)
    for (at_s, _), until in zip(street.said, street.until, strict=True):
        assert until is not None
        assert at_s * 1e6 < until <= at_s * 1e6 + 10_000_000


def test_pictures_that_show_nothing_make_no_claim_and_get_one_correction() -> None:
    assert walk(Street([Shot("Exit", (FACE,), problem="dark")] * 60), 30) == [ADVICE["dark"]]
    assert walk(Street([Shot("Exit", (FACE,), problem="blurred")] * 60)) == []


def test_a_broken_reader_is_told_once_and_people_are_still_told() -> None:
    street = Street([Shot("Exit", (FACE,), scene=at // 10) for at in range(60)], broken=True)
    assert walk(street) == [NO_READER, "One person, on the right."]
    assert street.reads == 1


def test_what_a_picture_model_sees_is_told_where_there_is_one() -> None:
    street = Street([Shot(scene=1)] * 10, names=("a desk", "a cup"))
    assert walk(street) == ["It looks like a desk and a cup."]


def test_words_that_are_looked_for_are_told_first() -> None:
    street = Street([Shot("Emergency exit", (FACE,))] * 10)
    assert walk(street, wanted="exit") == [
        "Exit, on the left. Text on the left: Emergency exit.",
        "One person, on the right.",
    ]


def test_it_ends_by_itself_when_pictures_do_and_after_a_long_time() -> None:
    assert walk(Street([]), BLIND_US / 1e6 + 5) == [NO_PICTURES]
    street = Street([Shot()] * round(2 * LONGEST_S + 10))
    assert walk(street, LONGEST_S + 5) == [ENDED]
