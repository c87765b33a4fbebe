"""Netra and a real mosquitto: what is told, what is ordered, and what happens when the broker dies.

These tests wait for sockets and for a process, never longer than ``WAIT_S``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from agent import ports
from agent.engines.fakes import FakeRecognizer
from tests.line import VirtualPerson
from tests.transport.mqtt.broker import Broker, Watcher, broker, until, watching
from tests.transport.mqtt.home import Home, at_home
from transport.mqtt.asking import MAX_WAITING

pytestmark = pytest.mark.net
Script = Callable[[Home, Watcher, Broker], Awaitable[None]]
BOTH = pytest.mark.parametrize("protocol", ["5", "3.1.1"])


def play(folder: Path, script: Script, **mqtt: Any) -> None:
    """Run ``script`` with everything connected."""

    async def main() -> None:
        async with broker(folder) as one, watching(one.port) as watcher, at_home(one.port, **mqtt) as home:
            await watcher.on("netra/available", "online")
            await script(home, watcher, one)

    asyncio.run(main())


async def heard(person: VirtualPerson, words: str) -> None:
    """The person has heard a reply with these words."""
    await until(lambda: any(words in reply.heard for reply in person.all(ports.ReplyEnded)))


@BOTH
def test_all_is_told_at_the_start_and_kept_by_the_broker(tmp_path: Path, protocol: str) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        await watcher.on("netra/detail/state", "normal")
        async with watching(one.port) as later:
            config = json.loads(await later.on("homeassistant/device/netra/config"))
            assert config["availability"][0]["topic"] == "netra/available"
            for topic, value in (
                ("available", "online"), ("state", "idle"), ("sessions", "0"), ("rate/state", "1"),
                ("volume/state", "1"), ("detail/state", "normal"), ("listening/state", "ON"), ("looking/state", "ON"),
            ):  # fmt: skip
                await later.until(lambda seen, t=topic, v=value: (f"netra/{t}", v.encode()) in seen)

    play(tmp_path, script, protocol=protocol)


@BOTH
def test_a_question_is_answered_once_with_its_id(tmp_path: Path, protocol: str) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        await watcher.send("netra/ask", "hello there")
        plain = await watcher.told("netra/reply", question="hello there")
        assert plain == {
            "session": "house", "text": "You said hello there.", "status": "completed", "question": "hello there",
        }  # fmt: skip
        await watcher.send("netra/ask", json.dumps({"text": "and now", "id": "q7"}))
        assert (await watcher.told("netra/reply", id="q7"))["text"] == "You said and now."
        await watcher.send("netra/ask", "last")
        await watcher.told("netra/reply", question="last")
        assert len(watcher.all("netra/reply")) == 3  # nobody answered an answer

    play(tmp_path, script, protocol=protocol)


def test_questions_that_get_no_words_or_break_are_answered_too(tmp_path: Path) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        await watcher.send("netra/ask", "think")
        assert (await watcher.told("netra/reply", question="think"))["text"] == ""
        await watcher.send("netra/ask", "break")
        assert (await watcher.told("netra/reply", question="break"))["status"] == "failed"
        await watcher.send("netra/ask", '{"id": "q", "text": 3}')
        assert (await watcher.told("netra/reply", id="q"))["status"] == "refused"
        await watcher.send("netra/ask", "hello")
        await watcher.told("netra/reply", question="hello", status="completed")

    play(tmp_path, script)


def test_a_conversation_is_told_while_it_goes_on(tmp_path: Path) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        async with home.talk() as (session, person):
            await watcher.on("netra/sessions", "1")
            await watcher.on("netra/state", "listening")
            session.say("good morning")
            told = await watcher.told("netra/transcript", session="sess_1")
            assert (told["text"], told["typed"]) == ("good morning", True)
            await watcher.told("netra/event", event_type="turn", session="sess_1")
            await watcher.on("netra/state", "speaking")
            said = await watcher.told("netra/reply", session="sess_1")
            assert (said["text"], said["status"]) == ("You said good morning.", "completed")
            await watcher.send("netra/say", "Dinner is ready.")
            await heard(person, "Dinner is ready.")
        await watcher.on("netra/sessions", "0")
        await watcher.on("netra/state", "idle")

    play(tmp_path, script)


def test_without_transcripts_no_word_leaves(tmp_path: Path) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        async with home.talk() as (session, person):
            session.say("a secret thing")
            await heard(person, "a secret thing")
            await watcher.told("netra/event", event_type="turn")
            await watcher.send("netra/rate/set", "2")
            await watcher.on("netra/rate/state", "2")
            assert not [topic for topic, what in watcher.seen if b"secret" in what]

    play(tmp_path, script, transcripts=False)


def test_barge_in_is_an_event_and_stop_is_silence(tmp_path: Path) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        async with home.talk() as (session, person):
            await watcher.on("netra/state", "listening")
            session.say(" ".join(["word"] * 200))
            await watcher.on("netra/state", "speaking")
            recognizer = home.engines.recognizer
            assert isinstance(recognizer, FakeRecognizer)
            recognizer.script.append("what time is it now")
            person.microphone.speak(4.0)
            await watcher.told("netra/event", event_type="barge_in", session="sess_1")
            person.microphone.speak(0.0)
            await watcher.on("netra/state", "speaking")
            await watcher.on("netra/state", "listening")
            session.say(" ".join(["more"] * 2_000))
            await watcher.on("netra/state", "speaking")
            await watcher.send("netra/stop", "")
            await watcher.on("netra/state", "listening")

    play(tmp_path, script)


def test_settings_hold_for_those_who_are_there_and_those_who_come(tmp_path: Path) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        async with home.talk() as (session, _):
            await watcher.on("netra/state", "listening")
            await watcher.send("netra/rate/set", "1.5")
            await watcher.send("netra/volume/set", "0.5")
            await watcher.send("netra/detail/set", "brief")
            await watcher.on("netra/detail/state", "brief")
            assert (session.manner.rate, session.manner.volume, session.manner.detail) == (1.5, 0.5, "brief")
            await watcher.send("netra/listening/set", "OFF")
            await watcher.on("netra/state", "muted")
            for wrong in ("nan", "9", "", "fast", "1e400", "\x00"):
                await watcher.send("netra/rate/set", wrong)
            await watcher.send("netra/rate/set", "1.25")
            await watcher.on("netra/rate/state", "1.25")
        async with home.talk("sess_2") as (session, _):
            await watcher.on("netra/state", "muted")
            assert (session.manner.rate, session.manner.detail) == (1.25, "brief")
            await watcher.send("netra/listening/set", "ON")
            await watcher.on("netra/state", "listening")

    play(tmp_path, script)


@BOTH
def test_commands_that_the_broker_kept_are_not_carried_out(tmp_path: Path, protocol: str) -> None:
    async def main() -> None:
        async with broker(tmp_path) as one, watching(one.port) as watcher:
            await watcher.send("netra/ask", "an old question", retain=True)
            await watcher.send("netra/rate/set", "3", retain=True)
            async with at_home(one.port, protocol=protocol):
                await watcher.on("netra/detail/state", "normal")
                await watcher.send("netra/ask", "a new question")
                await watcher.told("netra/reply", question="a new question")
                assert len(watcher.all("netra/reply")) == 1
                await watcher.send("netra/volume/set", "0.5")
                await watcher.on("netra/volume/state", "0.5")
                assert "3" not in watcher.all("netra/rate/state")

    asyncio.run(main())


def test_a_dead_broker_stops_nobody_and_a_new_one_is_told_everything(tmp_path: Path) -> None:
    async def main() -> None:
        async with broker(tmp_path) as one, at_home(one.port) as home, home.talk() as (session, person):
            async with watching(one.port) as before:
                await before.on("netra/available", "online")
            one.kill()
            await until(lambda: not home.mqtt.house.reachable)
            session.say("are you there")
            await heard(person, "You said are you there.")
            session.say("turn on the kitchen light")
            await heard(person, "I can't reach the house right now. Nothing was done.")
            for number in range(1000):
                home.mqtt.hub.show("sess_1", ports.UserSaid(1, f"words {number}", False))
            await one.start()
            async with watching(one.port) as after:
                await after.until(lambda seen: ("netra/available", b"online") in seen)
                await after.until(lambda seen: ("netra/sessions", b"1") in seen)
                await after.until(lambda seen: any(topic.startswith("homeassistant/") for topic, _ in seen))
                await after.send("netra/ask", "and again")
                await after.told("netra/reply", question="and again")
                assert len(after.all("netra/transcript")) <= 64
                assert "home/kitchen/set" not in [topic for topic, _ in after.seen]
                session.say("turn on the kitchen light")
                assert await after.on("home/kitchen/set") == b"ON"

    asyncio.run(main())


def test_home_assistants_birth_is_answered_with_everything(tmp_path: Path) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        await watcher.on("netra/looking/state", "ON")
        watcher.seen.clear()
        await watcher.send("homeassistant/status", "online")
        await watcher.on("homeassistant/device/netra/config")
        await watcher.on("netra/available", "online")
        await watcher.on("netra/looking/state", "ON")

    play(tmp_path, script)


def test_going_away_is_told(tmp_path: Path) -> None:
    async def main() -> None:
        async with broker(tmp_path) as one, watching(one.port) as watcher:
            async with at_home(one.port):
                await watcher.on("netra/available", "online")
            await watcher.on("netra/available", "offline")

    asyncio.run(main())


def test_a_flood_is_bounded_and_the_next_question_is_answered(tmp_path: Path) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        async with home.talk() as (session, person):
            for number in range(2_000):
                await watcher.client.publish("netra/ask", f"question {number}")
                await watcher.client.publish("netra/say", f"noise {number}")
            await watcher.told("netra/reply", session="house")
            await watcher.send("netra/stop", "")
            session.say("are you well")
            await heard(person, "You said are you well.")
            assert len(watcher.all("netra/reply")) < 20 + MAX_WAITING

    play(tmp_path, script)


def test_a_timer_set_by_message_rings_by_message_and_aloud(tmp_path: Path) -> None:
    async def script(home: Home, watcher: Watcher, one: Broker) -> None:
        async with home.talk() as (_, person):
            await watcher.send("netra/ask", "set_timer")
            await watcher.told("netra/reply", question="set_timer")
            await watcher.told("netra/reply", text="Your timer of 1 second is up.")
            await heard(person, "Your timer of 1 second is up.")

    play(tmp_path, script)
