"""One thread for one model: work in steps, the most urgent first, left between any two steps; what several jobs want
done together is done in one pass. Knows priorities, deadlines and generators. Does not know models.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import IntEnum

from agent.clock import stopwatch_us
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
    job was ``cancelled``. What a step yields, if anything, is done before the next one, together with others' like it.

    ``urgency`` and the rest may change between steps. ``due_us``, by the stopwatch: first tokens come in its order (0:
    as they were asked for); a further one that is past it is as urgent as a first (0: never). ``left_us``: own work
    that is expected before the first token.
    """

    steps: Iterator[object]
    urgency: Urgency
    done: Callable[[EngineError | None], None]
    cancelled: bool = False
    ended: bool = False
    due_us: int = 0
    left_us: float = 0.0
    served: int = field(default=0)
    wish: object = None


class Stepper:
    """``around``: entered around each step, as torch's inference mode is. ``together`` is given what steps yielded, all
    of one type, ``most`` of it at a time. What a reply waits for is never held up by what is done ahead: they go in
    passes of their own. The thread starts with the first job.
    """

    def __init__(
        self,
        name: str,
        around: Callable[[], AbstractContextManager[object]] = contextlib.nullcontext,
        together: Callable[[Sequence[object]], None] = lambda _: None,
        most: Callable[[object], int] = lambda _: 1,
    ) -> None:
        self.name = name
        self._most = most
        self._around, self._together = around, together
        self._changed = threading.Condition()
        self._jobs: list[Job] = []
        self._turns = itertools.count(1)
        self._thread: threading.Thread | None = None
        self._closed = self._hurried = False
        self._stepping = threading.Lock()

    def submit(self, job: Job) -> Job:
        """Raises EngineFailed when too much waits or the thread is closed."""
        with self._changed:
            if self._closed:
                raise EngineFailed(f"{self.name} is closed. Start the program again.")
            if len(self._jobs) >= JOBS_MAX:
                raise EngineFailed(f"{self.name} is too busy: {JOBS_MAX} jobs wait. Try again in a moment.")
            job.served = next(self._turns)
            if job.urgency is Urgency.FIRST and not job.due_us:
                job.due_us = stopwatch_us()
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

    @property
    def ahead_us(self) -> float:
        """Work that is left before all who wait for a first token have theirs."""
        with self._changed:
            return sum(job.left_us for job in self._jobs if job.urgency is Urgency.FIRST and not job.cancelled)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """No step begins meanwhile, and none is in progress."""
        with self._stepping:
            yield

    def close(self, wait_s: float = 0.0) -> None:
        """The running step ends; nothing else does. Safe to call twice. ``wait_s``: wait for that step so long; a
        thread that is inside a model when the program ends takes the program down.
        """
        with self._changed:
            self._closed = True
            self._jobs.clear()
            self._changed.notify()
        if wait_s and self._thread is not None:
            self._thread.join(wait_s)

    def _work(self) -> None:
        while group := self._pick():
            with self._stepping, self._around():
                failed = self._fulfil(group)
            for job in group:
                job.wish = None
                if (error := failed.get(id(job))) is not None:
                    self._end(job, error)
                elif not job.cancelled and (job is group[0] or job.urgency <= Urgency.NEXT):
                    self._step(job)  # of what is done ahead the others have their next step in turn
            del group, job

    def _step(self, job: Job) -> None:
        try:
            with self._stepping, self._around():
                job.wish = next(job.steps)
        except StopIteration:
            self._end(job, None)
        except Exception as error:  # the border of the engine: a broken job must not end the thread
            self._end(job, self._failed(error))

    def _fulfil(self, group: Sequence[Job]) -> dict[int, EngineError]:
        """Do what these jobs want, together; where that breaks, one by one. What went wrong, by the job's id."""
        if group[0].wish is None:
            return {}
        try:
            self._together([job.wish for job in group])
        except Exception as error:  # the same border
            if len(group) == 1:
                return {id(group[0]): self._failed(error)}
            return {key: found for job in group for key, found in self._fulfil([job]).items()}
        return {}

    def _failed(self, error: Exception) -> EngineError:
        if isinstance(error, EngineError):
            return error
        failed = EngineFailed(f"{self.name} failed: {type(error).__name__}: {error}")
        failed.__cause__ = error
        return failed

    def _pick(self) -> list[Job]:
        """Who has the next turn; with others who want something done as well. None: closed."""
        with self._changed:
            while not self._closed:
                for job in [one for one in self._jobs if one.cancelled]:
                    self._jobs.remove(job)
                if self._jobs:
                    best = self._best()
                    group = [best]
                    if best.wish is not None:
                        others = [one for one in self._jobs if one is not best and _alike(one, best)]
                        group += sorted(others, key=_rank)[: self._most(best.wish) - 1]
                    for job in group:
                        job.served = next(self._turns)
                    return group
                self._changed.wait()
            return []

    def _best(self) -> Job:
        """Those whose listener would wait take turns with those whose first token is awaited."""
        now = stopwatch_us()
        first = [one for one in self._jobs if one.urgency is Urgency.FIRST]
        hurried = [one for one in self._jobs if one.urgency is Urgency.NEXT and 0 < one.due_us <= now]
        self._hurried = bool(hurried) and not (first and self._hurried)
        return min(hurried if self._hurried else first or self._jobs, key=_rank)

    def _end(self, job: Job, error: EngineError | None) -> None:
        with self._changed:
            if job in self._jobs:
                self._jobs.remove(job)
            job.ended = True
            tell = not job.cancelled
        if tell:
            job.done(error)


def _alike(one: Job, other: Job) -> bool:
    """Whether what they want can be done in one pass."""
    ahead = one.urgency > Urgency.NEXT, other.urgency > Urgency.NEXT
    return one.wish is not None and type(one.wish) is type(other.wish) and ahead[0] == ahead[1]


def _rank(job: Job) -> tuple[int, int]:
    return job.urgency, job.due_us if job.urgency is Urgency.FIRST else job.served
