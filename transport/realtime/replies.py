"""Reports of the mind to wire events, in the order that clients of the GA API need.

Knows item and response ids, and which response is open. Does not know sockets, sound or what the words mean.
"""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, assert_never

from agent.ports import (
    Noticed,
    PictureUsed,
    ReplyEnded,
    ReplySoundStarted,
    ReplyStarted,
    ReplyText,
    Report,
    StateShown,
    TurnTimed,
    UserHeard,
    UserSaid,
    UserSpeechStarted,
    UserSpeechStopped,
)
from transport.realtime.shapes import Event, SessionShape, assistant_message, user_message

REMEMBERED = 256
_log = logging.getLogger(__name__)
K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A mapping that forgets the oldest beyond ``REMEMBERED``."""

    def __init__(self) -> None:
        self._kept: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        return self._kept.get(key)

    def put(self, key: K, value: V) -> V:
        self._kept[key] = value
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        return value

    def pop(self, key: K) -> V | None:
        return self._kept.pop(key, None)


@dataclass(slots=True)
class _Open:
    """The response that is being spoken."""

    turn: int
    response_id: str
    item_id: str
    metadata: Any
    transcript: str = ""
    sounding: bool = False


class ReplyWriter:
    """One line's events out. ``session`` gives the effective session object for the response's own fields."""

    def __init__(self, new_id: Callable[[str], str], session: Callable[[], SessionShape]) -> None:
        self.items: Recent[str, Event] = Recent()
        self.stopped_by_client = False
        self.metadata: Any = None
        self._new_id = new_id
        self._session = session
        self._user_items: Recent[int, str] = Recent()
        self._responses: Recent[int, str] = Recent()
        self._typed: deque[str] = deque(maxlen=64)
        self._ended: Recent[int, bool] = Recent()
        self._previous: Recent[str, str] = Recent()
        self._open: _Open | None = None
        self._last_item: str | None = None
        self._speaking_turn: int | None = None
        self._at_ms = 0

    @property
    def responding(self) -> bool:
        return self._open is not None

    def typed(self, item_id: str, text: str) -> list[Event]:
        """The client made a user item."""
        return self._add_item(user_message(item_id, text, typed=True), done=True)

    def turn_follows(self, item_id: str) -> None:
        """This typed item becomes a turn: a UserSaid will tell which."""
        self._typed.append(item_id)

    def tell(self, report: Report) -> list[Event]:
        """Standard and ``netra.*`` events of one report; the caller holds the latter back from strangers."""
        match report:
            case StateShown(state):
                return [{"type": "netra.state", "state": state}]
            case UserSpeechStarted(turn, at_ms):
                return self._speech_started(turn, at_ms)
            case UserSpeechStopped(turn, at_ms):
                return self._speech_stopped(turn, at_ms)
            case UserHeard(turn, text):
                return [{"type": "netra.heard", "item_id": self._user_item(turn), "text": text}]
            case UserSaid():
                return self._said(report)
            case ReplyStarted(turn):
                return self._reply_started(turn)
            case ReplyText(turn, text):
                return self._reply_text(turn, text)
            case ReplySoundStarted(turn):
                return self._sound_started(turn)
            case ReplyEnded():
                return self._reply_ended(report)
            case TurnTimed(turn, stages):
                return [{"type": "netra.timings", "response_id": self._response(turn), "stages": dict(stages)}]
            case PictureUsed(turn, picture, verdict, age_ms):
                return [
                    {"type": "netra.picture", "response_id": self._response(turn), "picture": picture,
                     "verdict": verdict, "age_ms": age_ms}
                ]  # fmt: skip
            case Noticed(code, text):
                return [{"type": "netra.notice", "code": code, "text": text}]
        assert_never(report)

    # --- the user ---------------------------------------------------------------------------------------------

    def _user_item(self, turn: int) -> str:
        return self._user_items.get(turn) or self._user_items.put(turn, self._new_id("item"))

    def _speech_started(self, turn: int, at_ms: int) -> list[Event]:
        events = [] if self._speaking_turn is None else self._speech_stopped(self._speaking_turn, at_ms)
        self._speaking_turn, self._at_ms = turn, at_ms
        item_id = self._user_item(turn)
        return [
            *events,
            {"type": "input_audio_buffer.speech_started", "audio_start_ms": at_ms, "item_id": item_id},
        ]

    def _speech_stopped(self, turn: int, at_ms: int) -> list[Event]:
        if self._speaking_turn is None:
            return []
        item_id = self._user_item(self._speaking_turn)
        self._speaking_turn, self._at_ms = None, at_ms
        return [{"type": "input_audio_buffer.speech_stopped", "audio_end_ms": at_ms, "item_id": item_id}]

    def _said(self, said: UserSaid) -> list[Event]:
        if said.typed:
            if self._typed:
                self._user_items.put(said.turn, self._typed.popleft())
                return []
            if self.items.get(self._user_item(said.turn)) is not None:
                return []
            item = user_message(self._user_item(said.turn), said.text, typed=True)
            return self._add_item(item, done=True)
        events: list[Event] = []
        if self._speaking_turn == said.turn:
            events += self._speech_stopped(said.turn, self._at_ms)
        item_id = self._user_item(said.turn)
        if self.items.get(item_id) is not None:
            return events  # said already: a turn is told once
        where = {"item_id": item_id, "content_index": 0}
        events.append({"type": "input_audio_buffer.committed", "previous_item_id": self._last_item, "item_id": item_id})
        item = user_message(item_id, said.text, typed=False)
        events += self._add_item(item, done=False)
        kind = "conversation.item.input_audio_transcription"
        if said.text:
            events.append({"type": f"{kind}.delta", **where, "delta": said.text})
        usage = {"type": "duration", "seconds": 0}
        events.append({"type": f"{kind}.completed", **where, "transcript": said.text, "usage": usage})
        events.append(self._item_event("done", item))
        return events

    # --- the reply --------------------------------------------------------------------------------------------

    def _response(self, turn: int) -> str:
        return self._responses.get(turn) or self._responses.put(turn, self._new_id("resp"))

    def _reply_started(self, turn: int) -> list[Event]:
        events: list[Event] = []
        if self._open is not None:
            if self._open.turn == turn:
                return []
            events += self._closed("cancelled", self._open.transcript, 0)
        if self._ended.pop(turn):
            self._responses.pop(turn)  # one response for each id: a second reply of a turn is a new response
        self._open = _Open(turn, self._response(turn), self._new_id("item"), self.metadata)
        self.metadata, self.stopped_by_client = None, False
        item = assistant_message(self._open.item_id, None, "in_progress")
        self._link(self._open.item_id)
        return [
            *events,
            {"type": "response.created", "response": self._response_object(self._open, "in_progress", [], None)},
            {"type": "response.output_item.added", **self._at(), "item": item},
            self._item_event("added", item),
            {"type": "response.content_part.added", **self._within(), "part": {"type": "audio", "transcript": ""}},
        ]

    def _reply_text(self, turn: int, text: str) -> list[Event]:
        if self._open is None or self._open.turn != turn or not text:
            return []
        self._open.transcript += text
        return [{"type": "response.output_audio_transcript.delta", **self._within(), "delta": text}]

    def _sound_started(self, turn: int) -> list[Event]:
        if self._open is None or self._open.turn != turn or self._open.sounding:
            return []
        self._open.sounding = True
        return [{"type": "output_audio_buffer.started", "response_id": self._open.response_id}]

    def _reply_ended(self, ended: ReplyEnded) -> list[Event]:
        if self._open is None or self._open.turn != ended.turn:
            _log.debug("reply %d ended but is not open", ended.turn)
            return []
        transcript = self._open.transcript if ended.status == "completed" else ended.heard
        return self._closed(ended.status, transcript, ended.played_ms)

    def _closed(self, status: str, transcript: str, played_ms: int) -> list[Event]:
        reply = self._open
        assert reply is not None
        cut = status == "cancelled"
        item = assistant_message(reply.item_id, transcript, "completed" if status == "completed" else "incomplete")
        events: list[Event] = []
        if cut and reply.sounding:
            events.append({"type": "output_audio_buffer.cleared", "response_id": reply.response_id})
        events += [
            {"type": "response.output_audio.done", **self._within()},
            {"type": "response.output_audio_transcript.done", **self._within(), "transcript": transcript},
            {"type": "response.content_part.done", **self._within(),
             "part": {"type": "audio", "transcript": transcript}},
            {"type": "response.output_item.done", **self._at(), "item": item},
            self._item_event("done", item),
            {"type": "response.done", "response": self._response_object(reply, status, [item], self._why(status))},
        ]  # fmt: skip
        if cut:
            events.append(
                {"type": "conversation.item.truncated", "item_id": reply.item_id, "content_index": 0,
                 "audio_end_ms": played_ms}
            )  # fmt: skip
        elif reply.sounding:
            events.append({"type": "output_audio_buffer.stopped", "response_id": reply.response_id})
        self.items.put(reply.item_id, item)
        self._ended.put(reply.turn, True)
        self._open, self.stopped_by_client = None, False
        return events

    def _why(self, status: str) -> Event | None:
        if status == "cancelled":
            reason = "client_cancelled" if self.stopped_by_client else "turn_detected"
            return {"type": "cancelled", "reason": reason}
        if status == "failed":
            return {"type": "failed", "error": {"type": "server_error", "code": "reply_failed"}}
        return None

    def _response_object(self, reply: _Open, status: str, output: list[Event], details: Event | None) -> Event:
        session = self._session()
        return {
            "id": reply.response_id,
            "object": "realtime.response",
            "status": status,
            "status_details": details,
            "output": output,
            "conversation_id": None,
            "output_modalities": session.output_modalities,
            "max_output_tokens": session.max_output_tokens,
            "audio": {"output": session.audio.output.model_dump(include={"format", "voice"})},
            "usage": None,
            "metadata": reply.metadata,
        }

    def _at(self) -> Event:
        assert self._open is not None
        return {"response_id": self._open.response_id, "output_index": 0}

    def _within(self) -> Event:
        assert self._open is not None
        return {**self._at(), "item_id": self._open.item_id, "content_index": 0}

    # --- items ------------------------------------------------------------------------------------------------

    def _add_item(self, item: Event, *, done: bool) -> list[Event]:
        self._link(item["id"])
        self.items.put(item["id"], item)
        added = self._item_event("added", item)
        return [added, self._item_event("done", item)] if done else [added]

    def _item_event(self, what: str, item: Event) -> Event:
        return {
            "type": f"conversation.item.{what}", "previous_item_id": self._previous.get(item["id"]), "item": item,
        }  # fmt: skip

    def _link(self, item_id: str) -> None:
        if self._last_item is not None and self._last_item != item_id:
            self._previous.put(item_id, self._last_item)
        self._last_item = item_id
