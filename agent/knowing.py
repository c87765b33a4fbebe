"""What a brain may know of the moment besides the words: facts, a look through the session's eyes, what is awaited.

Knows a Situation. Does not know brains, nor what they make of it.
"""

from __future__ import annotations

from dataclasses import replace

from agent.engines.protocols import Box, Code, Question, Sight, TextLine, View
from agent.language.saying import ENGLISH, LANGUAGES
from agent.picture import Picture
from agent.sight.recall import Recalled
from agent.skills.skill import Answer, AskFirst, Brightness, ColourPart, Eyes, Look, Purpose, Situation
from agent.skills.wording import rough_duration


def informed(question: Question, situation: Situation, eyes: Eyes, session: str = "") -> Question:
    """The question with all that is known of the moment. ``session``: whose prefix it may use; "" for none."""

    async def look() -> View:
        found = await eyes.look("scene")
        if found.picture is None:
            return View((), found.advice)
        return View((Sight(found.picture, found.age_us, found.problem, found.advice),))

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


class NotedEyes:
    """``Eyes`` that note the last look that found a picture, so that a person can be told what an answer was taken
    from.
    """

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes
        self.looked = False
        self.noted: Look | None = None

    def in_view(self) -> tuple[str, ...]:
        return self._eyes.in_view()

    async def look(self, purpose: Purpose) -> Look:
        self.looked = True
        look = await self._eyes.look(purpose)
        if look.picture is not None:
            self.noted = look
        return look

    async def text(self, picture: Picture) -> tuple[TextLine, ...]:
        return await self._eyes.text(picture)

    async def codes(self, picture: Picture) -> tuple[Code, ...]:
        return await self._eyes.codes(picture)

    async def faces(self, picture: Picture) -> tuple[Box, ...]:
        return await self._eyes.faces(picture)

    async def colours(self, picture: Picture) -> tuple[ColourPart, ...]:
        return await self._eyes.colours(picture)

    async def light(self, picture: Picture) -> Brightness:
        return await self._eyes.light(picture)

    @property
    def remembers(self) -> bool:
        return self._eyes.remembers

    async def recall(self, thing: str) -> Recalled | None:
        return await self._eyes.recall(thing)
