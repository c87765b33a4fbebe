"""Netra at home on a real broker: the whole of MQTT with real sessions, whose engines do what a test says."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from agent.engines import fakes
from agent.engines.protocols import Call, Question, Text, Thought
from agent.engines.registry import Engines
from agent.onlooker import Household, Onlooker
from agent.recorder import NoRecorder
from agent.session import Session
from agent.settings import Settings
from agent.skills.catalogue import skills_for
from agent.skills.house_words import state_in, verb_in
from agent.skills.skill import Manner
from tests.line import VirtualPerson
from transport.mqtt.service import OnMqtt, on_mqtt

THINGS: tuple[dict[str, Any], ...] = (
    {"name": "kitchen light", "room": "kitchen", "kind": "light", "command_topic": "home/kitchen/set",
     "state_topic": "home/kitchen", "field": "state"},
    {"name": "front door", "kind": "lock", "command_topic": "home/door/set", "state_topic": "home/door"},
    {"name": "temperature", "room": "bedroom", "kind": "sensor", "state_topic": "home/bedroom",
     "field": "temperature", "unit": "°C"},
)  # fmt: skip


def think(question: Question) -> Iterable[Thought]:
    """As the rule brain would, for the few sentences of these tests."""
    text = question.text.lower()
    if text in ("yes", "no", "date", "set_timer", "people"):
        return [Call({"yes": "affirm", "no": "deny"}.get(text, text), {"seconds": 1} if text == "set_timer" else {})]
    if text == "break":
        raise RuntimeError("the fake brain was told to break")
    if text == "think":
        return []
    if "is the" in text:
        return [Call("house_ask", {"thing": text, "state": state_in(text)})]
    if (verb := verb_in(text)) is not None:
        return [Call("house_do", {"thing": text, "verb": verb})]
    return [Text(f"You said {question.text}.")]


@dataclass
class Home:
    """``talk`` opens a session with a person on its line. ``notes``: what the fake engines keep of what they did."""

    settings: Settings
    mqtt: OnMqtt
    engines: Engines
    notes: tuple[list[Any], ...]

    @asynccontextmanager
    async def talk(
        self, session_id: str = "sess_1", dress: Callable[[VirtualPerson], None] = lambda _: None
    ) -> AsyncIterator[tuple[Session, VirtualPerson]]:
        """``dress`` may give the person something that works, such as a camera."""
        person = VirtualPerson()
        dress(person)
        async with session(self, session_id, self.mqtt.house, self.mqtt.hub.onlooker(session_id)) as one:
            with self.mqtt.hub.joined(one):
                async with asyncio.TaskGroup() as group:
                    group.create_task(one.attend(person.line))
                    try:
                        yield one, person
                    finally:
                        person.hang_up()


@asynccontextmanager
async def session(home: Home, session_id: str, house: Household, onlooker: Onlooker) -> AsyncIterator[Session]:
    skills = skills_for(home.settings.mqtt.known)
    one = Session(session_id, home.engines, home.settings, skills, NoRecorder(), onlooker, house)
    async with asyncio.TaskGroup() as group:
        group.create_task(one.run())
        try:
            yield one
        finally:
            one.close()


def settings_for(port: int, **mqtt: Any) -> Settings:
    given = {"on": True, "port": port, "things": THINGS, "retry_max_s": 1.0, **mqtt}
    return Settings.model_validate({"mqtt": given})


@asynccontextmanager
async def at_home(port: int, **mqtt: Any) -> AsyncIterator[Home]:
    settings = settings_for(port, **mqtt)
    brain, voice = fakes.FakeBrain(think, delay_s=0.0), fakes.FakeSynthesizer(seconds_per_word=0.02, delay_s=0.0)
    sight = fakes.FakeTextReader(delay_s=0.0), fakes.FakeCodeReader(delay_s=0.0), fakes.FakeFaceFinder(delay_s=0.0)
    engines = Engines(fakes.FakeDetector(), fakes.FakeRecognizer(deque()), voice, brain, *sight)
    home: Home

    def own(session_id: str, house: Household, onlooker: Onlooker) -> Any:
        return session(home, session_id, house, onlooker)

    async with on_mqtt(settings.mqtt, Manner(), own) as mqtt:
        home = Home(settings, mqtt, engines, (brain.asked, voice.spoken))
        yield home
