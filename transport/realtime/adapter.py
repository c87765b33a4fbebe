"""One line's two-way translation: a client's messages to commands, the mind's reports to events.

Sans I/O: no socket, clock or task. Never answers ``error`` to what is harmless (a cancel with nothing to cancel, an
unknown event): clients end their sessions on it.
"""

from __future__ import annotations

import itertools
import json
import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.ports import Remembered, Report, StateShown
from transport.realtime.commands import (
    Command,
    Greet,
    Look,
    Mute,
    Say,
    SetSpeed,
    StillBegin,
    StillChunk,
    StillFailed,
    Stop,
)
from transport.realtime.replies import ReplyWriter
from transport.realtime.shapes import Event, SessionShape, WrongShape, error_event

MAX_TEXT = 8_000
"""Characters of one typed turn; the rest is cut off."""
MAX_TYPED = 16
"""Items that one response.create answers together."""
_log = logging.getLogger(__name__)
T = TypeVar("T", bound="_Ask")


def random_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(10)}"


@dataclass(slots=True)
class WireSession:
    """What the wire knows of a session, whichever line carries it."""

    id: str
    profile: str = "embedded"
    shape: SessionShape = field(default_factory=SessionShape)


class _Ask(BaseModel):
    """Fields of our own events. Strict: a wrong type is the client's mistake."""

    model_config = ConfigDict(extra="ignore", strict=True)


class _On(_Ask):
    on: bool


class _StillBegin(_Ask):
    request: str
    mime: str
    bytes: int
    chunks: int


class _StillChunk(_Ask):
    request: str
    index: int
    data: str


class _StillFailed(_Ask):
    request: str
    reason: str = ""


class RealtimeAdapter:
    """``from_client`` and ``from_report`` give events that are ready to be sent (``event_id`` included)."""

    def __init__(self, session: WireSession, new_id: Callable[[str], str] = random_id) -> None:
        self.greeted = False
        self.resumed = False
        """The session had a line before this one."""
        self._session = session
        self._new_id = new_id
        self._events = itertools.count(1)
        self._event_prefix = new_id("event")
        self._writer = ReplyWriter(new_id, lambda: session.shape)
        self._typed: list[tuple[str, str]] = []
        self._state: StateShown | None = None

    def opened(self) -> list[Event]:
        """The first event of every line."""
        return self._sealed([{"type": "session.created", "session": self._session_object()}])

    def from_report(self, report: Report) -> list[Event]:
        if isinstance(report, StateShown):
            self._state = report
        return self._sealed(self._writer.tell(report))

    def welcome(self, history: Iterable[Remembered]) -> list[Event]:
        """Answer to ``netra.hello``: who we are, what was said, and the state as it is now."""
        session = self._session
        rate = session.shape.audio.output.speed
        events: list[Event] = [
            {"type": "netra.session", "session_id": session.id, "resumed": self.resumed,
             "profile": session.profile, "voice_rate": rate}
        ]  # fmt: skip
        if self.resumed:
            roles = {"user": "user", "agent": "assistant"}
            items = [{"role": roles[line.who], "text": line.text, "interrupted": line.interrupted} for line in history]
            events.append({"type": "netra.history", "items": items})
        if self._state is not None:
            events += self._writer.tell(self._state)
        return self._sealed(events)

    def still_wanted(self, request: str, max_side: int) -> list[Event]:
        """Empty when the client is a stranger to ``netra.*``: it can't be asked."""
        return self._sealed([{"type": "netra.still.wanted", "request": request, "max_side": max_side}])

    def from_client(self, message: str | bytes | dict[str, Any]) -> tuple[list[Command], list[Event]]:
        """Commands to carry out in order, and events to send back after them."""
        try:
            event = message if isinstance(message, dict) else json.loads(message)
        except (ValueError, RecursionError):
            return [], self._sealed([error_event("invalid_json", "The message is not valid JSON.")])
        if not isinstance(event, dict) or not isinstance(event.get("type"), str):
            return [], self._sealed([error_event("invalid_event", "An event is an object with a type.", param="type")])
        event_id = event.get("event_id")
        event_id = event_id if isinstance(event_id, str) else None
        try:
            commands, events = self._understood(event["type"], event)
        except WrongShape as wrong:
            events = [error_event("invalid_value", str(wrong), client_event_id=event_id, param=wrong.param)]
            commands = []
        for answer in events:
            if answer["type"] == "error":
                answer["error"]["event_id"] = event_id
        return commands, self._sealed(events)

    def _understood(self, kind: str, event: dict[str, Any]) -> tuple[list[Command], list[Event]]:
        match kind:
            case "session.update":
                return self._update(event)
            case "conversation.item.create":
                return [], self._item_created(event)
            case "conversation.item.retrieve":
                return [], self._retrieved(event)
            case "response.create":
                return self._respond(event), []
            case "response.cancel" | "output_audio_buffer.clear":
                self._writer.stopped_by_client = self._writer.responding
                return [Stop()], []
            case "input_audio_buffer.clear":
                return [], [{"type": "input_audio_buffer.cleared"}]
            case "netra.hello":
                self.greeted = True
                return [Greet()], []
            case "netra.ping":
                return [], [{"type": "netra.pong", "t": event.get("t")}]
            case "netra.mute":
                return [Mute(_checked(_On, event).on)], []
            case "netra.camera":
                return [Look(_checked(_On, event).on)], []
            case _ if kind.startswith("netra.still."):
                return self._still(kind, event), []
            case _:
                _log.info("client event %.60r ignored", kind)
                return [], []

    def _update(self, event: dict[str, Any]) -> tuple[list[Command], list[Event]]:
        patch = event.get("session")
        if not isinstance(patch, dict):
            raise WrongShape("session", "an object is needed")
        before = self._session.shape
        self._session.shape = before.merged(patch)
        speed = self._session.shape.audio.output.speed
        commands: list[Command] = [] if speed == before.audio.output.speed else [SetSpeed(speed)]
        return commands, [{"type": "session.updated", "session": self._session_object()}]

    def _item_created(self, event: dict[str, Any]) -> list[Event]:
        item = event.get("item")
        if not isinstance(item, dict):
            raise WrongShape("item", "an object is needed")
        content = item.get("content")
        if item.get("type", "message") != "message" or item.get("role") != "user" or not isinstance(content, list):
            _log.info("item of type %.40r and role %.40r ignored", item.get("type"), item.get("role"))
            return []
        texts = [
            part["text"]
            for part in content
            if isinstance(part, dict) and part.get("type") == "input_text" and isinstance(part.get("text"), str)
        ]
        text = " ".join(texts).strip()[:MAX_TEXT]
        if not text:
            return []
        given = item.get("id")
        item_id = given if isinstance(given, str) and given else self._new_id("item")
        self._typed.append((item_id, text))
        del self._typed[:-MAX_TYPED]
        return self._writer.typed(item_id, text)

    def _respond(self, event: dict[str, Any]) -> list[Command]:
        response = event.get("response")
        if isinstance(response, dict):
            self._writer.metadata = response.get("metadata")
        if not self._typed:
            _log.info("response.create with nothing to answer ignored")
            return []
        self._writer.turn_follows(self._typed[-1][0])
        text = " ".join(text for _, text in self._typed)[:MAX_TEXT]
        self._typed.clear()
        return [Say(text)]

    def _retrieved(self, event: dict[str, Any]) -> list[Event]:
        item_id = event.get("item_id")
        item = self._writer.items.get(item_id) if isinstance(item_id, str) else None
        if not item:
            return [error_event("item_retrieve_invalid_item_id", "There is no such item.", param="item_id")]
        return [{"type": "conversation.item.retrieved", "item": item}]

    def _still(self, kind: str, event: dict[str, Any]) -> list[Command]:
        match kind:
            case "netra.still.begin":
                begin = _checked(_StillBegin, event)
                return [StillBegin(begin.request, begin.mime, begin.bytes, begin.chunks)]
            case "netra.still.chunk":
                chunk = _checked(_StillChunk, event)
                return [StillChunk(chunk.request, chunk.index, chunk.data)]
            case "netra.still.failed":
                failed = _checked(_StillFailed, event)
                return [StillFailed(failed.request, failed.reason)]
            case _:
                return []

    def _session_object(self) -> Event:
        session: Event = {"id": self._session.id, "object": "realtime.session", **self._session.shape.model_dump()}
        return session

    def _sealed(self, events: list[Event]) -> list[Event]:
        """Give each an id; hold ``netra.*`` back from a client that has not said hello (its own pong excepted)."""
        return [
            {"type": event["type"], "event_id": f"{self._event_prefix}{next(self._events)}", **event}
            for event in events
            if self.greeted or event["type"] == "netra.pong" or not event["type"].startswith("netra.")
        ]


def _checked(shape: type[T], event: dict[str, Any]) -> T:
    try:
        return shape.model_validate(event)
    except ValidationError as error:
        first = error.errors()[0]
        raise WrongShape(".".join(str(part) for part in first["loc"]), first["msg"]) from error
