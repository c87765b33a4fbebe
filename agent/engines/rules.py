"""Thinking without a language model: words to a skill, or asking again.

Knows how to ask again and when to offer help. What words mean is told by the understanding it is given; what a skill
answers it never sees.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Protocol

from agent.engines.protocols import Call, Question, Said, Text, Thought
from agent.language.saying import in_every_language, say


class Intended(Protocol):
    """An intent, as far as this brain needs it."""

    @property
    def skill(self) -> str: ...

    @property
    def arguments(self) -> Mapping[str, Any]: ...

    @property
    def confidence(self) -> float: ...


class Understander(Protocol):
    def understand(
        self, text: str, *, coverage: float = 1.0, alternatives: Sequence[str] = (), typed: bool = False
    ) -> Intended | None:
        """The intent of ``text``, None when in doubt."""
        ...


ASK_AGAIN_SPOKEN = (
    "Sorry, I didn't get that.",
    "Sorry, could you say that another way?",
    "I'm not sure what you mean. Could you say it again?",
)
ASK_AGAIN_TYPED = (
    "I don't understand that one.",
    "I'm not sure what you mean. Could you put it another way?",
    "That's not something I know. Could you put it in other words?",
)
OFFER_HELP_SPOKEN = "I still don't understand. Say help to hear what I can do."
OFFER_HELP_TYPED = "I still don't understand. Type help to see what I can do."
HEARD_NOTHING = "I couldn't hear any words. Could you say that again?"

BACKCHANNEL = "backchannel"
"""The one intent that is no skill."""

_ASKED_AGAIN = frozenset(
    said
    for one in (*ASK_AGAIN_SPOKEN, *ASK_AGAIN_TYPED, OFFER_HELP_SPOKEN, OFFER_HELP_TYPED, HEARD_NOTHING)
    for said in in_every_language(one)
)


class RuleBrain:
    """Shared, without state: whether it asked before is read from the history it is given."""

    name = "rules"

    def __init__(self, understanding: Understander, app: Callable[[Question], Thought | None] = lambda _: None) -> None:
        """``app``: what the wishes of an app make of a question, before it is understood as anybody's."""
        self._understanding = understanding
        self._app = app

    async def reply(self, question: Question) -> AsyncIterator[Thought]:
        """One thought: a call, or words that ask again. None for a spoken "uh-huh": it asks for nothing."""
        if (wished := self._app(question)) is not None:
            yield wished
            return
        intent = self._understanding.understand(
            question.text,
            coverage=question.coverage,
            alternatives=question.alternatives,
            typed=question.typed,
        )
        if intent is None:
            yield Text(ask_again(question))
        elif intent.skill == BACKCHANNEL:
            if question.typed:
                yield Call("affirm")
        else:
            yield Call(intent.skill, dict(intent.arguments), intent.confidence)

    def foresee(self, text: str) -> tuple[str, float] | None:
        """The skill that these words so far ask for, and how surely; they may go on."""
        intent = self._understanding.understand(text)
        return None if intent is None else (intent.skill, intent.confidence)

    async def close(self) -> None:
        """Nothing to give back."""


def ask_again(question: Question) -> str:
    """Words for "not understood": another wording each time, help offered from the second failure in a row."""
    before = _last_of_agent(question.history)
    if before is not None and before.text.strip() in _ASKED_AGAIN:
        return say(OFFER_HELP_TYPED if question.typed else OFFER_HELP_SPOKEN)
    if not question.text.strip():
        return say(HEARD_NOTHING)
    wordings = [say(one) for one in (ASK_AGAIN_TYPED if question.typed else ASK_AGAIN_SPOKEN)]
    asked = sum(said.who == "agent" and said.text.strip() in wordings for said in question.history)
    return wordings[asked % len(wordings)]


def _last_of_agent(history: Sequence[Said]) -> Said | None:
    return next((said for said in reversed(history) if said.who == "agent"), None)
