"""The only place that reads clocks. Everything else is given time as integer microseconds.

``now_us`` follows the running asyncio loop, so a test's virtual loop moves it.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime


def now_us() -> int:
    """Microseconds of the running loop's monotonic clock, to the nearest: a timer set for an instant never fires before
    it. Raises RuntimeError outside a loop.
    """
    return round(asyncio.get_running_loop().time() * 1_000_000)


def stopwatch_us() -> int:
    """Microseconds of the machine's monotonic clock, for measuring work outside a loop."""
    return time.perf_counter_ns() // 1000


def processor_us() -> int:
    """Microseconds that this process kept processors busy, for measuring work on a machine that others use as well."""
    return time.process_time_ns() // 1000


def thread_us() -> int:
    """Microseconds that this thread kept a processor busy: one job's own work, whatever it waited for."""
    return time.thread_time_ns() // 1000


def local_time() -> datetime:
    """The wall clock in the machine's own time zone."""
    return datetime.now().astimezone()
