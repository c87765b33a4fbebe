"""What a brain may know of the moment besides the words: facts, a look through the session's eyes, what is awaited.

Knows a Situation. Does not know brains, nor what they make of it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agent.engines.protocols import Box, Code, Question, Sight, TextLine, View
from agent.errors import EngineError
from agent.language.saying import ENGLISH, LANGUAGES
from agent.picture import Picture
from agent.sight.own_things import Known, Taught
from agent.sight.recall import Recalled
from agent.skills.skill import Answer, AskFirst, Brightness, ColourPart, Eyes, Keep, Kept, Look, Purpose, Situation
from agent.skills.wording import rough_duration


def informed(question: Question, situation: Situation, eyes: Eyes, session: str = "") -> Question:
    """The question with all that is known of the moment. ``session``: whose prefix it may use; "" for none."""

    async def look() -> View:
        found = await eyes.look("scene")
        if found.picture is None:
            return View((), found.advice)
        return View((Sight(found.picture, found.age_us, found.problem, found.advice, found.hidden),))

    last = situation.last.skill if situation.last is not None else ""
    return replace(
        question,
        facts=facts(situation),
        look=look,
        awaited=situation.pending is not None,
        last_skill=last,
        session=session,
        in_view=eyes.in_view(),
    )


def facts(situation: Situation) -> tuple[str, ...]:
    """What is so now, in sentences."""
    told = [f"It is {situation.now:%H:%M} on {situation.now:%A, %d %B %Y}."]
    if (code := situation.manner.language) != ENGLISH and code in LANGUAGES:
        told.append(f"The user chose {LANGUAGES[code]}: answer in {LANGUAGES[code]}.")
    for timer in situation.timers:
        left = max(1, (timer.ends_us - situation.now_us) // 1_000_000)
        told.append(f"A timer of {rough_duration(timer.seconds)} has {rough_duration(left)} left.")
    return tuple(told)


def must_be_said(answer: Answer) -> bool:
    """A question before something is done is asked word for word, whoever thought of the deed."""
    return any(isinstance(effect, AskFirst) for effect in answer.effects)


async def with_kept(answer: Answer, eyes: NotedEyes) -> Answer:
    """The answer, and that what it was taken from is remembered when it is given."""
    if answer.kind != "answer" or any(isinstance(effect, Keep) for effect in answer.effects):
        return answer
    kept = await eyes.kept()
    return answer if kept is None else replace(answer, effects=(*answer.effects, Keep(kept)))


class NotedEyes:
    """``Eyes`` that note the last look that found a picture, so that a person can be told what an answer was taken
    from.
    """

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes
        self.looked = False
        self.noted: Look | None = None
        self._found: dict[str, Any] = {}

    def in_view(self) -> tuple[str, ...]:
        return self._eyes.in_view()

    async def look(self, purpose: Purpose) -> Look:
        self.looked = True
        look = await self._eyes.look(purpose)
        if look.picture is not None:
            self.noted, self._found = look, {}
        return look

    async def text(self, picture: Picture) -> tuple[TextLine, ...]:
        found = await self._eyes.text(picture)
        self._note(picture, lines=tuple(line for line in found if line.text))
        return found

    async def codes(self, picture: Picture) -> tuple[Code, ...]:
        found = await self._eyes.codes(picture)
        self._note(picture, codes=found)
        return found

    async def faces(self, picture: Picture) -> tuple[Box, ...]:
        found = await self._eyes.faces(picture)
        self._note(picture, faces=len(found))
        return found

    async def colours(self, picture: Picture) -> tuple[ColourPart, ...]:
        found = await self._eyes.colours(picture)
        self._note(picture, colours=found)
        return found

    async def light(self, picture: Picture) -> Brightness:
        return await self._eyes.light(picture)

    @property
    def remembers(self) -> bool:
        return self._eyes.remembers

    async def recall(self, thing: str) -> Recalled | None:
        return await self._eyes.recall(thing)

    async def known(self, picture: Picture, things: Sequence[Taught]) -> tuple[Known, ...]:
        return await self._eyes.known(picture, things)

    async def kept(self) -> Kept | None:
        """What was found in the picture that was looked at; None: nothing was."""
        look, found = self.noted, self._found
        if look is None or look.picture is None or not found:
            return None
        if "lines" in found and "colours" not in found:  # what a sign looked like tells it from the next one
            with contextlib.suppress(EngineError):
                found["colours"] = await self._eyes.colours(look.picture)
        return Kept(look.picture.taken_us, **found)

    def _note(self, picture: Picture, **found: Any) -> None:
        if self.noted is not None and picture is self.noted.picture:
            self._found |= found
