"""A thing of the user's is shown, and learned from three looks at it: held still, turned a little between them.

Knows the pictures that come and what to say next. Does not know how a thing is known again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from agent import clock
from agent.errors import EngineError
from agent.language.saying import say
from agent.picture import Picture
from agent.sight.moment import Moment
from agent.sight.own_things import Taught, ThingLook
from agent.sight.quality import Measures, change

LOOKS = 3
LONGEST_S = 45.0
PICTURE_S = 2.0
RESTING = 0.06
"""A look is taken when the picture changed less than this since the one before."""
TURNED = 0.03
"""The next look must differ so much from the one before."""
REMIND_US = 7_000_000
SAID_WITHIN_US = 4_000_000
PLAIN_LOOKS = 4
"""So many looks without enough to hold on to, and the thing is too plain."""
PROGRESS = ("Good. Turn it a little.", "Good. Once more, a bit nearer or farther.")
REMINDERS = ("Turn it a little.", "Once more, a bit nearer or farther.")
TOO_PLAIN = "It has too little print or pattern for me to know it again. A label or a sticker on it would help."
NOT_ONE = "My looks at it don't agree, so I didn't learn it. Hold one thing in the middle, and say it again."
TOO_LONG = "I didn't get three good looks, so I didn't learn it. Hold it nearer, in good light, and say it again."
BROKEN = "I can't learn things right now."


class TeachingEyes(Protocol):
    """The part of a session's eyes that is needed here."""

    async def moment(self, after: str, timeout_s: float) -> Moment | None: ...

    async def thing(self, picture: Picture) -> ThingLook | None: ...

    async def same_thing(self, one: ThingLook, picture: Picture) -> bool: ...


class Teaching:
    """One lesson; ``run`` in a task of its own, and cancel that to end it. ``say(text, until_us)``; ``learn`` is given
    what was learned.
    """

    def __init__(
        self, eyes: TeachingEyes, name: str, say: Callable[[str, int | None], None], learn: Callable[[Taught], None]
    ) -> None:
        self._eyes, self._name, self._tell, self._learn = eyes, name, say, learn
        self._looks: list[ThingLook] = []
        self._agree = False
        self._shown: Measures | None = None
        self._plain = 0
        self._said_us = 0

    async def run(self) -> None:
        until, after = clock.now_us() + round(LONGEST_S * 1e6), ""
        self._said_us = clock.now_us()
        while clock.now_us() < until:
            moment = await self._eyes.moment(after, PICTURE_S)
            if moment is None:
                continue
            after = moment.picture.id
            if moment.problem:
                self._remind(moment.advice)
            elif self._shown is not None and change(moment.measures, self._shown) < TURNED:
                self._remind(REMINDERS[min(len(self._looks), len(REMINDERS)) - 1])
            elif moment.motion < RESTING:
                try:
                    over = await self._take(moment)
                except EngineError:
                    over = BROKEN
                if over:
                    self._tell(over, None)
                    return
        self._tell(TOO_LONG, None)

    async def _take(self, moment: Moment) -> str:
        """One look more; gives the last word when there is no more to do."""
        look = await self._eyes.thing(moment.picture)
        if look is None:
            self._plain += 1
            return TOO_PLAIN if self._plain >= PLAIN_LOOKS else ""
        if self._looks:
            self._agree = self._agree or await self._eyes.same_thing(self._looks[0], moment.picture)
        self._looks.append(look)
        self._shown = moment.measures
        if len(self._looks) < LOOKS:
            self._say(PROGRESS[len(self._looks) - 1])
            return ""
        if not self._agree:
            return NOT_ONE
        self._learn(Taught(self._name, tuple(self._looks)))
        return say("I know your {thing} now. Ask me where it is, or which of your things this is.", thing=self._name)

    def _remind(self, text: str) -> None:
        if clock.now_us() - self._said_us >= REMIND_US:
            self._say(text)

    def _say(self, text: str) -> None:
        self._said_us = clock.now_us()
        self._tell(text, self._said_us + SAID_WITHIN_US)
