"""Work is counted for whoever asked for it: the processor's time on a worker's thread, and not the wait for it."""

from __future__ import annotations

import asyncio
import time

import pytest

from agent import effort
from agent.clock import thread_us
from agent.engines.worker import Worker
from agent.errors import EngineFailed


def busy(us: int) -> None:
    until = thread_us() + us
    while thread_us() < until:
        pass


def test_what_a_worker_did_is_counted_and_what_it_waited_for_is_not() -> None:
    async def main() -> tuple[int, int, int]:
        worker = Worker("test")

        async def other() -> int:
            with effort.counted() as used:
                await worker.run(busy, 40_000)
            return used.us

        async def mine() -> tuple[int, int]:
            with effort.counted() as used:
                await worker.run(busy, 5_000)  # behind the other's
                worked = used.us
                await worker.run(time.sleep, 0.05)
            return worked, used.us

        theirs, (worked, slept) = await asyncio.gather(other(), mine())
        await worker.close()
        return theirs, worked, slept

    theirs, worked, slept = asyncio.run(main())
    assert 40_000 <= theirs < 80_000
    assert 5_000 <= worked < 25_000
    assert slept < 30_000


def test_a_job_that_failed_was_work_too() -> None:
    def fails() -> None:
        busy(5_000)
        raise ValueError

    async def main() -> int:
        worker = Worker("test")
        with effort.counted() as used, pytest.raises(EngineFailed):
            await worker.run(fails)
        await worker.close()
        return used.us

    assert asyncio.run(main()) >= 5_000


def test_counting_ends_where_it_began_and_covers_tasks_begun_within() -> None:
    async def part() -> None:
        effort.count(7)

    async def main() -> tuple[int, int]:
        effort.count(1)
        with effort.counted() as first:
            async with asyncio.TaskGroup() as group:
                group.create_task(part())
            with effort.counted() as second:
                await part()
        effort.count(1)
        return first.us, second.us

    assert asyncio.run(main()) == (14, 7)
