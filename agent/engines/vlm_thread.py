"""One thread for one model: work in steps, the most urgent first, in turns among equals, left between any two
steps. Knows priorities and generators. Does not know models.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import IntEnum

from agent.errors import EngineError, EngineFailed

JOBS_MAX = 256


class Urgency(IntEnum):
    """What comes first: a reply's first token, its further tokens, reading along, work in idle time."""

    FIRST = 0
    NEXT = 1
    READING = 2
    IDLE = 3


@dataclass(eq=False, slots=True)
class Job:
    """``steps`` are taken one by one on the thread; ``done`` is told on it, with what went wrong or None, unless the
    job was ``cancelled``. ``urgency`` may change between steps.
    """

    steps: Iterator[None]
    urgency: Urgency
    done: Callable[[EngineError | None], None]
    cancelled: bool = False
    ended: bool = False
    served: int = field(default=0)


class Stepper:
    """``around``: entered around each step, as torch's inference mode is. The thread starts with the first job."""

    def __init__(
        self, name: str, around: Callable[[], AbstractContextManager[object]] = contextlib.nullcontext
    ) -> None:
        self.name = name
        self._around = around
        self._changed = threading.Condition()
        self._jobs: list[Job] = []
        self._turns = itertools.count(1)
        self._thread: threading.Thread | None = None
        self._closed = False
        self._stepping = threading.Lock()

    def submit(self, job: Job) -> Job:
        """Raises EngineFailed when too much waits or the thread is closed."""
        with self._changed:
            if self._closed:
                raise EngineFailed(f"{self.name} is closed. Start the program again.")
            if len(self._jobs) >= JOBS_MAX:
                raise EngineFailed(f"{self.name} is too busy: {JOBS_MAX} jobs wait. Try again in a moment.")
            job.served = next(self._turns)
            self._jobs.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self.name, daemon=True)
                self._thread.start()
            self._changed.notify()
        return job

    def cancel(self, job: Job) -> None:
        """No further step of it is taken."""
        with self._changed:
            job.cancelled = True
            self._changed.notify()

    @property
    def waiting(self) -> int:
        """Jobs that have not ended."""
        with self._changed:
            return sum(not job.cancelled for job in self._jobs)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """No step begins meanwhile, and none is in progress."""
        with self._stepping:
            yield

    def close(self) -> None:
        """The running step ends; nothing else does. Safe to call twice."""
        with self._changed:
            self._closed = True
            self._jobs.clear()
            self._changed.notify()

    def _work(self) -> None:
        while (job := self._pick()) is not None:
            try:
                with self._stepping, self._around():
                    next(job.steps)
            except StopIteration:
                self._end(job, None)
            except EngineError as error:
                self._end(job, error)
            except Exception as error:  # the border of the engine: a broken job must not end the thread
                failed = EngineFailed(f"{self.name} failed: {type(error).__name__}: {error}")
                failed.__cause__ = error
                self._end(job, failed)
            del job

    def _pick(self) -> Job | None:
        with self._changed:
            while not self._closed:
                for job in [one for one in self._jobs if one.cancelled]:
                    self._jobs.remove(job)
                if self._jobs:
                    best = min(self._jobs, key=lambda one: (one.urgency, one.served))
                    best.served = next(self._turns)
                    return best
                self._changed.wait()
            return None

    def _end(self, job: Job, error: EngineError | None) -> None:
        with self._changed:
            if job in self._jobs:
                self._jobs.remove(job)
            job.ended = True
            tell = not job.cancelled
        if tell:
            job.done(error)
