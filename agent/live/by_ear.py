"""The light made audible while the camera moves: a level for each picture, as a tone of the client's or in words.

Knows the pictures that come and whether somebody speaks. Does not make sound: a client that can has a tone that rises
with the level (docs/wire.md, ``netra.light``), and any other one hears the level said when it changed.
"""

from __future__ import annotations

from collections.abc import Callable

from agent import clock
from agent.language.saying import say
from agent.live.following import Following, Moments, Surroundings
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


class LightByEar:
    """One run of it; ``run`` in a task of its own, and cancel that to end it. ``show``: whether the light is to be
    heard now, and its level 0..100; ``tones``: whether the client makes that a tone.
    """

    def __init__(
        self,
        eyes: Moments,
        around: Surroundings,
        show: Callable[[bool, int | None], None],
        tones: Callable[[], bool],
    ) -> None:
        self._eyes, self._around, self._show, self._tones = eyes, around, show, tones
        self._said: int | None = None
        self._said_us = -GAP_US

    async def run(self) -> None:
        """Until it was long enough, or there are no pictures any more; always silent in the end."""
        following = Following(self._eyes, LONGEST_S, PICTURE_S)
        try:
            async for moment in following:
                self._follow(moment)
            self._around.say(NO_PICTURES if following.blind else ENDED, None)
        finally:
            self._show(False, None)

    def _follow(self, moment: Moment | None) -> None:
        if moment is None:
            self._show(False, None)
            return
        level = round(moment.measures.mean / 2.55)
        if self._tones():
            self._show(self._around.quiet(), level)
        else:
            self._tell(level)

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
