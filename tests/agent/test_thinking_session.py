"""A session whose brain is a language model: real core, real shell, the brain on a chat server over loopback."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent import ports
from agent.engines import fakes, registry
from agent.engines.protocols import Call, Question, Text
from agent.engines.registry import Engines
from agent.recorder import NoRecorder
from agent.session import Session
from agent.settings import Settings, load
from agent.skills.catalogue import SKILLS
from agent.thinking.routed import APOLOGY
from tests.agent.engines.chat_servers import PATIENCE_S, Server, calling, chunk, serving, stream, words
from tests.agent.stage import Stage, stage
from tests.line import VirtualPerson
from tests.virtual import run_virtual


@asynccontextmanager
async def talking(settings: Settings) -> AsyncIterator[Stage]:
    """As ``stage``, on the real clock, with the brain that these settings ask for."""
    recognizer, synthesizer = fakes.FakeRecognizer(deque()), fakes.FakeSynthesizer(seconds_per_word=0.1)
    brain = registry.build("brain", settings.thinking.brain, settings)
    sight = fakes.FakeTextReader(), fakes.FakeCodeReader(), fakes.FakeFaceFinder()
    engines = Engines(fakes.FakeDetector(), recognizer, synthesizer, brain, *sight)
    session = Session("sess_test", engines, settings, SKILLS, NoRecorder())
    person = VirtualPerson()
    async with asyncio.TaskGroup() as group:
        group.create_task(session.run())
        group.create_task(session.attend(person.line))
        await asyncio.sleep(0.2)
        yield Stage(session, person, recognizer, synthesizer, brain)
        person.hang_up()
        session.close()
    await brain.close()


def settings_for(server: Server) -> Settings:
    thinking = {"brain": "server", "server": {"url": server.url, "model": "big", "first_token_s": 30, "stall_s": 30}}
    return load(environ={"NETRA_CACHE_DIR": str(Path.home() / ".cache" / "netra")}, overrides={"thinking": thinking})


async def until(true: Callable[[], object]) -> None:
    """Real sockets and the real clock: looked at again and again, at most PATIENCE_S."""
    async with asyncio.timeout(PATIENCE_S):
        while not true():  # noqa: ASYNC110  what is waited for are reports, not an event
            await asyncio.sleep(0.02)


@pytest.mark.net
def test_a_spoken_question_a_tool_and_the_answer_and_the_timer_runs_once() -> None:
    async def main() -> None:
        use = calling("set_timer", '{"seconds": 240}')
        async with (
            serving(stream(*use), stream(*words("Four minutes for the tea. Enjoy."))) as server,
            talking(settings_for(server)) as s,
        ):
            await s.hear("the tea has to draw for four minutes you know", 1.6)
            await until(lambda: s.person.all(ports.ReplyEnded))
            [reply] = s.person.all(ports.ReplyEnded)
            assert (reply.status, reply.heard) == ("completed", "Four minutes for the tea. Enjoy.")
            last = server.chats[-1].body["messages"]
            assert "the tea has to draw for four minutes you know" in last[-3]["content"]
            assert "4 minutes" in json.loads(last[-1]["content"])["quoted"]
            s.session.say("how long is left on the timer")  # the skill's, without the model
            asked = len(server.chats)
            await until(lambda: len(s.person.all(ports.ReplyEnded)) == 2)
            assert "left" in s.person.all(ports.ReplyEnded)[1].heard
            s.session.say("why is tea brown")
            await until(lambda: len(s.person.all(ports.ReplyEnded)) == 3)
            assert len(server.chats) == asked + 1
            told = json.dumps(server.chats[-1].body["messages"])
            assert "Four minutes for the tea. Enjoy." in told
            assert told.count("A timer of 4 minutes") == 1

    asyncio.run(main())


@pytest.mark.net
def test_words_over_the_reply_close_the_request_and_what_was_not_heard_is_not_sent_again() -> None:
    async def main() -> None:
        begun = [chunk({"content": f"{word} "}) for word in ("Once upon a time. " * 8).split()]
        async with (
            serving(stream(*begun, "(wait)"), stream(*words("All right."))) as server,
            talking(settings_for(server)) as s,
        ):
            s.session.say("why do people tell each other stories")
            await until(lambda: s.person.all(ports.ReplySoundStarted))
            assert not server.chats[0].closed.is_set()
            await s.hear("no tell me why the sky is blue instead", 1.6)
            await until(server.chats[0].closed.is_set)
            await until(lambda: len(s.person.all(ports.ReplyEnded)) == 2)
            heard = s.person.all(ports.ReplyEnded)[0].heard
            last = server.chats[-1].body["messages"]
            spoken = [one["content"] for one in last if one["role"] == "assistant"]
            assert spoken == ([heard] if heard else [])
            assert heard.count("time.") < 8

    asyncio.run(main())


@pytest.mark.net
def test_a_dead_server_is_an_apology_and_the_rules_go_on() -> None:
    async def main() -> None:
        async with serving() as server:
            settings = settings_for(server)
        async with talking(settings) as s:
            s.session.say("why is the sky blue")
            await until(lambda: s.person.all(ports.ReplyEnded))
            assert s.person.all(ports.ReplyEnded)[0].heard == APOLOGY
            s.session.say("what time is it")
            await until(lambda: len(s.person.all(ports.ReplyEnded)) == 2)
            assert s.person.all(ports.ReplyEnded)[1].heard.startswith("It")

    asyncio.run(main())


def test_a_guess_asks_a_skill_and_leaves_no_trace_until_it_is_released() -> None:
    told: list[str] = []

    def think(question: Question) -> list[Text | Call]:
        return [Call("set_timer", {"seconds": 60}, heard=told.append), Text("Set.", lasts=True)]

    async def main() -> None:
        async with stage(think, brain_delay_s=0) as s:
            await s.hear("set a timer for a minute", 1.0)
            await asyncio.sleep(0.35)  # the guess is made, the turn is not over
            assert told
            await s.hear("and wait please", 1.0)
            await asyncio.sleep(3)
            assert len(told) == 2  # asked in the guess and in the reply
            assert [one.heard for one in s.person.all(ports.ReplyEnded)] == ["Set."]
            await asyncio.sleep(70)
            assert len([one for one in s.person.all(ports.ReplyText) if "is up" in one.text]) == 1

    run_virtual(main())


def test_repeat_says_the_models_last_answer() -> None:
    def think(question: Question) -> list[Text | Call]:
        return (
            [Call("repeat")]
            if question.text == "repeat"
            else [Text("The cup", lasts=True), Text("is blue.", lasts=True)]
        )

    async def main() -> None:
        async with stage(think) as s:
            s.session.say("what is it")
            await asyncio.sleep(4)
            s.session.say("repeat")
            await asyncio.sleep(4)
            assert [one.heard for one in s.person.all(ports.ReplyEnded)] == ["The cup is blue."] * 2

    run_virtual(main())
