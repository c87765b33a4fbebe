"""The light made audible while the camera moves: a level for each picture, as a tone of the client's or in words.

Knows the pictures that come and whether somebody speaks. Does not make sound: a client that can has a tone that rises
with the level (docs/wire.md, ``netra.light``), and any other one hears the level said when it changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from agent import clock
from agent.language.saying import say
from agent.live.eye import BLIND_US, Surroundings
from agent.sight.moment import Moment

LONGEST_S = 300.0
PICTURE_S = 1.2
"""Without a picture for so long there is silence: the light that was heard may not be there any more."""
CHANGED = 10
"""Of 100: a smaller change is not said."""
GAP_US, SAID_WITHIN_US = 1_500_000, 1_200_000
"""Between two levels that are said; by when one is said or not at all."""
ENDED = "I stopped telling the light. Ask again if you still need it."
NO_PICTURES = "I get no pictures from the camera any more, so I stopped telling the light."


class LightEyes(Protocol):
    """The part of a session's eyes that is needed here."""

    async def moment(self, after: str, timeout_s: float) -> Moment | None: ...


class LightByEar:
    """One run of it; ``run`` in a task of its own, and cancel that to end it. ``show``: whether the light is to be
    heard now, and its level 0..100; ``tones``: whether the client makes that a tone.
    """

    def __init__(
        self,
        eyes: LightEyes,
        around: Surroundings,
        show: Callable[[bool, int | None], None],
        tones: Callable[[], bool],
    ) -> None:
        self._eyes, self._around, self._show, self._tones = eyes, around, show, tones
        self._said: int | None = None
        self._said_us = -GAP_US

    async def run(self) -> None:
        """Until it was long enough, or there are no pictures any more; always silent in the end."""
        try:
            self._around.say(await self._follow(), None)
        finally:
            self._show(False, None)

    async def _follow(self) -> str:
        """Gives the last word."""
        until = clock.now_us() + round(LONGEST_S * 1e6)
        after, seen_us = "", clock.now_us()
        while clock.now_us() < until:
            moment = await self._eyes.moment(after, PICTURE_S)
            if moment is None:
                self._show(False, None)
                if clock.now_us() - seen_us > BLIND_US:
                    return NO_PICTURES
                continue
            after, seen_us = moment.picture.id, clock.now_us()
            level = round(moment.measures.mean / 2.55)
            if self._tones():
                self._show(self._around.quiet(), level)
            else:
                self._tell(level)
        return ENDED

    def _tell(self, level: int) -> None:
        now, before = clock.now_us(), self._said
        if not self._around.quiet() or now - self._said_us < GAP_US:
            return
        if before is None:
            text = say("{level} of 100.", level=level)
        elif level >= before + CHANGED:
            text = say("Brighter: {level}.", level=level)
        elif level <= before - CHANGED:
            text = say("Darker: {level}.", level=level)
        else:
            return
        self._said, self._said_us = level, now
        self._around.say(text, now + SAID_WITHIN_US)
