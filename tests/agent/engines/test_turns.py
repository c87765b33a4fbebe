"""Threads around one model: what waits is done in one pass, in order, and each gets its own answer."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future

import pytest

from agent.engines.gathering import Company
from agent.engines.turns import LATER, URGENT, Turns
from agent.errors import EngineFailed

PATIENCE_S = 20


class Model:
    """Doubles numbers, but for ``breaks_at``. What it is asked first holds the thread until all others are there;
    ``passes`` notes each.
    """

    def __init__(self, turns: Turns, breaks_at: int = -1) -> None:
        self.turns, self._breaks_at = turns, breaks_at
        self.passes: list[list[int]] = []
        self._begun, self._go = threading.Event(), threading.Event()
        self._gate = turns.submit(LATER, self._hold)
        assert self._begun.wait(PATIENCE_S)

    def _hold(self) -> None:
        self._begun.set()
        self._go.wait(PATIENCE_S)

    def double(self, asked: Sequence[int]) -> list[int]:
        self.passes.append(list(asked))
        if self._breaks_at in asked:
            raise RuntimeError("out of memory")
        return [2 * one for one in asked]

    def ask(self, number: int, urgency: int = LATER) -> Future[int]:
        return self.turns.gather(urgency, self.double, number)

    def go(self) -> None:
        self._go.set()
        self._gate.result(PATIENCE_S)


@pytest.fixture
def four(monkeypatch: pytest.MonkeyPatch) -> None:
    """Company pays: how that is learned is for the tests of gathering."""
    monkeypatch.setattr(Company, "most", property(lambda _: 4))


@pytest.mark.usefixtures("four")
def test_newcomers_queue_while_it_is_busy_and_all_that_wait_are_then_done_in_one_pass() -> None:
    model = Model(Turns("t", most=4))
    answers = [model.ask(number) for number in range(6)]
    urgent = model.ask(7, URGENT)
    model.go()
    assert [one.result(PATIENCE_S) for one in answers] == [0, 2, 4, 6, 8, 10]
    assert urgent.result(PATIENCE_S) == 14
    assert model.passes == [[7], [0, 1, 2, 3], [4, 5]]
    model.turns.close()


@pytest.mark.usefixtures("four")
def test_nobody_waits_for_company() -> None:
    turns = Turns("t", most=4)
    model = Model(turns)
    model.go()
    assert model.ask(1).result(PATIENCE_S) == 2
    assert model.ask(2).result(PATIENCE_S) == 4
    assert model.passes == [[1], [2]]
    turns.close()


@pytest.mark.usefixtures("four")
def test_who_turned_away_is_not_in_the_pass() -> None:
    model = Model(Turns("t", most=4))
    answers = [model.ask(number) for number in range(3)]
    assert answers[1].cancel()
    model.go()
    assert [answers[at].result(PATIENCE_S) for at in (0, 2)] == [0, 4]
    assert model.passes == [[0, 2]]
    model.turns.close()


@pytest.mark.usefixtures("four")
def test_where_a_pass_breaks_only_who_is_to_blame_is_told() -> None:
    turns = Turns("t", most=4)
    model = Model(turns, breaks_at=1)
    answers = [model.ask(number) for number in range(3)]
    model.go()
    assert [answers[at].result(PATIENCE_S) for at in (0, 2)] == [0, 4]
    with pytest.raises(EngineFailed, match="out of memory"):
        answers[1].result(PATIENCE_S)
    assert model.passes == [[0, 1, 2], [0], [1], [2]]
    turns.close()


def test_it_is_bounded_and_who_waits_when_it_closes_is_told() -> None:
    turns = Turns("t", most=4, waiting_max=2)
    model = Model(turns)
    waiting = [model.ask(number) for number in range(2)]
    with pytest.raises(EngineFailed, match="2 calls wait"):
        model.ask(2).result(0)
    turns.close()
    for one in waiting:
        with pytest.raises(EngineFailed, match="closed before"):
            one.result(0)
    model.go()
    assert model.passes == []


def test_closing_waits_for_what_runs() -> None:
    turns, began, go = Turns("t"), threading.Event(), threading.Event()

    def job() -> str:
        began.set()
        go.wait(10)
        return "done"

    running = turns.submit(0, job)
    assert began.wait(10)
    threading.Timer(0.05, go.set).start()
    turns.close(10.0)
    assert running.result(0) == "done"
