"""One beat for all lines: every 20 ms each is asked for its next packet.

Lines that keep time by themselves wake the loop fifty times a second each, and each time the codec's code and tables
have to come into the processor's cache again. Knows time and turns of order. Does not know packets.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Protocol

from agent.clock import now_us

BEAT_US = 20_000
MAX_CATCH_UP_US = 60_000
"""After a stall up to three beats follow at once (a jitter buffer swallows them); a longer one is skipped over, so that
the listener's delay doesn't grow."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Beat:
    """``skipped``: beats before this one that were given up; ``late``: it comes more than a whole beat behind."""

    skipped: int = 0
    late: bool = False


class Grid:
    """Beats 20 ms apart from a start: which is due when, and what became of those that were missed."""

    def __init__(self, start_us: int) -> None:
        self.start_us = start_us
        self._next = 0

    def wait_us(self, now_us: int) -> int:
        """Until the next beat is due; 0 when it is."""
        return max(0, self.start_us + self._next * BEAT_US - now_us)

    def take(self, now_us: int) -> Beat:
        """The beat that is due."""
        behind = now_us - self.start_us - self._next * BEAT_US
        skipped = behind // BEAT_US if behind > MAX_CATCH_UP_US else 0
        self._next += 1 + skipped
        return Beat(skipped, behind > BEAT_US)


class Player(Protocol):
    def play(self, beat: Beat) -> None:
        """Send what is due; never blocks."""
        ...


class Metronome:
    """``run`` it in a task of its own. Players may join and leave at any time; without any it rests."""

    def __init__(self) -> None:
        self._players: dict[Player, None] = {}
        self._joined = asyncio.Event()

    def join(self, player: Player) -> None:
        self._players[player] = None
        self._joined.set()

    def leave(self, player: Player) -> None:
        self._players.pop(player, None)

    async def run(self) -> None:
        while True:
            await self._joined.wait()
            grid = Grid(now_us())
            while self._players:
                await asyncio.sleep(grid.wait_us(now_us()) / 1_000_000)
                self._play(grid.take(now_us()))
            self._joined.clear()

    def _play(self, beat: Beat) -> None:
        for player in tuple(self._players):
            try:
                player.play(beat)
            except Exception:  # border: one line that breaks must not silence the others
                _log.exception("a line can't be played to any more")
                self.leave(player)
