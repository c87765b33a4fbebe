"""One response as it is written: created, its items opened when there is something in them, closed once.

Knows the order that clients of the GA API need, and its own items. Does not know turns, other responses or sound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from agent.audio import SPEAKING_RATE
from transport.realtime import usage
from transport.realtime.items import Item, Items, Spoken, assistant_message, function_call
from transport.realtime.shapes import Event, SessionShape

Status = Literal["completed", "cancelled", "failed"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a client said of a response that it asked for. ``aside``: it is no part of the conversation."""

    metadata: Any = None
    aloud: bool = True
    aside: bool = False
    instructions: str = ""
    max_output_tokens: int | str = "inf"


@dataclass(slots=True)
class Response:
    """``turn``: the mind's. ``start``: the sample of the turn's sound at which this response begins."""

    id: str
    turn: int
    request: Request
    session: SessionShape
    items: Items
    new_id: Callable[[str], str]
    start: int = 0
    sounding: bool = False
    transcript: str = ""
    spoken: Spoken = field(init=False)
    message: Item | None = None
    output: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.spoken = Spoken(self.turn, self.start, self.start)

    def created(self) -> list[Event]:
        return [{"type": "response.created", "response": self._object("in_progress", None)}]

    def text(self, words: str) -> list[Event]:
        """The next words, spoken or written."""
        if not words:
            return []
        events = self._open_message()
        self.transcript += words
        kind = "output_audio_transcript" if self.request.aloud else "output_text"
        return [*events, {"type": f"response.{kind}.delta", **self._within(), "delta": words}]

    def sound(self, data: str, samples: int) -> list[Event]:
        """The next sound, in base64; ``samples`` at SPEAKING_RATE."""
        events = self._open_message()
        self.spoken.sent += samples
        return [*events, {"type": "response.output_audio.delta", **self._within(), "delta": data}]

    def called(self, call_id: str, name: str, arguments: str) -> list[Event]:
        """The client is to run its tool."""
        events = self._close_message("completed", self.transcript)
        item = Item(function_call(self.new_id("item"), call_id, name, "", "in_progress"))
        at = {"response_id": self.id, "output_index": len(self.output)}
        where = {**at, "item_id": item.id, "call_id": call_id}
        events.append({"type": "response.output_item.added", **at, "item": item.body})
        if not self.request.aside:
            events += self.items.add(item)
        item.body = function_call(item.id, call_id, name, arguments)
        kind = "response.function_call_arguments"
        events += [
            {"type": f"{kind}.delta", **where, "delta": arguments},
            {"type": f"{kind}.done", **where, "name": name, "arguments": arguments},
            {"type": "response.output_item.done", **at, "item": item.body},
        ]
        self.output.append(item.body)
        return events + self.items.done(item)

    def closed(self, status: Status, text: str, reason: str = "") -> list[Event]:
        """It is over; ``text``: of the message that is open, what was said, or, when it was cut, heard."""
        events = self._close_message(status, text)
        details: Event | None = None
        if status == "cancelled":
            details = {"type": "cancelled", "reason": reason or "turn_detected"}
        elif status == "failed":
            details = {"type": "failed", "error": {"type": "server_error", "code": "reply_failed"}}
        said_s = (self.spoken.sent - self.spoken.start) / SPEAKING_RATE
        mine = {body["id"] for body in self.output}
        before = (item for item in self.items if item.id not in mine)
        used = usage.used(self.request.instructions, before, self.output, said_s)
        return [*events, {"type": "response.done", "response": {**self._object(status, details), "usage": used}}]

    def _open_message(self) -> list[Event]:
        if self.message is not None:
            return []
        body = assistant_message(self.new_id("item"), None, "in_progress")
        self.message = Item(body, self.turn, self.spoken)
        events: list[Event] = [{"type": "response.output_item.added", **self._at(), "item": body}]
        if not self.request.aside:
            events += self.items.add(self.message)
        return [*events, {"type": "response.content_part.added", **self._within(), "part": self._part("")}]

    def _close_message(self, status: Status, text: str) -> list[Event]:
        item, self.transcript = self.message, ""
        if item is None:
            return []
        aloud = self.request.aloud
        item.body = assistant_message(
            item.id, text, "completed" if status == "completed" else "incomplete", aloud=aloud
        )
        within = self._within()
        events: list[Event] = []
        if aloud:
            events.append({"type": "response.output_audio.done", **within})
            events.append({"type": "response.output_audio_transcript.done", **within, "transcript": text})
        else:
            events.append({"type": "response.output_text.done", **within, "text": text})
        events += [
            {"type": "response.content_part.done", **within, "part": self._part(text)},
            {"type": "response.output_item.done", **self._at(), "item": item.body},
            *self.items.done(item),
        ]
        self.output.append(item.body)
        self.message = None
        return events

    def _part(self, text: str) -> Event:
        return {"type": "audio", "transcript": text} if self.request.aloud else {"type": "text", "text": text}

    def _at(self) -> Event:
        return {"response_id": self.id, "output_index": len(self.output)}

    def _within(self) -> Event:
        assert self.message is not None
        return {**self._at(), "item_id": self.message.id, "content_index": 0}

    def _object(self, status: str, details: Event | None) -> Event:
        request = self.request
        return {
            "id": self.id,
            "object": "realtime.response",
            "status": status,
            "status_details": details,
            "output": list(self.output),
            "conversation_id": None,
            "output_modalities": ["audio"] if request.aloud else ["text"],
            "max_output_tokens": request.max_output_tokens,
            "audio": {"output": self.session.audio.output.model_dump(include={"format", "voice"})},
            "usage": None,
            "metadata": request.metadata,
        }
