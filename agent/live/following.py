"""What every run that follows the camera does: take one picture after another, and ask once for better ones.

Knows time, the pictures that come and their quality. Does not know what is looked for in them, nor who speaks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from agent import clock
from agent.sight.moment import Moment
from agent.skills.skill import Detail

PICTURE_S = 2.0
BLIND_US = 30_000_000
"""Without a picture for so long a run ends."""
ADVISE_US = 6_000_000
"""Pictures that were useless for so long get one correction to make,"""
ADVISED_WITHIN_US = 2_000_000
"""which is said by then or not at all."""
USELESS = frozenset({"dark", "black", "covered", "bright"})
"""What one can do something about. A camera that moves is blurred now and then."""


class Moments(Protocol):
    """The part of a session's eyes that is needed here."""

    async def moment(self, after: str, timeout_s: float) -> Moment | None: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run is told by its session. ``say(text, until_us)``: say it by then or not at all; ``quiet``: whether
    nobody speaks; ``detail``: how much is wanted now; ``clock``: places as hours, not as sides.
    """

    say: Callable[[str, int | None], None]
    quiet: Callable[[], bool]
    detail: Callable[[], Detail]
    clock: bool = False


class Following:
    """The pictures that come from now on, by ``async for``, until ``longest_s`` have passed or none comes any more,
    which is then ``blind``. None: none came for ``picture_s``.
    """

    def __init__(self, eyes: Moments, longest_s: float, picture_s: float = PICTURE_S) -> None:
        self._eyes, self._picture_s = eyes, picture_s
        self._seen_us = clock.now_us()
        self._until_us = self._seen_us + round(longest_s * 1e6)
        self._after = ""
        self.blind = False

    def __aiter__(self) -> Following:
        return self

    async def __anext__(self) -> Moment | None:
        if clock.now_us() >= self._until_us:
            raise StopAsyncIteration
        moment = await self._eyes.moment(self._after, self._picture_s)
        if moment is not None:
            self._after, self._seen_us = moment.picture.id, clock.now_us()
        elif clock.now_us() - self._seen_us > BLIND_US:
            self.blind = True
            raise StopAsyncIteration
        return moment


class Correction:
    """Tells useful pictures from useless ones, and says once what would help."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._useless_us: int | None = None
        self._advised = False

    def useful(self, moment: Moment) -> bool:
        if moment.problem not in USELESS:
            self._useless_us, self._advised = None, False
            return True
        now = clock.now_us()
        self._useless_us = now if self._useless_us is None else self._useless_us
        if not self._advised and now - self._useless_us >= ADVISE_US and self._around.quiet():
            self._advised = True
            self._around.say(moment.advice, now + ADVISED_WITHIN_US)
        return False
