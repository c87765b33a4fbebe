"""How late the event loop is: a timer that should fire every few milliseconds, and by how much it does not. What the
machine does to every process is told apart from what this program does to its loop.

Late by the program's doing: something ran on the loop, or a thread held Python's lock. Late by the machine's: the
loop's thread was ready and had to wait for a processor (the kernel counts that; Linux only), and a process that does
nothing was late meanwhile as well.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from agent.clock import now_us
from transport.bench.figures import Row, at_most, part, rounded

EVERY_S = 0.005
LIMIT_MS = 10.0
IDLER = f"""
import select, sys, time
late = []
while True:
    due = time.perf_counter() + {EVERY_S}
    if select.select([sys.stdin], [], [], {EVERY_S})[0]:
        break
    late.append((time.perf_counter() - due) * 1000)
print(*late)
"""
"""A program that does nothing but wake up until its input ends: how late it is, is the machine's doing."""


@dataclass(slots=True)
class Lag:
    """Milliseconds of each timer. ``late``: by how much; ``held``: of that what the loop's thread did not spend waiting
    for a processor: something ran on the loop or held Python's lock, or another thread that held it had to wait.
    """

    late: list[float] = field(default_factory=list)
    held: list[float] = field(default_factory=list)


class Starved:
    """Milliseconds that the thread that makes this was ready to run and had no processor; 0 where the kernel does not
    tell.
    """

    def __init__(self) -> None:
        file = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        try:
            self._file: int | None = os.open(file, os.O_RDONLY)
        except OSError:
            self._file = None

    def ms(self) -> float:
        """So far."""
        return int(os.pread(self._file, 64, 0).split()[1]) / 1e6 if self._file is not None else 0.0

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)


@asynccontextmanager
async def loop_lag() -> AsyncIterator[Lag]:
    """Of every timer from now until the scope is left."""
    lag = Lag()

    async def watch() -> None:
        with closing(Starved()) as starved:
            while True:
                before, due = starved.ms(), now_us() + round(EVERY_S * 1e6)
                await asyncio.sleep(EVERY_S)
                late = (now_us() - due) / 1000
                lag.late.append(late)
                lag.held.append(max(0.0, late - (starved.ms() - before)))

    async with asyncio.TaskGroup() as group:
        watching = group.create_task(watch())
        try:
            yield lag
        finally:
            watching.cancel()


@asynccontextmanager
async def machine_lag() -> AsyncIterator[list[float]]:
    """How late an idle process is meanwhile, milliseconds: there when the scope is left."""
    late: list[float] = []
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-S", "-c", IDLER, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )  # fmt: skip
    try:
        yield late
    finally:
        told, _ = await process.communicate()
        late += [float(ms) for ms in told.split()]


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


def lag_rows(lag: Lag, idle_ms: Sequence[float], quiet: Lag, note: str) -> list[Row]:
    """``idle_ms``: of an idle process meanwhile; ``quiet``: this loop's with nothing to do."""
    meanwhile, before = part(idle_ms, 99), part(quiet.late, 99)
    told = f"an idle process meanwhile p99 {meanwhile:.1f} ms; this loop with nothing to do p99 {before:.1f} ms"
    return [
        lag_row("event-loop lag, all engines busy", lag.late, f"{note}; {told}"),
        lag_row("… of it not spent waiting for a processor", lag.held, "what the engines do to the loop"),
    ]
