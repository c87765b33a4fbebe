"""Guiding a hand in virtual time: directions, the still, what is read from it, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from agent import ports
from agent.aiming import BLIND_US, GAVE_UP, GOT_IT, LONGEST_S, NO_PICTURES, NOT_SHARP, Aiming, sure_share
from agent.clock import now_us
from agent.engines import fakes
from agent.engines.protocols import Box, Call, Code, Question, Text, TextLine
from agent.errors import EngineFailed
from agent.picture import Picture
from agent.sight.framing import Framed, boxed
from agent.sight.quality import ADVICE
from agent.skills.skill import Answer, Look, Purpose, Target
from tests.agent.stage import stage
from tests.agent.test_seeing import PAGE as SIGN
from tests.drawn import plain
from tests.virtual import run_virtual

WHOLE = Framed("page", 0.2, 0.2, 0.8, 0.8)
LEFT_OUT = replace(WHOLE, left=0.0, right=0.4, cut=frozenset(("left",)))
PAPER = plain((200, 200, 200))
PRINT = (TextLine("Dear neighbour", Box(100, 100, 300, 30), 0.98),)
FACE = Box(200, 120, 200, 200)


@dataclass
class Scene:
    """Eyes that see one entry of ``script`` each half second (or ``every_s``), then the last one."""

    script: list[Framed | None]
    lines: list[tuple[TextLine, ...]] = field(default_factory=lambda: [PRINT])
    still: Framed | None = WHOLE
    problem: str = ""
    found: tuple[Code, ...] = ()
    boxes: tuple[Box, ...] = ()
    place: Box | None = None
    broken: bool = False
    blind: bool = False
    every_s: float = 0.5
    reading_s: float = 1.0
    given: int = 0
    read: list[str] = field(default_factory=list)

    async def glimpse(self, after: str, timeout_s: float) -> Look | None:
        if self.blind:
            await asyncio.sleep(timeout_s)
            return None
        now = asyncio.get_running_loop().time()
        await asyncio.sleep(self.every_s - now % self.every_s)
        self.given += 1
        return Look(Picture(str(self.given), PAPER, now_us()))

    async def look(self, purpose: Purpose) -> Look:
        await asyncio.sleep(0.3)
        return Look(Picture("still", PAPER, now_us(), "still"), self.problem, ADVICE.get(self.problem, ""))

    async def page(self, picture: Picture) -> Framed | None:
        if self.broken:
            raise EngineFailed("no memory")
        if picture.id == "still":
            return self.still
        return self.script[min(int(picture.id), len(self.script)) - 1]

    async def flat(self, picture: Picture) -> Picture:
        return replace(picture, id=f"{picture.id}/page")

    async def text(self, picture: Picture) -> tuple[TextLine, ...]:
        await asyncio.sleep(self.reading_s)
        self.read.append(picture.id)
        return self.lines.pop(0) if len(self.lines) > 1 else self.lines[0]

    async def codes(self, picture: Picture) -> tuple[Code, ...]:
        return self.found

    async def code_place(self, picture: Picture, *, square: bool = False) -> Framed | None:
        return boxed("code", [self.place] if self.place else [], 640, 480)

    async def faces(self, picture: Picture) -> tuple[Box, ...]:
        return self.boxes


def guide(
    scene: Scene,
    target: Target = "anything",
    for_s: float = 30.0,
    then: Callable[[asyncio.Task[None]], None] = lambda _: None,
    quiet: Callable[[], bool] = lambda: True,
) -> list[str]:
    """What is said; an answer as its kind and text."""

    async def main() -> list[str]:
        said: list[str] = []

        def give(answer: Answer) -> None:
            said.append(f"{answer.kind} of {answer.skill}: {answer.text}")

        aiming = Aiming(scene, lambda text, _: said.append(text), give, quiet)
        async with asyncio.TaskGroup() as group:
            guiding = group.create_task(aiming.guide(target))
            await asyncio.sleep(for_s)
            then(guiding)
            guiding.cancel()
        return said

    return run_virtual(main())


READ = "answer of read_text: It says: Dear neighbour."


def test_a_page_is_guided_to_taken_and_read_straight() -> None:
    scene = Scene([LEFT_OUT] * 4 + [WHOLE])
    assert guide(scene) == ["Left.", GOT_IT, READ]
    assert scene.read == ["still/page"]


def test_a_still_from_which_the_page_slipped_is_taken_again() -> None:
    scene = Scene([WHOLE], still=LEFT_OUT)
    assert guide(scene) == [GOT_IT, READ], "the third still is read as it is"


def test_print_that_is_read_with_doubt_is_taken_again() -> None:
    blurred = (TextLine("Dcar nciqbour", Box(100, 100, 300, 30), 0.6),)
    assert guide(Scene([WHOLE], lines=[blurred, PRINT])) == [GOT_IT, NOT_SHARP, GOT_IT, READ]
    assert sure_share((*blurred, *PRINT)) == 14 / 27


def test_a_surface_without_print_is_no_page_to_wait_for() -> None:
    said = guide(Scene([WHOLE], lines=[()]), for_s=LONGEST_S + 5)
    assert not [text for text in said if text.startswith("answer")]


def test_a_sign_is_guided_to_by_its_lines_of_print() -> None:
    small = (TextLine("Exit", Box(300, 200, 12, 3), 0.98),)
    large = (TextLine("Exit", Box(200, 200, 160, 40), 0.98),)
    said = guide(Scene([WHOLE], lines=[small, small, small, large]), "text")
    assert said == ["Much closer.", "Much closer.", GOT_IT, "answer of read_text: It says: Exit."]


def test_print_is_looked_for_twice_a_second_however_many_pictures_come_a_page_in_each() -> None:
    for script, reading_s, looks in ((None, 0.15, 8), (None, 0.01, 16), (LEFT_OUT, 0.15, 16)):
        scene = Scene([script], lines=[()], every_s=0.25, reading_s=reading_s)
        guide(scene, "anything", for_s=4.01)
        assert scene.given in (looks, looks - 1)


def test_a_code_is_said_once_it_is_read() -> None:
    code = Code("https://example.org", "QRCode", False, Box(200, 150, 200, 200))
    (said,) = guide(Scene([None], found=(code,)), "code")
    assert "a link to example.org" in said
    assert said.startswith("answer of scan_code")


def test_a_code_that_is_cut_off_is_guided_to_and_read_once_it_can_be() -> None:
    """By its place alone; whoever wants anything is guided to it where there is no print."""
    for target in ("code", "anything"):
        scene = Scene([None], lines=[()], place=Box(540, 150, 100, 200))
        assert guide(scene, target, for_s=2.0) == ["Back."]
    said = guide(Scene([None], place=Box(220, 150, 200, 200)), "code", for_s=10.0)
    assert said[-1].startswith("correction of scan_code: I can't find a code."), "it was taken three times, and says so"


def test_a_face_is_guided_to() -> None:
    assert guide(Scene([None], boxes=(FACE,)), "face") == ["answer of people: One person, in the middle, near."]
    (said,) = set(guide(Scene([None], boxes=(replace(FACE, left=0),)), "face", for_s=3.0))
    assert said.endswith("left.")


def test_it_is_silent_while_somebody_speaks() -> None:
    assert guide(Scene([LEFT_OUT]), quiet=lambda: False, for_s=20.0) == []


def test_it_ends_by_itself_when_told_and_when_the_eyes_break() -> None:
    assert guide(Scene([None], lines=[()]), for_s=LONGEST_S + 5)[-1] == GAVE_UP
    assert guide(Scene([LEFT_OUT]), for_s=1.2) == ["Left."]
    (said,) = guide(Scene([WHOLE], broken=True))
    assert said.startswith("refusal of : I can't see well enough")


def test_without_pictures_it_ends_soon_and_says_why() -> None:
    assert guide(Scene([LEFT_OUT], blind=True), for_s=BLIND_US / 1e6 + 5) == [NO_PICTURES]


def test_a_session_guides_reads_and_remembers_what_it_read() -> None:
    """The answer is kept as if it had been asked for, and "stop" ends the guiding."""

    async def main(stop: bool) -> list[str]:
        def think(question: Question) -> list[Text | Call]:
            return [Call({"help": "aim", "stop": "stop"}.get(question.text.split()[0], "repeat"))]

        async with stage(think) as s:
            reader: fakes.FakeTextReader = s.session.eyes._facts._engines.text  # type: ignore[assignment]
            reader.lines = (TextLine("Emergency exit", Box(55, 100, 400, 60), 0.99),)

            async def film(seconds: float) -> None:
                for _ in range(round(seconds / 0.5)):
                    s.person.camera.put(Picture(f"p{now_us()}", SIGN, now_us()))
                    await asyncio.sleep(0.5)

            await film(1)
            s.session.say("help me aim")
            await asyncio.sleep(0.4)
            if stop:
                s.session.say("stop")
                await asyncio.sleep(1)
            await film(25)
            s.session.say("repeat that")
            await film(5)
            return [said.text for said in s.person.all(ports.ReplyText)]

    said = run_virtual(main(stop=False))
    assert said.count("It says: Emergency exit.") == 2
    assert GOT_IT in said
    assert GOT_IT not in run_virtual(main(stop=True))
