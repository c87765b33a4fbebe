"""Scanning on and on: each picture is looked through for codes, each code said once, and the hand guided to one.

Knows the pictures that come, the eyes' looks for codes, and what work they were. Does not decide which code is said
(``scanned``) nor how the hand is guided (``agent.sight.aim``), nor who speaks: it is silent unless nobody does.
Opens nothing: what a code holds is explained, and that is all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, assert_never

from agent import clock, effort
from agent.engines.protocols import Code
from agent.errors import EngineError
from agent.live.eye import RESTING
from agent.live.following import Correction, Following, Surroundings
from agent.live.ration import Ration
from agent.live.scanned import Scanned
from agent.picture import Picture
from agent.sight.aim import Aim, Say, Take, View, Wait
from agent.sight.framing import Framed
from agent.sight.moment import Moment
from agent.skills.code_words import explain
from agent.skills.skill import Answer, Look, Purpose

LONGEST_S = 600.0
NOTHING_US, NOTHING_AGAIN_US = 8_000_000, 40_000_000
"""Without a code, or anything like one, for so long, one hint is given; the next after so much longer."""
SAID_WITHIN_US, GUIDED_WITHIN_US = 4_000_000, 2_000_000
"""By then a code, and a direction, is said or not at all."""
SIGHTS = 2
"""Pictures in a row in which something looks like a code before the hand is guided to it."""
LOST_US = 2_500_000
"""Out of sight for so long, what looked like a code has gone."""
STILLS, STILL_US = 3, 2_500_000
"""Sharp pictures that are taken of one thing that looks like a code, and how far apart."""
THOROUGH_SHARE, THOROUGH_SAVED_US = 0.015, 120_000
PLACE_SHARE, PLACE_SAVED_US = 0.012, 100_000
"""Share of a core for looks that try harder, and for finding what only looks like a code."""
NOTHING = "I see no code yet. Turn the thing slowly, a hand's length from the camera."
UNREADABLE = "There is a code, but I can't read it. Turn the thing a little, so that nothing shines on it."
ENDED = "I stopped scanning. Ask again if you still need it."
NO_PICTURES = "I get no pictures from the camera any more, so I stopped scanning."
NO_READER = "I can't read codes right now, so I stopped scanning."


class ScanEyes(Protocol):
    """The part of a session's eyes that is needed here."""

    async def moment(self, after: str, timeout_s: float) -> Moment | None: ...

    async def quick_codes(self, picture: Picture, *, thorough: bool) -> tuple[Code, ...]: ...

    async def code_place(self, picture: Picture) -> Framed | None: ...

    async def look(self, purpose: Purpose) -> Look: ...

    async def codes(self, picture: Picture) -> tuple[Code, ...]: ...

    async def named(self, codes: Sequence[Code]) -> tuple[Code, ...]: ...


class Scan:
    """One run of it; ``run`` in a task of its own, and cancel that to end it. ``give``: an answer to say unasked, by
    an instant or not at all; ``scanned`` outlives the run, so that what was just said is not said again.
    """

    def __init__(
        self, eyes: ScanEyes, around: Surroundings, scanned: Scanned, give: Callable[[Answer, int | None], None]
    ) -> None:
        self._eyes, self._around, self._scanned, self._give = eyes, around, scanned, give
        self._thorough = Ration(THOROUGH_SHARE, THOROUGH_SAVED_US)
        self._places = Ration(PLACE_SHARE, PLACE_SAVED_US)
        self._correction = Correction(around)
        self._hint_us = 0
        self._lose()

    async def run(self) -> None:
        """Until it was long enough, or there are no pictures any more."""
        self._hint_us = clock.now_us() + NOTHING_US
        following = Following(self._eyes, LONGEST_S)
        async for moment in following:
            try:
                if moment is not None and self._correction.useful(moment):
                    await self._look(moment)
            except EngineError:
                self._around.say(NO_READER, None)
                return
        self._around.say(NO_PICTURES if following.blind else ENDED, None)

    async def _look(self, moment: Moment) -> None:
        codes = await self._read(moment)
        self._scanned.see(codes, clock.now_us())
        await self._tell()
        if self._scanned.in_view(clock.now_us()):
            self._lose()
            self._hint_us = clock.now_us() + NOTHING_US
        else:
            await self._guide(moment)

    async def _read(self, moment: Moment) -> tuple[Code, ...]:
        """A quick look; where it finds nothing and the picture rests, one that tries harder, as its ration allows."""
        found = await self._eyes.quick_codes(moment.picture, thorough=False)
        if found or moment.motion >= RESTING or not self._thorough.allows(clock.now_us()):
            return found
        with effort.counted() as used:
            found = await self._eyes.quick_codes(moment.picture, thorough=True)
        self._thorough.spent(used.us, clock.now_us())
        return found

    async def _tell(self) -> None:
        if not self._around.quiet() or (code := self._scanned.due(clock.now_us())) is None:
            return
        [named] = await self._eyes.named([code])
        told = explain(named)
        answer = Answer(told.text, brief=told.brief, more=told.more, skill="scan_code")
        self._give(answer, clock.now_us() + SAID_WITHIN_US)

    # --- where there may be a code that can't be read yet --------------------------------------------------------

    def _lose(self) -> None:
        """What looked like a code has gone, or was one."""
        self._aim: Aim | None = None
        self._sights, self._place_us = 0, -LOST_US
        self._stills, self._still_us = 0, -STILL_US

    async def _guide(self, moment: Moment) -> None:
        if not self._places.allows(clock.now_us()):
            return
        with effort.counted() as used:
            framed = await self._eyes.code_place(moment.picture)
        now = clock.now_us()
        self._places.spent(used.us, now)
        if framed is None:
            self._sights = self._sights if self._aim is not None else 0
            if now - self._place_us > LOST_US:
                self._lose()
                self._hint(now)
            return
        self._sights, self._place_us = self._sights + 1, now
        if self._sights < SIGHTS or self._stills >= STILLS:
            return
        self._aim = self._aim or Aim(now)
        step = self._aim.see(View(framed, moment.problem, moment.advice), now, may_speak=self._around.quiet())
        match step:
            case Say(text=text):
                self._hint_us = now + NOTHING_US
                self._around.say(text, now + GUIDED_WITHIN_US)
            case Take():
                await self._take(now)
            case Wait():
                pass
            case _:
                assert_never(step)

    def _hint(self, now: int) -> None:
        if now >= self._hint_us and self._around.quiet():
            self._hint_us = now + NOTHING_AGAIN_US
            self._around.say(NOTHING, now + GUIDED_WITHIN_US)

    async def _take(self, now: int) -> None:
        """A sharp picture of what is whole and still, and can't be read from the camera's own small ones."""
        if now - self._still_us < STILL_US:
            return
        self._still_us = now
        look = await self._eyes.look("code")
        if look.picture is None:
            return
        self._stills += 1
        found = await self._eyes.codes(look.picture)
        self._scanned.see(found, clock.now_us(), sure=True)
        await self._tell()
        if self._stills == STILLS and not any(code.text for code in found) and self._around.quiet():
            self._around.say(UNREADABLE, clock.now_us() + SAID_WITHIN_US)
