"""From session and response objects to what the mind is asked for: wishes, and how the end of a turn is found.

Knows the API's fields. Does not know events or items.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agent.ports import TurnDetection
from agent.wishes import Tool, Wishes
from transport.realtime.response import Request
from transport.realtime.shapes import Event, SessionShape, WrongShape

OVERRIDES = ("instructions", "tools", "tool_choice", "output_modalities")
"""What a response may have other than its session."""
MAX_TOOLS = 128
MAX_METADATA = 16
MAX_INSTRUCTIONS = 32_000


def wishes_of(session: SessionShape) -> Wishes:
    return Wishes(
        session.instructions[:MAX_INSTRUCTIONS],
        tools_of(session.tools),
        choice_of(session.tool_choice),
        "audio" in session.output_modalities,
    )


def request_of(response: Any, session: SessionShape) -> tuple[Request, Wishes]:
    """What a response.create asks for, over the session's own. Raises WrongShape."""
    if response is None:
        response = {}
    if not isinstance(response, dict):
        raise WrongShape("response", "an object is needed")
    patch = {key: response[key] for key in OVERRIDES if key in response}
    if isinstance(response.get("max_output_tokens"), int | str):
        patch["max_output_tokens"] = response["max_output_tokens"]
    try:
        effective = session.merged({key: value for key, value in patch.items() if value is not None})
    except WrongShape as wrong:
        raise WrongShape(wrong.param.replace("session", "response", 1), wrong.reason) from wrong
    aside = response.get("conversation") == "none"
    wishes = wishes_of(effective)
    if aside:
        wishes = Wishes(wishes.instructions, wishes.tools, wishes.tool_choice, aloud=False)
    request = Request(
        _metadata(response.get("metadata")), wishes.aloud, aside, wishes.instructions, effective.max_output_tokens
    )
    return request, wishes


def tools_of(tools: Iterable[Event]) -> tuple[Tool, ...]:
    """The function tools among them; others (MCP) are echoed and never called."""
    found = []
    for tool in tools:
        name = tool.get("name")
        if tool.get("type", "function") == "function" and isinstance(name, str) and name:
            parameters, about = tool.get("parameters"), tool.get("description")
            found.append(
                Tool(
                    name,
                    about if isinstance(about, str) else "",
                    parameters if isinstance(parameters, dict) else {},
                )
            )
    return tuple(found[:MAX_TOOLS])


def choice_of(choice: str | dict[str, Any]) -> str:
    if isinstance(choice, dict):
        name = choice.get("name")
        return name if isinstance(name, str) else "auto"
    return choice if choice in ("none", "required") else "auto"


def detection_of(asked: Any) -> TurnDetection:
    """``turn_detection`` as the client wrote it; what it did not mention is left to Netra's own judgement."""
    if asked is None:
        return TurnDetection(by="push")
    shared = {"answers": asked.get("create_response"), "interrupts": asked.get("interrupt_response")}
    shared = {key: value for key, value in shared.items() if isinstance(value, bool)}
    if asked.get("type") == "semantic_vad":
        eagerness = asked.get("eagerness")
        return TurnDetection(
            by="voice", eagerness=eagerness if eagerness in ("low", "medium", "high") else "auto", **shared
        )
    return TurnDetection(
        by="voice",
        silence_ms=asked.get("silence_duration_ms"),
        threshold=asked.get("threshold"),
        preroll_ms=asked.get("prefix_padding_ms"),
        prompt_ms=asked.get("idle_timeout_ms"),
        **shared,
    )


def _metadata(given: Any) -> Any:
    if given is None:
        return None
    if not isinstance(given, dict) or len(given) > MAX_METADATA:
        raise WrongShape("response.metadata", f"an object of at most {MAX_METADATA} strings is needed")
    return {str(key)[:64]: str(value)[:512] for key, value in given.items()}
