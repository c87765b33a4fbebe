"""``conversation.*``, ``response.*`` and ``output_audio_buffer.*`` from the client.

Knows items, what a client said since its last response.create, and what it may be answered with an error. Does not
know sound or sockets.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from agent.ports import Remembered
from transport.realtime import commands as ask
from transport.realtime.items import ROOT, Item, assistant_message
from transport.realtime.making import Made, made
from transport.realtime.replies import ReplyWriter, truncated
from transport.realtime.shapes import Event, WrongShape, error_event
from transport.realtime.wishing import request_of

if TYPE_CHECKING:
    from transport.realtime.adapter import WireSession

MAX_SAID = 16
"""Items that one response.create answers together."""
MAX_INPUT = 64
_log = logging.getLogger(__name__)


class Conversing:
    """One line's."""

    def __init__(self, session: WireSession, writer: ReplyWriter, new_id: Callable[[str], str]) -> None:
        self._session = session
        self._writer = writer
        self._items = writer.items
        self._new_id = new_id
        self._said: list[tuple[str, str]] = []
        self._fresh = False

    def understood(self, kind: str, event: dict[str, Any]) -> tuple[list[ask.Command], list[Event]]:
        """Raises WrongShape."""
        match kind:
            case "conversation.item.create":
                return self._create(event)
            case "conversation.item.retrieve":
                return self._retrieve(event)
            case "conversation.item.delete":
                return self._delete(event)
            case "conversation.item.truncate":
                return self._truncate(event)
            case "response.create":
                return self._respond(event)
            case "response.cancel" | "output_audio_buffer.clear":
                self._writer.stopped_by_client = self._writer.responding
                return [ask.Stop()], []
            case _:
                _log.info("client event %.60r ignored", kind)
                return [], []

    def answered(self) -> None:
        """A reply began that nobody asked for: it answers all that was said."""
        self._said.clear()
        self._fresh = False

    def _create(self, event: dict[str, Any]) -> tuple[list[ask.Command], list[Event]]:
        new = made(event.get("item"), self._new_id("item"))
        previous = event.get("previous_item_id")
        before = self._items.get(previous)
        after = previous if previous == ROOT or before is not None else None
        number = 0 if after == ROOT else before.number if before is not None else None
        item = Item(new.body, pixels=sum(picture.pixels for picture in new.pictures))
        commands: list[ask.Command] = [ask.ShowPicture(picture.type, picture.data) for picture in new.pictures]
        if new.call_id:
            self._fresh = True
            commands.append(ask.AnswerTool(new.call_id, new.output))
        if new.who and new.text:
            commands.append(ask.Bring(item.id, new.who, new.text, number))
        if new.who == "user":
            self._fresh = True
            self._said = [*self._said, (item.id, new.text)][-MAX_SAID:]
        elif new.who == "agent":
            self._said.clear()  # a history that is brought along: what came before was answered
        return commands, [*self._items.add(item, after), *self._items.done(item)]

    def _retrieve(self, event: dict[str, Any]) -> tuple[list[ask.Command], list[Event]]:
        item = self._items.get(event.get("item_id"))
        if item is None:
            return [], [error_event("item_retrieve_invalid_item_id", "There is no such item.", param="item_id")]
        return [], [{"type": "conversation.item.retrieved", "item": item.body}]

    def _delete(self, event: dict[str, Any]) -> tuple[list[ask.Command], list[Event]]:
        item_id = event.get("item_id")
        if not isinstance(item_id, str):
            raise WrongShape("item_id", "a string is needed")
        item = self._items.delete(item_id)
        self._said = [said for said in self._said if said[0] != item_id]
        forgotten: list[ask.Command] = [] if item is None or item.number is None else [ask.Forget(item.number)]
        return forgotten, [{"type": "conversation.item.deleted", "item_id": item_id}]

    def _truncate(self, event: dict[str, Any]) -> tuple[list[ask.Command], list[Event]]:
        item_id, end_ms = event.get("item_id"), event.get("audio_end_ms")
        if not isinstance(end_ms, int | float) or isinstance(end_ms, bool) or not -1e9 < end_ms < 1e9:
            raise WrongShape("audio_end_ms", "a number of milliseconds is needed")
        item = self._items.get(item_id)
        if item is None or item.spoken is None:
            _log.info("nothing to truncate in %.60r", item_id)
            return [], []
        spoken = item.spoken
        sample = spoken.sample(int(end_ms))
        if sample < spoken.end:
            item.body = assistant_message(item.id, spoken.until(sample), "incomplete")
        ms = (sample - spoken.start) // 24
        return [ask.Truncate(spoken.turn, sample)], [truncated(item, ms)]

    def _respond(self, event: dict[str, Any]) -> tuple[list[ask.Command], list[Event]]:
        response = event.get("response")
        request, wishes = request_of(response, self._session.shape)
        number = next(self._session.asks)
        given = _input(response, self._new_id)
        if request.aside:
            history = None if given is None else _lines(given[:-1])
            text = self._text() if given is None else given[-1].text if given else ""
            self._writer.expect(number, request)
            return [*_pictures(given), ask.RespondAside(number, wishes, text, history)], []
        if self._writer.responding and not self._fresh and not given:
            code = "conversation_already_has_active_response"
            return [], [error_event(code, "A response is being made; cancel it first, or wait for response.done.")]
        self._writer.expect(number, request)
        text = " ".join(one.text for one in given if one.who == "user") if given else self._text()
        self._said.clear()
        self._fresh = False
        return [*_pictures(given), ask.Respond(number, wishes, text)], []

    def _text(self) -> str:
        return " ".join(text for _, text in self._said if text)


def _input(response: Any, new_id: Callable[[str], str]) -> list[Made] | None:
    """``input`` of a response: what it answers instead of the conversation; None when it has none."""
    given = response.get("input") if isinstance(response, dict) else None
    if given is None:
        return None
    if not isinstance(given, list):
        raise WrongShape("response.input", "a list is needed")
    items = [one for one in given[:MAX_INPUT] if not (isinstance(one, dict) and one.get("type") == "item_reference")]
    return [made(one, new_id("item"), f"response.input.{at}") for at, one in enumerate(items)]


def _lines(given: list[Made]) -> tuple[Remembered, ...]:
    return tuple(Remembered(0, one.who, one.text) for one in given if one.who and one.text)


def _pictures(given: list[Made] | None) -> list[ask.Command]:
    return [ask.ShowPicture(picture.type, picture.data) for one in given or [] for picture in one.pictures]
