"""A brain that reads along is told of kept pictures, words so far and the end of replies, with what is known then."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import numpy as np

from agent.core.sampler import Seen
from agent.engines import fakes
from agent.engines.protocols import Question
from agent.engines.registry import Engines
from agent.picture import Picture
from agent.reading_along import ReadingAlong
from agent.recorder import NoRecorder
from agent.session import Session
from agent.settings import load
from agent.skills.catalogue import SKILLS
from agent.wishes import Wishes
from tests.agent.stage import Stage, stage
from tests.line import VirtualPerson
from tests.virtual import run_virtual


@dataclass
class Reader:
    """An attention that notes what it is told."""

    told: list[tuple[str, Question]] = field(default_factory=list)
    closed: bool = False

    def saw(self, picture: Picture, question: Question) -> None:
        self.told.append((picture.id, question))

    def heard(self, question: Question) -> None:
        self.told.append(("heard", question))

    def settled(self, question: Question) -> None:
        self.told.append(("settled", question))

    def close(self) -> None:
        self.closed = True


@dataclass
class ReadingBrain(fakes.FakeBrain):
    reader: Reader = field(default_factory=Reader)

    def attention(self, session: str) -> Reader:
        assert session == "sess_read"
        return self.reader


def session_of(brain: fakes.FakeBrain, s: Stage) -> Session:
    sight = fakes.FakeTextReader(), fakes.FakeCodeReader(), fakes.FakeFaceFinder()
    engines = Engines(fakes.FakeDetector(), s.recognizer, s.synthesizer, brain, *sight)
    return Session("sess_read", engines, load(environ={}), SKILLS, NoRecorder())


def test_words_so_far_come_with_the_conversation_and_the_reply_belongs_to_the_session() -> None:
    async def main() -> None:
        async with stage() as s:
            s.person.hang_up()
            brain = ReadingBrain()
            session = session_of(brain, s)
            person = VirtualPerson()
            async with asyncio.TaskGroup() as group:
                group.create_task(session.run())
                group.create_task(session.attend(person.line))
                await asyncio.sleep(0.5)
                session.say("hello there")
                await asyncio.sleep(4)
                s.recognizer.script.append("what is on the table now")
                person.microphone.speak(1.6)
                await asyncio.sleep(6)
                person.hang_up()
                session.close()
            heard = [question for what, question in brain.reader.told if what == "heard"]
            texts = [question.text for question in heard]
            assert texts[0] == "what"
            assert texts[-1] == "what is on the table now"
            assert [said.text for said in heard[0].history] == ["hello there", "You said hello there."]
            assert heard[0].facts
            assert heard[0].facts[0].startswith("It is ")
            settled = [question for what, question in brain.reader.told if what == "settled"]
            assert [len(question.history) for question in settled] == [2, 4]
            assert {question.session for question in brain.asked} == {"sess_read"}
            assert brain.reader.closed

    run_virtual(main())


def test_the_same_scene_is_not_read_again_and_a_brain_that_reads_nothing_is_left_alone() -> None:
    async def main() -> None:
        async with stage() as s:
            brain = ReadingBrain()
            session = session_of(brain, s)
            picture = Picture("p1", np.zeros((4, 4, 3), np.uint8), 0)
            along = ReadingAlong(brain, "sess_read", session._situation, Wishes)
            along.saw(picture, Seen("p1", "aged", "", 0).kept)
            assert brain.reader.told == []
            along.saw(picture, "changed")
            assert [what for what, _ in brain.reader.told] == ["p1"]
            deaf = ReadingAlong(fakes.FakeBrain(), "sess_read", session._situation, Wishes)
            deaf.saw(picture, "changed")
            deaf.close()
            session.close()
            await session.run()

    run_virtual(main())
