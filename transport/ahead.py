"""The speaker of a line whose client plays by itself: sound is sent ahead, and what can have been heard is counted.

Nothing that was sent can be lowered or taken back: only the client can stop. So ``hold`` has the client told that
someone speaks (every client then falls silent and says how far it came), and if it was only a cough the rest is sent
again, from there. Knows samples and time. Does not know events, ids or codes: a Player sends.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Protocol

from agent.audio import SPEAKING_RATE, Pcm, samples_to_us, us_to_samples
from agent.clock import now_us
from agent.ports import Played

MAX_AHEAD = SPEAKING_RATE * 30
"""Samples that may be sent and not heard yet. They are kept: after a cough the rest is sent again."""
REPORT_US = 100_000


class Player(Protocol):
    """Where the sound goes. All calls return at once."""

    def sound(self, turn: int, pcm: Pcm) -> None: ...

    def finished(self, turn: int) -> None:
        """All sound of this turn was sent."""
        ...

    def hush(self) -> None:
        """Someone speaks: have the client fall silent."""
        ...

    def nothing(self) -> None:
        """It was nothing, and the client played on."""
        ...

    def go_on(self, turn: int, sample: int) -> None:
        """It was nothing: the sound of this turn follows again, from this sample on."""
        ...


class AheadSpeaker:
    """``agent.ports.Speaker``. After ``close`` sound is dropped and nothing waits."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._turn: int | None = None
        self._kept: deque[Pcm] = deque()
        self._kept_from = 0  # the sample of the turn at which what is kept begins
        self._total = 0
        self._sent = 0
        self._heard = 0  # at ``_since_us``
        self._since_us = 0
        self._busy_until_us = 0  # until then the client plays what was sent for an earlier turn
        self._ended = self._told_end = False
        self._held = self._said_how_far = False
        self._held_us = 0
        self._reports: deque[Played] = deque(maxlen=256)
        self._changed = asyncio.Event()
        self._closed = False

    @property
    def held(self) -> bool:
        """Someone seems to speak, and it is not known yet what it means."""
        return self._held

    # --- ports.Speaker ----------------------------------------------------------------------------------------

    async def play(self, turn: int, pcm: Pcm) -> None:
        if self._closed or len(pcm) == 0:
            return
        self._begin(turn)
        self._kept.append(pcm)
        self._total += len(pcm)
        self._pump()
        while self._turn == turn and self._total - self._heard_by_now() > MAX_AHEAD and not self._closed:
            self._changed.clear()
            ahead_us = samples_to_us(self._total - self._heard_by_now() - MAX_AHEAD, SPEAKING_RATE)
            await self._wait(None if self._held else ahead_us + 1000)

    def end(self, turn: int) -> None:
        if self._closed:
            return
        self._begin(turn)
        self._ended = True
        self._pump()
        self._settle()

    def duck(self, on: bool) -> None:
        """What was sent can't be lowered, and a sound that may be speech is not yet worth silence."""

    def hold(self, on: bool) -> None:
        if on == self._held or self._turn is None:
            return
        if on:
            self._heard, self._held_us = self._heard_by_now(), now_us()
        self._since_us = now_us()
        self._held = on
        if on:
            self._said_how_far = False
            self._player.hush()
        elif self._said_how_far:
            self._send_again()
        else:  # a client that does not care for speech has played on all the while
            self._heard = min(self._sent, self._heard + us_to_samples(now_us() - self._held_us, SPEAKING_RATE))
            self._player.nothing()
            self._pump()
            self._settle()
        self._report()

    def clear(self) -> None:
        if self._turn is None:
            return
        self._report()
        if not self._held:
            unheard = self._sent - self._heard_by_now()
            self._busy_until_us = max(now_us(), self._busy_until_us) + samples_to_us(unheard, SPEAKING_RATE)
        self._forget()

    def position(self) -> Played | None:
        return None if self._turn is None else Played(self._turn, self._heard_by_now())

    async def played(self) -> AsyncIterator[Played]:
        while True:
            while self._reports:
                yield self._reports.popleft()
            if self._closed:
                return
            self._changed.clear()
            left_us = samples_to_us(self._sent - self._heard_by_now(), SPEAKING_RATE)
            playing = self._turn is not None and not self._held and left_us > 0
            wait_us = max(min(REPORT_US, left_us), self._since_us - now_us()) + 1000
            if await self._wait(wait_us if playing else None):
                continue
            self._report()
            self._settle()

    # --- what the client says ---------------------------------------------------------------------------------

    def truncated(self, turn: int, sample: int) -> None:
        """The client says that it came so far in this turn's sound. That is the truth."""
        self._busy_until_us = 0
        self._said_how_far = True
        if turn == self._turn:
            self._heard, self._since_us = max(self._kept_from, min(sample, self._sent)), now_us()
            self._report()

    def close(self) -> None:
        self._closed = True
        self._forget()
        self._changed.set()

    # --- inside -----------------------------------------------------------------------------------------------

    def _begin(self, turn: int) -> None:
        if self._turn != turn:
            self._forget()
            self._turn = turn
            self._since_us = max(now_us(), self._busy_until_us)

    def _forget(self) -> None:
        self._turn = None
        self._kept.clear()
        self._kept_from = self._total = self._sent = self._heard = 0
        self._ended = self._told_end = self._held = False
        self._changed.set()

    def _heard_by_now(self) -> int:
        """A client that has sound plays it; one that ran dry waits for more."""
        if self._held:
            return self._heard
        return min(self._sent, self._heard + us_to_samples(max(0, now_us() - self._since_us), SPEAKING_RATE))

    def _pump(self) -> None:
        if self._turn is None or self._held:
            return
        if self._heard_by_now() == self._sent:  # it ran dry, or begins
            self._heard, self._since_us = self._sent, max(now_us(), self._busy_until_us)
        at, first = self._kept_from, self._sent == 0
        for pcm in self._kept:
            end = at + len(pcm)
            if end > self._sent:
                self._player.sound(self._turn, pcm[max(0, self._sent - at) :])
                self._sent = end
            at = end
        if first and self._sent:
            self._reports.append(Played(self._turn, 1))  # the first of it has left
        if self._ended and not self._told_end and self._sent == self._total:
            self._told_end = True
            self._player.finished(self._turn)
        self._let_go()
        self._changed.set()

    def _send_again(self) -> None:
        assert self._turn is not None
        at = self._heard
        if at < self._sent or not self._told_end:
            self._sent, self._told_end = at, False
            self._player.go_on(self._turn, at)
        self._pump()
        self._settle()

    def _let_go(self) -> None:
        """What was heard is not needed again; a second more, because the count is a guess."""
        while self._kept and self._kept_from + len(self._kept[0]) < self._heard_by_now() - 2 * SPEAKING_RATE:
            self._kept_from += len(self._kept.popleft())

    def _settle(self) -> None:
        if self._turn is None or self._held or not self._ended:
            return
        if self._heard_by_now() >= self._total:
            self._reports.append(Played(self._turn, self._total, drained=True))
            self._forget()

    def _report(self) -> None:
        if self._turn is not None and (heard := self._heard_by_now()):
            self._reports.append(Played(self._turn, heard))
            self._changed.set()

    async def _wait(self, timeout_us: int | None) -> bool:
        """Until something changes: True; or so long: False."""
        try:
            async with asyncio.timeout(None if timeout_us is None else timeout_us / 1e6):
                await self._changed.wait()
        except TimeoutError:
            return False
        return True
