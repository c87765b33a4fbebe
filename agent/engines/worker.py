"""One thread for one model, so that no model ever runs on the event loop or in asyncio's default executor.

Knows how to queue, run and forget calls, and what each cost the processor. Does not know what they compute, and does no
work until the first call.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from agent import effort
from agent.clock import thread_us
from agent.errors import EngineError, EngineFailed

R = TypeVar("R")

WAITING_MAX = 64
"""Calls that may wait in a Worker by default: about five for each of a dozen sessions."""


@dataclass(slots=True)
class _Job:
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    future: Future[Any] = field(default_factory=Future)
    used_us: int = 0

    def run(self) -> Any:
        began = thread_us()
        try:
            return self.function(*self.arguments)
        finally:
            self.used_us = thread_us() - began


class Worker:
    """Calls in order on one own daemon thread, which starts at the first call.

    Bounded: a call that finds ``waiting_max`` others waiting fails at once, it does not queue up stale work.
    A cancelled caller's job is skipped if it has not begun; if it has, its result is dropped.
    Every failure of a job reaches its own caller only, as EngineFailed (an EngineError passes as it is).
    What a job cost the processor is counted as its caller's (``agent.effort``); its time in the queue is not.
    """

    def __init__(self, name: str, *, waiting_max: int = WAITING_MAX) -> None:
        self.name = name
        self._jobs: queue.Queue[_Job | None] = queue.Queue(waiting_max)
        self._thread: threading.Thread | None = None
        self._ended: Future[None] = Future()
        self._closed = False

    async def run(self, function: Callable[..., R], *arguments: Any) -> R:
        """``function(*arguments)`` on the thread. Raises EngineFailed when it fails or the worker is full or closed."""
        if self._closed:
            raise EngineFailed(f"{self.name} is closed. Start the program again.")
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=f"worker-{self.name}", daemon=True)
            self._thread.start()
        job = _Job(function, arguments)
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            waiting = self._jobs.qsize()
            raise EngineFailed(f"{self.name} is too busy: {waiting} calls wait. Try again in a moment.") from None
        try:
            result: R = await asyncio.wrap_future(job.future)
        finally:
            effort.count(job.used_us)
        return result

    async def close(self, timeout_s: float = 5.0) -> None:
        """Drop what waits, let the running call end (at most ``timeout_s``), stop the thread. Safe to call twice."""
        self._closed = True
        self._drop_waiting()
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._jobs.put_nowait(None)  # room is certain: the queue was just emptied and takes no more calls
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self._ended)), timeout_s)

    def _drop_waiting(self) -> None:
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job is not None and job.future.set_running_or_notify_cancel():
                job.future.set_exception(EngineFailed(f"{self.name} was closed before this call began."))

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if not job.future.set_running_or_notify_cancel():
                continue
            try:
                result = job.run()
            except EngineError as error:
                job.future.set_exception(error)
            except Exception as error:  # the border of every engine: a broken job must not end the thread
                failed = EngineFailed(f"{self.name} failed: {type(error).__name__}: {error}")
                failed.__cause__ = error
                job.future.set_exception(failed)
            else:
                job.future.set_result(result)
                del result
            del job  # do not hold pictures while waiting for the next call
        self._ended.set_result(None)
