"""A language model that is asked only for what needs one, with the rules before it and below it.

Small things never wait for it: what is surely understood as a skill's is the skill's. What honesty forbids never
reaches it. When it fails, the answer is an apology and what the rules can do, never silence. Does not know which model.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Protocol

from agent.engines.protocols import Brain, Call, Question, Text, Thought
from agent.errors import EngineBusy, EngineError
from agent.language.saying import say
from agent.thinking.honesty import TRAFFIC, Guard, forbidden
from agent.thinking.need import goes_beyond
from agent.thinking.settings import Telling

log = logging.getLogger(__name__)

QUICK = frozenset({
    "time", "date", "set_timer", "timer_left", "cancel_timer", "read_text", "scan_code", "colour", "light",
    "scan_along", "light_from", "light_tone",
    "slower", "faster", "louder", "quieter", "stop", "pause", "resume", "repeat", "said_after", "speak_language",
    "help", "greet", "thanks", "goodbye", "who_are_you", "house_do", "house_ask", "ask_person",
})  # fmt: skip
"""Skills whose answer is as good as a model's, and there at once."""
OF_THE_LAST = frozenset({"more", "shorter"})
"""The skill's when the last answer was a skill's, else the model's."""
YES_NO = frozenset({"affirm", "deny"})
LOOKS = frozenset({"time", "date", "read_text", "scan_code", "colour", "light"})
"""Of these, those that answer no more than what is there: a question that wants more is the model's."""
COMMANDS = frozenset({"slower", "faster", "louder", "quieter", "stop", "pause", "resume", "repeat", "speak_language"})
"""All that is quick where an app has tools of its own."""
NEVER_MODEL = frozenset({"call_or_message", "person", "navigation", "music", "shopping", "alarm"})
"""Topics that the rules refuse better than a model does."""
LEAST_COVERAGE = 0.12

APOLOGY = (
    "I can't reach my language model right now. I can still tell the time, set timers, read text and codes, and tell "
    "colours and light."
)
BUSY = "Too many people are asking me at once. Please ask again in a moment."
BROKE_OFF = "I'm sorry, my language model broke off there."
NO_ANSWER = "I'm sorry, I have no answer to that."


class Intended(Protocol):
    """An intent, as far as routing needs it."""

    @property
    def skill(self) -> str: ...

    @property
    def arguments(self) -> Mapping[str, Any]: ...

    @property
    def confidence(self) -> float: ...


class Understander(Protocol):
    def understand(
        self, text: str, *, coverage: float = 1.0, alternatives: Sequence[str] = (), typed: bool = False
    ) -> Intended | None: ...


class RoutedBrain:
    """Shared, without state of its own. ``rules`` answers what ``model`` need not or can't. ``smaller``: another model
    for what ``model`` is too busy for.
    """

    def __init__(
        self, understanding: Understander, rules: Brain, model: Brain, telling: Telling, smaller: Brain | None = None
    ) -> None:
        self.name = model.name
        self._models = (model,) if smaller is None else (model, smaller)
        self._understanding, self._rules, self._model, self._telling = understanding, rules, model, telling

    async def reply(self, question: Question) -> AsyncIterator[Thought]:
        """See Brain. Never raises what the model raises."""
        intent = self._intent(question)
        quick = self._quick(question, intent)
        if quick is not None:
            for thought in quick:
                yield thought
            return
        apology = APOLOGY
        for model in self._models:
            begun, untold = False, Untold()
            try:
                async with aclosing(_guarded(model, question)) as thoughts:
                    async for thought in thoughts:
                        begun = True
                        yield untold.noted(thought)
                if not untold.nothing_said:
                    return
                log.warning("the model answered without a word")
                if begun and untold.words:
                    yield Text(untold.words)
                    return
                apology = NO_ANSWER
                break
            except EngineError as error:
                log.warning("the model gave no reply: %s", error)
                apology = BUSY if isinstance(error, EngineBusy) else APOLOGY
            if begun:
                yield Text(untold.words or say(BROKE_OFF))  # what was done is told, at least
                return
            if apology != BUSY:
                break
        async with aclosing(self._instead(question, intent, apology)) as others:
            async for thought in others:
                yield thought

    async def warm(self) -> None:
        """Have the model ready; one that can't be reached is no reason not to start."""
        for model in self._models:
            warm: Callable[[], Any] | None = getattr(model, "warm", None)
            if warm is not None:
                try:
                    await warm()
                except EngineError as error:
                    log.warning("the model is not ready: %s", error)

    async def check(self) -> tuple[bool, str]:
        """Whether the model answers, and what it says of itself or what to do: for `netra doctor`."""
        told = []
        for model in self._models:
            check: Callable[[], Any] | None = getattr(model, "check", None)
            try:
                told.append(str(await check()) if check is not None else f"{model.name} has nothing to check")
            except EngineError as error:
                return False, str(error)
        return True, "; when it is busy: ".join(told)

    def attention(self, session: str) -> Any:
        """Who reads along while the user speaks, where the model can; see ``Attention``."""
        attend: Callable[[str], Any] | None = getattr(self._model, "attention", None)
        return attend(session) if attend is not None else None

    def foresee(self, text: str) -> tuple[str, float] | None:
        """The skill that these words so far ask for, where it is one that the model is not asked about."""
        intent = self._understanding.understand(text)
        if intent is None or intent.skill not in QUICK or self._telling.quick == "off":
            return None
        return intent.skill, intent.confidence

    async def close(self) -> None:
        for model in self._models:
            await model.close()
        await self._rules.close()

    def _intent(self, question: Question) -> Intended | None:
        if question.results or not question.text.strip():
            return None
        return self._understanding.understand(
            question.text, coverage=question.coverage, alternatives=question.alternatives, typed=question.typed
        )

    def _quick(self, question: Question, intent: Intended | None) -> tuple[Thought, ...] | None:
        """What is answered without the model; None: it is the model's."""
        if question.results or question.wishes.tool_choice not in ("auto", "none"):
            return None
        if not question.text.strip():
            told = question.wishes.instructions or question.shown
            return None if told else (Text(say("I couldn't hear any words. Could you say that again?")),)
        if (barred := forbidden(question.text)) is not None:
            return (Call("unsupported", {"topic": barred}, 1.0),)
        if not question.typed and question.coverage < LEAST_COVERAGE:
            return (Text(say("Sorry, I didn't get that.")),)
        if intent is None:
            return None
        call = Call(intent.skill, dict(intent.arguments), intent.confidence)
        topic = intent.arguments.get("topic") if intent.skill == "unsupported" else ""
        if topic == "who_is_this" or (topic == "safety" and TRAFFIC.search(question.text)):
            return (call,)
        if intent.skill == "backchannel":
            last = question.history[-1] if question.history else None
            asked = last is not None and last.who == "agent" and last.text.rstrip().endswith("?")
            return None if question.typed or asked else ()
        if self._telling.quick == "off" or intent.confidence < self._telling.quick_from:
            return None
        return self._if_quick(question, call)

    def _if_quick(self, question: Question, call: Call) -> tuple[Thought, ...] | None:
        if question.wishes.tools:
            return (call,) if call.skill in COMMANDS else None
        if call.skill in LOOKS and goes_beyond(question.text):
            return None
        mine = (
            call.skill in QUICK
            or (call.skill in YES_NO and question.awaited)
            or (call.skill in OF_THE_LAST and bool(question.last_skill))
            or (call.skill == "unsupported" and call.arguments.get("topic") in NEVER_MODEL)
        )
        return (call,) if mine else None

    async def _instead(
        self, question: Question, intent: Intended | None, apology: str
    ) -> AsyncGenerator[Thought, None]:
        """What the rules can do; where they can't either, that is said."""
        said = False
        if question.text.strip() and (intent is None or intent.skill != "unsupported"):
            async with aclosing(self._rules.reply(question)) as thoughts:  # type: ignore[type-var]
                async for thought in thoughts:
                    if not isinstance(thought, Text):
                        said = True
                        yield thought
        if not said:
            yield Text(say(apology))


class Untold:
    """What skills answered to a model that has said nothing since. Of one reply."""

    def __init__(self) -> None:
        self.nothing_said = True
        self._answers: list[str] = []

    @property
    def words(self) -> str:
        """The answers, each once."""
        return " ".join(dict.fromkeys(self._answers))

    def noted(self, thought: Thought) -> Thought:
        """The same thought; the answer to a call is noted on its way to the model."""
        if not isinstance(thought, Call):
            self.nothing_said = False
            self._answers.clear()
            return thought
        if (heard := thought.heard) is None:
            self.nothing_said = False  # its answer is said as it is
            return thought

        def both(words: str) -> None:
            self._answers.append(words)
            heard(words)

        return replace(thought, heard=both)


async def _guarded(model: Brain, question: Question) -> AsyncGenerator[Thought, None]:
    """What the model thinks, up to where it begins to say what honesty forbids."""
    guard = Guard()
    async with aclosing(model.reply(question)) as thoughts:  # type: ignore[type-var]
        async for thought in thoughts:
            if isinstance(thought, Text):
                for word in guard.push(thought.text):
                    yield Text(word, lasts=thought.lasts)
                if guard.fell:
                    return
            else:
                for word in guard.flush():
                    yield Text(word, lasts=True)
                yield thought
        for word in guard.flush():
            yield Text(word, lasts=True)
