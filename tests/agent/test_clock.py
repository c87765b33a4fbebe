"""The one clock: an instant in whole microseconds is reached when its timer fires, not a microsecond later."""

from __future__ import annotations

import asyncio

from agent.clock import now_us
from tests.virtual import run_virtual


def test_a_timer_never_fires_before_its_microsecond() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        for instant in range(now_us(), now_us() + 40_000_000, 80_011):
            fired = loop.create_future()
            loop.call_at(instant / 1_000_000, fired.set_result, None)
            await fired
            assert now_us() == instant

    run_virtual(main())
