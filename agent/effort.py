"""What work cost the processor: counted where it is done, read by whoever asked for it.

Knows microseconds of a processor, whoever used them, and whose work they were (the task's context). Does not know
clocks, threads or what was done: waiting in a queue is no work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Effort:
    """``us``: microseconds of a processor, so far."""

    us: int = 0


_COUNTED: ContextVar[Effort | None] = ContextVar("effort", default=None)


@contextmanager
def counted() -> Iterator[Effort]:
    """What this task asks for within is counted, and what tasks do that it starts within."""
    effort = Effort()
    before = _COUNTED.set(effort)
    try:
        yield effort
    finally:
        _COUNTED.reset(before)
        count(effort.us)  # it was work within what is counted around it, too


def count(us: int) -> None:
    """So much was done for the task that runs."""
    if (effort := _COUNTED.get()) is not None:
        effort.us += us
