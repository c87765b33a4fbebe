"""How late the event loop is: a timer that should fire every few milliseconds, and by how much it does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from agent.clock import now_us
from transport.bench.figures import Row, at_most, part, rounded

EVERY_S = 0.005
LIMIT_MS = 10.0


@asynccontextmanager
async def loop_lag() -> AsyncIterator[list[float]]:
    """Milliseconds by which each timer fired late, from now until the scope is left."""
    late: list[float] = []

    async def watch() -> None:
        while True:
            due = now_us() + round(EVERY_S * 1e6)
            await asyncio.sleep(EVERY_S)
            late.append((now_us() - due) / 1000)

    async with asyncio.TaskGroup() as group:
        watching = group.create_task(watch())
        try:
            yield late
        finally:
            watching.cancel()


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
