"""Tools of the app that talks with us, without a language model: whether words ask for one, and with which arguments.

A tool is asked for when the words of its name are said, and the more of what is said its description explains, the
surer. Knows words and JSON schemas. Does not run tools, and knows no skills.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.language.saying import say
from agent.skills.app_arguments import argument, value_in
from agent.skills.understand_slots import words_of
from agent.wishes import Tool

SURE = 0.6
"""Least score of a tool that is called."""
NAME_WEIGHT, EXPLAINED_WEIGHT = 0.75, 0.25
VERB_WEIGHT = 0.3
"""What a verb that half of all tools begin with adds: it tells get_light from set_light, and proves nothing alone."""

MAX_WORDS = 60
"""Longer texts are not somebody asking for something: apps put whole histories into one message."""

VERBS = frozenset(
    ["get", "set", "lookup", "look", "find", "fetch", "search", "query", "check", "show", "list", "make", "do", "run",
     "call", "use", "retrieve", "read", "give", "tell", "provide", "return", "create", "handle"]
)  # fmt: skip
EMPTY = frozenset(
    ["a", "an", "and", "are", "as", "at", "be", "by", "can", "could", "current", "currently", "does", "for", "from",
     "had", "has", "have", "how", "i", "if", "in", "into", "is", "it", "its", "me", "my", "now", "of", "or", "our",
     "please", "should", "so", "some", "that", "the", "their", "them", "there", "this", "to", "today", "tool", "us",
     "user", "user's", "want", "was", "we", "what", "what's", "when", "where", "which", "who", "will", "with", "would",
     "you", "your", "function", "api", "about", "like", "need", "know"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """``missing``: a required parameter that nothing was said about, "" when all are there."""

    tool: Tool
    score: float
    arguments: Mapping[str, Any] = field(default_factory=dict)
    missing: str = ""


def best_tool(text: str, tools: Sequence[Tool], *, least: float = SURE) -> Match | None:
    """The tool that ``text`` asks for, with its arguments; None when no one scores ``least``."""
    scored = sorted(((score(text, tool), -at) for at, tool in enumerate(tools)), reverse=True)
    if not scored or scored[0][0] < least:
        return None
    best, at = scored[0]
    return filled(text, tools[-at], best)


def filled(text: str, tool: Tool, score: float = 1.0) -> Match:
    """This tool with the arguments that ``text`` names."""
    known = frozenset(_stems(_name_words(tool.name))) | frozenset(_stems(VERBS | EMPTY))
    arguments: dict[str, Any] = {}
    missing = ""
    properties, required = parameters(tool)
    strings = [name for name in required if properties[name].get("type", "string") == "string"]
    for name, schema in properties.items():
        value = argument(name, schema, text, known, alone=strings == [name])
        if value is not None:
            arguments[name] = value
        elif name in required and not missing:
            missing = name
    return Match(tool, score, arguments, missing)


def answered(text: str, match: Match) -> Match:
    """``text`` as the answer to what was missing."""
    properties, required = parameters(match.tool)
    value = value_in(properties[match.missing], text)
    if value is None:
        return match
    arguments = {**match.arguments, match.missing: value}
    missing = next((name for name in required if name not in arguments), "")
    return Match(match.tool, match.score, arguments, missing)


def score(text: str, tool: Tool) -> float:
    """0..1: how surely ``text`` asks for this tool."""
    spoken_words = words_of(text)
    said = set(_stems(spoken_words))
    if not 0 < len(spoken_words) <= MAX_WORDS:
        return 0.0
    names = _stems(_name_words(tool.name))
    verbs = {name for name in names if name in VERBS}
    telling = [name for name in names if name not in verbs and name not in EMPTY]
    if not telling:  # a name of nothing but verbs: its description has to tell
        telling = [word for word in _stems(words_of(tool.description)) if word not in VERBS | EMPTY][:3]
    if not telling:
        return 0.0
    named = sum(word in said for word in telling) / len(telling)
    named = min(1.0, named + (VERB_WEIGHT * bool(verbs & said) if 0 < named < 1 else 0.0))
    content = said - EMPTY
    explained = content & set(_stems(_all_words(tool)))
    verb = 0.01 * bool(verbs & said)
    return NAME_WEIGHT * named + EXPLAINED_WEIGHT * len(explained) / max(1, len(content)) * bool(named) + verb


def ask_for(match: Match) -> str:
    """The question for what is missing. Its wording says for which tool and parameter, so it is found again."""
    properties, _ = parameters(match.tool)
    schema = properties[match.missing]
    what = spoken(match.missing)
    about = " ".join(word for word in _name_words(match.tool.name) if word not in VERBS) or spoken(match.tool.name)
    choices = [str(one) for one in schema.get("enum", []) if isinstance(one, str)]
    if choices:
        listed = ", ".join(map(spoken, choices))
        return say("Which {what} for {about}: {choices}?", what=what, about=about, choices=listed)
    return say("Which {what} for {about}?", what=what, about=about)


def asked_for(agent_line: str, user_line: str, tools: Sequence[Tool]) -> Match | None:
    """The match whose missing parameter ``agent_line`` asked for, after ``user_line``."""
    for tool in tools:
        match = filled(user_line, tool)
        for name in parameters(tool)[1]:
            again = Match(tool, match.score, match.arguments, name)
            if name not in match.arguments and ask_for(again) == agent_line.strip():
                return again
    return None


def parameters(tool: Tool) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Properties by name, and the names that are required. What is no schema is as none."""
    properties = tool.parameters.get("properties")
    required = tool.parameters.get("required")
    known = {
        str(name): schema if isinstance(schema, dict) else {}
        for name, schema in (properties if isinstance(properties, dict) else {}).items()
    }
    return known, [name for name in (required if isinstance(required, list) else []) if name in known]


def spoken(name: str) -> str:
    """A name as one would say it: "getOrder_status" is "get order status"."""
    return " ".join(_name_words(name))


def _name_words(name: str) -> list[str]:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.sub(r"[^a-z0-9]+", " ", apart.lower()).split()


def _all_words(tool: Tool) -> Iterator[str]:
    yield from _name_words(tool.name)
    yield from words_of(tool.description)
    for name, schema in parameters(tool)[0].items():
        yield from _name_words(name)
        yield from words_of(str(schema.get("description", "")))
        for one in schema.get("enum", []) if isinstance(schema.get("enum"), list) else []:
            yield from words_of(str(one))


def _stems(words: Sequence[str] | frozenset[str] | Iterator[str]) -> list[str]:
    """A crude singular: "lights" and "light" are one word."""
    return [word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in words]
