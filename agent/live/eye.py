"""Following the camera: what comes is looked at as far as its ration goes, and what changed is told while it is so.

Knows the pictures that come, the engines' looks and what work they were. Does not know what is worth saying
(``callouts``), nor who speaks: it is silent unless nobody does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from agent import clock, effort
from agent.engines.protocols import Box, TextLine
from agent.errors import EngineError
from agent.live.callouts import Callouts, Noticed, clock_place
from agent.live.following import PICTURE_S, Correction, Following, Surroundings
from agent.live.ration import Ration
from agent.picture import Picture
from agent.sight.moment import Moment
from agent.sight.quality import Measures, change
from agent.skills.colour import colours_said
from agent.skills.picture_words import place
from agent.skills.skill import ColourPart

LONGEST_S = 1_200.0
LATE_US = 1_000_000
"""When looking took so long, the next picture says first whether the scene is still the same."""
OTHER_SCENE, OTHER_TEXT, OTHER_FACES = 0.15, 0.05, 0.04
"""Changes from which the scene is another one, print is looked for again, and faces are."""
RESTING = 0.06
"""Print is looked for when the picture changed less than this since the one before."""
TEXT_SHARE, TEXT_SAVED_US = 0.015, 350_000
FACES_SHARE, FACES_SAVED_US = 0.012, 150_000
"""Share of a core for each kind of look, and what may be saved up for when much happens at once: reading a sign takes
100 to 160 ms, a page of thirty lines up to a second, finding faces 25.
"""
ENDED = "I stopped telling what changes. Ask again if you still need it."
NO_PICTURES = "I get no pictures from the camera any more, so I stopped telling what changes."
NO_READER = "I can't read text right now. I tell you the rest."


class LiveEyes(Protocol):
    """The part of a session's eyes that is needed here."""

    async def moment(self, after: str, timeout_s: float) -> Moment | None: ...

    async def quick_text(self, picture: Picture) -> tuple[TextLine, ...]: ...

    async def quick_faces(self, picture: Picture) -> tuple[Box, ...]: ...

    async def colours(self, picture: Picture) -> tuple[ColourPart, ...]: ...

    async def likely(self) -> tuple[int, tuple[str, ...]]: ...


class LiveEye:
    """One run of it; ``run`` in a task of its own, and cancel that to end it. ``wanted``: words to look out for."""

    def __init__(self, eyes: LiveEyes, around: Surroundings, wanted: str = "") -> None:
        self._eyes, self._around = eyes, around
        self._callouts = Callouts(clock_place if around.clock else place, wanted)
        self._text = Ration(TEXT_SHARE, TEXT_SAVED_US)
        self._faces = Ration(FACES_SHARE, FACES_SAVED_US)
        self._scene: Measures | None = None
        self._read: Measures | None = None
        self._faced: Measures | None = None
        self._again = False
        self._counted: tuple[int, int] = (-1, 0)
        self._reads = True
        self._correction = Correction(around)

    async def run(self) -> None:
        """Until it was long enough, or there are no pictures any more."""
        following = Following(self._eyes, LONGEST_S)
        async for moment in following:
            if moment is None:
                continue
            if self._correction.useful(moment):
                self._callouts.notice(await self._look(moment))
            if clock.now_us() - moment.picture.taken_us <= LATE_US:
                self._tell()
        self._around.say(NO_PICTURES if following.blind else ENDED, None)

    def _tell(self) -> None:
        if not self._around.quiet():
            return
        now = clock.now_us()
        if (callout := self._callouts.say(now, self._around.detail())) is not None and callout.until_us > now:
            self._around.say(callout.text, callout.until_us)

    # --- looking ----------------------------------------------------------------------------------------------

    async def _look(self, moment: Moment) -> Noticed:
        picture, measures = moment.picture, moment.measures
        moved = self._scene is None or change(measures, self._scene) >= OTHER_SCENE
        seen = Noticed(picture.taken_us, picture.width, picture.height, moved, level=round(measures.mean / 2.55))
        if self._face_wanted(moment):
            seen = replace(seen, faces=await self._find(moment))
        if self._text_wanted(moment):
            seen = replace(seen, lines=await self._find_text(moment))
        if moved and moment.motion < RESTING:
            self._scene = measures
            seen = replace(seen, colour=await self._colour(picture), things=await self._things(picture))
        return seen

    def _face_wanted(self, moment: Moment) -> bool:
        news = self._faced is None or change(moment.measures, self._faced) >= OTHER_FACES
        unsure = self._counted[1] < 3  # a first look decides nothing
        return not moment.unseen and (news or unsure) and self._faces.allows(clock.now_us())

    async def _find(self, moment: Moment) -> tuple[Box, ...] | None:
        try:
            with effort.counted() as used:
                found = await self._eyes.quick_faces(moment.picture)
        except EngineError:
            return None
        self._faces.spent(used.us, clock.now_us())
        self._faced = moment.measures
        same = len(found) == self._counted[0]
        self._counted = (len(found), self._counted[1] + 1 if same else 1)
        return found

    def _text_wanted(self, moment: Moment) -> bool:
        news = self._read is None or change(moment.measures, self._read) >= OTHER_TEXT
        rests = moment.motion < RESTING and not moment.problem
        return self._reads and rests and (news or self._again) and self._text.allows(clock.now_us())

    async def _find_text(self, moment: Moment) -> tuple[TextLine, ...] | None:
        try:
            with effort.counted() as used:
                found = await self._eyes.quick_text(moment.picture)
        except EngineError:
            self._reads = False
            self._around.say(NO_READER, None)
            return None
        self._text.spent(used.us, clock.now_us())
        self._again = not self._again and self._callouts.doubts(found)
        self._read = moment.measures
        return found

    async def _colour(self, picture: Picture) -> str | None:
        try:
            parts = await self._eyes.colours(picture) if self._around.detail() == "detailed" else ()
        except EngineError:
            return None
        return colours_said(parts) if parts else None

    async def _things(self, picture: Picture) -> tuple[str, ...] | None:
        """Those of the newest picture that a picture model looked at, if that was just now."""
        try:
            at_us, names = await self._eyes.likely()
        except EngineError:
            return None
        return names if names and picture.taken_us - at_us < PICTURE_S * 1e6 else None
