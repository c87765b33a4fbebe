"""How late the event loop is: a timer that should fire every few milliseconds, and by how much it does not. What the
machine does to every process is told apart from what this program does to its loop.

Late by the program's doing: something ran on the loop, or a thread held Python's lock. Late by the machine's: a thread
was ready to run and had no processor, the loop's own or one that held the lock. The kernel counts that for each thread
(Linux only); an idle process of its own looks it up, and tells how late it was itself.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from bisect import bisect_left, bisect_right
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from agent.clock import now_us
from transport.bench.figures import Row, at_most, part, rounded

EVERY_S = 0.005
LIMIT_MS = 10.0
IDLER = f"""
import json, os, select, sys, time
tasks, last, waited_ns = f"/proc/{{sys.argv[1]}}/task", {{}}, 0
late, looked, at, waited = [], [], [], []
ended = False
while not ended:
    due = time.monotonic() + {EVERY_S}
    ended = bool(select.select([sys.stdin], [], [], {EVERY_S})[0])
    late.append((time.monotonic() - due) * 1000)
    looked.append(time.monotonic())
    for task in os.listdir(tasks) if os.path.exists(tasks) else ():
        try:
            with open(f"{{tasks}}/{{task}}/schedstat") as file:
                now = int(file.read().split()[1])
        except OSError:
            continue
        waited_ns += now - last.get(task, now)
        last[task] = now
    at.append(time.monotonic())
    waited.append(waited_ns / 1e6)
    if len(at) == 1:
        print(flush=True)
print(json.dumps([late[:-1], looked, at, waited]))
"""
"""A program that does nothing but wake up until its input ends: how late it is, is the machine's doing. And how long,
in all, the threads of another process were ready to run and had no processor.
"""


@dataclass(slots=True)
class Lag:
    """Of each timer: ``fired_s``, when on the monotonic clock, and ``late_ms``, by how much."""

    fired_s: list[float] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Machine:
    """``late_ms``: an idle process's timers. ``waited_ms``: of all threads of this one for a processor, looked up from
    ``from_s`` to ``at_s``, on the monotonic clock.
    """

    late_ms: list[float] = field(default_factory=list)
    from_s: list[float] = field(default_factory=list)
    at_s: list[float] = field(default_factory=list)
    waited_ms: list[float] = field(default_factory=list)

    def held_ms(self, lag: Lag) -> list[float]:
        """Of each timer what was late without any thread having waited for a processor meanwhile: the program's own
        doing, at least so much.
        """
        last = len(self.at_s) - 1
        if last < 0:
            return list(lag.late_ms)
        found = []
        for fired, late in zip(lag.fired_s, lag.late_ms, strict=True):
            before = max(0, bisect_right(self.at_s, fired - late / 1000) - 1)
            after = min(last, bisect_left(self.from_s, fired))
            found.append(max(0.0, late - (self.waited_ms[after] - self.waited_ms[before])))
        return found


@asynccontextmanager
async def loop_lag() -> AsyncIterator[Lag]:
    """Of every timer from now until the scope is left."""
    lag = Lag()

    async def watch() -> None:
        while True:
            due = now_us() + round(EVERY_S * 1e6)
            await asyncio.sleep(EVERY_S)
            fired = now_us()
            lag.fired_s.append(fired / 1e6)
            lag.late_ms.append((fired - due) / 1000)

    async with asyncio.TaskGroup() as group:
        watching = group.create_task(watch())
        try:
            yield lag
        finally:
            watching.cancel()


@asynccontextmanager
async def machine_lag() -> AsyncIterator[Machine]:
    """What the machine does meanwhile: there when the scope is left."""
    machine = Machine()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-S", "-c", IDLER, str(os.getpid()),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    await process.stdout.readline()  # it is there
    try:
        yield machine
    finally:
        told, _ = await process.communicate(b"")  # which ends its input
        machine.late_ms, machine.from_s, machine.at_s, machine.waited_ms = json.loads(told)


def lag_row(figure: str, late_ms: Sequence[float], note: str = "") -> Row:
    """The 99th percentile must be at most LIMIT_MS."""
    middle, high, worst = part(late_ms, 50), part(late_ms, 99), max(late_ms, default=float("nan"))
    return Row(
        figure,
        f"p50 {middle:.1f}, p99 {high:.1f}, max {worst:.0f} ms",
        {"p50_ms": rounded(middle), "p99_ms": rounded(high), "max_ms": rounded(worst), "count": len(late_ms)},
        f"p99 ≤ {LIMIT_MS:.0f} ms",
        at_most(high, LIMIT_MS),
        f"{len(late_ms)} measured" + (f"; {note}" if note else ""),
    )


def lag_rows(found: Sequence[tuple[Lag, Machine]], quiet: Lag, note: str) -> list[Row]:
    """``found``: this loop's lag and the machine's meanwhile; ``quiet``: this loop's with nothing to do."""
    late = [ms for lag, _ in found for ms in lag.late_ms]
    held = [ms for lag, machine in found for ms in machine.held_ms(lag)]
    meanwhile = part([ms for _, machine in found for ms in machine.late_ms], 99)
    told = f"an idle process meanwhile p99 {meanwhile:.1f} ms; with nothing to do p99 {part(quiet.late_ms, 99):.1f} ms"
    return [
        lag_row("event-loop lag, all engines busy", late, f"{note}; {told}"),
        lag_row("… of it the engines' doing", held, "at least: all waiting of threads for a processor is let off"),
    ]
