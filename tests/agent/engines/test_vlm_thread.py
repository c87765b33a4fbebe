"""The model's thread: the most urgent first, in turns among equals, nothing after it was cancelled."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest

from agent.engines.vlm_thread import JOBS_MAX, Job, Stepper, Urgency
from agent.errors import EngineError, EngineFailed

PATIENCE_S = 20.0


class Watched:
    """A stepper whose first job holds the thread until all others are there; notes each step."""

    def __init__(self, stepper: Stepper | None = None) -> None:
        self.stepper = stepper or Stepper("test")
        self.log: list[str] = []
        self.ends: dict[str, EngineError | None] = {}
        self._go = threading.Event()
        self._over = threading.Event()
        self._begun = threading.Event()
        self._left = 0
        self.add("gate", self._gate(), Urgency.FIRST)
        assert self._begun.wait(PATIENCE_S)

    def _gate(self) -> Iterator[None]:
        self._begun.set()
        self._go.wait(PATIENCE_S)
        yield

    def steps(self, name: str, count: int, *, breaks: bool = False) -> Iterator[None]:
        for at in range(count):
            self.log.append(f"{name}{at}")
            yield
        if breaks:
            raise RuntimeError("it was told to break")

    def add(self, name: str, steps: Iterator[object], urgency: Urgency) -> Job:
        self._left += 1

        def done(error: EngineError | None) -> None:
            self.ends[name] = error
            self._left -= 1
            if not self._left:
                self._over.set()

        return self.stepper.submit(Job(steps, urgency, done))

    def forget(self, job: Job) -> None:
        self._left -= 1
        self.stepper.cancel(job)

    def run(self) -> list[str]:
        self._go.set()
        assert self._over.wait(PATIENCE_S)
        self.stepper.close()
        return self.log


def test_first_tokens_come_before_further_ones_and_reading_before_idle_work() -> None:
    watched = Watched()
    for name, urgency in (("i", Urgency.IDLE), ("r", Urgency.READING), ("n", Urgency.NEXT), ("f", Urgency.FIRST)):
        watched.add(name, watched.steps(name, 2), urgency)
    assert watched.run() == ["f0", "f1", "n0", "n1", "r0", "r1", "i0", "i1"]


def test_equals_take_turns() -> None:
    watched = Watched()
    for name in "abc":
        watched.add(name, watched.steps(name, 3), Urgency.NEXT)
    assert watched.run() == ["a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2", "c2"]


def test_what_was_cancelled_takes_no_further_step_and_is_not_told() -> None:
    watched = Watched()
    job = watched.add("a", watched.steps("a", 5), Urgency.FIRST)
    watched.add("b", watched.steps("b", 2), Urgency.IDLE)
    watched.forget(job)
    assert watched.run() == ["b0", "b1"]
    assert set(watched.ends) == {"gate", "b"}


def test_a_broken_job_is_told_and_ends_nothing_else() -> None:
    watched = Watched()
    watched.add("a", watched.steps("a", 1, breaks=True), Urgency.FIRST)
    watched.add("b", watched.steps("b", 1), Urgency.NEXT)
    assert watched.run() == ["a0", "b0"]
    assert isinstance(watched.ends["a"], EngineFailed)
    assert "told to break" in str(watched.ends["a"])
    assert watched.ends["b"] is None


def test_it_is_bounded_and_refuses_when_closed() -> None:
    watched = Watched()
    with pytest.raises(EngineFailed, match="too busy"):  # noqa: PT012
        for _ in range(JOBS_MAX + 1):
            watched.stepper.submit(Job(iter(()), Urgency.IDLE, lambda _: None))
    watched.stepper.close()
    with pytest.raises(EngineFailed, match="closed"):
        watched.stepper.submit(Job(iter(()), Urgency.IDLE, lambda _: None))


def test_closing_waits_for_the_step_that_runs() -> None:
    stepper, began, go = Stepper("m"), threading.Event(), threading.Event()
    ended: list[str] = []

    def steps() -> Iterator[None]:
        began.set()
        go.wait(10)
        ended.append("step")
        yield

    stepper.submit(Job(steps(), Urgency.FIRST, lambda _: None))
    assert began.wait(10)
    threading.Timer(0.05, go.set).start()
    stepper.close(10.0)
    assert ended == ["step"]


def test_first_tokens_come_in_the_order_in_which_they_are_due() -> None:
    watched = Watched()
    late = watched.add("late", watched.steps("l", 2), Urgency.FIRST)
    soon = watched.add("soon", watched.steps("s", 2), Urgency.FIRST)
    late.due_us = soon.due_us + 1_000_000
    assert watched.run() == ["s0", "s1", "l0", "l1"]


def test_a_reply_whose_listener_would_wait_takes_turns_with_first_tokens() -> None:
    watched = Watched()
    watched.add("f", watched.steps("f", 3), Urgency.FIRST)
    fed = watched.add("n", watched.steps("n", 3), Urgency.NEXT)
    ahead = watched.add("a", watched.steps("a", 1), Urgency.NEXT)
    fed.due_us, ahead.due_us = 1, 2**62  # the one has nothing left to say, the other is far ahead
    assert watched.run() == ["n0", "n1", "f0", "n2", "f1", "f2", "a0"]  # after n0 the gate had its turn to end


class Wishing(Watched):
    """Steps that want something done; ``together`` notes what was done in one."""

    def __init__(self, most: int, breaks: str = "") -> None:
        self.done: list[list[object]] = []
        self._breaks = breaks
        super().__init__(Stepper("wishing", together=self._do, most=lambda _: most))

    def _do(self, wishes: Sequence[object]) -> None:
        self.done.append(list(wishes))
        if self._breaks in wishes and self._breaks:
            raise RuntimeError("it was told to break")

    def wishes(self, name: str, count: int) -> Iterator[object]:
        for at in range(count):
            yield f"{name}{at}"


def test_what_several_want_is_done_in_one_and_no_more_than_may_be() -> None:
    watched = Wishing(most=2)
    for name in "abc":
        watched.add(name, watched.wishes(name, 2), Urgency.NEXT)
    watched.run()
    assert sorted(str(one) for group in watched.done for one in group) == ["a0", "a1", "b0", "b1", "c0", "c1"]
    assert max(map(len, watched.done)) == 2
    assert len(watched.done) < 6


def test_where_doing_it_together_breaks_only_who_is_to_blame_is_told() -> None:
    watched = Wishing(most=4, breaks="b0")
    for name in "abc":
        watched.add(name, watched.wishes(name, 2), Urgency.NEXT)
    watched.run()
    assert isinstance(watched.ends["b"], EngineFailed)
    assert watched.ends["a"] is watched.ends["c"] is None
    assert "b1" not in [one for group in watched.done for one in group]


class Wish(str):
    """Another type than a plain string."""


def test_only_wishes_of_one_type_go_together_and_a_reply_never_with_what_is_done_ahead() -> None:
    watched = Wishing(most=8)

    def ahead() -> Iterator[object]:
        for name in "fg":  # they ask while this one's wish is still to be done
            watched.add(name, watched.wishes(name, 1), Urgency.FIRST)
        yield "a0"

    watched.add("a", ahead(), Urgency.READING)
    watched.add("w", iter([Wish("w0")]), Urgency.READING)
    watched.add("b", watched.wishes("b", 1), Urgency.READING)
    watched.run()
    assert watched.done == [["f0"], ["g0"], ["a0", "b0"], ["w0"]]


def test_after_a_pass_ahead_each_has_its_next_step_in_turn_and_a_reply_may_come_between() -> None:
    watched = Wishing(most=8)

    def ahead(name: str) -> Iterator[object]:
        yield name
        if name == "a":  # while they are done together somebody asks
            watched.add("f", watched.steps("f", 2), Urgency.FIRST)
        watched.log.append(f"{name} goes on")

    for name in "abc":
        watched.add(name, ahead(name), Urgency.READING)
    assert watched.run() == ["a goes on", "f0", "f1", "b goes on", "c goes on"]
    assert watched.done == [["a", "b", "c"]]
