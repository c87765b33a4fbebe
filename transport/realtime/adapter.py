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
from dataclasses import asdict, dataclass, field
from typing import Any

from agent.ports import (
    EyePaced,
    LanguageShown,
    MannerChanged,
    Remembered,
    ReplyStarted,
    ReplyText,
    Report,
    StateShown,
    UserSaid,
)
from agent.skills.skill import Manner
from transport.realtime import commands as ask
from transport.realtime import own
from transport.realtime.conversing import Conversing
from transport.realtime.hearing import HeardSound
from transport.realtime.items import Items
from transport.realtime.replies import ReplyWriter
from transport.realtime.shapes import Event, SessionShape, WrongShape, error_event, laid_over
from transport.realtime.wishing import detection_of, wishes_of

VIEWER_MAY = frozenset({"netra.hello", "netra.ping", "conversation.item.retrieve"})
_log = logging.getLogger(__name__)


def random_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(10)}"


@dataclass(frozen=True, slots=True)
class Offers:
    """What a server has to offer its clients: names of ``voices``; the ``person`` who can be asked for help, "" for
    none.
    """

    voices: tuple[str, ...] = ()
    person: str = ""


@dataclass(slots=True)
class WireSession:
    """What the wire knows of a session, whichever line carries it. ``asked``: what clients have set, no defaults."""

    id: str
    profile: str = "embedded"
    shape: SessionShape = field(default_factory=SessionShape)
    items: Items = field(default_factory=Items)
    asked: dict[str, Any] = field(default_factory=dict)
    languages: dict[int, str] = field(default_factory=dict)
    """In which language each turn was said."""
    asks: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    offers: Offers = Offers()

    def update(self, patch: dict[str, Any]) -> None:
        """Lay ``patch`` over the session. Raises WrongShape and changes nothing."""
        self.shape = self.shape.merged(patch)
        self.asked = laid_over(self.asked, patch)


class RealtimeAdapter:
    """``from_client`` and ``from_report`` give events that are ready to be sent (``event_id`` included).

    ``ahead``: sound travels as events, ahead of its time (WebSocket). ``viewer``: this client may only look on.
    """

    def __init__(
        self,
        session: WireSession,
        new_id: Callable[[str], str] = random_id,
        *,
        ahead: bool = False,
        viewer: bool = False,
    ) -> None:
        self.greeted = False
        self.resumed = False
        """The session had a line before this one."""
        self.viewer = viewer
        self._session = session
        self._events = itertools.count(1)
        self._event_prefix = new_id("event")
        items = Items() if viewer else session.items
        self._writer = ReplyWriter(new_id, lambda: session.shape, items, ahead=ahead)
        self._talk = Conversing(session, self._writer, new_id)
        self._sound = HeardSound(session, self._writer.speech, appended=ahead)
        self._state: StateShown | None = None
        self._language: LanguageShown | None = None
        self._pace: EyePaced | None = None

    @property
    def session(self) -> WireSession:
        return self._session

    def opened(self) -> list[Event]:
        """The first event of every line."""
        return self._sealed([{"type": "session.created", "session": self._session_object()}])

    def settings(self) -> list[ask.Command]:
        """What the session's settings ask of the mind, for a line that begins."""
        return self._changed(SessionShape(), {})

    def from_report(self, report: Report) -> list[Event]:
        if isinstance(report, StateShown):
            self._state = report
        elif isinstance(report, MannerChanged) and not self.viewer:  # a wish for the speed before is then a change
            self._session.shape = self._session.shape.merged({"audio": {"output": {"speed": report.rate}}})
        elif isinstance(report, LanguageShown):
            self._language = report
        elif isinstance(report, EyePaced):
            self._pace = report
        elif isinstance(report, UserSaid | ReplyText):
            self._session.languages[report.turn] = self._spoken
        if isinstance(report, ReplyStarted) and not report.ask:
            self._talk.answered()
        return self._sealed(self._writer.tell(report))

    def welcome(self, history: Iterable[Remembered], manner: Manner | None = None) -> list[Event]:
        """Answer to ``netra.hello``: who we are, what was said, and the state as it is now."""
        session = self._session
        rate = session.shape.audio.output.speed
        events: list[Event] = [
            {"type": "netra.session", "session_id": session.id, "resumed": self.resumed,
             "profile": session.profile, "voice_rate": rate, "manner": asdict(manner or Manner()),
             "voices": list(session.offers.voices), "person": session.offers.person}
        ]  # fmt: skip
        if self.resumed or self.viewer:
            roles = {"user": "user", "agent": "assistant"}
            known = session.languages
            items = [
                {"role": roles[line.who], "text": line.text, "interrupted": line.interrupted,
                 "language": known.get(line.turn, self._spoken)}
                for line in history
            ]  # fmt: skip
            events.append({"type": "netra.history", "items": items})
        for report in (self._language, self._pace, self._state):
            events += self._writer.tell(report) if report is not None else []
        return self._sealed(events)

    @property
    def _spoken(self) -> str:
        return self._language.code if self._language is not None else "en"

    def still_wanted(self, request: str, max_side: int) -> list[Event]:
        """Empty when the client is a stranger to ``netra.*``: it can't be asked."""
        return self._sealed([{"type": "netra.still.wanted", "request": request, "max_side": max_side}])

    # --- a line that sends sound ahead ------------------------------------------------------------------------

    def sound(self, turn: int, data: str, samples: int) -> list[Event]:
        return self._sealed(self._writer.sound(turn, data, samples))

    def finished(self, turn: int) -> list[Event]:
        return self._sealed(self._writer.finished(turn))

    def hush(self, at_ms: int) -> list[Event]:
        """Someone speaks over the reply: the client is to fall silent."""
        return self._sealed(self._writer.speech.hushed(at_ms))

    def nothing(self, at_ms: int) -> list[Event]:
        """It was nothing, and the client played on."""
        return self._sealed(self._writer.speech.nothing(at_ms))

    def go_on(self, turn: int, sample: int, at_ms: int) -> list[Event]:
        """It was nothing: the rest of the reply follows."""
        return self._sealed([*self._writer.speech.nothing(at_ms), *self._writer.go_on(turn, sample)])

    # --- from the client --------------------------------------------------------------------------------------

    def from_client(self, message: str | bytes | dict[str, Any]) -> tuple[list[ask.Command], list[Event]]:
        """Commands to carry out in order, and events to send back after them."""
        try:
            event = message if isinstance(message, dict) else json.loads(message)
        except (ValueError, RecursionError):
            return [], self._sealed([error_event("invalid_json", "The message is not valid JSON.")])
        if not isinstance(event, dict) or not isinstance(event.get("type"), str):
            return [], self._sealed([error_event("invalid_event", "An event is an object with a type.", param="type")])
        event_id = event.get("event_id")
        event_id = event_id if isinstance(event_id, str) else None
        commands: list[ask.Command] = []
        try:
            commands, events = self._understood(event["type"], event)
        except WrongShape as wrong:
            events = [error_event("invalid_value", str(wrong), param=wrong.param)]
        for answer in events:
            if answer["type"] == "error":
                answer["error"]["event_id"] = event_id
        return commands, self._sealed(events)

    def _understood(self, kind: str, event: dict[str, Any]) -> tuple[list[ask.Command], list[Event]]:
        if self.viewer and kind not in VIEWER_MAY:
            return [], []
        match kind.partition(".")[0]:
            case "session":
                return self._update(event) if kind == "session.update" else _ignored(kind)
            case "conversation" | "response" | "output_audio_buffer":
                return self._talk.understood(kind, event)
            case "input_audio_buffer":
                return self._sound.understood(kind, event)
            case "netra":
                self.greeted = self.greeted or kind == "netra.hello"
                return own.understood(kind, event)
            case _:
                return _ignored(kind)

    def _update(self, event: dict[str, Any]) -> tuple[list[ask.Command], list[Event]]:
        patch = event.get("session")
        if not isinstance(patch, dict):
            raise WrongShape("session", "an object is needed")
        before, asked = self._session.shape, self._session.asked
        self._session.update(patch)
        return self._changed(before, asked), [{"type": "session.updated", "session": self._session_object()}]

    def _changed(self, before: SessionShape, asked: dict[str, Any]) -> list[ask.Command]:
        """Commands for what is other than before."""
        now = self._session.shape
        commands: list[ask.Command] = []
        if now.audio.output.speed != before.audio.output.speed:
            commands.append(ask.SetSpeed(now.audio.output.speed))
        if now.audio.output.voice != before.audio.output.voice:
            named = now.audio.output.voice
            commands.append(ask.SetManner(voice=named if named in self._session.offers.voices else ""))
        if wishes_of(now) != wishes_of(before):
            commands.append(ask.Wish(wishes_of(now)))
        detection, earlier = _detection(self._session.asked), _detection(asked)
        if detection != earlier and detection is not _UNSET:
            commands.append(ask.Detect(detection_of(detection)))
        return commands

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


_UNSET: Any = object()


def _detection(asked: dict[str, Any]) -> Any:
    """``turn_detection`` as clients have set it."""
    at: Any = asked
    for key in ("audio", "input", "turn_detection"):
        if not isinstance(at, dict) or key not in at:
            return _UNSET
        at = at[key]
    return at


def _ignored(kind: str) -> tuple[list[ask.Command], list[Event]]:
    _log.info("client event %.60r ignored", kind)
    return [], []
