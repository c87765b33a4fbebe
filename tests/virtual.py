"""A virtual asyncio loop: time stands still while anything can run, and jumps to the next timer when nothing can.

Knows callbacks and timers. Does not know sockets or threads: a test that needs them is none for this loop. When
nothing runs, no timer waits and the test is not over, it raises Deadlock instead of hanging.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")

SPINS = 100_000
"""Rounds of the loop at one instant before it counts as a busy loop that never waits."""


class Deadlock(AssertionError):
    """Everything waits for something that nothing will bring; or time does not move although everything runs."""


class VirtualLoop(asyncio.BaseEventLoop):
    """``time()`` starts at ``start`` seconds and moves only from timer to timer, ``limit_s`` seconds at most."""

    def __init__(self, start: float = 1_000.0, limit_s: float = 600.0) -> None:
        super().__init__()
        self._now = start
        self._limit_s, self._ends = limit_s, start + limit_s
        self._spins = 0
        self._clock_resolution = 1e-9
        self.set_debug(False)

    def time(self) -> float:
        return self._now

    def _run_once(self) -> None:
        """One round, as BaseEventLoop has it, without anything outside to wait for."""
        ready, scheduled = self._ready, self._scheduled
        while scheduled and scheduled[0]._cancelled:
            heapq.heappop(scheduled)._scheduled = False
        if ready or self._stopping:
            self._spins += 1
            if self._spins > SPINS:
                self._spins = 0
                raise Deadlock(f"{SPINS} rounds at {self._now:.6f} s: something loops without waiting")
        elif scheduled:
            if scheduled[0]._when > self._ends:
                self._ends = float("inf")  # what is cancelled now may take its time
                raise TimeoutError(f"not over after {self._limit_s} virtual seconds: {_waiting(self)}")
            self._now, self._spins = max(self._now, scheduled[0]._when), 0
        else:
            raise Deadlock(f"nothing can happen any more at {self._now:.6f} s: {_waiting(self)}")
        due = self._now + self._clock_resolution
        while scheduled and scheduled[0]._when < due:
            timer = heapq.heappop(scheduled)
            timer._scheduled = False
            ready.append(timer)
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle._cancelled:
                handle._run()

    def _write_to_self(self) -> None:
        """Only threads need it."""

    def call_soon_threadsafe(self, *_: Any, **__: Any) -> NoReturn:
        raise RuntimeError("no threads under virtual time")

    def run_in_executor(self, *_: Any) -> NoReturn:
        raise RuntimeError("no threads under virtual time")

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109  asyncio's own signature
        """There is none."""


def _waiting(loop: asyncio.AbstractEventLoop) -> str:
    tasks = [task for task in asyncio.all_tasks(loop) if not task.done()]
    return ", ".join(f"{task.get_name()} waits in {_where(task)}" for task in tasks) or "no task is left"


def _where(task: asyncio.Task[Any]) -> str:
    stack = task.get_stack(limit=1)
    return f"{stack[-1].f_code.co_qualname} line {stack[-1].f_lineno}" if stack else "its start"


def run_virtual(main: Coroutine[Any, Any, T], *, limit_s: float = 600.0) -> T:
    """Run ``main`` to its end in virtual time. Raises Deadlock when it can't end, TimeoutError when it would take more
    than ``limit_s`` virtual seconds, and what ``main`` raises. Tasks left over are cancelled, as by ``asyncio.run``.
    """
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(limit_s=limit_s)) as runner:
        return runner.run(main)
