"""One thread for one model, so that no model ever runs on the event loop or in asyncio's default executor.

Knows how to queue, run and forget calls. Does not know what they compute, and does no work until the first call.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from agent.errors import EngineError, EngineFailed

R = TypeVar("R")

WAITING_MAX = 64
"""Calls that may wait in a Worker by default: about five for each of a dozen sessions."""

_Job = tuple["Future[Any]", Callable[..., Any], tuple[Any, ...]]


class Worker:
    """Calls in order on one own daemon thread, which starts at the first call.

    Bounded: a call that finds ``waiting_max`` others waiting fails at once, it does not queue up stale work.
    A cancelled caller's job is skipped if it has not begun; if it has, its result is dropped.
    Every failure of a job reaches its own caller only, as EngineFailed (an EngineError passes as it is).
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
        future: Future[R] = Future()
        try:
            self._jobs.put_nowait((future, function, arguments))
        except queue.Full:
            waiting = self._jobs.qsize()
            raise EngineFailed(f"{self.name} is too busy: {waiting} calls wait. Try again in a moment.") from None
        return await asyncio.wrap_future(future)

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
            if job is not None and job[0].set_running_or_notify_cancel():
                job[0].set_exception(EngineFailed(f"{self.name} was closed before this call began."))

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            future, function, arguments = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = function(*arguments)
            except EngineError as error:
                future.set_exception(error)
            except Exception as error:  # the border of every engine: a broken job must not end the thread
                failed = EngineFailed(f"{self.name} failed: {type(error).__name__}: {error}")
                failed.__cause__ = error
                future.set_exception(failed)
            else:
                future.set_result(result)
            del job, future, arguments  # do not hold pictures while waiting for the next call
        self._ended.set_result(None)
