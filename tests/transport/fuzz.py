"""Thousands of random and hostile messages against a whole server: does it live, answer in its own shape, and forget?

``python -m tests.transport.fuzz rest 10000`` starts a server, fuzzes it and prints what came back; ``wyoming`` the same
for the other door. Exits non-zero when something crashed, was stuck or leaked. Every run of a seed is the same.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from tests.transport import fuzz_rest, fuzz_wyoming
from tests.transport.whole_server import Whole, whole

AT_ONCE = 8
STUCK_S = 40.0
GROWTH_MB = 80.0
"""Caches that fill (models on first use, FFmpeg's tables, the allocator's pools) are allowed for; a leak is not."""


@dataclass(slots=True)
class Report:
    """``outcomes``: how often each kind of answer came; ``faults``: what must not happen, in words."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    grown_mb: float = 0.0
    files: int = 0


Shot = Callable[[Random, Whole], Awaitable[str]]
"""Sends one message and gives what came of it; raises AssertionError for what must not come."""
SHOTS: dict[str, Shot] = {"rest": fuzz_rest.shoot, "wyoming": fuzz_wyoming.shoot}


async def fuzz(kind: str, count: int, server: Whole, seed: int = 1) -> Report:
    """``count`` messages, AT_ONCE at a time."""
    report, shoot = Report(), SHOTS[kind]
    warm = min(count // 4, 400)
    await _volley(kind, shoot, range(warm), server, seed, report)
    memory, files = server.resident_mb(), server.open_files()
    await _volley(kind, shoot, range(warm, count), server, seed, report)
    await asyncio.sleep(1.0)  # the server's side of the last connections closes
    report.grown_mb, report.files = server.resident_mb() - memory, server.open_files() - files
    if not server.alive:
        report.faults.append("the server ended")
    if report.grown_mb > GROWTH_MB:
        report.faults.append(f"memory grew by {report.grown_mb:.0f} MB")
    if report.files > 2 * AT_ONCE:
        report.faults.append(f"{report.files} more files are open")
    if server.complaints:
        report.faults.append("the server complained:\n" + "".join(line.rstrip() + "\n" for line in server.lines[-60:]))
    return report


async def _volley(kind: str, shoot: Shot, numbers: range, server: Whole, seed: int, report: Report) -> None:
    waiting = iter(numbers)

    async def gunner() -> None:
        for number in waiting:
            try:
                async with asyncio.timeout(STUCK_S):
                    report.outcomes[await shoot(Random(f"{kind} {seed} {number}"), server)] += 1
            except TimeoutError:
                report.faults.append(f"message {number} was stuck")
            except (AssertionError, OSError, EOFError) as error:
                report.faults.append(f"message {number}: {type(error).__name__}: {str(error)[:300]}")

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(gunner())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=sorted(SHOTS))
    parser.add_argument("count", type=int, nargs="?", default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with whole(NETRA_REST__MAX_AUDIO_S="60", NETRA_REST__TIMEOUT_S="30") as server:
        report = asyncio.run(fuzz(options.kind, options.count, server, options.seed))
    for outcome, times in report.outcomes.most_common():
        sys.stdout.write(f"{times:6} {outcome}\n")
    sys.stdout.write(f"memory {report.grown_mb:+.1f} MB, open files {report.files:+}, faults {len(report.faults)}\n")
    for fault in report.faults[:40]:
        sys.stdout.write(f"  {fault}\n")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
