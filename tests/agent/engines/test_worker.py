"""One thread for one model: order, bounds, cancellation, failure and the end."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from agent.engines.worker import Worker
from agent.errors import EngineFailed, EngineMissing


def test_calls_run_in_order_on_one_own_thread() -> None:
    async def main() -> list[tuple[int, str]]:
        worker = Worker("test")
        calls = [worker.run(lambda n: (n, threading.current_thread().name), n) for n in range(5)]
        done = list(await asyncio.gather(*calls))
        await worker.close()
        return done

    assert asyncio.run(main()) == [(n, "worker-test") for n in range(5)]


def test_the_loop_goes_on_while_a_call_runs() -> None:
    async def main() -> int:
        worker, ticks = Worker("test"), 0
        async with asyncio.TaskGroup() as group:
            job = group.create_task(worker.run(time.sleep, 0.2))
            while not job.done():
                await asyncio.sleep(0.01)
                ticks += 1
        await worker.close()
        return ticks

    assert asyncio.run(main()) >= 8


def test_a_failing_call_reaches_its_own_caller_only() -> None:
    async def main() -> list[object]:
        worker = Worker("text reader")
        done = await asyncio.gather(worker.run(int, "x"), worker.run(int, "7"), return_exceptions=True)
        await worker.close()
        return list(done)

    failed, seven = asyncio.run(main())
    assert isinstance(failed, EngineFailed)
    assert "text reader failed: ValueError" in str(failed)
    assert seven == 7


def test_an_engine_error_passes_as_it_is() -> None:
    def missing() -> None:
        raise EngineMissing("run make install")

    async def main() -> None:
        worker = Worker("test")
        try:
            await worker.run(missing)
        finally:
            await worker.close()

    with pytest.raises(EngineMissing, match="run make install"):
        asyncio.run(main())


def test_a_cancelled_call_that_waits_never_runs_and_the_next_one_does() -> None:
    async def main() -> list[str]:
        worker, ran = Worker("test"), list[str]()
        first = asyncio.ensure_future(worker.run(time.sleep, 0.1))
        second = asyncio.ensure_future(worker.run(ran.append, "cancelled"))
        await asyncio.sleep(0.02)
        second.cancel()
        await worker.run(ran.append, "third")
        await first
        await worker.close()
        return ran

    assert asyncio.run(main()) == ["third"]


def test_a_cancelled_call_that_runs_leaves_the_worker_usable() -> None:
    async def main() -> int:
        worker = Worker("test")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await worker.run(time.sleep, 0.1)
        answer = await worker.run(sum, [1, 2])
        await worker.close()
        return answer

    assert asyncio.run(main()) == 3


def test_a_full_worker_refuses_at_once() -> None:
    async def main() -> None:
        worker = Worker("test", waiting_max=1)
        running = asyncio.ensure_future(worker.run(time.sleep, 0.1))
        await asyncio.sleep(0.03)
        waiting = asyncio.ensure_future(worker.run(time.sleep, 0))
        await asyncio.sleep(0)
        with pytest.raises(EngineFailed, match="too busy"):
            await worker.run(time.sleep, 0)
        await asyncio.gather(running, waiting)
        await worker.close()

    asyncio.run(main())


def test_close_ends_the_thread_fails_what_waits_and_may_come_twice() -> None:
    async def main() -> list[object]:
        worker = Worker("closing")
        running = asyncio.ensure_future(worker.run(time.sleep, 0.1))
        waiting = asyncio.ensure_future(worker.run(time.sleep, 0))
        await asyncio.sleep(0.02)
        await worker.close()
        await worker.close()
        return list(await asyncio.gather(running, waiting, worker.run(int), return_exceptions=True))

    ran, dropped, late = asyncio.run(main())
    assert ran is None
    assert isinstance(dropped, EngineFailed)
    assert isinstance(late, EngineFailed)
    for thread in threading.enumerate():
        if thread.name == "worker-closing":  # it is on its way out
            thread.join(20)
    assert not any(thread.name == "worker-closing" for thread in threading.enumerate())
