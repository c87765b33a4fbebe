"""Sessions on one core, memory after many calls, time to start. Knows processes from outside, not what is said."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from agent.clock import stopwatch_us
from agent.errors import LineError
from transport.bench.crowd import Crowd
from transport.bench.figures import Row, part, rounded
from transport.bench.link import resident_mb, scene
from transport.bench.processes import cpu_s, tree_mb
from transport.bench.stage import Bench, processors, serving, settings_file
from transport.client import CallerSettings, Client
from transport.http_post import request
from transport.running import server

STEPS = (1, 4, 8, 12, 16, 20)
SECONDS = 24.0
BREAKS = 0.01
ROOM = 12
NO_GROWTH_MB = 0.05
"""A call: below this a hundred of them are lost in what the allocator gives and takes."""
CALLS = 240


# --- sessions on one core -----------------------------------------------------------------------------------------


async def sessions(bench: Bench) -> list[Row]:
    """The part's rows."""
    own, others = processors()
    steps: list[Crowd] = []
    async with serving(f"[server]\nmax_sessions = {max(STEPS) + 4}\nlinger_s = 0.0\n") as running:
        for count in STEPS:
            bench.tell(f"{count} sessions at a time")
            step = await _step(running.url, running.pid, count, others)
            steps.append(step)
            if len(steps) > 1 and all(each.late >= BREAKS for each in steps[-2:]):
                break
            await asyncio.sleep(2.0)
    return session_rows(steps, alone=own is not None)


async def _step(url: str, pid: int, count: int, cores: set[int] | None) -> Crowd:
    """One crowd in a process of its own, and the server seen from outside meanwhile. Raises LineError."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "transport.bench.crowd", url, "--sessions", str(count), "--seconds", str(SECONDS),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    if cores:
        os.sched_setaffinity(process.pid, cores)
    try:
        async with asyncio.timeout(SECONDS * 4 + 60):
            assert process.stdout is not None
            await process.stdout.readline()  # all have a line
            before, began = cpu_s(pid), stopwatch_us()
            answer = await process.stdout.readline()
            core = (cpu_s(pid) - before) / ((stopwatch_us() - began) / 1e6)
            resident = tree_mb(pid)
            rest = (await process.communicate())[1]
    except TimeoutError as error:
        raise LineError(f"{count} callers did not come to an end.") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if not answer:
        last = rest.decode(errors="replace").strip().splitlines()[-1:] or ["nothing"]
        raise LineError(f"{count} callers broke off: {last[0]}")
    return Crowd(**json.loads(answer) | {"server_core": round(core, 3), "resident_mb": resident})


def session_rows(steps: Sequence[Crowd], *, alone: bool) -> list[Row]:
    """``alone``: the server had a core for itself. What breaks below a step that does not was the machine's."""
    most = max((step.sessions for step in steps if step.late < BREAKS), default=0)
    broken = next((step for step in steps if step.late >= BREAKS and step.sessions > most), None)
    callers_full = broken is not None and broken.own_late >= BREAKS
    value, note = str(most), ""
    if broken is None:
        value, note = f"≥ {most}", "no more were tried"
    elif callers_full:
        value = f"≥ {most}"
        note = f"at {broken.sessions} the callers' own core was full ({100 * broken.own_late:.1f} % of theirs late)"
    if not alone:
        note = (note + "; " if note else "") + "server and callers share one core"
    met = True if most >= ROOM else (None if callers_full else False)
    rows = [
        Row(
            "sessions on one core, late sound < 1 %", value,
            {"sessions": most, "at_least": broken is None or callers_full, "steps": [asdict(step) for step in steps]},
            f"≥ {ROOM}, camera on", met, note,
        )
    ]  # fmt: skip
    for step in steps:
        delay = part(step.delays_ms, 50)
        rows.append(
            Row(
                f"… at {step.sessions}",
                f"late {100 * step.late:.2f} %, reply p50 {delay:.0f} ms",
                {
                    "late_percent": round(100 * step.late, 3),
                    "broken_percent": round(100 * step.broken, 3),
                    "p50_ms": rounded(delay),
                },
                note=f"{100 * step.broken:.2f} % over 60 ms late;"
                f" server {100 * step.server_core:.0f} % of a core and {step.resident_mb:.0f} MB, callers"
                f" {100 * step.callers_core:.0f} % and {100 * step.own_late:.2f} % late;"
                f" {step.answered} of {step.asked} answered",
            )
        )
    return rows


# --- memory -------------------------------------------------------------------------------------------------------


async def memory(bench: Bench) -> list[Row]:
    """The part's rows."""
    sizes: dict[int, float] = {}
    async with serving("[server]\nlinger_s = 0.0\n") as running:
        start = resident_mb(running.pid)
        for number in range(1, CALLS + 1):
            bench.tell(f"call {number} of {CALLS}")
            async with Client(CallerSettings(running.url, camera=scene() if number % 2 else None)) as client:
                await client.wait_for("netra.session")
                client.type_text("what time is it")
                await client.wait_for("output_audio_buffer.started")
                await client.hang_up(end=True)
            if number % 10 == 0:
                await asyncio.sleep(0.5)
                sizes[number] = resident_mb(running.pid)
    return memory_rows(start, sizes)


def memory_rows(start_mb: float, sizes: dict[int, float]) -> list[Row]:
    """``sizes``: resident megabytes after so many calls."""
    first, last = min(sizes), max(sizes)
    half = min(number for number in sizes if number >= last // 2)
    earlier, later = ((sizes[b] - sizes[a]) / max(1, b - a) for a, b in ((first, half), (half, last)))
    return [
        Row(
            "memory of the server at start", f"{start_mb:.0f} MB", {"mb": start_mb},
        ),
        Row(
            f"memory after {first}, {half} and {last} calls",
            f"{sizes[first]:.0f}, {sizes[half]:.0f}, {sizes[last]:.0f} MB",
            {"mb": sizes, "earlier_kb_per_call": round(earlier * 1024, 1), "later_kb_per_call": round(later * 1024, 1)},
            "no growth", later <= NO_GROWTH_MB,
            f"{earlier * 1024:.0f} KB a call at first, {later * 1024:.0f} KB in the second half, which is what counts:"
            f" pools fill up in the first; below {NO_GROWTH_MB * 1024:.0f} KB is none",
        ),
    ]  # fmt: skip


# --- starting -----------------------------------------------------------------------------------------------------


async def startup(bench: Bench) -> list[Row]:
    """The part's rows."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="netra-bench-") as cache:
        for label in ("first start, empty cache", "later starts"):
            bench.tell(label)
            took = await _start(f"cache_dir = {json.dumps(cache)}\n")
            rows.append(Row(f"netra serve → ready, {label}", f"{took:.1f} s", {"seconds": round(took, 2)}))
        kept = _size(Path(cache))
        rows.append(Row("built into the cache", f"{kept / 1e6:.1f} MB", {"mb": round(kept / 1e6, 2)}))
    return rows


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


async def _start(setting: str) -> float:
    with settings_file(setting) as file:
        began = stopwatch_us()
        async with server(["--config", str(file)]) as running:
            answer = await request("GET", f"{running.url}/health", b"", {})
            if answer.status != 200:
                raise LineError(f"/health answered {answer.status}")
            return (stopwatch_us() - began) / 1e6
