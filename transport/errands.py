"""A line's commands carried out, in order, on the conversation and on the line's own parts.

Knows which command goes where, and that a picture takes time to decode: what comes after it waits. Does not know
sockets or how events are written.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any, Protocol, assert_never, runtime_checkable

from agent.audio import SPEAKING_RATE
from agent.clock import now_us
from agent.picture import Picture
from agent.ports import Conversation
from agent.skills.skill import Manner
from transport.camera import LineCamera, new_picture_id
from transport.realtime import commands as ask
from transport.realtime.adapter import RealtimeAdapter
from transport.realtime.shapes import Event
from transport.stills import EncodedStill

SHOWN_SIDE = 3_000
"""Pictures that are shown are scaled to this longer side: small print stays legible."""


@runtime_checkable
class SpeedTaker(Protocol):
    """A Conversation that also lets its client set how fast it speaks (``audio.output.speed``, 0.25..3.0)."""

    def set_speed(self, speed: float) -> None: ...


@runtime_checkable
class Mannered(Protocol):
    """A Conversation whose manner its client may see and set."""

    @property
    def manner(self) -> Manner: ...

    def adjust(self, manner: Manner) -> None: ...


class Sound(Protocol):
    """The parts of a line that are there only when its sound travels as events."""

    def append(self, command: ask.Append) -> None: ...

    def then(self, do: Callable[[], None]) -> None:
        """Do this when all sound that came has been heard."""
        ...

    def clear(self) -> None: ...

    def truncated(self, turn: int, sample: int) -> bool:
        """The client came so far. False: the reply is not to be cut for it (yet)."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where commands are carried out. ``camera`` and ``sound``: None on a line without."""

    conversation: Conversation
    adapter: RealtimeAdapter
    send: Callable[[Iterable[Event]], None]
    pool: Executor
    camera: LineCamera | None = None
    sound: Sound | None = None


class Errands:
    """One line's. ``run`` is to run as long as the line does."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._waiting: deque[ask.Command] = deque()
        self._picture: ask.ShowPicture | None = None
        self._wake = asyncio.Event()

    def do(self, commands: Iterable[ask.Command]) -> None:
        """Now, or after the picture that is being decoded."""
        self._waiting.extend(commands)
        self._go()

    async def run(self) -> None:
        """Decode the pictures that are shown, one at a time."""
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            self._wake.clear()
            if (shown := self._picture) is None:
                continue
            arrived_us = now_us()
            encoded = EncodedStill(shown.type, shown.data, arrived_us)
            pixels = await loop.run_in_executor(self._place.pool, encoded.decoded, SHOWN_SIDE)
            if pixels is not None:
                picture = Picture(new_picture_id(), pixels, arrived_us, source="upload")
                self._place.conversation.directions.see(picture)
            self._picture = None
            self._go()

    def _go(self) -> None:
        while self._waiting and self._picture is None:
            command = self._waiting.popleft()
            if isinstance(command, ask.ShowPicture):
                self._picture = command
                self._wake.set()
            else:
                self._do(command)

    def _do(self, command: ask.Command) -> None:
        conversation = self._place.conversation
        camera, sound = self._place.camera, self._place.sound
        match command:
            case ask.Respond(number, wishes, text):
                self._in_order(lambda: conversation.directions.respond(number, wishes, text))
            case ask.RespondAside(number, wishes, text, history):
                conversation.directions.respond_aside(number, wishes, text, history)
            case ask.Bring(item_id, who, text, after):
                item = self._place.adapter.session.items.get(item_id)
                number = conversation.directions.bring(who, text, after)
                if item is not None:
                    item.number = number
            case ask.Forget(number):
                conversation.directions.forget(number)
            case ask.Truncate(turn, sample):
                if sound is None or sound.truncated(turn, sample):
                    conversation.truncate(turn, sample * 1000 // SPEAKING_RATE)
            case ask.AnswerTool(call_id, output):
                conversation.directions.answer_tool(call_id, output)
            case ask.Stop(everything=everything):
                conversation.stop(everything=everything)
            case ask.Append():
                if sound is not None:
                    sound.append(command)
            case ask.Commit():
                self._in_order(conversation.commit)
            case ask.Clear():
                if sound is not None:
                    sound.clear()
                conversation.clear()
            case ask.Wish(wishes):
                conversation.directions.wish(wishes)
            case ask.Detect(detection):
                conversation.turn_detection(detection)
            case ask.Mute(on):
                conversation.mute(on)
            case ask.HalfDuplex(on):
                conversation.half_duplex(on)
            case ask.Tones(on):
                conversation.tones(on)
            case ask.SpeakIn(language):
                conversation.speak_in(language)
            case ask.Look(on):
                if camera is not None:
                    camera.switch(on)
                conversation.look(on)
            case ask.SetSpeed(speed):
                if isinstance(conversation, SpeedTaker):
                    conversation.set_speed(speed)
            case ask.SetManner(voice, volume, detail):
                if isinstance(conversation, Mannered):
                    wished = {"voice": voice, "volume": volume, "detail": detail}
                    changes: dict[str, Any] = {key: value for key, value in wished.items() if value is not None}
                    conversation.adjust(replace(conversation.manner, **changes))
            case ask.Greet():
                manner = conversation.manner if isinstance(conversation, Mannered) else Manner()
                self._place.send(self._place.adapter.welcome(conversation.history(), manner))
            case ask.StillBegin() | ask.StillChunk() | ask.StillFailed():
                if camera is not None:
                    _still(camera, command)
            case ask.ShowPicture():
                raise AssertionError("a picture is decoded first")
            case _:
                assert_never(command)

    def _in_order(self, do: Callable[[], None]) -> None:
        if self._place.sound is None:
            do()
        else:
            self._place.sound.then(do)


def _still(camera: LineCamera, command: ask.StillBegin | ask.StillChunk | ask.StillFailed) -> None:
    match command:
        case ask.StillBegin(request, mime, size, chunks):
            camera.stills.begin(request, mime, size, chunks)
        case ask.StillChunk(request, index, data):
            camera.stills.chunk(request, index, data)
        case ask.StillFailed(request, reason):
            camera.stills.failed(request, reason)
