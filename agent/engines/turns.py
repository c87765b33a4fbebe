"""Work of many streams on a few threads that share one model: what is waited for first, else in order.

Knows jobs and their order. Does not know what they do.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from concurrent.futures import Future
from itertools import count
from typing import Any, TypeVar

from agent.errors import EngineError, EngineFailed

R = TypeVar("R")

URGENT, LATER = 0, 1
"""Final words before partial ones, the first sound of a reply before its later sentences: somebody waits for them."""


class Turns:
    """``threads`` daemon threads, started with the first job."""

    def __init__(self, name: str, threads: int = 1) -> None:
        self._name, self._threads = name, threads
        self._waiting: list[tuple[int, int, Future[Any], Callable[[], Any]]] = []
        self._numbers = count()
        self._change = threading.Condition()
        self._started = self._closed = False

    def submit(self, urgency: int, job: Callable[[], R]) -> Future[R]:
        """The future of ``job()``; cancelling it takes a job that waits out of the queue. Fails with EngineFailed."""
        future: Future[R] = Future()
        with self._change:
            if self._closed:
                future.set_exception(EngineFailed(f"{self._name} is closed. Start the program again."))
                return future
            heapq.heappush(self._waiting, (urgency, next(self._numbers), future, job))
            if not self._started:
                self._started = True
                for number in range(self._threads):
                    threading.Thread(target=self._work, name=f"{self._name} {number}", daemon=True).start()
            self._change.notify()
        return future

    def close(self) -> None:
        """No more jobs; those that wait are cancelled, those that run end by themselves."""
        with self._change:
            self._closed = True
            for _, _, future, _ in self._waiting:
                future.cancel()
            self._waiting.clear()
            self._change.notify_all()

    def _work(self) -> None:
        while True:
            with self._change:
                while not self._waiting and not self._closed:
                    self._change.wait()
                if self._closed:
                    return
                _, _, future, job = heapq.heappop(self._waiting)
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(job())
            except EngineError as error:
                future.set_exception(error)
            except Exception as error:  # the border of the model: a broken job must not end the thread
                failed = EngineFailed(f"{self._name} failed: {type(error).__name__}: {error}")
                failed.__cause__ = error
                future.set_exception(failed)
            del future, job
