"""How many facts a second the core takes: those of dense conversations, again and again, on one core."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from agent.core import events as e
from agent.core.turn import TurnCore
from tests.lab.generate import MOODS, generate, mood_of
from tests.lab.stage import play

WANTED = 100_000
CONVERSATIONS = 24
SECONDS = 120.0
ROUNDS = 9


@dataclass(frozen=True, slots=True)
class Speed:
    """Facts and ticks a second of CPU time: the median of ``rounds`` rounds, and the best."""

    median: float
    best: float
    facts: int
    rounds: int

    def __str__(self) -> str:
        return (
            f"{self.median:,.0f} a second (best {self.best:,.0f}; {self.facts:,} facts and ticks, {self.rounds} rounds)"
        )


Facts = list[tuple[int, e.Event | None]]


def facts_of(conversations: int = CONVERSATIONS, seconds: float = SECONDS) -> list[Facts]:
    """What the core was told in conversations of all moods but the hands-free one, which is mostly silence."""
    found: list[Facts] = []
    seed = 0
    while len(found) < conversations:
        if mood_of(seed) is not MOODS[0]:
            lines = play(generate(seed, most_s=seconds)).flight.lines
            found.append([(now, what) for now, what in lines if what is None or type(what).__module__ == e.__name__])  # type: ignore[misc]
        seed += 1
    return found


def measure(conversations: list[Facts], rounds: int = ROUNDS) -> Speed:
    """Each fact as a session does it: receive or tick, commands, deadline."""
    count = sum(map(len, conversations))
    speeds = []
    for _ in range(rounds):
        began = time.process_time()
        for facts in conversations:
            core = TurnCore()
            for now, event in facts:
                if event is None:
                    core.tick(now)
                else:
                    core.receive(event, now)
                core.commands()
                core.deadline()
        speeds.append(count / (time.process_time() - began))
    return Speed(statistics.median(speeds), max(speeds), count, rounds)
