"""The user's speech as items: started, stopped, committed, transcribed.

Knows turns and the ids of their items. Does not know replies.
"""

from __future__ import annotations

from collections.abc import Callable

from agent.ports import UserSaid
from transport.realtime.items import Item, Items, Recent, user_message
from transport.realtime.shapes import Event

TRANSCRIPTION = "conversation.item.input_audio_transcription"


class UserSpeech:
    """One line's. ``hushed`` tells of speech before the mind is sure whose turn it is."""

    def __init__(self, new_id: Callable[[str], str], items: Items, pushed: Callable[[], bool] = lambda: False) -> None:
        """``pushed``: the client says itself when it is done; speech is then not told of."""
        self._pushed = pushed
        self._new_id = new_id
        self._items = items
        self._ids: Recent[int, str] = Recent()
        self._said: Recent[int, bool] = Recent()
        self._speaking: str | None = None
        self._early: str | None = None
        self._turn: str | None = None
        self._committed: Recent[str, bool] = Recent()
        self._at_ms = self._began_ms = 0
        self._seconds: Recent[str, float] = Recent()

    def item_of(self, turn: int) -> str:
        return self._ids.get(turn) or self._ids.put(turn, self._early_id() or self._new_id("item"))

    def hushed(self, at_ms: int) -> list[Event]:
        """Someone speaks over the reply, and clients are to fall silent at once."""
        if self._speaking is not None:
            return []
        self._early = self._new_id("item")
        return self._start(self._early, at_ms)

    def committed(self) -> list[Event]:
        """The client says that the turn is over; its words are still to come."""
        item_id = self._turn or self._speaking or self._early
        if item_id is None:
            item_id = self._early = self._new_id("item")
        if self._committed.get(item_id):
            return []
        self._committed.put(item_id, True)
        return [self._commit(item_id)]

    def nothing(self, at_ms: int) -> list[Event]:
        """It was only a cough."""
        if self._early is None:
            return []
        self._early = None
        return self._stop(at_ms)

    def started(self, turn: int, at_ms: int) -> list[Event]:
        item_id = self.item_of(turn)
        self._turn = item_id
        if self._speaking == item_id:
            return []
        return [*self._stop(at_ms), *self._start(item_id, at_ms)]

    def stopped(self, turn: int, at_ms: int) -> list[Event]:
        self.item_of(turn)
        return self._stop(at_ms)

    def said(self, said: UserSaid) -> list[Event]:
        item_id = self.item_of(said.turn)
        if said.typed and not self._said.get(said.turn):
            self._said.put(said.turn, True)
            item = Item(user_message(item_id, said.text, typed=True), said.turn)
            return [*self._items.add(item), *self._items.done(item)]
        events: list[Event] = self._stop(self._at_ms) if self._speaking == item_id else []
        if self._said.get(said.turn):
            return events  # said already: a turn is told once
        self._said.put(said.turn, True)
        self._turn = None
        where = {"item_id": item_id, "content_index": 0}
        committed = [] if self._committed.get(item_id) else [self._commit(item_id)]
        seconds = self._seconds.pop(item_id) or 0.0
        item = Item(user_message(item_id, said.text, typed=False), said.turn, seconds=seconds)
        events += [*committed, *self._items.add(item)]
        if said.text:
            events.append({"type": f"{TRANSCRIPTION}.delta", **where, "delta": said.text})
        usage = {"type": "duration", "seconds": seconds}
        events.append({"type": f"{TRANSCRIPTION}.completed", **where, "transcript": said.text, "usage": usage})
        return events + self._items.done(item)

    def _early_id(self) -> str | None:
        early, self._early = self._early, None
        return early

    def _commit(self, item_id: str) -> Event:
        return {"type": "input_audio_buffer.committed", "previous_item_id": self._items.last, "item_id": item_id}

    def _start(self, item_id: str, at_ms: int) -> list[Event]:
        self._speaking, self._at_ms, self._began_ms = item_id, at_ms, at_ms
        return self._unless_pushed(
            {"type": "input_audio_buffer.speech_started", "audio_start_ms": at_ms, "item_id": item_id}
        )

    def _stop(self, at_ms: int) -> list[Event]:
        item_id, self._speaking, self._at_ms = self._speaking, None, at_ms
        if item_id is None:
            return []
        spoken = max(0, at_ms - self._began_ms) / 1000
        self._seconds.put(item_id, round((self._seconds.get(item_id) or 0.0) + spoken, 3))
        return self._unless_pushed(
            {"type": "input_audio_buffer.speech_stopped", "audio_end_ms": at_ms, "item_id": item_id}
        )

    def _unless_pushed(self, event: Event) -> list[Event]:
        return [] if self._pushed() else [event]
