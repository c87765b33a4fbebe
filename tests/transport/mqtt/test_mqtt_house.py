"""The house behind a real mosquitto: commands are sent, states are told, and what opens waits for a yes."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest

from agent import ports
from agent.clock import now_us
from agent.picture import Picture
from tests.line import VirtualPerson
from tests.transport.mqtt.broker import Broker, Watcher, until
from tests.transport.mqtt.home import Home
from tests.transport.mqtt.test_mqtt_service import heard, play

pytestmark = pytest.mark.net


async def told(watcher: Watcher, home: Home, topic: str, payload: str) -> None:
    """The house says this, and Netra has taken it."""
    house = home.mqtt.house
    before = [house.reading(thing) for thing in house.things]
    await watcher.send(topic, payload, retain=True)
    await until(lambda: before != [house.reading(thing) for thing in house.things])


def sent(watcher: Watcher, topic: str) -> list[str]:
    return watcher.all(topic)


def test_a_light_is_switched_and_asked_after(tmp_path: Path) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        async with home.talk() as (session, person):
            session.say("is the kitchen light on")
            await heard(person, "I don't know: the kitchen light has not told me anything yet.")
            session.say("turn on the kitchen light")
            await heard(person, "Turning on the kitchen light.")
            assert await watcher.on("home/kitchen/set") == b"ON"
            await told(watcher, home, "home/kitchen", '{"state": "ON", "brightness": 200}')
            session.say("is the kitchen light on")
            await heard(person, "Yes, the kitchen light is on.")
            session.say("is the kitchen light off")
            await heard(person, "No, the kitchen light is on.")
            await told(watcher, home, "home/bedroom", '{"temperature": 21.46}')
            await watcher.send("netra/ask", "what is the temperature in the bedroom")
            answer = await watcher.told("netra/reply", session="house")
            assert answer["text"] == "The temperature in the bedroom is 21.5 degrees."

    play(tmp_path, script)


def test_a_door_is_unlocked_after_a_yes_and_not_before(tmp_path: Path) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        async with home.talk() as (session, person):
            session.say("unlock the front door")
            await heard(person, "Should I unlock the front door?")
            assert sent(watcher, "home/door/set") == []
            session.say("yes")
            await heard(person, "Okay, unlocking the front door.")
            assert await watcher.on("home/door/set") == b"UNLOCK"
            session.say("yes")
            await heard(person, "Good.")
            session.say("lock the front door")
            await heard(person, "Locking the front door.")
            assert await watcher.on("home/door/set") == b"LOCK"
            await watcher.send("netra/ask", "done")
            await watcher.told("netra/reply", question="done")
            assert sent(watcher, "home/door/set") == []

    play(tmp_path, script)


@pytest.mark.parametrize(
    ("between", "said", "after"),
    [("no", "All right, I leave it", "Good."), ("date", "Today is", "Something else came between, so I did nothing.")],
)
def test_a_no_or_another_subject_ends_the_question(tmp_path: Path, between: str, said: str, after: str) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        async with home.talk() as (session, person):
            session.say("unlock the front door")
            await heard(person, "Should I unlock the front door?")
            session.say(between)
            await heard(person, said)
            session.say("yes")
            await heard(person, after)
            await watcher.send("netra/ask", "done")
            await watcher.told("netra/reply", question="done")
            assert sent(watcher, "home/door/set") == []

    play(tmp_path, script)


def test_a_yes_that_comes_too_late_does_nothing(tmp_path: Path) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        async with home.talk() as (session, person):
            session.say("unlock the front door")
            await heard(person, "Should I unlock the front door?")
            await asyncio.sleep(3.1)  # confirm_s: the loop's own clock is the session's
            session.say("yes")
            await heard(person, "Too much time has passed, so I did nothing.")
            await watcher.send("netra/ask", "done")
            await watcher.told("netra/reply", question="done")
            assert sent(watcher, "home/door/set") == []

    play(tmp_path, script, confirm_s=3.0)


def test_a_message_unlocks_nothing_however_often_it_says_yes(tmp_path: Path) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        await watcher.send("netra/ask", "unlock the front door")
        answer = await watcher.told("netra/reply", question="unlock the front door")
        assert answer["text"] == "I unlock the front door only for somebody who talks with me, after a yes."
        await watcher.send("netra/ask", "yes")
        await watcher.told("netra/reply", question="yes")
        await watcher.send("netra/ask", "turn on the kitchen light")
        assert await watcher.on("home/kitchen/set") == b"ON"
        assert sent(watcher, "home/door/set") == []

    play(tmp_path, script)


def test_a_picture_is_looked_at_only_when_that_is_allowed(tmp_path: Path) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        async with home.talk():
            await watcher.send("netra/look", json.dumps({"text": "what is there", "id": "l1"}))
            assert (await watcher.told("netra/reply", id="l1"))["text"] == "Looking is switched off."

    play(tmp_path, script)


class Camera:
    """Shows one grey and textured picture, twice a second."""

    def __init__(self, closed: asyncio.Event) -> None:
        self._closed = closed
        self._pixels = np.random.default_rng(1).integers(60, 200, (240, 320, 3), dtype=np.uint8)

    def _picture(self) -> Picture:
        return Picture(f"p{now_us()}", self._pixels, now_us())

    async def pictures(self):  # type: ignore[no-untyped-def]
        while not self._closed.is_set():
            yield self._picture()
            await asyncio.sleep(0.5)

    async def still(self, *, max_side: int, timeout_s: float) -> Picture | None:
        return self._picture()


def with_camera(person: VirtualPerson) -> None:
    camera = Camera(person.microphone.closed)
    person.line = ports.Line(person.microphone, camera, person.speaker, person)


def test_a_question_by_message_sees_what_the_live_camera_sees(tmp_path: Path) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        await watcher.send("netra/look", '{"id": "nobody"}')
        assert "Nobody is here" in (await watcher.told("netra/reply", id="nobody"))["text"]
        async with home.talk(dress=with_camera):
            await watcher.on("netra/state", "listening")
            await watcher.send("netra/look", '{"id": "l1", "text": "people"}')
            answer = await watcher.told("netra/reply", id="l1")
            assert answer["text"] == "No one that I can see facing the camera."
            shown = await watcher.on("netra/snapshot")
            assert shown[:3] == b"\xff\xd8\xff"
            await watcher.send("netra/looking/set", "OFF")
            await watcher.send("netra/look", '{"id": "l2"}')
            assert (await watcher.told("netra/reply", id="l2"))["text"] == "Looking is switched off."

    play(tmp_path, script, look=True, snapshot=True)
