"""Processes seen from outside: what they and their children use. Linux only: from /proc. Knows nothing of Netra."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from transport.bench.link import resident_mb


def tree(pid: int) -> list[int]:
    """A process and all that it started. Linux only: from /proc."""
    found = [pid]
    for one in found:
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def cpu_s(pid: int) -> float:
    """Processor seconds that a process and its children have used."""
    ticks = 0
    for one in tree(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def tree_mb(pid: int) -> float:
    """Resident megabytes of a process and its children; pages they share count for each."""
    total = 0.0
    for one in tree(pid):
        with suppress(OSError, LookupError):
            total += resident_mb(one)
    return round(total, 1)
