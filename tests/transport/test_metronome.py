"""One beat for all lines, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import pytest
from virtual import run_virtual

from agent.clock import now_us
from transport.metronome import BEAT_US, Beat, Grid, Metronome


class Drum:
    """Notes when it was played, and does ``then`` each time."""

    def __init__(self, then: Callable[[], object] = lambda: None) -> None:
        self.played: list[tuple[int, Beat]] = []
        self.then = then

    def play(self, beat: Beat) -> None:
        self.played.append((round(now_us() / 1000), beat))
        self.then()


def beaten(scene: Callable[[Metronome], Coroutine[None, None, None]]) -> None:
    async def whole() -> None:
        metronome = Metronome()
        async with asyncio.TaskGroup() as group:
            beating = group.create_task(metronome.run())
            await scene(metronome)
            beating.cancel()

    run_virtual(whole())


def test_a_grid_gives_beats_20_ms_apart() -> None:
    grid = Grid(1_000)
    assert grid.wait_us(1_000) == 0
    assert grid.take(1_000) == Beat()
    assert grid.wait_us(6_000) == 15_000
    assert grid.take(21_900) == Beat()
    assert grid.wait_us(41_000) == 0


def test_a_beat_that_is_late_is_said_to_be_and_the_next_follow_at_once() -> None:
    grid = Grid(0)
    assert [grid.take(55_000) for _ in range(3)] == [Beat(late=True), Beat(late=True), Beat()]
    assert grid.wait_us(55_000) == 5_000


def test_after_a_long_stall_what_was_missed_is_skipped() -> None:
    grid = Grid(0)
    assert grid.take(250_000) == Beat(skipped=12, late=True)
    assert grid.wait_us(250_000) == 10_000


def test_all_players_are_played_together_and_new_ones_fall_in() -> None:
    async def scene(metronome: Metronome) -> None:
        first, second = Drum(), Drum()
        began = round(now_us() / 1000)
        metronome.join(first)
        await asyncio.sleep(0.05)
        metronome.join(second)
        await asyncio.sleep(0.05 - 0.001)
        assert [at - began for at, _ in first.played] == [0, 20, 40, 60, 80]
        assert [at - began for at, _ in second.played] == [60, 80]

    beaten(scene)


def test_without_players_it_rests_and_begins_again() -> None:
    async def scene(metronome: Metronome) -> None:
        drum = Drum()
        metronome.join(drum)
        await asyncio.sleep(0.03)
        metronome.leave(drum)
        metronome.leave(drum)
        await asyncio.sleep(10)
        played = len(drum.played)
        metronome.join(drum)
        began = round(now_us() / 1000)
        await asyncio.sleep(0.03)
        assert [at - began for at, _ in drum.played[played:]] == [0, 20]
        assert played == 2

    beaten(scene)


def test_a_player_may_leave_while_it_is_played() -> None:
    async def scene(metronome: Metronome) -> None:
        other = Drum()
        leaving = Drum(lambda: metronome.leave(leaving))
        metronome.join(leaving)
        metronome.join(other)
        await asyncio.sleep(5 * BEAT_US / 1e6 - 0.01)
        assert (len(leaving.played), len(other.played)) == (1, 5)

    beaten(scene)


def test_a_player_that_breaks_is_let_go_and_told_of(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(metronome: Metronome) -> None:
        broken, other = Drum(lambda: 1 / 0), Drum()
        metronome.join(broken)
        metronome.join(other)
        await asyncio.sleep(0.05)
        assert (len(broken.played), len(other.played)) == (1, 3)

    beaten(scene)
    assert "can't be played" in caplog.text
