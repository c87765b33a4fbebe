"""What a message on a command topic asks for, or a sentence that says what is wrong with it. Pure: bytes to orders.

Takes nothing for granted: payloads come from whoever may publish.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, TypeAlias

from agent.skills.skill import Detail

MAX_BYTES = 8_192
MAX_TEXT = 1_000
MAX_ID = 64
RATES = (0.5, 3.0)
VOLUMES = (0.1, 1.0)
DETAILS: tuple[Detail, ...] = ("brief", "normal", "detailed")
LOOK_QUESTION = "what do you see"


class BadOrder(ValueError):
    """Not carried out. ``id``: of the question, where it could be read."""

    def __init__(self, message: str, order_id: str = "") -> None:
        super().__init__(message)
        self.id = order_id


@dataclass(frozen=True, slots=True)
class Ask:
    """``look``: about what the camera of a live session shows now."""

    text: str
    id: str = ""
    look: bool = False


@dataclass(frozen=True, slots=True)
class SayAloud:
    text: str


@dataclass(frozen=True, slots=True)
class Stop:
    pass


@dataclass(frozen=True, slots=True)
class SetNumber:
    """``rate`` or ``volume``, within its bounds."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class SetSwitch:
    """``listening`` or ``looking``."""

    name: str
    on: bool


@dataclass(frozen=True, slots=True)
class SetDetail:
    detail: Detail


Order: TypeAlias = Ask | SayAloud | Stop | SetNumber | SetSwitch | SetDetail


def order(name: str, payload: bytes) -> Order:
    """The order of command or setting ``name``. Raises BadOrder."""
    if len(payload) > MAX_BYTES:
        raise BadOrder(f"The message is longer than {MAX_BYTES} bytes.")
    try:
        text = payload.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise BadOrder("The message is not UTF-8 text.") from None
    match name:
        case "ask":
            said, order_id = _said(text)
            return Ask(_needed(said, order_id), order_id)
        case "look":
            said, order_id = _said(text)
            return Ask(said or LOOK_QUESTION, order_id, look=True)
        case "say":
            said, order_id = _said(text)
            return SayAloud(_needed(said, order_id))
        case "stop":
            return Stop()
        case "rate":
            return SetNumber(name, _number(text, RATES))
        case "volume":
            return SetNumber(name, _number(text, VOLUMES))
        case "detail":
            return SetDetail(_detail(text))
        case "listening" | "looking":
            return SetSwitch(name, _switch(text))
        case _:
            raise BadOrder(f"There is no command {name!r:.40}.")


def _said(text: str) -> tuple[str, str]:
    """Words and id of plain text or of {"text": …, "id": …}. Raises BadOrder."""
    order_id = ""
    if text.startswith("{"):
        fields = _object(text)
        given = fields.get("id", "")
        order_id = str(given)[:MAX_ID] if isinstance(given, str | int) else ""
        words = fields.get("text", "")
        if not isinstance(words, str):
            raise BadOrder('"text" is to be a text.', order_id)
        text = words
    text = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if len(text) > MAX_TEXT:
        raise BadOrder(f"The text is longer than {MAX_TEXT} characters.", order_id)
    return text, order_id


def _object(text: str) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        raise BadOrder('The message is not valid JSON. Send plain text, or {"text": …, "id": …}.') from None
    return fields if isinstance(fields, dict) else {}


def _needed(text: str, order_id: str) -> str:
    if not text:
        raise BadOrder("The message is empty: send the words.", order_id)
    return text


def _number(text: str, bounds: tuple[float, float]) -> float:
    low, high = bounds
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise BadOrder(f"A number from {low} to {high} is needed.")
    return value


def _switch(text: str) -> bool:
    word = text.upper()
    if word not in ("ON", "OFF"):
        raise BadOrder("ON or OFF is needed.")
    return word == "ON"


def _detail(text: str) -> Detail:
    for detail in DETAILS:
        if text.lower() == detail:
            return detail
    raise BadOrder(f"One of {', '.join(DETAILS)} is needed.")
