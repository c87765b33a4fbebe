"""The whole agent at a desk, in virtual time: real session and core, fake engines, a device that is no sound card."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable

from agent.engines import fakes
from agent.engines.protocols import Text
from agent.engines.registry import Engines
from agent.recorder import NoRecorder
from agent.session import Session
from agent.settings import load
from agent.skills.catalogue import SKILLS
from tests.transport.terminal.loop_device import LoopDevice
from tests.transport.terminal.shown import Shown
from tests.virtual import run_virtual
from transport.terminal.talk import hold

LONG = "This is a long answer with many words so that there is time to speak over it before it has come to its end."


class Desk:
    """A person at a device: what they type, and the lines that they are shown."""

    def __init__(self, device: LoopDevice, answer: str) -> None:
        self.device = device
        self.recognizer = fakes.FakeRecognizer(deque())
        self.lines: asyncio.Queue[str] = asyncio.Queue()
        brain = fakes.FakeBrain(lambda question: [Text(answer or f"You said {question.text}.")])
        sight = fakes.FakeTextReader(), fakes.FakeCodeReader(), fakes.FakeFaceFinder()
        engines = Engines(fakes.FakeDetector(), self.recognizer, fakes.FakeSynthesizer(), brain, *sight)
        self.session = Session("desk", engines, load(environ={}), SKILLS, NoRecorder())
        self.view = Shown()

    async def typed(self) -> AsyncIterator[str]:
        while True:
            yield await self.lines.get()

    async def hear(self, text: str, seconds: float = 1.0) -> None:
        self.recognizer.script.append(text)
        self.device.speak(seconds)
        await asyncio.sleep(seconds)


def at_desk(scene: Callable[[Desk], Awaitable[None]], device: LoopDevice | None = None, answer: str = "") -> Desk:
    async def main() -> Desk:
        desk = Desk(device or LoopDevice(), answer)
        async with asyncio.TaskGroup() as group:
            group.create_task(desk.session.run())
            holding = group.create_task(hold(desk.session, desk.device, desk.view, desk.typed()))
            await asyncio.sleep(0.5)
            await scene(desk)
            desk.device.close()
            await holding
            desk.session.close()
        return desk

    return run_virtual(main())


def test_a_spoken_question_is_answered_aloud_and_in_words() -> None:
    async def scene(desk: Desk) -> None:
        await desk.hear("what time is it")
        await asyncio.sleep(4)

    desk = at_desk(scene)
    assert desk.view.rows == ["you: what time is it", "netra: You said what time is it."]
    assert desk.device.played > 1.5
    assert {"listening", "thinking", "speaking"} <= set(desk.view.states)
    assert desk.view.loudest["you"] > -25
    assert desk.view.loudest["netra"] > -25


def test_a_typed_line_is_answered_and_an_empty_one_silences() -> None:
    async def scene(desk: Desk) -> None:
        desk.lines.put_nowait("hello there")
        await asyncio.sleep(1.5)
        desk.lines.put_nowait("")
        stopped = asyncio.get_running_loop().time()
        await asyncio.sleep(2)
        assert desk.device.sounded_after(stopped + 0.1) == 0

    desk = at_desk(scene, answer=LONG)
    assert desk.view.rows[0] == "you: hello there"
    assert desk.view.rows[1].endswith("(cut)")
    assert LONG.startswith(desk.view.rows[1].removeprefix("netra: ").removesuffix(" (cut)").strip())


def test_with_headphones_speaking_interrupts() -> None:
    async def scene(desk: Desk) -> None:
        desk.lines.put_nowait("go on")
        await asyncio.sleep(1.0)
        await desk.hear("stop talking now please", 1.2)
        await asyncio.sleep(0.1)
        assert not desk.device.out[-1][1].any()

    desk = at_desk(scene, answer=LONG)
    assert desk.view.rows[1].endswith("(cut)")


def test_without_headphones_the_agent_does_not_hear_itself() -> None:
    async def scene(desk: Desk) -> None:
        desk.recognizer.script.extend(["this is my own voice"] * 5)
        desk.lines.put_nowait("go on")
        await asyncio.sleep(12)

    desk = at_desk(scene, LoopDevice(apart=False, echo=True), LONG)
    assert desk.view.rows == ["you: go on", f"netra: {LONG}"]
    heard_itself = at_desk(scene, LoopDevice(apart=True, echo=True), LONG)
    assert any("my own voice" in row for row in heard_itself.view.rows)  # what the guard is for


def test_after_its_own_voice_it_hears_again() -> None:
    async def scene(desk: Desk) -> None:
        desk.lines.put_nowait("one")
        await asyncio.sleep(4)
        await desk.hear("two")
        await asyncio.sleep(4)

    desk = at_desk(scene, LoopDevice(apart=False, echo=True))
    assert desk.view.rows[2:] == ["you: two", "netra: You said two."]


def test_the_end_of_the_typed_lines_ends_the_talk() -> None:
    async def main() -> None:
        desk = Desk(LoopDevice(), "")

        async def two() -> AsyncIterator[str]:
            yield "hello"
            await asyncio.sleep(3)

        async with asyncio.TaskGroup() as group:
            group.create_task(desk.session.run())
            await hold(desk.session, desk.device, desk.view, two())
            desk.session.close()
        assert desk.view.rows == ["you: hello", "netra: You said hello."]

    run_virtual(main())
