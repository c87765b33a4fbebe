"""The eyes of a session in virtual time: which picture is answered from, how fresh, and what is said without one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from agent.clock import now_us
from agent.core.sampler import Seen
from agent.engines.fakes import FakeCodeReader, FakeFaceFinder, FakeTextReader
from agent.engines.protocols import Box, Code, TextLine
from agent.picture import Picture, Pixels
from agent.seeing import Seeing
from agent.sight.facts import SeeingEngines
from agent.sight.settings import SeeingSettings
from tests.drawn import blurred, darkened, fingered, plain, sign, thing
from tests.virtual import run_virtual

T = TypeVar("T")
PAGE = sign("Emergency exit", "Second floor")
BLUE = thing((30, 70, 200))
NIGHT = darkened(PAGE, 1 / 256)
LINE = TextLine("Emergency exit", Box(50, 100, 400, 60), 0.99)
EAN = Code("4006381333931", "EAN13", True, Box(200, 160, 200, 120))


@dataclass
class Lens:
    """A camera that shows what it is given: pictures by the second, stills after a while."""

    track: list[Pixels] = field(default_factory=list)
    still_of: Pixels | None = None
    still_after_s: float = 0.1
    starts_after_s: float = 0.0
    every_s: float = 0.5
    stills: int = 0

    async def pictures(self) -> AsyncIterator[Picture]:
        await asyncio.sleep(self.starts_after_s)
        for number, pixels in enumerate(self.track):
            yield Picture(f"track {number}", pixels, now_us())
            await asyncio.sleep(self.every_s)
        await asyncio.sleep(3600)

    async def still(self, *, max_side: int, timeout_s: float) -> Picture | None:
        self.stills += 1
        await asyncio.sleep(min(self.still_after_s, timeout_s))
        if self.still_of is None or self.still_after_s > timeout_s:
            return None
        return Picture(f"still {self.stills}", self.still_of, now_us(), "still")


@dataclass
class CountingReader(FakeTextReader):
    """Counts how often it is asked, and at which side."""

    sides: list[int] = field(default_factory=list)

    async def read(self, pixels: Pixels, *, max_side: int) -> tuple[TextLine, ...]:
        self.sides.append(max_side)
        return await super().read(pixels, max_side=max_side)


@dataclass
class ScriptedCodes(FakeCodeReader):
    """Finds the next of ``looks`` at every look."""

    looks: list[tuple[Code, ...]] = field(default_factory=list)

    async def read(self, pixels: Pixels, *, fast: bool = False) -> tuple[Code, ...]:
        await asyncio.sleep(self.delay_s)
        return self.looks.pop(0) if self.looks else ()


def watching(
    lens: Lens,
    then: Callable[[Seeing], Awaitable[T]],
    *,
    after_s: float = 0.01,
    engines: SeeingEngines | None = None,
    on_seen: Callable[[Seen], None] | None = None,
) -> T:
    """Watch the lens, wait, do ``then``, end."""

    async def main() -> T:
        known = engines or SeeingEngines(FakeTextReader(), FakeCodeReader(), FakeFaceFinder())
        seeing = Seeing(known, SeeingSettings(), now_us, on_seen)
        watch = asyncio.ensure_future(seeing.watch(lens))
        await asyncio.sleep(after_s)
        done = await then(seeing)
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
        return done

    return run_virtual(main())


def test_without_a_line_the_camera_is_off() -> None:
    async def main() -> None:
        look = await Seeing(SeeingEngines(*FAKES), SeeingSettings(), now_us).look("scene")
        assert (look.picture, look.problem) == (None, "no_camera")
        assert "Press Camera first" in look.advice

    run_virtual(main())


FAKES = FakeTextReader(), FakeCodeReader(), FakeFaceFinder()


def test_a_camera_that_never_came_on_is_off_and_that_is_said_at_once() -> None:
    async def then(seeing: Seeing) -> tuple[str, int]:
        before = now_us()
        return (await seeing.look("text")).problem, now_us() - before

    assert watching(Lens(), then, after_s=5) == ("no_camera", 0)


@pytest.mark.parametrize("purpose", ["colour", "text", "scene", "light", "people", "code"])
def test_the_first_picture_of_a_camera_just_switched_on_is_waited_for(purpose: str) -> None:
    async def then(seeing: Seeing) -> str:
        seeing.switched(True)
        look = await seeing.look(purpose)  # type: ignore[arg-type]
        return look.problem or look.picture.id if look.picture else look.problem

    assert watching(Lens([PAGE] * 9, starts_after_s=1.0), then) == "track 0"


def test_a_camera_that_brings_nothing_after_it_was_switched_on_is_told_apart_from_one_that_is_off() -> None:
    async def then(seeing: Seeing) -> tuple[str, float]:
        seeing.switched(True)
        before = now_us()
        return (await seeing.look("colour")).problem, (now_us() - before) / 1e6

    problem, waited = watching(Lens(), then)
    assert problem == "no_picture"
    assert waited <= 1.6


def test_switched_off_nothing_is_answered_even_if_pictures_still_arrive() -> None:
    async def then(seeing: Seeing) -> list[str]:
        seeing.switched(False)
        await asyncio.sleep(1.2)
        off = await seeing.look("colour")
        seeing.switched(True)
        on = await seeing.look("colour")
        return [off.problem, on.problem, on.picture.id if on.picture else ""]

    assert watching(Lens([BLUE] * 9), then, after_s=0.6) == ["no_camera", "", "track 4"]


@pytest.mark.parametrize("purpose", ["text", "code", "scene"])
def test_detail_is_answered_from_a_still(purpose: str) -> None:
    async def then(seeing: Seeing) -> str:
        look = await seeing.look(purpose)  # type: ignore[arg-type]
        assert look.picture is not None
        return look.picture.source

    assert watching(Lens([PAGE] * 9, still_of=PAGE), then) == "still"


@pytest.mark.parametrize("purpose", ["colour", "light", "people"])
def test_other_questions_ask_for_no_still(purpose: str) -> None:
    lens = Lens([BLUE] * 9, still_of=BLUE)

    async def then(seeing: Seeing) -> int:
        before = now_us()
        assert (await seeing.look(purpose)).problem == ""  # type: ignore[arg-type]
        return now_us() - before

    assert watching(lens, then) == 0
    assert lens.stills == 0


def test_without_a_still_the_track_answers_within_bounds() -> None:
    async def then(seeing: Seeing) -> tuple[str, str, float]:
        before = now_us()
        look = await seeing.look("text")
        assert look.picture is not None
        return look.picture.source, look.problem, (now_us() - before) / 1e6

    source, problem, waited = watching(Lens([PAGE] * 9, still_of=PAGE, still_after_s=2.0), then, after_s=0.3)
    assert (source, problem) == ("track", "")
    assert waited <= 0.6


def test_a_second_look_right_after_takes_the_same_still_and_a_later_one_another() -> None:
    lens = Lens([PAGE] * 20, still_of=PAGE)

    async def then(seeing: Seeing) -> list[str]:
        first = await seeing.look("text")
        again = await seeing.look("text")
        await asyncio.sleep(2)
        later = await seeing.look("text")
        return [look.picture.id for look in (first, again, later) if look.picture]

    assert watching(lens, then) == ["still 1", "still 1", "still 2"]


def test_a_blurred_still_gives_way_to_a_sharp_picture_of_the_same_scene() -> None:
    async def then(seeing: Seeing) -> tuple[str, str]:
        look = await seeing.look("text")
        assert look.picture is not None
        return look.picture.source, look.problem

    assert watching(Lens([PAGE] * 9, still_of=blurred(PAGE, 0.01)), then) == ("track", "")


def test_a_blurred_picture_is_answered_from_the_sharp_one_just_before() -> None:
    async def then(seeing: Seeing) -> tuple[str, str]:
        look = await seeing.look("text")
        assert look.picture is not None
        return look.picture.id, look.problem

    soft = blurred(PAGE, 0.01)
    assert watching(Lens([PAGE, soft, soft, soft]), then, after_s=0.6) == ("track 0", "")


def test_the_sharp_picture_of_another_scene_answers_nothing() -> None:
    async def then(seeing: Seeing) -> tuple[str, str]:
        look = await seeing.look("text")
        assert look.picture is not None
        return look.picture.id, look.problem

    other = blurred(BLUE, 0.01)
    assert watching(Lens([PAGE, other, other]), then, after_s=0.6) == ("track 1", "moving")


def test_in_the_dark_only_the_light_is_answered() -> None:
    async def then(seeing: Seeing) -> list[tuple[str, bool]]:
        looks = [await seeing.look(purpose) for purpose in ("text", "scene", "colour", "people", "light")]
        return [(look.problem, bool(look.advice)) for look in looks]

    found = watching(Lens([NIGHT] * 9, still_of=NIGHT), then)
    assert found == [("dark", True)] * 4 + [("", False)]


def test_behind_a_finger_print_may_be_read_but_nothing_is_told_of_the_scene() -> None:
    async def then(seeing: Seeing) -> list[str]:
        return [(await seeing.look(purpose)).problem for purpose in ("scene", "colour", "people", "text", "light")]

    behind = fingered(PAGE, "bottom", 0.8, (165, 95, 75))[0]
    assert watching(Lens([behind] * 4), then) == ["part_covered"] * 3 + ["", ""]


def test_light_is_always_the_newest_picture() -> None:
    async def then(seeing: Seeing) -> str:
        look = await seeing.look("light")
        assert look.picture is not None
        return look.picture.id

    assert watching(Lens([PAGE, PAGE, NIGHT]), then, after_s=1.1) == "track 2"


def test_a_picture_that_stopped_coming_is_old_and_keeps_its_age() -> None:
    async def then(seeing: Seeing) -> tuple[str, float]:
        look = await seeing.look("colour")
        return look.problem, look.age_us / 1e6

    problem, age = watching(Lens([BLUE]), then, after_s=4.0)
    assert problem == "old"
    assert age == pytest.approx(4.75, abs=0.1)


def test_a_question_just_after_the_interval_waits_for_the_next_picture() -> None:
    async def then(seeing: Seeing) -> str:
        look = await seeing.look("colour")
        assert look.picture is not None
        return look.picture.id

    assert watching(Lens([BLUE] * 5, every_s=1.0), then, after_s=0.9) == "track 1"


def test_a_new_line_replaces_the_camera_and_what_the_old_one_saw() -> None:
    async def then(seeing: Seeing) -> tuple[str, tuple[str, ...]]:
        second = asyncio.ensure_future(seeing.watch(Lens([], still_of=None)))
        await asyncio.sleep(1.6)
        look = await seeing.look("colour")
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        return look.problem, seeing.in_view()

    assert watching(Lens([BLUE] * 2), then, after_s=0.1) == ("no_camera", ())


def test_the_switch_may_be_told_after_the_first_pictures() -> None:
    async def then(seeing: Seeing) -> str:
        seeing.switched(True)
        look = await seeing.look("light")
        assert look.picture is not None
        return look.picture.id

    assert watching(Lens([BLUE] * 2), then, after_s=0.1) == "track 0"


def test_a_cancelled_look_leaves_nothing_behind() -> None:
    lens = Lens([PAGE] * 20, still_of=PAGE)

    async def then(seeing: Seeing) -> str:
        for pause in (0.0, 0.05, 0.09):
            look = asyncio.ensure_future(seeing.look("text"))
            await asyncio.sleep(pause)
            look.cancel()
            await asyncio.gather(look, return_exceptions=True)
        found = await seeing.look("text")
        assert found.picture is not None
        return found.picture.source

    assert watching(lens, then) == "still"


def test_each_picture_is_told_once_with_why_it_was_kept() -> None:
    told: list[Seen] = []

    async def then(seeing: Seeing) -> tuple[str, ...]:
        return seeing.in_view()

    kept = watching(Lens([NIGHT, PAGE, PAGE, BLUE]), then, after_s=1.6, on_seen=told.append)
    assert [(seen.picture, seen.kept, seen.verdict) for seen in told] == [
        ("track 0", "", "dark"),
        ("track 1", "first", ""),
        ("track 2", "", ""),
        ("track 3", "changed", ""),
    ]
    assert kept == ("track 1", "track 3")


def test_what_was_read_is_remembered_for_the_same_picture() -> None:
    reader = CountingReader(lines=(LINE,))

    async def then(seeing: Seeing) -> tuple[TextLine, ...]:
        await seeing.text(Picture("a", PAGE, 0))
        await seeing.text(Picture("a", PAGE, 0))
        return await seeing.text(Picture("b", PAGE, 0))

    assert watching(Lens(), then, engines=SeeingEngines(reader, *FAKES[1:])) == (LINE,)
    assert reader.sides == [640, 640]


@pytest.mark.parametrize(
    ("lines", "sides"),
    [
        ((), [640, 1280]),
        ((TextLine("small", Box(0, 0, 60, 20), 0.99),), [640, 1280]),
        ((TextLine("doubtful", Box(0, 0, 400, 80), 0.6),), [640, 1280]),
        ((TextLine("large and clear", Box(0, 0, 400, 80), 0.99),), [640]),
    ],
)
def test_a_large_picture_is_read_closer_only_where_that_may_help(lines: tuple[TextLine, ...], sides: list[int]) -> None:
    reader = CountingReader(lines=lines)

    async def then(seeing: Seeing) -> None:
        await seeing.text(Picture("a", sign("x", width=1280, height=960), 0))

    watching(Lens(), then, engines=SeeingEngines(reader, *FAKES[1:]))
    assert reader.sides == sides


@pytest.mark.parametrize(
    ("looks", "text"),
    [
        ([(EAN,), (EAN,)], EAN.text),
        ([(EAN,), ()], ""),
        ([(EAN,), (Code("4006381333999", "EAN13", True, EAN.box),)], ""),
    ],
)
def test_a_product_number_needs_two_looks_that_agree(looks: list[tuple[Code, ...]], text: str) -> None:
    async def then(seeing: Seeing) -> str:
        (code,) = await seeing.codes(Picture("a", PAGE, 0))
        return code.text

    reader = ScriptedCodes(looks=looks)
    assert watching(Lens(), then, engines=SeeingEngines(FAKES[0], reader, FAKES[2])) == text


def test_a_qr_code_needs_one_look() -> None:
    link = Code("https://example.org", "QRCode", False, EAN.box)

    async def then(seeing: Seeing) -> tuple[Code, ...]:
        return await seeing.codes(Picture("a", PAGE, 0))

    reader = ScriptedCodes(looks=[(link,)])
    assert watching(Lens(), then, engines=SeeingEngines(FAKES[0], reader, FAKES[2])) == (link,)


def test_colours_and_light_come_from_the_pixels() -> None:
    async def then(seeing: Seeing) -> tuple[str, int]:
        picture = Picture("a", plain((30, 70, 200)), 0)
        return (await seeing.colours(picture))[0].name, (await seeing.light(picture)).level

    name, level = watching(Lens(), then)
    assert name == "blue"
    assert 20 < level < 40
