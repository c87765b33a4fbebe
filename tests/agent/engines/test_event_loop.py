"""Nothing blocks the event loop while every engine works: conversations, a VLM, Whisper, pictures, the voice."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.settings import load
from transport.bench import neural, together
from transport.bench.lag import LIMIT_MS, Lag, Machine, loop_lag, machine_lag
from transport.bench.speech import spoken
from transport.bench.stage import Bench
from transport.bench.vlm import WORDS

pytestmark = pytest.mark.skipif(
    any(find_spec(one) is None for one in ("torch", "transformers", "faster_whisper")),
    reason="torch, transformers and faster-whisper are not all installed: the loop is not watched under them",
)
class _Turns:
    """Milliseconds of the processor that the loop's thread used from one look at its descriptors to the next."""

    def __init__(self, selector: Any) -> None:
        self._selector, self._began = selector, time.thread_time()
        self.used: list[float] = []
        self._select = selector.select
        selector.select = self.select

    def select(self, timeout: float | None = None) -> Any:
        self.used.append((time.thread_time() - self._began) * 1000)
        found = self._select(timeout)
        self._began = time.thread_time()
        return found


async def _engines_at_work(turns: _Turns) -> together.Step:
    scale = replace(neural.TINY, sessions=(3,))
    bench = Bench(load("embedded", environ={}), 1, lambda _: None)
    clip = await spoken(bench, WORDS)
    async with neural.engines(bench, scale, "cpu") as (made, settings):
        pixels = np.random.default_rng(1).integers(0, 255, (480, 640, 3), dtype=np.uint8)
        looking = True

        async def look() -> None:
            while looking:
                await made.text.read(pixels, max_side=640)
                await made.codes.read(pixels)
                await made.faces.find(pixels)

        async with asyncio.TaskGroup() as group:
            group.create_task(look())
            turns.used.clear()
            step = await together.crowd(made, settings, clip, 3, 1)
            looking = False
        return step


@pytest.mark.timeout(300)
def test_the_loop_is_never_held_while_all_engines_are_busy() -> None:
    with asyncio.Runner() as runner:
        turns = _Turns(runner.get_loop()._selector)  # type: ignore[attr-defined]
        step = runner.run(_engines_at_work(turns))
    assert (step.missed, len(step.stages["sound_out"])) == (0, 3)
    assert len(step.lag.late_ms) > 200
    assert np.percentile(turns.used, 99) <= LIMIT_MS  # what the loop itself does in one go
    assert np.percentile(step.machine.held_ms(step.lag), 99) <= LIMIT_MS


def test_the_watch_notices_who_holds_the_loop() -> None:
    async def hold() -> tuple[list[float], Lag]:
        turns = _Turns(asyncio.get_running_loop()._selector)  # type: ignore[attr-defined]
        async with loop_lag() as lag:
            for _ in range(10):
                await asyncio.sleep(0.01)  # the probe measures the real clock
                until = time.thread_time() + 0.03
                while time.thread_time() < until:
                    pass
        return turns.used, lag

    used, lag = asyncio.run(hold())
    assert np.percentile(used, 99) > LIMIT_MS
    assert np.percentile(lag.late_ms, 99) > LIMIT_MS


def test_the_watch_notices_a_thread_that_holds_pythons_lock() -> None:
    """Sorting a long list is one step for Python: no other thread has a turn before it is done."""
    numbers = list(np.random.default_rng(1).integers(0, 2**60, 200_000).tolist())

    async def hold() -> list[float]:
        over = threading.Event()

        def work() -> None:
            while not over.is_set():
                sorted(numbers)

        thread = threading.Thread(target=work)
        async with machine_lag() as machine, loop_lag() as lag:
            thread.start()
            await asyncio.sleep(1.5)  # the probe measures the real clock
            over.set()
            await asyncio.to_thread(thread.join)
        return machine.held_ms(lag)

    assert np.percentile(asyncio.run(hold()), 90) > LIMIT_MS


def test_who_waits_for_a_processor_is_not_blamed() -> None:
    """Many processes that use the same one: the loop is late, and nothing held it."""
    if not hasattr(os, "sched_setaffinity") or not Path("/proc/self/schedstat").exists():
        pytest.skip("this kernel does not tell how long a thread waited for a processor")

    async def crowded() -> tuple[Lag, Machine]:
        others = [
            await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", "while True: pass") for _ in range(6)
        ]
        try:
            async with machine_lag() as machine, loop_lag() as lag:
                until = time.perf_counter() + 1.5
                while time.perf_counter() < until:
                    for _ in range(20_000):
                        pass
                    await asyncio.sleep(0)
        finally:
            for one in others:
                one.kill()
                await one.wait()
        return lag, machine

    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        lag, machine = asyncio.run(crowded())
    finally:
        os.sched_setaffinity(0, before)
    assert len(machine.late_ms) > 10
    assert np.percentile(lag.late_ms, 99) > LIMIT_MS
    assert np.percentile(machine.held_ms(lag), 99) < LIMIT_MS


def test_what_threads_waited_for_a_processor_is_taken_from_the_timers_of_that_time_only() -> None:
    machine = Machine([0.0] * 4, [0.99, 1.09, 1.19, 1.29], [1.0, 1.1, 1.2, 1.3], [0.0, 0.0, 30.0, 30.0])
    lag = Lag([1.05, 1.18, 1.29], [20.0, 40.0, 50.0])
    assert machine.held_ms(lag) == pytest.approx([20.0, 10.0, 50.0])
    assert Machine().held_ms(lag) == lag.late_ms
