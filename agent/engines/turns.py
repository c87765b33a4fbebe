"""Work of many streams on a few threads that share one model: what is waited for first, else in order; what can be done
together in one pass is.

Knows jobs, their order and their futures. Does not know what they do.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from agent.clock import stopwatch_us
from agent.engines.gathering import Company, Gathering, Waiting
from agent.errors import EngineError, EngineFailed

Work: TypeAlias = Callable[[Sequence[Any]], Sequence[Any]]
"""From all that is asked to the answers, in order."""
Q = TypeVar("Q")
R = TypeVar("R")

URGENT, LATER = 0, 1
"""Final words before partial ones, the first sound of a reply before its later sentences: somebody waits for them."""


LAST_S = 10.0
"""What a model is at when its engine is closed is waited for so long."""


async def closed(close: Callable[[float], None]) -> None:
    """``close(LAST_S)`` on a thread of its own: the event loop goes on meanwhile."""
    with ThreadPoolExecutor(1, "closing") as own:
        await asyncio.wrap_future(own.submit(close, LAST_S))


@dataclass(frozen=True, slots=True, eq=False)
class _Call:
    future: Future[Any]
    work: Work
    asked: Any


class Turns:
    """``threads`` daemon threads, started with the first job. ``most``: of what may be done together, in one pass;
    ``waiting_max``: a call that finds so many others waiting fails at once (0: never).
    """

    def __init__(self, name: str, threads: int = 1, *, most: int = 1, waiting_max: int = 0) -> None:
        self._name, self._threads, self._most_waiting = name, threads, waiting_max
        self._waiting: Gathering[_Call] = Gathering(most)
        self._change = threading.Condition()
        self._running: list[threading.Thread] = []
        self._closed = False

    def submit(self, urgency: int, job: Callable[[], R]) -> Future[R]:
        """The future of ``job()``; cancelling it takes a job that waits out of the queue. Fails with EngineFailed."""
        return self._queued(urgency, lambda _: (job(),), None, None)

    def gather(self, urgency: int, work: Callable[[Sequence[Q]], Sequence[R]], asked: Q) -> Future[R]:
        """The future of what ``work`` finds for ``asked``: it is given all that wait for the same work with the same
        urgency, and answers each in order. Where that breaks it is asked for each alone.
        """
        return self._queued(urgency, work, asked, work)

    def company(self, work: Work) -> Company:
        """How many ``work`` is given at once, as learned from its passes."""
        return self._waiting.company(work)

    def close(self, wait_s: float = 0.0) -> None:
        """No more jobs; those that wait fail with EngineFailed, those that run end by themselves. ``wait_s``: wait for
        those so long; a thread that is inside a model when the program ends takes the program down.
        """
        with self._change:
            self._closed = True
            left = self._waiting.clear()
            self._change.notify_all()
        for one in left:
            if one.item.future.set_running_or_notify_cancel():
                one.item.future.set_exception(EngineFailed(f"{self._name} was closed before this call began."))
        for thread in self._running if wait_s else ():
            thread.join(wait_s)

    def _queued(self, urgency: int, work: Work, asked: Any, kind: Any) -> Future[Any]:
        future: Future[Any] = Future()
        with self._change:
            if self._closed:
                future.set_exception(EngineFailed(f"{self._name} is closed. Start the program again."))
                return future
            if self._most_waiting and len(self._waiting) >= self._most_waiting:
                told = f"{self._name} is too busy: {len(self._waiting)} calls wait. Try again in a moment."
                future.set_exception(EngineFailed(told))
                return future
            self._waiting.add(_Call(future, work, asked), urgency, kind)
            if not self._running:
                for number in range(self._threads):
                    name = f"{self._name} {number}"
                    self._running.append(threading.Thread(target=self._work, name=name, daemon=True))
                    self._running[-1].start()
            self._change.notify()
        return future

    def _work(self) -> None:
        while taken := self._taken():
            calls = [one.item for one in taken if one.item.future.set_running_or_notify_cancel()]
            if not calls:
                continue
            began = stopwatch_us()
            self._do(calls)
            if taken[0].kind is not None:
                took_us = stopwatch_us() - began
                with self._change:
                    self._waiting.company(taken[0].kind).took(len(calls), took_us)
            del taken, calls  # do not hold sound and pictures while waiting for the next call

    def _taken(self) -> list[Waiting[_Call]]:
        with self._change:
            while not len(self._waiting) and not self._closed:
                self._change.wait()
            return [] if self._closed else self._waiting.take()

    def _do(self, calls: Sequence[_Call]) -> None:
        """One pass; where it breaks, one for each: only who is to blame is told."""
        try:
            found = calls[0].work([one.asked for one in calls])
            if len(found) != len(calls):
                raise EngineFailed(f"{self._name} answered {len(found)} of {len(calls)} calls.")
        except Exception as error:  # the border of the model: a broken job must not end the thread
            if len(calls) == 1:
                calls[0].future.set_exception(self._failed(error))
                return
            for one in calls:
                self._do([one])
            return
        for one, answer in zip(calls, found, strict=True):
            one.future.set_result(answer)

    def _failed(self, error: Exception) -> EngineError:
        if isinstance(error, EngineError):
            return error
        failed = EngineFailed(f"{self._name} failed: {type(error).__name__}: {error}")
        failed.__cause__ = error
        return failed
