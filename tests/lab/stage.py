"""Runs one script through the real session, in virtual time, and keeps everything that can be compared afterwards.

Knows how each act is done. Does not judge: that is ``checks``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from agent import ports
from agent.audio import Pcm
from agent.clock import now_us
from agent.core import commands as c
from agent.core import events as e
from agent.engines import fakes
from agent.engines.registry import Engines
from agent.metrics import Counts
from agent.picture import Picture
from agent.recorder import NoRecorder, Recorder
from agent.session import Session
from agent.settings import Settings, load
from agent.skills.catalogue import SKILLS
from tests.lab import script as s
from tests.lab.engines import Heard, LabBrain, LabDetector, LabRecognizer, LabVoice
from tests.lab.sounds import Sounds, seconds
from tests.line import VirtualPerson
from tests.virtual import run_virtual

REST_S, MUTE_REST_S = 75.0, 600.0
"""Longer than the longest patience of the core: after so much quiet everything must be over. Where the voice itself
hangs or breaks, an apology and each announcement need such a patience, too."""
STEP_S = 0.25
DEFAULTS = load(environ={})

Line = tuple[int, e.Event | c.Command | None]
"""(now, fact, command or None for a tick)."""


class Flight(NoRecorder):
    """A flight recorder that keeps what it is told, and may tell a second one."""

    def __init__(self, also: Recorder | None = None) -> None:
        self.lines: list[Line] = []
        self._also = also

    def received(self, event: e.Event, now: int) -> None:
        self.lines.append((now, event))
        if self._also is not None:
            self._also.received(event, now)

    def ticked(self, now: int) -> None:
        self.lines.append((now, None))
        if self._also is not None:
            self._also.ticked(now)

    def commanded(self, commands: Iterable[c.Command], now: int) -> None:
        for command in commands:
            self.lines.append((now, command))
        if self._also is not None:
            self._also.commanded(commands, now)

    def close(self) -> None:
        if self._also is not None:
            self._also.close()


@dataclass(slots=True)
class Done:
    """An act that was done, microseconds. ``open``: the microphone was neither muted nor without a line, and nothing
    of the network stood in the way when it began."""

    what: s.Act
    began_us: int
    ended_us: int


@dataclass(slots=True)
class Run:
    """What became of a script. ``lines``: each line's person, in order, and when it began, microseconds. ``ended_us``:
    when the conversation was hung up, after ``rested`` (whether everything was over by then)."""

    script: s.Script
    settings: Settings
    flight: Flight
    done: list[Done] = field(default_factory=list)
    people: list[tuple[int, VirtualPerson]] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    asked: list[tuple[int, str]] = field(default_factory=list)
    voiced: list[str] = field(default_factory=list)
    history: tuple[ports.Remembered, ...] = ()
    counts: Counts = field(default_factory=Counts)
    began_us: int = 0
    ended_us: int = 0
    rested: bool = False
    failure: str = ""


class _Stage:
    def __init__(self, run: Run) -> None:
        self.run = run
        script = run.script
        self._sounds = Sounds()
        self._recognizer = LabRecognizer(self._sounds, script.engines, run.heard)
        plans = {
            token: step.what.reply
            for step in script.person
            if isinstance(step.what, s.Say | s.Type)
            for token in s.tokens(step.what.text)
        }
        self._brain = LabBrain(plans, run.asked)
        engines = Engines(
            LabDetector(self._sounds),
            self._recognizer,
            LabVoice(script.engines, run.voiced),
            self._brain,
            fakes.FakeTextReader(),
            fakes.FakeCodeReader(),
            fakes.FakeFaceFinder(),
        )
        self._session = Session("sess_lab", engines, run.settings, SKILLS, run.flight)
        self._pictures = 0
        self._online = asyncio.Event()

    @property
    def _person(self) -> VirtualPerson:
        return self.run.people[-1][1]

    async def play(self) -> None:
        run = self.run
        async with asyncio.TaskGroup() as group:
            self._group = group
            run.began_us = now_us()
            running = group.create_task(self._session.run())
            self._attend()
            await asyncio.sleep(STEP_S)
            async with asyncio.TaskGroup() as tracks:
                tracks.create_task(self._follow(run.script.person))
                tracks.create_task(self._follow(run.script.world))
            run.rested = await self._rest()
            run.history, run.counts = self._session.history(), self._session.counts
            self._session.close()
            await running
            run.ended_us = now_us()
            self._person.hang_up()

    def _attend(self) -> None:
        person = VirtualPerson(sparse=self.run.script.sparse)
        self.run.people.append((now_us(), person))
        self._online.set()
        self._group.create_task(self._session.attend(person.line))

    async def _rest(self) -> bool:
        """Wait until nobody speaks and nothing is made any more."""
        patience_s = REST_S if self.run.script.engines.voice == "works" else MUTE_REST_S
        for _ in range(int(patience_s / STEP_S)):
            await asyncio.sleep(STEP_S)
            if self._quiet():
                return True
        return False

    def _quiet(self) -> bool:
        """Nobody speaks, as the page shows it."""
        state = speaking = None
        for _, report in reversed(self._person.shown):
            if state is None and isinstance(report, ports.StateShown):
                state = report.state
            elif speaking is None and isinstance(report, ports.UserSpeechStarted | ports.UserSaid):
                speaking = isinstance(report, ports.UserSpeechStarted)
            elif state is not None and speaking is not None:
                break
        return state not in ("thinking", "speaking") and not speaking

    async def _follow(self, steps: tuple[s.Step, ...]) -> None:
        for step in steps:
            await self._await_cue(step.cue)
            if step.pause_ms:
                await asyncio.sleep(step.pause_ms / 1000)
            began = now_us()
            await self._do(step.what)
            self.run.done.append(Done(step.what, began, now_us()))

    async def _await_cue(self, cue: s.Cue) -> None:
        if cue == "then":
            return
        for _ in range(int(s.PATIENCE_MS / 1000 / STEP_S)):
            sounding = self._person.speaker.position() is not None
            if sounding if cue == "sounding" else self._quiet():
                return
            await asyncio.sleep(STEP_S)

    async def _do(self, act: s.Act) -> None:
        if isinstance(act, s.Type | s.Stop | s.Mute):
            await self._online.wait()  # the page keeps it until then
        match act:
            case s.Say():
                await self._make(self._sounds.say(act), louder=True)
            case s.Noise():
                await self._make(self._sounds.noise(act))
            case s.Type(text=text):
                self._session.say(text)
            case s.Stop():
                self._session.stop()
            case s.Mute(on=on):
                self._session.mute(on)
            case s.Lose(ms=ms):
                before = self._person
                if ms:
                    self._online.clear()
                    before.hang_up()
                    await asyncio.sleep(ms / 1000)
                self._attend()
                if not ms:
                    await asyncio.sleep(0)
                    before.hang_up()
            case s.StallMicrophone(ms=ms, lossy=lossy):
                self._person.microphone.stall(ms / 1000, lossy=lossy)
                await asyncio.sleep(ms / 1000)
            case s.StallSpeaker(ms=ms):
                self._person.speaker.stall(ms / 1000)
                await asyncio.sleep(ms / 1000)
            case s.Show(level=level):
                self._pictures += 1
                pixels = np.full((24, 32, 3), level, np.uint8)
                self._person.camera.put(Picture(f"p{self._pictures}", pixels, now_us()))
            case s.Wait():
                pass

    async def _make(self, pcm: Pcm, *, louder: bool = False) -> None:
        """The microphone of the line that is there when it begins carries it."""
        self._person.microphone.put(pcm, louder=louder)
        await asyncio.sleep(seconds(pcm))


def settings_of(script: s.Script) -> Settings:
    return load(environ={}, overrides=dict(script.settings)) if script.settings else DEFAULTS


def play(script: s.Script, also: Recorder | None = None) -> Run:
    """Run the script to its end. What it raises is kept as ``failure``."""
    run = Run(script, settings_of(script), Flight(also))
    try:
        run_virtual(_Stage(run).play(), limit_s=LIMIT_S)
    except Exception as error:  # the border of the laboratory: whatever breaks is the finding
        run.failure = _named(error)
    return run


LIMIT_S = 48 * 3600.0


def _named(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"
