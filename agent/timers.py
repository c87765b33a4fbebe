"""The timers that a user set: they ring by an announcement. Knows lengths of time; does not know speech."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from agent import clock
from agent.language.saying import say
from agent.skills.skill import Timer
from agent.skills.timers import MOST_TIMERS
from agent.skills.wording import duration


class Timers:
    """One task for each timer, in the session's own group. ``ring`` is told the words to say."""

    def __init__(self, ring: Callable[[str], None]) -> None:
        self._ring = ring
        self._running: dict[int, tuple[Timer, asyncio.Task[None]]] = {}
        self._count = 0

    @property
    def running(self) -> tuple[Timer, ...]:
        """Soonest first."""
        return tuple(sorted((timer for timer, _ in self._running.values()), key=lambda timer: timer.ends_us))

    def start(self, seconds: int, group: asyncio.TaskGroup) -> None:
        """Set a timer; its task lives in ``group``."""
        if len(self._running) >= MOST_TIMERS:
            return
        self._count += 1
        timer = Timer(self._count, seconds, clock.now_us() + seconds * 1_000_000)
        self._running[timer.id] = (timer, group.create_task(self._wait(timer)))

    def cancel_all(self) -> None:
        for _, task in self._running.values():
            task.cancel()
        self._running.clear()

    async def _wait(self, timer: Timer) -> None:
        await asyncio.sleep(timer.seconds)
        self._running.pop(timer.id, None)
        self._ring(say("Your timer of {length} is up.", length=duration(timer.seconds)))
