"""Eyes over pictures that were handed in with a question: no camera, no time, no second try.

Knows the verdict on each picture, and finds each fact once. Does not know what is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.engines.protocols import Box, Code, TextLine
from agent.picture import Picture
from agent.sight.covering import judged
from agent.sight.facts import Facts
from agent.sight.own_things import Known, Taught
from agent.sight.quality import ADVICE, Measures, measure, problem
from agent.skills.skill import Brightness, ColourPart, Look, Purpose

NO_PICTURE = "No picture came with this question. Send one along, then ask again."


class GivenEyes:
    """The protocol ``Eyes``. Looks at ``picture`` whenever a skill looks; None for a question without one.

    ``looked``: the last look, None when nobody looked. ``facts`` may be shared by the eyes of one request.
    """

    def __init__(self, picture: Picture | None, facts: Facts) -> None:
        self._picture, self._facts = picture, facts
        self._measures: Measures | None = None
        self.looked: Look | None = None

    def in_view(self) -> tuple[str, ...]:
        return (self._picture.id,) if self._picture is not None else ()

    async def look(self, purpose: Purpose) -> Look:
        self.looked = await self._look(purpose)
        return self.looked

    async def _look(self, purpose: Purpose) -> Look:
        if self._picture is None:
            return Look(None, "no_picture", NO_PICTURE)
        if self._measures is None:
            self._measures = await self._facts.work(measure, self._picture.pixels)
        if found := problem(self._measures, purpose):
            return Look(self._picture, found, ADVICE[found])
        covered = await self._facts.covering(self._picture)
        found = judged(covered, purpose)
        return Look(self._picture, found, ADVICE.get(found, ""), hidden=covered.by)

    async def text(self, picture: Picture) -> tuple[TextLine, ...]:
        return await self._facts.text(picture)

    async def codes(self, picture: Picture) -> tuple[Code, ...]:
        """Codes; a retail number that no second look confirms has an empty ``text``: seen, but not sure."""
        return await self._facts.codes(picture)

    async def faces(self, picture: Picture) -> tuple[Box, ...]:
        return await self._facts.faces(picture)

    async def colours(self, picture: Picture) -> tuple[ColourPart, ...]:
        return await self._facts.colours(picture)

    async def light(self, picture: Picture) -> Brightness:
        return await self._facts.light(picture)

    remembers = False
    """Nothing was seen before."""

    async def recall(self, thing: str) -> None:
        return None

    async def known(self, picture: Picture, things: Sequence[Taught]) -> tuple[Known, ...]:
        return ()
