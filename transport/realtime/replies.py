"""Reports of the mind to wire events, in the order that clients of the GA API need.

Knows which response belongs to which turn, and the user's items. Does not know sockets, sound or what words mean.
``ahead``: the line sends sound ahead (WebSocket); a response is then done when all of it was sent, not when it was
played, and the client says how much of it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import assert_never

from agent.ports import (
    EyePaced,
    LanguageShown,
    LightLevel,
    MannerChanged,
    Moved,
    Noticed,
    PersonOffered,
    PictureUsed,
    QuestionAsked,
    ReplyEnded,
    ReplySoundStarted,
    ReplyStarted,
    ReplyText,
    ReplyWords,
    Report,
    StateShown,
    ToolCalled,
    TurnTimed,
    UserHeard,
    UserSaid,
    UserSpeechStarted,
    UserSpeechStopped,
)
from transport.realtime.items import Item, Items, Recent, assistant_message
from transport.realtime.response import Request, Response
from transport.realtime.shapes import Event, SessionShape
from transport.realtime.speech import UserSpeech

_log = logging.getLogger(__name__)


class ReplyWriter:
    """One line's events out. ``session`` gives the effective session object for the response's own fields."""

    def __init__(
        self, new_id: Callable[[str], str], session: Callable[[], SessionShape], items: Items, *, ahead: bool = False
    ) -> None:
        self.items = items
        self.stopped_by_client = False
        self.speech = UserSpeech(new_id, items, lambda: session().audio.input.turn_detection is None)
        self._new_id = new_id
        self._session = session
        self._ahead = ahead
        self._requests: Recent[int, Request] = Recent()
        self._ids: Recent[int, str] = Recent()
        self._over: Recent[int, Response] = Recent()
        self._open: dict[int, Response] = {}

    @property
    def responding(self) -> bool:
        """A response that is part of the conversation is being written."""
        return any(not response.request.aside for response in self._open.values())

    def expect(self, ask: int, request: Request) -> None:
        """A response that the client asked for, under this number."""
        self._requests.put(ask, request)

    def tell(self, report: Report) -> list[Event]:
        """Standard and ``netra.*`` events of one report; the caller holds the latter back from strangers."""
        match report:
            case StateShown(state):
                return [{"type": "netra.state", "state": state}]
            case UserSpeechStarted(turn, at_ms):
                return self.speech.started(turn, at_ms)
            case UserSpeechStopped(turn, at_ms):
                return self.speech.stopped(turn, at_ms)
            case UserHeard(turn, text):
                return [{"type": "netra.heard", "item_id": self.speech.item_of(turn), "text": text}]
            case UserSaid():
                return self.speech.said(report)
            case ReplyStarted():
                return self._started(report)
            case ReplyText(turn, text):
                return self._open[turn].text(text) if turn in self._open else []
            case ReplyWords(turn, words):
                if (response := self._open.get(turn)) is not None:
                    response.spoken.words += words
                return []
            case ToolCalled(turn, call_id, name, arguments):
                return self._open[turn].called(call_id, name, arguments) if turn in self._open else []
            case ReplySoundStarted(turn):
                return self._sound_started(turn)
            case ReplyEnded():
                return self._ended(report)
            case TurnTimed(turn, stages):
                return [{"type": "netra.timings", "response_id": self._id(turn), "stages": dict(stages)}]
            case PictureUsed(turn, picture, verdict, age_ms):
                return [
                    {"type": "netra.picture", "response_id": self._id(turn), "picture": picture, "verdict": verdict,
                     "age_ms": age_ms}
                ]  # fmt: skip
            case Moved(kind):
                return [{"type": "netra.turn", "kind": kind}]
            case MannerChanged(rate, volume, detail, voice):
                return [{"type": "netra.manner", "rate": rate, "volume": volume, "detail": detail, "voice": voice}]
            case QuestionAsked(text, within_s):
                return [{"type": "netra.question", "text": text, "within_s": within_s}]
            case PersonOffered(name, link):
                return [{"type": "netra.person", "name": name, "link": link}]
            case LanguageShown(code):
                return [{"type": "netra.language", "language": code}]
            case LightLevel(on, level):
                return [{"type": "netra.light", "on": on, "level": level}]
            case EyePaced(pictures_per_second):
                return [{"type": "netra.eye", "pictures_per_second": pictures_per_second}]
            case Noticed(code, text):
                return [{"type": "netra.notice", "code": code, "text": text}]
        assert_never(report)

    # --- a line that sends ahead --------------------------------------------------------------------------------

    def sound(self, turn: int, data: str, samples: int) -> list[Event]:
        """Sound of this turn, in base64; ``samples`` at SPEAKING_RATE."""
        response = self._open.get(turn)
        return [] if response is None else response.sound(data, samples)

    def finished(self, turn: int) -> list[Event]:
        """All of this turn was sent."""
        response = self._open.get(turn)
        return [] if response is None else self._close(response, "completed", response.transcript)

    def go_on(self, turn: int, sample: int) -> list[Event]:
        """The client fell silent and the sound of this turn follows again from ``sample`` on: as another response."""
        before = self._open.get(turn) or self._over.get(turn)
        if before is None:
            return []
        events: list[Event] = []
        spoken, whole = before.spoken, _joined(before)
        if turn in self._open:
            whole = before.transcript
            events += self._close(before, "cancelled", spoken.until(sample))
        heard = len("".join(word for word, end in spoken.words if spoken.start < end <= sample).lstrip())
        self._ids.pop(turn)
        after = self._respond(turn, before.request, start=sample)
        after.spoken.words = [(word, end) for word, end in spoken.words if end > sample]
        return [*events, *after.created(), *after.text(whole[heard:].lstrip())]

    # --- inside -----------------------------------------------------------------------------------------------

    def _id(self, turn: int) -> str:
        return self._ids.get(turn) or self._ids.put(turn, self._new_id("resp"))

    def _started(self, started: ReplyStarted) -> list[Event]:
        turn = started.turn
        if turn in self._open:
            return []
        default = Request(
            aloud="audio" in self._session().output_modalities,
            instructions=self._session().instructions,
            max_output_tokens=self._session().max_output_tokens,
        )
        request = self._requests.pop(started.ask) or default
        events: list[Event] = []
        if not request.aside:
            for other in [one for one in self._open.values() if not one.request.aside]:
                events += self._close(other, "cancelled", other.transcript)
        if self._over.pop(turn) is not None:
            self._ids.pop(turn)  # one response for each id: a second reply of a turn is a new response
        return [*events, *self._respond(turn, request).created()]

    def _respond(self, turn: int, request: Request, start: int = 0) -> Response:
        if not request.aside:
            self.stopped_by_client = False
        response = Response(self._id(turn), turn, request, self._session(), self.items, self._new_id, start)
        self._open[turn] = response
        return response

    def _sound_started(self, turn: int) -> list[Event]:
        response = self._open.get(turn)
        if self._ahead or response is None or response.sounding:
            return []
        response.sounding = True
        return [{"type": "output_audio_buffer.started", "response_id": response.id}]

    def _ended(self, ended: ReplyEnded) -> list[Event]:
        response = self._open.get(ended.turn)
        if response is None:
            self._cut_short(ended)
            return []
        if ended.status == "completed":
            return self._close(response, "completed", response.transcript)
        heard = ended.heard
        if response.start:  # the first part of what was heard is in the item before
            heard = response.spoken.until(response.start + ended.played_ms * 24)
        return self._close(response, ended.status, heard, played_ms=ended.played_ms)

    def _cut_short(self, ended: ReplyEnded) -> None:
        """A response that was done already was not heard to its end: its item says what was."""
        response = self._over.get(ended.turn)
        if response is None or ended.status == "completed" or not self._ahead:
            return
        for body in response.output:
            item = self.items.get(body["id"])
            if item is not None and item.spoken is response.spoken and not response.start:
                item.body = assistant_message(item.id, ended.heard, "incomplete", aloud=response.request.aloud)

    def _close(self, response: Response, status: str, text: str, *, played_ms: int = 0) -> list[Event]:
        cut = status == "cancelled"
        message = response.message
        reason = "client_cancelled" if self.stopped_by_client else "turn_detected"
        events: list[Event] = []
        if cut and response.sounding:
            events.append({"type": "output_audio_buffer.cleared", "response_id": response.id})
        match status:
            case "completed" | "failed" | "cancelled":
                events += response.closed(status, text, reason)
            case _:
                raise AssertionError(status)
        if cut and message is not None and not self._ahead:
            events.append(truncated(message, played_ms))
        elif response.sounding and not cut:
            events.append({"type": "output_audio_buffer.stopped", "response_id": response.id})
        del self._open[response.turn]
        self._over.put(response.turn, response)
        if not response.request.aside:
            self.stopped_by_client = False
        return events


def truncated(item: Item, ms: int) -> Event:
    return {"type": "conversation.item.truncated", "item_id": item.id, "content_index": 0, "audio_end_ms": ms}


def _joined(response: Response) -> str:
    """All words of a response that is over."""
    return "".join(word for word, _ in response.spoken.words).lstrip()
