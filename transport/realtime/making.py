"""Items that a client makes: checked, given the shape that is echoed, and turned into what the mind is to know.

Knows the kinds of items. Does not know the conversation they go into.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from transport.realtime.items import function_call, function_output, message
from transport.realtime.pictures import Shown, shown
from transport.realtime.shapes import Event, WrongShape

MAX_TEXT = 32_000
"""Characters of one item that the mind is told; the rest is echoed and cut off."""
MAX_ID = 128


@dataclass(frozen=True, slots=True)
class Made:
    """``who``: whose line of conversation it is, "" for none. ``call_id`` and ``output``: a tool's answer."""

    body: Event
    who: Literal["", "user", "agent"] = ""
    text: str = ""
    pictures: tuple[Shown, ...] = ()
    call_id: str = ""
    output: str = ""


def made(item: Any, item_id: str, where: str = "item") -> Made:
    """Raises WrongShape for what a client has to mend. ``item_id``: for an item that has none of its own."""
    if not isinstance(item, dict):
        raise WrongShape(where, "an object is needed")
    given = item.get("id")
    if isinstance(given, str) and given:
        if len(given) > MAX_ID:
            raise WrongShape(f"{where}.id", f"an id has {MAX_ID} characters at most")
        item_id = given
    match item.get("type", "message"):
        case "message":
            return _message(item, item_id, where)
        case "function_call_output":
            call_id = _text(item, "call_id", where)
            output = item.get("output")
            output = output if isinstance(output, str) else "" if output is None else str(output)
            return Made(function_output(item_id, call_id, output), call_id=call_id, output=output[:MAX_TEXT])
        case "function_call":  # a client that brings its history along
            call_id, name = _text(item, "call_id", where, needed=False), _text(item, "name", where)
            arguments = item.get("arguments")
            return Made(function_call(item_id, call_id, name, arguments if isinstance(arguments, str) else "{}"))
        case kind:
            raise WrongShape(f"{where}.type", f"{kind!r:.60} is none of message, function_call, function_call_output")


def _message(item: dict[str, Any], item_id: str, where: str) -> Made:
    role = item.get("role")
    if role not in ("user", "assistant", "system"):
        raise WrongShape(f"{where}.role", f"{role!r:.60} is none of user, assistant, system")
    content = item.get("content")
    if not isinstance(content, list):
        raise WrongShape(f"{where}.content", "a list is needed")
    parts: list[Event] = []
    texts: list[str] = []
    pictures: list[Shown] = []
    for at, part in enumerate(content[:64]):
        kind = part.get("type") if isinstance(part, dict) else None
        match kind:
            case "input_text" | "text" | "output_text":
                text = part.get("text")
                if not isinstance(text, str):
                    raise WrongShape(f"{where}.content.{at}.text", "a string is needed")
                parts.append({"type": "output_text" if role == "assistant" else "input_text", "text": text})
                texts.append(text)
            case "input_audio" | "output_audio" | "audio":
                transcript = part.get("transcript")
                transcript = transcript if isinstance(transcript, str) else ""
                said = "output_audio" if role == "assistant" else "input_audio"
                parts.append({"type": said, "transcript": transcript})
                texts.append(transcript)
            case "input_image" if role == "user":
                picture = shown(part.get("image_url"), f"{where}.content.{at}.image_url")
                pictures.append(picture)
                detail = part.get("detail")
                detail = detail if detail in ("auto", "low", "high") else "auto"
                parts.append({"type": "input_image", "detail": detail})  # not echoed: it would be sent back twice
            case _:
                raise WrongShape(f"{where}.content.{at}.type", f"{kind!r:.60} is no part of a {role} message")
    text = " ".join(" ".join(texts).split())[:MAX_TEXT]
    who: Literal["", "user", "agent"] = "user" if role == "user" else "agent" if role == "assistant" else ""
    return Made(message(item_id, str(role), parts), who, text, tuple(pictures))


def _text(item: dict[str, Any], key: str, where: str, *, needed: bool = True) -> str:
    value = item.get(key)
    if isinstance(value, str) and (value or not needed):
        return value
    if needed:
        raise WrongShape(f"{where}.{key}", "a string is needed")
    return ""
