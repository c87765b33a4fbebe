"""Voice to voice on the neural engines, at one conversation and more: real sessions in this process, each with a person
who asks by voice and shows the camera things, in real time.

Knows sessions and lines. What the stages of a turn are, the session says itself.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from agent import ports
from agent.audio import Pcm
from agent.engines.registry import Engines
from agent.settings import Settings
from transport.app import conversation
from transport.bench.asker import Asker
from transport.bench.figures import Row, at_most, both, part, rounded
from transport.bench.lag import Lag, Machine, lag_rows, loop_lag, machine_lag
from transport.bench.neural import Device, Scale, engines, has_kokoro
from transport.bench.processes import tree_mb
from transport.bench.speech import spoken
from transport.bench.stage import Bench
from transport.bench.vlm import WORDS

STAGES = ("final_text", "first_words", "first_sound", "sound_out")
TITLES = {
    "final_text": "end of speech → final text",
    "first_words": "end of speech → first words of the model",
    "first_sound": "end of speech → first sound made",
    "sound_out": "voice to voice, the wait for the end of the turn included",
}
PATIENCE_S, REPLY_S = 120.0, 60.0
APART_S = 0.4
QUIET_S = 0.6
IDLE_S = 2.0


@dataclass(slots=True)
class Step:
    """So many conversations at once. ``stages``: milliseconds of each turn; ``missed``: turns without an answer;
    ``lag``: of this loop, ``machine``: what it did meanwhile.
    """

    sessions: int
    stages: dict[str, list[float]] = field(default_factory=lambda: {stage: [] for stage in STAGES})
    lag: Lag = field(default_factory=Lag)
    machine: Machine = field(default_factory=Machine)
    missed: int = 0
    said: int = 0


async def together(bench: Bench, scale: Scale, device: Device) -> list[Row]:
    """The part's rows. Raises EngineError."""
    clip = await spoken(bench, WORDS)
    async with engines(bench, scale, device) as (made, settings):
        voice = settings.speaking.synthesizer
        steps = []
        async with loop_lag() as quiet:
            await asyncio.sleep(IDLE_S)
        for sessions in scale.sessions:
            bench.tell(f"{sessions} at once")
            steps.append(await crowd(made, settings, clip, sessions, scale.turns, bench))
        mb = tree_mb(os.getpid())
    rows = step_rows(steps, "" if has_kokoro() else f"spoken by {voice}: kokoro is not installed", scale.asked_ms)
    rows += lag_rows([(step.lag, step.machine) for step in steps], quiet, f"up to {scale.sessions[-1]} conversations")
    return [*rows, memory_row(mb, device)]


async def crowd(
    made: Engines, settings: Settings, clip: Pcm, sessions: int, turns: int, bench: Bench | None = None
) -> Step:
    """So many people, each asks ``turns`` times, a little after one another."""
    step = Step(sessions)

    async def person(number: int) -> None:
        await asyncio.sleep(number * APART_S)
        async with conversation(f"bench_{sessions}_{number}", made, settings) as session, asyncio.TaskGroup() as group:
            line = Asker(number)
            group.create_task(session.attend(line.line))
            try:
                await asyncio.sleep(2.5)  # the camera has shown some pictures
                for turn in range(turns):
                    if bench is not None:
                        bench.tell(f"{sessions} at once, question {turn + 1} of {turns}")
                    await _turn(line, clip, step)
            finally:
                line.hang_up()

    async with machine_lag() as step.machine, loop_lag() as step.lag, asyncio.TaskGroup() as people:
        for number in range(sessions):
            people.create_task(person(number))
    return step


async def _turn(line: Asker, clip: Pcm, step: Step) -> None:
    line.ask(clip)
    timed = await line.until(ports.TurnTimed, PATIENCE_S)
    if timed is None:
        step.missed += 1
        return
    stages = dict(timed.stages)
    for stage in STAGES:
        if stage in stages:
            step.stages[stage].append(stages[stage])
    ended = await line.until(ports.ReplyEnded, REPLY_S)
    step.said += ended is not None and bool(ended.heard)
    await asyncio.sleep(QUIET_S)


def step_rows(
    steps: Sequence[Step], note: str, asked_ms: Mapping[str, Mapping[int, float]] = MappingProxyType({})
) -> list[Row]:
    """A row for each stage: median and 95th percentile at each number of conversations. ``asked_ms``: see Scale."""
    rows = []
    for stage in STAGES:
        told, numbers = [], {}
        for step in steps:
            values = step.stages[stage]
            told.append(f"{step.sessions}: p50 {part(values, 50):.0f}, p95 {part(values, 95):.0f} ms")
            numbers[str(step.sessions)] = {"p50_ms": rounded(part(values, 50)), "p95_ms": rounded(part(values, 95))}
        asked = [(step, asked_ms[stage][step.sessions]) for step in steps if step.sessions in asked_ms.get(stage, {})]
        target = ", ".join(f"p50 ≤ {most:g} ms at {step.sessions}" for step, most in asked)
        met = both(*(at_most(part(step.stages[stage], 50), most) for step, most in asked)) if asked else None
        about = note if stage == "sound_out" else ""
        rows.append(Row(TITLES[stage], "\n".join(told), numbers, target, met, about))
    count = sum(len(step.stages["sound_out"]) for step in steps)
    missed = sum(step.missed for step in steps)
    answered = Row(
        "questions answered, conversations together", f"{count} of {count + missed}",
        {"answered": count, "missed": missed}, "all", missed == 0,
    )  # fmt: skip
    return [*rows, answered]


def memory_row(mb: float, device: Device) -> Row:
    """Resident memory of this process and its engines' processes, and of the device."""
    numbers: dict[str, Any] = {"resident_mb": mb}
    value = f"{mb:.0f} MB resident"
    if device == "cuda":
        import torch

        free, total = torch.cuda.mem_get_info()
        numbers["device_mb"] = round((total - free) / 2**20)
        value += f", {numbers['device_mb']} MB on the device"
    return Row("memory with all engines", value, numbers, note="pages that processes share count for each")
