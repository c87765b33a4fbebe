"""A client of OpenAI's Realtime protocol without I/O: events of the server in, events for it and sound out.

Knows the GA events over WebSocket, and that the client is the one who cuts off what was not played yet. Does not know
sockets or devices, and speaks nothing that is Netra's own: any server of the protocol will do.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np

from agent.audio import HEARING_RATE, SPEAKING_RATE, Pcm, level_dbfs
from agent.resample import Resampler
from transport.playout import Voice
from transport.terminal.desk import EchoGuard
from transport.terminal.devices import OUT_SAMPLES
from transport.terminal.views import View

MOST_UNSENT = 250
"""Events that wait for the socket, five seconds of sound; then the oldest sound is dropped."""
MOST_UNPLAYED = SPEAKING_RATE * 600
"""Ten minutes of the server's voice: what comes beyond is dropped."""


@dataclass(slots=True)
class _Reply:
    """An item of the server's voice. ``number``: its turn in the playout."""

    number: int
    item: str
    text: str = ""
    samples: int = 0
    done: bool = False


class Caller:
    """``receive`` each event of the server; ``heard`` and ``pull`` are the device's; ``unsent`` is for the socket."""

    def __init__(self, view: View, *, apart: bool, voice: str = "", speed: float | None = None) -> None:
        self._view = view
        self._voice_name, self._speed = voice, speed
        self._guard = EchoGuard(apart=apart)
        self._up = Resampler(HEARING_RATE, SPEAKING_RATE, live=True)
        self._voice = Voice()
        self._replies: dict[int, _Reply] = {}
        self._count = 0
        self._open = False
        self.unsent: deque[dict[str, Any]] = deque()
        self.error = ""

    # --- the server ------------------------------------------------------------------------------------------------

    def receive(self, event: dict[str, Any]) -> None:
        """Unknown events, and known ones without what they need, are passed over."""
        match event:
            case {"type": "session.created"}:
                self._open = True
                self.unsent.append({"type": "session.update", "session": self._session()})
                self._view.state("connected")
            case {"type": "input_audio_buffer.speech_started"}:
                self._view.state("listening")
                self._cut()
            case {"type": "input_audio_buffer.speech_stopped"}:
                self._view.state("thinking")
            case {"type": "conversation.item.input_audio_transcription.delta", "delta": str(text)}:
                self._view.hearing(text)
            case {"type": "conversation.item.input_audio_transcription.completed", "transcript": str(text)}:
                self._view.said("you", text.strip())
            case {"type": "response.output_audio.delta", "item_id": str(item), "delta": str(data)}:
                self._sound(item, data)
            case {
                "type": "response.output_audio_transcript.delta" | "response.output_text.delta",
                "item_id": str(item),
                "delta": str(text),
            }:
                self._reply(item).text += text
                self._view.saying(text)
            case {"type": "response.output_item.done", "item": {"id": str(item), "type": "message"}}:
                self._finish(item)
            case {"type": "response.done", "response": {"status": "failed"}}:
                self._view.notice(f"The reply failed: {_reason(event['response'])}.")
            case {"type": "error", "error": {"message": str(message)}}:
                self.error = message
                self._view.notice(f"The server says: {message}")
            case _:
                pass

    def _session(self) -> dict[str, Any]:
        pcm = {"type": "audio/pcm", "rate": SPEAKING_RATE}
        output: dict[str, Any] = {"format": pcm}
        if self._voice_name:
            output["voice"] = self._voice_name
        if self._speed is not None:
            output["speed"] = self._speed
        return {
            "type": "realtime",
            "output_modalities": ["audio"],
            "audio": {"input": {"format": pcm, "transcription": {"model": "whisper-1"}}, "output": output},
        }

    def _reply(self, item: str) -> _Reply:
        for reply in self._replies.values():
            if reply.item == item:
                return reply
        self._count += 1
        reply = self._replies[self._count] = _Reply(self._count, item)
        self._view.state("speaking")
        return reply

    def _sound(self, item: str, data: str) -> None:
        try:
            sound = b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            return
        pcm = np.frombuffer(sound[: len(sound) & ~1], "<i2").astype(np.int16)
        if self._voice.queued + len(pcm) <= MOST_UNPLAYED:
            reply = self._reply(item)
            reply.samples += len(pcm)
            self._voice.push(reply.number, pcm)

    def _finish(self, item: str) -> None:
        for reply in list(self._replies.values()):
            if reply.item == item:
                reply.done = True
                if reply.samples:
                    self._voice.end(reply.number)
                    self._follow()
                else:
                    self._over(reply, heard=reply.text, cut=False)

    # --- the device ------------------------------------------------------------------------------------------------

    def heard(self, pcm: Pcm) -> None:
        """20 ms of the microphone, at HEARING_RATE."""
        self._view.level("you", level_dbfs(pcm))
        wire = self._up.push(self._guard.heard(pcm)).astype("<i2").tobytes()
        if self._open:
            self._send_sound({"type": "input_audio_buffer.append", "audio": b64encode(wire).decode()})

    def pull(self) -> Pcm:
        """20 ms for the loudspeaker, at SPEAKING_RATE."""
        pcm = self._voice.pull()
        pcm = np.zeros(OUT_SAMPLES, np.int16) if pcm is None else pcm
        self._guard.played(pcm)
        self._view.level("netra", level_dbfs(pcm))
        self._follow()
        return pcm

    @property
    def speaking(self) -> bool:
        """Sound waits to be played."""
        return self._voice.queued > 0

    # --- the person ------------------------------------------------------------------------------------------------

    def type(self, text: str) -> None:
        """A typed line is a turn; an empty one is silence."""
        self._cut()
        if not text.strip():
            self.unsent.append({"type": "response.cancel"})
            return
        self._view.said("you", text.strip())
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text.strip()}]}
        self.unsent.append({"type": "conversation.item.create", "item": item})
        self.unsent.append({"type": "response.create"})

    def _cut(self) -> None:
        """Fall silent, and tell the server how much of its voice was heard."""
        at = self._voice.position()
        self._voice.clear()
        self._voice.reports()
        for reply in list(self._replies.values()):
            played = at.samples if at is not None and at.turn == reply.number else 0
            if reply.samples:
                end = played * 1000 // SPEAKING_RATE
                self.unsent.append(
                    {
                        "type": "conversation.item.truncate",
                        "item_id": reply.item,
                        "content_index": 0,
                        "audio_end_ms": end,
                    }
                )
            share = played / reply.samples if reply.samples else 0.0
            self._over(reply, heard=_words(reply.text, share), cut=True)

    def _follow(self) -> None:
        """Replies that were played to their end."""
        for report in self._voice.reports():
            reply = self._replies.get(report.turn)
            if report.drained and reply is not None:
                self._over(reply, heard=reply.text, cut=False)

    def _over(self, reply: _Reply, *, heard: str, cut: bool) -> None:
        del self._replies[reply.number]
        self._view.ended(heard, cut=cut)
        self._view.state("idle")

    def _send_sound(self, event: dict[str, Any]) -> None:
        if len(self.unsent) >= MOST_UNSENT:
            oldest = next((at for at, one in enumerate(self.unsent) if one["type"] == event["type"]), None)
            if oldest is None:
                return
            del self.unsent[oldest]
        self.unsent.append(event)


def _words(text: str, share: float) -> str:
    """About so much of the text, in whole words."""
    words = text.split()
    return " ".join(words[: int(len(words) * share)])


def _reason(response: dict[str, Any]) -> str:
    match response:
        case {"status_details": {"error": {"message": str(message)}}}:
            return message.rstrip(".")
        case _:
            return "the server gives no reason"
