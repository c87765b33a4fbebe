"""Looking out for words in virtual time: found soon, told once with their place, never from a poor or old picture."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from agent import ports
from agent.clock import now_us
from agent.engines import fakes
from agent.engines.fakes import FakeCodeReader, FakeFaceFinder
from agent.engines.protocols import Box, Call, Question, Text, TextLine
from agent.engines.rapid import RapidReader
from agent.errors import EngineFailed
from agent.live.sighting import sighting
from agent.live.sought import Print
from agent.picture import Picture
from agent.seeing import Seeing
from agent.sight.facts import SeeingEngines
from agent.sight.quality import ADVICE
from agent.sight.settings import SeeingSettings
from agent.skills.manner import CAMERA_OFF, STOPPED_LOOKING
from agent.skills.skill import Look
from agent.skills.watch_for import readings, words_in
from agent.watching import BLIND_US, LONGEST_S, Watching
from tests.agent.stage import stage
from tests.agent.test_seeing import PAGE, Lens
from tests.drawn import plain, sign
from tests.virtual import run_virtual

LEFT, MIDDLE, RIGHT = Box(20, 100, 120, 40), Box(250, 100, 120, 40), Box(500, 100, 120, 40)
PAPER = plain((200, 200, 200))


@dataclass
class Scene:
    """Eyes that see one entry of ``script`` each half second: lines, or the name of what is wrong with the picture.
    Then nothing, or ``blind`` no picture any more.
    """

    script: list[tuple[TextLine, ...] | str]
    reading_s: float = 0.25
    broken: bool = False
    blind: bool = False
    small_print: bool = False
    rests: bool = True
    glances: int = 0
    whole_looks: int = 0
    given: int = 0
    told: list[tuple[float, str]] = field(default_factory=list)
    talking: bool = False

    async def glimpse(self, after: str, timeout_s: float) -> Look | None:
        if self.blind and self.given >= len(self.script):
            await asyncio.sleep(timeout_s)
            return None
        await asyncio.sleep(0.5)
        self.given += 1
        shown = self._shown(self.given)
        problem = shown if isinstance(shown, str) else ""
        return Look(Picture(str(self.given), PAPER, now_us()), problem, ADVICE.get(problem, ""))

    async def text(self, picture: Picture) -> tuple[TextLine, ...]:
        self.whole_looks += 1
        return await self._read(picture, self.reading_s)

    async def _read(self, picture: Picture, takes_s: float) -> tuple[TextLine, ...]:
        await asyncio.sleep(takes_s)
        if self.broken:
            raise EngineFailed("reader failed: no memory")
        shown = self._shown(int(picture.id))
        assert not isinstance(shown, str)
        return shown

    async def glance(self, picture: Picture) -> tuple[TextLine, ...]:
        self.glances += 1
        if self.small_print:
            await asyncio.sleep(self.reading_s / 2)
            return ()
        return await self._read(picture, self.reading_s)

    def _shown(self, number: int) -> tuple[TextLine, ...] | str:
        return self.script[number - 1] if number <= len(self.script) else ()

    def announce(self, text: str) -> None:
        self.told.append((asyncio.get_running_loop().time(), text))


def search(
    scene: Scene, words: str = "exit", for_s: float = 60.0, then: Callable[[Watching], None] = lambda _: None
) -> list[str]:
    async def main() -> list[str]:
        watching = Watching(scene, scene.announce, lambda: not scene.talking)
        async with asyncio.TaskGroup() as group:
            watching.start(Print(words, scene), group)
            await asyncio.sleep(for_s)
            then(watching)
            watching.stop()
        return [text for _, text in scene.told]

    return run_virtual(main())


def shown(text: str, box: Box = LEFT, confidence: float = 0.99) -> tuple[TextLine, ...]:
    return (TextLine(text, box, confidence),)


NOTHING = shown("Ticket office", MIDDLE)


def test_words_are_told_with_their_place_within_a_second_of_being_legible() -> None:
    scene = Scene([NOTHING, NOTHING, shown("EMERGENCY EXIT"), *[shown("EMERGENCY EXIT")] * 4])
    assert search(scene) == ["I see exit, on the left. It says: EMERGENCY EXIT."]


def test_it_is_told_when_they_move_but_not_at_every_picture() -> None:
    scene = Scene([shown("Exit", LEFT)] * 8 + [shown("Exit", MIDDLE)] * 8)
    assert search(scene) == ["I see exit, on the left.", "Exit, now in the middle."]


def test_they_are_told_again_after_they_were_out_of_sight() -> None:
    scene = Scene([shown("Exit", RIGHT)] * 2 + [NOTHING] * 12 + [shown("Exit", RIGHT)] * 2)
    assert search(scene) == ["I see exit, on the right.", "Exit, on the right."]


def test_other_words_are_not_taken_for_them() -> None:
    scene = Scene([shown("Exits"), shown("No ex it"), shown("Exile"), shown("")])
    assert search(scene) == []


def test_doubtful_words_need_a_second_look_and_are_said_with_doubt() -> None:
    once = Scene([shown("Exit", confidence=0.7), NOTHING, shown("Exit", confidence=0.7)])
    assert search(once) == []
    twice = Scene([shown("Exit", confidence=0.7), shown("Exit", confidence=0.7)])
    assert search(twice) == ["I may see exit, on the left."]


def test_nothing_is_claimed_from_pictures_that_cannot_be_read_and_one_correction_is_made() -> None:
    scene = Scene(["dark"] * 40)
    assert search(scene) == [ADVICE["dark"]]


def test_a_glance_at_every_picture_and_a_whole_look_now_and_then() -> None:
    scene = Scene([NOTHING] * 30)
    search(scene, for_s=22.0)
    assert scene.glances >= 20
    assert 5 <= scene.whole_looks <= 8
    moving = Scene([NOTHING] * 30, rests=False)
    search(moving, for_s=22.0)
    assert moving.glances > scene.glances, "nothing keeps it from the next picture"
    assert moving.whole_looks == 0


def test_small_print_that_only_a_whole_look_finds_is_told_once_and_followed() -> None:
    scene = Scene([NOTHING] * 3 + [shown("Exit")] * 14, small_print=True)
    assert search(scene, for_s=14.0) == ["I see exit, on the left."]
    assert scene.whole_looks >= 10


def test_it_is_silent_while_anybody_speaks() -> None:
    scene = Scene([shown("Exit")] * 10, talking=True)
    assert search(scene) == []


def test_what_took_long_to_read_is_not_told() -> None:
    assert search(Scene([shown("Exit")] * 4, reading_s=2.5)) == []


def test_a_broken_reader_ends_the_search_and_says_so() -> None:
    assert search(Scene([shown("Exit")] * 4, broken=True)) == [
        "I can't read text right now, so I stopped looking for exit."
    ]


def test_a_search_ends_by_itself_and_says_so() -> None:
    ended = search(Scene([]), for_s=LONGEST_S + 5)
    assert ended == ["I stopped looking for exit. Ask again if you still need it."]


def test_a_search_without_pictures_ends_soon_and_says_why() -> None:
    ended = search(Scene([NOTHING] * 3, blind=True), for_s=BLIND_US / 1e6 + 5)
    assert ended == ["I get no pictures from the camera any more, so I stopped looking for exit."]


def test_a_new_search_takes_the_place_of_the_old_one() -> None:
    scene = Scene([NOTHING] * 4 + [shown("Exit", LEFT) + shown("Platform 4", RIGHT)] * 3)

    async def main() -> list[str]:
        watching = Watching(scene, scene.announce, lambda: True)
        async with asyncio.TaskGroup() as group:
            watching.start(Print("exit", scene), group)
            await asyncio.sleep(1.0)
            watching.start(Print("platform four", scene), group)
            await asyncio.sleep(10.0)
            assert watching.active
            watching.stop()
            assert not watching.active
        return [text for _, text in scene.told]

    assert run_virtual(main()) == ["I see platform four, on the right."]


def test_numbers_are_found_in_digits_and_in_words() -> None:
    assert readings("number forty two") == [["number", "forty", "two"], ["42"]]
    assert readings("platform for") == [["platform", "for"], ["platform", "4"]]
    assert readings("gate B7") == [["gate", "b7"]]
    found = sighting("platform four", [TextLine("Platform 4 →", RIGHT, 0.95)], 640)
    assert found is not None
    assert found.where == "on the right"
    for other in ("Platform 14", "Price 4.99", "2-4 Station Road"):
        assert sighting("number 4", [TextLine(other, RIGHT, 0.95)], 640) is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("tell me when you see the exit sign please", "exit"),
        ("Tell me when you see Room 42.", "Room 42"),
        ("find the word toilet", "toilet"),
        ("look out for platform four", "platform four"),
        ("let me know when there is a pharmacy", "pharmacy"),
        ("i'm looking for the elevator tell me when you see it", "elevator"),
        ("tell me as soon as you see a sign that says way out", "way out"),
        ("where is the sign exit", "exit"),
        ("tell me when you see it", ""),
        ("tell me when you see my blue folder", "my blue folder"),
        ("let me know when somebody comes in please", "somebody"),
        ("what time is it", ""),
    ],
)
def test_what_is_looked_for_is_found_in_the_sentence(said: str, words: str) -> None:
    assert words_in(said) == words


def test_the_real_eyes_and_the_real_reader_find_a_sign_that_comes_into_view() -> None:
    told: list[str] = []

    async def main() -> None:
        engines = SeeingEngines(RapidReader(), FakeCodeReader(), FakeFaceFinder())
        await engines.text.read(PAPER, max_side=320)  # loads its models
        seeing = Seeing(engines, SeeingSettings(), now_us)
        lens = Lens([sign("Ticket office")] * 3 + [sign("Emergency exit")] * 20, every_s=0.3)
        watching = Watching(seeing, told.append, lambda: True)
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            watch = group.create_task(seeing.watch(lens))
            watching.start(Print("exit", seeing), group)
            while not told:  # noqa: ASYNC110  the reader works in a thread
                await asyncio.sleep(0.05)
            watching.stop()
            watch.cancel()

    asyncio.run(main())
    assert told == ["I see exit, in the middle. It says: Emergency exit."]


@pytest.mark.parametrize("how", ["told", "Stop pressed", "camera off"])
def test_a_session_looks_out_when_the_answer_is_given_and_stops_when_told(how: str) -> None:
    async def main() -> tuple[list[str], list[str]]:
        def think(question: Question) -> list[Text | Call]:
            return [Call("stop_watching") if "stop" in question.text else Call("watch_for", {"words": "exit"})]

        async with stage(think) as s:
            looked: fakes.FakeTextReader = s.session.eyes._facts._engines.text  # type: ignore[assignment]
            looked.lines = shown("Exit")
            number = 0

            async def film(seconds: float) -> list[str]:
                nonlocal number
                already = len(s.person.all(ports.ReplyText))
                for _ in range(round(seconds / 0.5)):
                    number += 1
                    s.person.camera.put(Picture(f"p{number}", PAGE, now_us()))
                    await asyncio.sleep(0.5)
                return [said.text for said in s.person.all(ports.ReplyText)[already:]]

            await film(1)
            s.session.say("tell me when you see exit")
            first = await film(20)
            s.session.stop()  # of one answer, as an app does when it is spoken over: the search goes on
            assert await film(20)
            match how:
                case "told":
                    s.session.say("stop looking")
                case "Stop pressed":
                    s.session.stop(everything=True)
                case _:
                    s.session.look(False)
            last = await film(8)
            return [*first, last[-1]], await film(30)

    said, after = run_virtual(main())
    assert "I see exit, on the left." in said
    assert said[-1] == (CAMERA_OFF if how == "camera off" else STOPPED_LOOKING)
    assert after == []
