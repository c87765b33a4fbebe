"""What a brain without a language model makes of an app's wishes: its tools, their results, its instructions.

Honest rather than clever: a tool is called when it is asked for, what is missing is asked, results are said as they
are. Instructions can't be followed in general: a text to say word for word is said, a request is understood as one of
the user's would be, and any other changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from agent.engines.protocols import Call, CallTool, Question, Said, Text, Thought
from agent.language.saying import say
from agent.skills.app_results import told
from agent.skills.app_tools import SURE, Match, answered, ask_for, asked_for, best_tool, filled
from agent.wishes import Tool

SAY = re.compile(
    r"\b(?:say|answer|reply|respond|repeat|tell|greet)\b[^\"\u201c':]{0,60}[:,]?\s*[\"\u201c']([^\"\u201d]{1,500}?)[\"\u201d'](?:[.!]|\s|$)",
    re.IGNORECASE,
)
HERE = "I'm here. What would you like to know?"


class Intended(Protocol):
    @property
    def skill(self) -> str: ...

    @property
    def arguments(self) -> Mapping[str, Any]: ...


class Understander(Protocol):
    def understand(
        self, text: str, *, coverage: float = 1.0, alternatives: Sequence[str] = (), typed: bool = False
    ) -> Intended | None: ...


class AppReplies:
    """``understanding`` tells what instructions ask for. Without state."""

    def __init__(self, understanding: Understander) -> None:
        self._understanding = understanding

    def __call__(self, question: Question) -> Thought | None:
        """What the app's wishes make of this question; None: nothing, it is a question like any other."""
        wishes = question.wishes
        if question.results:
            return Text(told(question.results))
        tools = () if wishes.tool_choice == "none" else wishes.tools
        if tools and (called := self._tool(question, tools, wishes.tool_choice)) is not None:
            return called
        if question.text.strip():
            return None
        if quoted := SAY.search(wishes.instructions):
            return Text(quoted[1])
        if question.shown:
            return Call("describe")
        intent = self._understanding.understand(wishes.instructions, typed=True) if wishes.instructions else None
        if intent is not None and intent.skill not in ("unsupported", "backchannel"):
            return Call(intent.skill, dict(intent.arguments))
        return Text(say(HERE)) if question.history else Call("greet")

    def _tool(self, question: Question, tools: Sequence[Tool], choice: str) -> Thought | None:
        text = question.text
        named = next((tool for tool in tools if tool.name == choice), None)
        if named is not None:
            return CallTool(named.name, dict(filled(text, named).arguments))
        agent, user = _before(question.history)
        if agent and text.strip() and (asked := asked_for(agent, user, tools)) is not None:
            return _called(answered(text, asked))
        match = best_tool(text, tools, least=0.0 if choice == "required" else SURE)
        if match is None:
            return None
        return CallTool(match.tool.name, dict(match.arguments)) if choice == "required" else _called(match)


def _called(match: Match) -> Thought:
    return Text(ask_for(match)) if match.missing else CallTool(match.tool.name, dict(match.arguments))


def _before(history: Sequence[Said]) -> tuple[str, str]:
    """What the agent said last, when nothing was said since, and what the user had said before it."""
    if not history or history[-1].who != "agent":
        return "", ""
    return history[-1].text, next((said.text for said in reversed(history) if said.who == "user"), "")
