"""What a chat server's refusal says that it can't take: it is left out from then on, and the question asked again.

Pure. Knows the refusals of vLLM, SGLang, Ollama, llama.cpp and hosted services by the words that they share.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

Lack: TypeAlias = Literal["max_tokens", "temperature", "pictures", "tools"]

REFUSING = frozenset({400, 404, 415, 422, 500, 501})
"""Statuses with which servers refuse what they can't take; llama.cpp calls it its own fault (500)."""
CANT = re.compile(
    r"support|requir|enabl|not allowed|unknown|unrecogni|unexpected|invalid|not a multimodal|at most 0|mmproj|missing",
    re.IGNORECASE,
)
TOKENS = re.compile(r"max_completion_tokens")
TEMPERATURE = re.compile(r"\btemperature\b", re.IGNORECASE)
PICTURES = re.compile(r"\bimages?\b|image_url|multi-?modal|vision|content part|mmproj", re.IGNORECASE)
TOOLS = re.compile(r"\btools?\b|tool_choice|tool[- ]choice|--jinja|function[- ]call", re.IGNORECASE)
ONE_TOOL = re.compile(r"schema|parameters", re.IGNORECASE)

WORDS: dict[Lack, str] = {
    "max_tokens": "the field max_tokens (max_completion_tokens is sent instead)",
    "temperature": "a temperature",
    "pictures": "pictures: the model answers without seeing",
    "tools": "tools: the model can't use skills",
}
NOT_SEEN = "(There was a picture here, which you can't see. If it is asked about, say that you can't see.)"


def lack_of(status: int, said: str, body: Mapping[str, Any]) -> Lack | None:
    """What of ``body`` the server can't take; None: that is not what it says."""
    if status not in REFUSING:
        return None
    if "max_tokens" in body and TOKENS.search(said):
        return "max_tokens"
    if not CANT.search(said):
        return None
    if "temperature" in body and TEMPERATURE.search(said):
        return "temperature"
    if PICTURES.search(said) and any(isinstance(one["content"], list) for one in body["messages"]):
        return "pictures"
    if "tools" not in body or "tool_choice" in body or ONE_TOOL.search(said):
        return None  # one app's own tools or wish, which say nothing of all others'
    return "tools" if TOOLS.search(said) else None


def without(body: Mapping[str, Any], lacks: frozenset[Lack]) -> dict[str, Any]:
    """The request without what the server can't take."""
    left = dict(body)
    if "max_tokens" in lacks and "max_tokens" in left:
        left["max_completion_tokens"] = left.pop("max_tokens")
    if "temperature" in lacks:
        left.pop("temperature", None)
    if "tools" in lacks:
        left.pop("tools", None)
        left.pop("tool_choice", None)
    if "pictures" in lacks:
        left["messages"] = [{**one, "content": _text(one.get("content"))} for one in left["messages"]]
    return left


def _text(content: str | Sequence[Mapping[str, Any]] | None) -> str | None:
    if content is None or isinstance(content, str):
        return content
    return "\n".join([NOT_SEEN, *(str(part["text"]) for part in content if part.get("type") == "text")])
