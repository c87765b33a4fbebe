"""A session in virtual time for tests: real core, real shell, fake engines, no threads."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from agent.engines import fakes
from agent.engines.protocols import Call, Question, Text
from agent.engines.registry import Engines
from agent.recorder import NoRecorder
from agent.session import Session
from agent.settings import Settings, load
from agent.skills.catalogue import SKILLS
from agent.skills.skill import Answer, Situation, Skill, skill
from tests.line import VirtualPerson

LONG = "This is a long answer with many words so that there is time to speak over it before it has come to its end."


ROOMY = {"NETRA_TURN__ENDPOINT__COMPLETE_MS": "360", "NETRA_TURN__ENDPOINT__HEARD_MS": "360"}
"""Time for a guess between the last words and the end of the turn."""


@skill()
async def slow(situation: Situation) -> Answer:
    """Takes three seconds."""
    await asyncio.sleep(3)
    return Answer("Here it is.")


SLOW = (*SKILLS, slow)


@dataclass
class Stage:
    """A running session with a person on its line."""

    session: Session
    person: VirtualPerson
    recognizer: fakes.FakeRecognizer
    synthesizer: fakes.FakeSynthesizer
    brain: fakes.FakeBrain

    async def hear(self, text: str | tuple[str, float], seconds: float = 1.2) -> float:
        """The person says this; gives the time at which the sound ended."""
        self.recognizer.script.append(text)
        self.person.microphone.speak(seconds)
        await asyncio.sleep(seconds)
        return asyncio.get_running_loop().time()


@asynccontextmanager
async def stage(
    think: Callable[[Question], list[Text | Call]] = lambda question: [Text(f"You said {question.text}.")],
    settings: Settings | None = None,
    brain_delay_s: float = 0.05,
    skills: tuple[Skill, ...] = SKILLS,
) -> AsyncIterator[Stage]:
    recognizer, synthesizer = fakes.FakeRecognizer(deque()), fakes.FakeSynthesizer()
    brain = fakes.FakeBrain(think, brain_delay_s)
    sight = fakes.FakeTextReader(), fakes.FakeCodeReader(), fakes.FakeFaceFinder()
    engines = Engines(fakes.FakeDetector(), recognizer, synthesizer, brain, *sight)
    session = Session("sess_test", engines, settings or load(environ=ROOMY), skills, NoRecorder())
    person = VirtualPerson()
    async with asyncio.TaskGroup() as group:
        group.create_task(session.run())
        group.create_task(session.attend(person.line))
        await asyncio.sleep(0.5)
        yield Stage(session, person, recognizer, synthesizer, brain)
        person.hang_up()
        session.close()
