"""What an app's tool answered, in words: JSON as one would say it, without a language model.

Knows JSON and a few keys that hold whole sentences. Does not know which tool it was, nor what it means.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from agent.language.saying import say
from agent.wishes import ToolResult

SENTENCES = ("answer", "say", "text", "message", "summary", "result", "response", "output", "content", "description")
ERRORS = ("error", "errors", "exception")
MAX_PARTS = 8
MAX_TEXT = 1_000
DONE = "Done."


def told(results: Sequence[ToolResult]) -> str:
    """All results, oldest first, as sentences."""
    return " ".join(told_one(result.output) for result in results)


def told_one(output: str) -> str:
    """One output: a sentence as it is, values by name, or "Done." when there is nothing to say."""
    try:
        value: Any = json.loads(output)
    except (ValueError, RecursionError):
        value = output
    text = _said(value).strip()[:MAX_TEXT]
    if not text or text.lower() in ("ok", "okay", "true", "success", "null"):
        return say(DONE)
    return text if text[-1] in ".!?" else f"{text}."


def _said(value: Any, depth: int = 0) -> str:
    match value:
        case None:
            return ""
        case bool():
            return say("yes") if value else say("no")
        case str() | int() | float():
            return str(value)
        case list():
            parts = [part for part in (_said(one, depth + 1) for one in value[:MAX_PARTS]) if part]
            listed = ", ".join(parts)
            return (
                say("{list}, and {number} more", list=listed, number=len(value) - MAX_PARTS)
                if len(value) > MAX_PARTS
                else listed
            )
        case dict():
            return _named(value, depth)
        case _:
            return ""


def _named(values: dict[str, Any], depth: int) -> str:
    for key in ERRORS:
        if values.get(key):
            return say("That did not work: {reason}", reason=_said(values[key], depth + 1))
    for key in SENTENCES:
        if isinstance(values.get(key), str) and values[key].strip():
            return str(values[key])
    if depth > 2:
        return ""
    parts = []
    for key, value in list(values.items())[:MAX_PARTS]:
        if text := _said(value, depth + 1):
            parts.append(f"{key.replace('_', ' ')}: {text}")
    return ", ".join(parts)
