"""One reply: brain → skills → clauses → voice → speaker. Its task is the one cancel scope of a turn.

Knows what is said and when each part was given to the speaker. Does not know turns or barge-in: the core says when to
start, release and cancel. A guessed reply is made into a bounded private buffer; nothing of it sounds, shows or
takes effect before ``release``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol, TypeAlias, assert_never

from agent.audio import Pcm
from agent.core.clauses import ClauseSettings
from agent.engines.protocols import Brain, Call, CallTool, Question, Said, Synthesizer, Text, Voice
from agent.errors import first_of
from agent.knowing import NotedEyes, informed, must_be_said, with_kept
from agent.language.saying import say
from agent.settings import Speaking
from agent.skills.skill import (
    Answer,
    ChangeManner,
    Detail,
    Look,
    Manner,
    Situation,
    Skill,
    WrongArguments,
)
from agent.voicing import Sound, Voicing, Writing

BUFFERED_PIECES = 64
"""Pieces of sound (about 60 ms each) that a reply may be ahead of the speaker's own queue."""

LOOKING, WORKING = "Let me look.", "One moment."
"""Said while an answer is late."""

Stage: TypeAlias = Literal["first_words", "first_sound"]


@dataclass(frozen=True, slots=True)
class _End:
    pass


_Item: TypeAlias = Sound | Answer | Look | CallTool | _End


class Outlet(Protocol):
    """Where a reply goes. All but ``sound`` return at once."""

    def reached(self, stage: Stage) -> None:
        """Told once for each stage, as soon as it is reached, also in a guess."""
        ...

    def understood(self, confidence: float) -> None:
        """It is known what was wanted; told in a guess, too."""
        ...

    def text(self, words: str) -> None:
        """The next clause begins to sound."""
        ...

    def given(self, answer: Answer) -> None:
        """This answer is really given: carry out its effects."""
        ...

    def looked(self, look: Look) -> None:
        """The next answer was taken from this look."""
        ...

    def called(self, tool: str, arguments: dict[str, Any]) -> None:
        """The app is to run its tool."""
        ...

    async def sound(self, pcm: Pcm, words: tuple[tuple[str, int], ...], samples: int) -> None:
        """Sound at SPEAKING_RATE, its words (text, end sample in the reply) and the samples of the reply so far."""
        ...

    def written(self) -> None:
        """All of the reply was given to ``sound``."""
        ...


@dataclass(frozen=True, slots=True)
class Means:
    """What a reply is made with. ``situation`` and ``voice`` are asked when they are needed."""

    brain: Brain
    synthesizer: Synthesizer
    skills: dict[str, Skill]
    situation: Callable[[], Situation]
    voice: Callable[[], Voice]
    clauses: ClauseSettings = field(default_factory=ClauseSettings)
    filler_ms: int = 0
    """A skill that takes longer is announced; 0: never."""
    session: str = ""


class ReplyScope:
    """One reply in the making. Run ``answer`` or ``say`` in a task of its own; cancel the task to stop it at once."""

    def __init__(self, means: Means, outlet: Outlet, *, released: bool, aloud: bool = True) -> None:
        """``aloud`` False: its words are shown and have no sound."""
        self._means = means
        self._aloud = aloud
        self._outlet = outlet
        self._released = asyncio.Event()
        self._items: asyncio.Queue[_Item] = asyncio.Queue(BUFFERED_PIECES)
        self._stages: set[Stage] = set()
        if released:
            self._released.set()

    def release(self) -> None:
        """Let it sound."""
        self._released.set()

    async def answer(self, *questions: Question) -> None:
        """Make and say the reply to ``questions``, in order. Raises what the brain, a skill or the voice raise."""
        await self._produce_and_deliver(lambda: self._think(questions))

    async def say(self, text: str) -> None:
        """Say this, word for word; a sentence of ours in the language spoken now."""

        async def produce() -> None:
            voicing = self._voicing()
            await voicing.add(say(text))
            await voicing.finish()

        await self._produce_and_deliver(produce)

    async def _produce_and_deliver(self, produce: Callable[[], Awaitable[None]]) -> None:
        async def all_of_it() -> None:
            await produce()
            await self._items.put(_End())

        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(all_of_it())
                group.create_task(self._deliver())
        except BaseExceptionGroup as failures:
            raise first_of(failures) from None

    def _voicing(self) -> Voicing | Writing:
        means = self._means
        if not self._aloud:
            return Writing(means.situation().manner, means.clauses, self._put)
        return Voicing(means.synthesizer, means.voice(), means.situation().manner, means.clauses, self._put)

    async def _put(self, sound: Sound) -> None:
        self._reach("first_sound")
        await self._items.put(sound)

    async def _think(self, questions: tuple[Question, ...]) -> None:
        """Each is answered on its own, by a brain that knows what was answered before it."""
        voicing, told = self._voicing(), list(questions[-1].history)
        for at, question in enumerate(questions, start=1):
            answered = await self._answer(replace(question, history=tuple(told)), voicing, last=at == len(questions))
            told.append(Said("user", question.text))
            if answered:
                told.append(Said("agent", answered))
            await voicing.finish()

    async def _answer(self, question: Question, voicing: Voicing | Writing, *, last: bool) -> str:
        """Give one question to the brain; its answer in words. Only how well the ``last`` one is understood is told: it
        is the one that may go on.
        """
        eyes = NotedEyes(self._means.situation().eyes)
        question = informed(question, self._means.situation(), eyes, self._means.session)
        lasting: list[str] = []
        given: list[str] = []
        async with aclosing(self._means.brain.reply(question)) as thoughts:  # type: ignore[type-var]
            async for thought in thoughts:
                match thought:
                    case Text(text=text, lasts=lasts):
                        self._reach("first_words")
                        if eyes.noted is not None:
                            await self._items.put(eyes.noted)
                            eyes.noted = None
                        if lasts:
                            lasting.append(text)
                        given.append(text)
                        await voicing.add(text)
                    case Call(skill=name, arguments=arguments, confidence=confidence, heard=heard):
                        if confidence is not None and last:
                            self._outlet.understood(confidence)
                        answer, look = await self._call(name, arguments, voicing)
                        if look is not None:
                            await self._items.put(look)
                        for effect in answer.effects:
                            if isinstance(effect, ChangeManner):  # heard in the very answer that announces it
                                voicing.manner = effect.manner
                        await self._items.put(answer)
                        if heard is not None:
                            heard(f"{answer.text} {answer.more}".strip())
                        if heard is None or must_be_said(answer):
                            self._reach("first_words")
                            given.append(worded(answer, voicing.manner.detail))
                            await voicing.add(given[-1])
                        if heard is not None and must_be_said(answer):
                            lasting.clear()
                            break
                    case CallTool():
                        self._reach("first_words")
                        await voicing.finish()  # what was said before comes before
                        await self._items.put(thought)
                    case _:
                        assert_never(thought)
        if lasting:
            await self._items.put(Answer(" ".join(lasting)))
        return " ".join(" ".join(given).split())

    async def _call(
        self, name: str, arguments: dict[str, Any], voicing: Voicing | Writing
    ) -> tuple[Answer, Look | None]:
        eyes = NotedEyes(self._means.situation().eyes)
        answered = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as group:
                filling = group.create_task(self._fill(voicing, answered, eyes))
                try:
                    return await call_skill(self._means, name, arguments, eyes)
                finally:
                    answered.set()
                    if not self._released.is_set():  # nothing was said yet, and nothing need be
                        filling.cancel()
        except BaseExceptionGroup as failures:
            raise first_of(failures) from None

    async def _fill(self, voicing: Voicing | Writing, answered: asyncio.Event, eyes: NotedEyes) -> None:
        """An answer that comes late is announced, once it is really wanted: silence would be taken for a fault."""
        if not self._means.filler_ms:
            return
        await self._released.wait()
        try:
            async with asyncio.timeout(self._means.filler_ms / 1000):
                await answered.wait()
        except TimeoutError:
            await voicing.add(say(LOOKING if eyes.looked else WORKING))
            await voicing.finish()

    async def _deliver(self) -> None:
        await self._released.wait()
        samples = 0
        while True:
            item = await self._items.get()
            match item:
                case Answer():
                    self._outlet.given(item)
                case Look():
                    self._outlet.looked(item)
                case CallTool(tool=tool, arguments=arguments):
                    self._outlet.called(tool, arguments)
                case Sound(pcm=pcm, words=words, clause=clause):
                    if clause:
                        self._outlet.text(clause)
                    samples += len(pcm)
                    await self._outlet.sound(pcm, words, samples)
                case _End():
                    self._outlet.written()
                    return
                case _:
                    assert_never(item)

    def _reach(self, stage: Stage) -> None:
        if stage not in self._stages:
            self._stages.add(stage)
            self._outlet.reached(stage)


async def call_skill(
    means: Means, name: str, arguments: dict[str, Any], eyes: NotedEyes | None = None
) -> tuple[Answer, Look | None]:
    """What a skill answers, and the look it was taken from. Raises what the skill raises."""
    skill = means.skills.get(name)
    if skill is None:
        return Answer(say("I can't do that on this profile."), kind="refusal", keeps=False), None
    situation = means.situation()
    eyes = eyes or NotedEyes(situation.eyes)
    try:
        return await with_kept(await skill(replace(situation, eyes=eyes), arguments), eyes), eyes.noted
    except WrongArguments:
        return Answer(say("I understood what you want, but not the details. Please say it again."), keeps=False), None


def voice_for(settings: Speaking, manner: Manner) -> Voice:
    """The voice of this manner: the one that is set, unless another language is spoken than it was set for."""
    name = manner.voice or (settings.voice if manner.language == settings.language else "")
    return Voice(name, manner.rate, manner.language)


def worded(answer: Answer, detail: Detail) -> str:
    """The words of an answer at a level of detail. A page is read in parts at any."""
    match detail:
        case "brief":
            return answer.brief or answer.text
        case "detailed" if answer.page is None or not answer.page.rest:
            return f"{answer.text} {answer.more}".strip()
        case "normal" | "detailed":
            return answer.text
