"""The virtual loop: time jumps, order holds, and what can never end says so."""

from __future__ import annotations

import asyncio
import time

import pytest

from agent import clock
from tests.virtual import Deadlock, run_virtual


def test_time_jumps_to_the_next_timer() -> None:
    async def main() -> tuple[float, int]:
        loop, began = asyncio.get_running_loop(), clock.now_us()
        await asyncio.sleep(3_600)
        return loop.time(), clock.now_us() - began

    started = time.perf_counter()
    at, passed = run_virtual(main(), limit_s=10_000)
    assert (at, passed) == (4_600.0, 3_600_000_000)
    assert time.perf_counter() - started < 5


def test_timers_fire_in_their_order_at_their_instants() -> None:
    fired: list[tuple[str, float]] = []

    async def wait(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        fired.append((name, round(asyncio.get_running_loop().time() - 1_000, 6)))

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            for name, seconds in (("late", 0.5), ("early", 0.02), ("middle", 0.1)):
                group.create_task(wait(name, seconds))

    run_virtual(main())
    assert fired == [("early", 0.02), ("middle", 0.1), ("late", 0.5)]


def test_waiting_for_what_never_comes_is_a_deadlock_that_names_the_waiter() -> None:
    async def stuck() -> None:
        await asyncio.get_running_loop().create_future()

    async def main() -> None:
        await asyncio.create_task(stuck(), name="the stuck one")

    with pytest.raises(Deadlock, match=r"the stuck one waits in .*stuck"):
        run_virtual(main())


def test_a_loop_that_never_waits_is_a_deadlock() -> None:
    async def main() -> None:
        while True:  # noqa: ASYNC110  a busy loop is the point
            await asyncio.sleep(0)

    with pytest.raises(Deadlock, match="loops without waiting"):
        run_virtual(main())


def test_virtual_time_is_limited() -> None:
    async def main() -> None:
        while True:  # noqa: ASYNC110  never to end is the point
            await asyncio.sleep(1)

    with pytest.raises(TimeoutError, match="30 virtual seconds"):
        run_virtual(main(), limit_s=30)


def test_left_over_tasks_are_cancelled_and_clean_up() -> None:
    cleaned: list[str] = []

    async def linger() -> None:
        try:
            await asyncio.sleep(1_000)
        finally:
            await asyncio.sleep(1)
            cleaned.append("yes")

    async def main() -> asyncio.Task[None]:
        task = asyncio.create_task(linger())
        await asyncio.sleep(0.1)
        return task

    assert run_virtual(main()).cancelled()
    assert cleaned == ["yes"]


def test_threads_are_refused() -> None:
    async def main() -> None:
        await asyncio.to_thread(time.sleep, 0)

    with pytest.raises(RuntimeError, match="no threads"):
        run_virtual(main())


def test_what_main_raises_comes_out() -> None:
    async def main() -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        run_virtual(main())
