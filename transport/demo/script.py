"""The script: what the person does, shows and expects. Knows words and pictures; how they travel is the Person's."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.audio import Pcm
from agent.clock import now_us
from agent.errors import LineError
from transport.demo import pictures
from transport.demo.person import Exchange, Person, cough

LONG_ANSWER = "what can you do"
SOUNDING_DBFS = -32.0
"""The agent's voice is at about -20 dBFS while it sounds."""


@dataclass(slots=True)
class Scene:
    """One exchange and what was wrong with it; an empty list is a pass. ``notes``: figures worth printing."""

    title: str
    exchange: Exchange
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    before: str = ""
    """What the person had asked, when this is about a sound over its answer."""

    def expect(self, fact: bool, complaint: str) -> None:
        if not fact:
            self.wrong.append(complaint)


async def play(person: Person, told: Callable[[Scene], None]) -> list[Scene]:
    """The whole conversation; ``told`` is called after each scene. A scene that breaks off is wrong and the next
    one begins.
    """
    client = person.client
    scenes: list[Scene] = []

    async def add(title: str, exchange: Exchange, *patterns: str) -> Scene:
        scene = Scene(title, exchange)
        scene.expect(exchange.status == "completed", f"the reply ended as {exchange.status!r}")
        scene.expect(exchange.first_sound_us > 0, "no sound came back")
        for pattern in patterns:
            scene.expect(bool(re.search(pattern, exchange.reply, re.I)), f"the reply has no {pattern!r}")
        scenes.append(scene)
        told(scene)
        await asyncio.sleep(0.4)
        return scene

    async def ask(title: str, words: str, *patterns: str) -> None:
        try:
            exchange = await person.ask(words)
        except LineError as error:
            scene = Scene(title, Exchange(words, "speech", (now_us(), now_us())), [str(error)])
            scenes.append(scene)
            told(scene)
        else:
            await add(title, exchange, *patterns)

    await asyncio.sleep(1.0)
    await ask("a greeting", "hello there", r"hello|hi|good")
    client.picture = pictures.coloured_object()
    await asyncio.sleep(1.2)
    await ask("a coloured object", "what colour is this", r"\bred\b")
    client.picture = pictures.printed_sign()
    await asyncio.sleep(1.2)
    await ask("a printed sign", "please read the text", r"platform 4", r"bogor")
    client.picture = pictures.qr_code()
    await asyncio.sleep(1.2)
    await ask("a QR code", "is there a code", r"example dot org|example\.org")
    client.picture = pictures.dark_room()
    await asyncio.sleep(1.2)
    await ask("a dark room", "what do you see", r"dark|light")
    client.picture = pictures.coloured_object((30, 70, 190))
    for scene_of in (_barge_in, _cough, _uh_huh):
        scene = await scene_of(person)
        scenes.append(scene)
        told(scene)
        await asyncio.sleep(0.6)
    await ask("a timer", "set a timer for five minutes", r"(5|five) minutes")
    try:
        await add(
            "typed",
            await person.write("what is the date today"),
            r"20\d\d|january|february|march|april|may|june|july"
            r"|august|september|october|november|december",
        )
    except LineError as error:
        scenes.append(Scene("typed", Exchange("what is the date today", "typed", (now_us(), now_us())), [str(error)]))
    await ask("thanks", "thank you very much", r"welcome|pleasure|glad|happy|any time")
    return scenes


async def _start_long_reply(person: Person) -> tuple[Exchange, int]:
    """Ask for help, which takes long to say, and wait for its sound."""
    mark = len(person.client.told)
    said = await person.speak(LONG_ANSWER, await person.voice_of(LONG_ANSWER))
    await person.client.wait_for("output_audio_buffer.started", start=mark, within_s=10)
    await asyncio.sleep(1.0)
    async with asyncio.timeout(10):
        while person.level(now_us() - 160_000, now_us() - 40_000) < SOUNDING_DBFS:  # noqa: ASYNC110  not in a pause between words
            await asyncio.sleep(0.02)
    # What was cut by this very question ends before its answer begins: only what comes from here on is about it.
    begun = max(i for i, told in enumerate(person.client.told) if told.type == "output_audio_buffer.started")
    return Exchange(LONG_ANSWER, "speech", said), begun


async def _over_it(person: Person, title: str, label: str, pcm: Pcm) -> tuple[Scene, Exchange, int]:
    exchange, mark = await _start_long_reply(person)
    exchange.said_us = await person.speak(label, pcm)
    return Scene(title, exchange, before=exchange.said), exchange, mark


async def _barge_in(person: Person) -> Scene:
    """ "Stop" over a long reply: silence, at once."""
    pcm = await person.voice_of("stop please")
    scene, exchange, mark = await _over_it(person, "a barge-in", "stop please", pcm)
    try:
        await person.follow(exchange, mark)
    except LineError as error:
        scene.wrong.append(str(error))
        return scene
    await asyncio.sleep(1.2)
    onset, exchange.kind, exchange.said = exchange.said_us[0], "barge-in", "stop please"
    last = person.last_sound(onset, onset + 1_500_000)
    silent_ms = (last - onset) // 1000 if last > 0 else 0
    scene.expect(exchange.status == "cancelled", f"the reply ended as {exchange.status!r}, not cancelled")
    scene.expect(silent_ms <= 700, f"the agent spoke on for {silent_ms} ms")
    ducked = _ducked_after(person, onset)
    scene.notes += [f"silent {silent_ms} ms after the onset"] + (
        [f"ducked after {ducked} ms"] if ducked is not None else []
    )
    exchange.first_sound_us = -1
    return scene


async def _cough(person: Person) -> Scene:
    scene, exchange, mark = await _over_it(person, "a cough", "(coughs)", cough())
    return await _goes_on(person, scene, exchange, mark)


async def _uh_huh(person: Person) -> Scene:
    pcm = await person.voice_of("uh-huh")
    scene, exchange, mark = await _over_it(person, 'an "uh-huh"', "uh-huh", pcm)
    return await _goes_on(person, scene, exchange, mark)


async def _goes_on(person: Person, scene: Scene, exchange: Exchange, mark: int) -> Scene:
    """The reply must go on to its end, with every word of it."""
    exchange.kind = exchange.said = scene.title
    try:
        await person.follow(exchange, mark, within_s=60)
    except LineError as error:
        scene.wrong.append(str(error))
        return scene
    scene.expect(exchange.status == "completed", f"the reply was {exchange.status}")
    later = person.first_sound(exchange.said_us[1] + 300_000)
    scene.expect(later > 0, "the agent did not speak on")
    exchange.first_sound_us = -1
    return scene


def _ducked_after(person: Person, onset_us: int) -> int | None:
    """Milliseconds from the onset until the agent's voice is at least 8 dB below its level of the second before."""
    before = person.level(onset_us - 1_000_000, onset_us)
    for ms in range(0, 1000, 20):
        if person.level(onset_us + ms * 1000, onset_us + (ms + 60) * 1000) < before - 8:
            return ms
    return None
