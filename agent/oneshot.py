"""One question and its answer without a live line: for HTTP, Home Assistant and the command line.

Knows the brain, the skills and the pictures that were handed in. Keeps nothing between two questions, so what lasts (a
timer, another speed) is refused in words, and never acted on. Does not know protocols, and makes no sound.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, assert_never

from agent import clock
from agent.engines.protocols import Call, CallTool, Code, Question, Said, Sight, Text, TextLine, View
from agent.engines.registry import Engines
from agent.given_eyes import NO_PICTURE, GivenEyes
from agent.language.saying import follow, say
from agent.picture import Picture
from agent.settings import Settings
from agent.sight.facts import Facts, SeeingEngines
from agent.sight.quality import ADVICE
from agent.skills.picture_words import cut_correction, mostly_cut, passages
from agent.skills.printed import Passage
from agent.skills.read_text import too_far
from agent.skills.skill import (
    Answer,
    ChangeManner,
    Hush,
    Look,
    Manner,
    Purpose,
    Situation,
    Skill,
    WrongArguments,
    translated,
)
from agent.skills.wording import cardinal
from agent.wishes import ToolResult, Wishes

Kind: TypeAlias = Literal["answer", "correction", "refusal", "unclear"]

TIMERS = frozenset({"set_timer", "timer_left", "cancel_timer"})
NO_TIMERS = "I can't keep a timer here: this is one question and its answer. In a live conversation I can."
NO_MANNERS = "I can change how I speak in a live conversation only. Here every answer stands alone."
NO_EFFECTS = "I can do that in a live conversation only. Here I answer single questions."
CUT_OFF = "cut_off"
"""The verdict on print of which the edge of the picture cuts off the most."""
FAR = "far"
"""The verdict on what may be print but is too small to be read."""
ABOUT_THE_LAST = frozenset({"repeat", "more", "shorter"})
"""Skills that need the answer before. It is found again by asking the questions before once more."""
QUESTIONS_BACK = 3
PURPOSES: tuple[Purpose, ...] = ("scene", "text", "code")
LONGEST_HISTORY = 50
NO_WISHES = Wishes(aloud=False)


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of a conversation as it was handed in. ``pictures``: that came with it."""

    who: Literal["user", "agent"]
    text: str
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """A part of the answer. ``kind``: "unclear" when the question was not understood, else the skill's own; ``more``:
    what is left to say; ``look``: the picture it was taken from, with its verdict; ``skill``: "" for the brain's words.
    ``tool``: one of the app's that it is to run, in the place of words.
    """

    text: str
    kind: Kind = "answer"
    more: str = ""
    look: Look | None = None
    skill: str = ""
    tool: CallTool | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What is in one picture. ``verdicts``: for each purpose "" or what is wrong with it; ``advice``: what to do about
    it. Text is given only where the picture allows to read; codes whose number is not sure have an empty ``text``.
    """

    picture: Picture
    verdicts: dict[Purpose, str]
    advice: str
    lines: tuple[TextLine, ...]
    codes: tuple[Code, ...]

    @property
    def rows(self) -> tuple[Passage, ...]:
        """The text as it is read, row by row."""
        return passages(self.lines)


class OneShot:
    """Shared, without state."""

    def __init__(self, engines: Engines, settings: Settings, skills: tuple[Skill, ...]) -> None:
        self._brain = engines.brain
        self._sight = SeeingEngines(engines.text, engines.codes, engines.faces, engines.pixels, engines.products)
        self._settings = settings
        self._skills = {skill.name: skill for skill in skills}
        self._own_words: Kind = "unclear" if engines.brain.name == "rules" else "answer"
        """Without a language model the brain's own words only ever ask again."""

    def facts(self) -> Facts:
        """What is found in pictures, remembered for one request."""
        return Facts(self._sight, self._settings.sight.camera)

    async def answer(
        self,
        remarks: Sequence[Remark],
        facts: Facts | None = None,
        *,
        wishes: Wishes = NO_WISHES,
        results: tuple[ToolResult, ...] = (),
    ) -> AsyncGenerator[Given, None]:
        """Answer the last remark, part by part. The pictures are its own, or else the last that were handed in.

        Several pictures are answered one after the other. ``wishes``: the app's instructions and tools; ``results``:
        what its tools answered since the last remark. Raises what the brain, a skill or an engine raise.
        """
        follow(lambda: self._settings.speaking.language)
        *before, asked = remarks[-LONGEST_HISTORY:]
        facts = facts or self.facts()
        history = tuple(Said(one.who, one.text, pictures=tuple(p.id for p in one.pictures)) for one in before)
        pictures = next((one.pictures for one in reversed(remarks) if one.pictures), ())
        question = Question(
            asked.text, typed=True, history=history, wishes=wishes, results=results, shown=bool(pictures),
            facts=(f"It is {clock.local_time():%H:%M on %A, %d %B %Y}.",), look=lambda: self._seen(pictures, facts),
        )  # fmt: skip
        async with aclosing(self._brain.reply(question)) as thoughts:  # type: ignore[type-var]
            async for thought in thoughts:
                match thought:
                    case Text(text=text):
                        yield Given(text, "answer" if results else self._own_words)
                    case CallTool():
                        yield Given("", tool=thought)
                    case Call(skill=name, arguments=arguments, heard=heard) if heard is not None:
                        picture = pictures[-1] if pictures else None
                        found = await self._run(name, arguments, GivenEyes(picture, facts), history, None)
                        heard(f"{found.text} {found.more}".strip())
                    case Call(skill=name, arguments=arguments):
                        last = await self._last(before, facts) if name in ABOUT_THE_LAST else None
                        async with aclosing(self._call(name, arguments, pictures, facts, history, last)) as parts:
                            async for given in parts:
                                yield given
                    case _:
                        assert_never(thought)

    async def look(self, picture: Picture, facts: Facts | None = None) -> Seen:
        """What is in this picture, whoever asks."""
        facts = facts or self.facts()
        eyes = GivenEyes(picture, facts)
        looks: dict[Purpose, Look] = {purpose: await eyes.look(purpose) for purpose in PURPOSES}
        lines = () if looks["text"].problem else await facts.text(picture)
        codes = () if looks["code"].problem in ("covered", "black") else await facts.codes(picture)
        verdicts = {purpose: look.problem for purpose, look in looks.items()}
        advice = next((look.advice for look in looks.values() if look.problem), "")
        rows = passages(lines)
        if reasons := mostly_cut(rows):
            verdicts["text"], lines, advice = CUT_OFF, (), advice or say(cut_correction(reasons).text)
        elif too_far(lines, rows):
            verdicts["text"], lines, advice = FAR, (), advice or say(ADVICE[FAR])
        lines = tuple(line for line in lines if line.text)
        return Seen(picture, verdicts, advice, lines, codes)

    # --- skills ----------------------------------------------------------------------------------------------------

    async def _seen(self, pictures: Sequence[Picture], facts: Facts) -> View:
        """What a brain sees that looks for itself: every picture with its verdict."""
        looks = [await GivenEyes(picture, facts).look("scene") for picture in pictures]
        sights = tuple(
            Sight(one.picture, 0, one.problem, one.advice, one.hidden) for one in looks if one.picture is not None
        )
        return View(sights, "" if sights else NO_PICTURE)

    async def _call(
        self,
        name: str,
        arguments: dict[str, Any],
        pictures: Sequence[Picture],
        facts: Facts,
        history: tuple[Said, ...],
        last: Answer | None,
    ) -> AsyncGenerator[Given, None]:
        """One answer, or one for each picture when the skill looked and there are several."""
        several = len(pictures) > 1
        for at, picture in enumerate(pictures or (None,), start=1):
            eyes = GivenEyes(picture, facts)
            answer = await self._run(name, arguments, eyes, history, last)
            told = f"{say('Picture {number}:', number=cardinal(at))} " if several and eyes.looked is not None else ""
            yield Given(told + answer.text, answer.kind, answer.more, eyes.looked, name)
            if eyes.looked is None:
                return

    async def _run(
        self, name: str, arguments: dict[str, Any], eyes: GivenEyes, history: tuple[Said, ...], last: Answer | None
    ) -> Answer:
        skill = self._skills.get(name)
        if skill is None:
            return translated(Answer("I can't do that on this profile.", kind="refusal"))
        if name in TIMERS:
            return translated(Answer(NO_TIMERS, kind="refusal"))
        situation = Situation(
            eyes=eyes,
            now=clock.local_time(),
            now_us=clock.now_us(),
            manner=Manner(language=self._settings.speaking.language),
            history=history,
            last=last,
            profile=self._settings.profile,
            skills=tuple(self._skills.values()),
        )
        try:
            answer = await skill(situation, arguments)
        except WrongArguments:
            return translated(Answer("I understood what you want, but not the details. Please say it again."))
        return translated(harmless(answer))

    async def _last(self, before: Sequence[Remark], facts: Facts) -> Answer | None:
        """The answer to the last question that had one worth repeating."""
        asked = [at for at, remark in enumerate(before) if remark.who == "user"][-QUESTIONS_BACK:]
        for at in reversed(asked):
            pictures = next((one.pictures for one in reversed(before[: at + 1]) if one.pictures), ())
            eyes = GivenEyes(pictures[0] if pictures else None, facts)
            async with aclosing(self._brain.reply(Question(before[at].text, typed=True))) as thoughts:  # type: ignore[type-var]
                async for thought in thoughts:
                    if isinstance(thought, Call) and thought.skill not in ABOUT_THE_LAST:
                        answer = await self._run(thought.skill, thought.arguments, eyes, (), None)
                        if answer.keeps:
                            return answer
        return None


def harmless(answer: Answer) -> Answer:
    """The answer without what can't take effect here; one that only announces such a thing becomes a refusal."""
    lasting = [effect for effect in answer.effects if not isinstance(effect, Hush)]
    if not lasting:
        return answer if answer.text else Answer("Okay.", keeps=False)
    if all(isinstance(effect, ChangeManner) for effect in lasting):
        return replace(answer, effects=()) if answer.keeps else Answer(NO_MANNERS, kind="refusal")
    return Answer(NO_EFFECTS, kind="refusal")
