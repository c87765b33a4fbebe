"""Our own events, ``netra.*``: strict, because only our own page and those who read docs/wire.md send them."""

from __future__ import annotations

import logging
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from transport.realtime import commands as ask
from transport.realtime.shapes import Event, WrongShape

_log = logging.getLogger(__name__)
T = TypeVar("T", bound="_Ask")


class _Ask(BaseModel):
    """A wrong type is the client's mistake."""

    model_config = ConfigDict(extra="ignore", strict=True)


class _On(_Ask):
    on: bool


class _Manner(_Ask):
    volume: float | None = Field(None, ge=0.1, le=1.0)
    detail: Literal["brief", "normal", "detailed"] | None = None


class _Language(_Ask):
    language: str


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


def understood(kind: str, event: dict[str, Any]) -> tuple[list[ask.Command], list[Event]]:
    """Raises WrongShape."""
    match kind:
        case "netra.hello":
            return [ask.Greet()], []
        case "netra.ping":
            return [], [{"type": "netra.pong", "t": event.get("t")}]
        case "netra.mute":
            return [ask.Mute(_checked(_On, event).on)], []
        case "netra.half_duplex":
            return [ask.HalfDuplex(_checked(_On, event).on)], []
        case "netra.light":
            return [ask.Tones(_checked(_On, event).on)], []
        case "netra.stop":
            return [ask.Stop(everything=True)], []
        case "netra.manner":
            manner = _checked(_Manner, event)
            return [ask.SetManner(volume=manner.volume, detail=manner.detail)], []
        case "netra.language":
            return [ask.SpeakIn(_checked(_Language, event).language)], []
        case "netra.camera":
            return [ask.Look(_checked(_On, event).on)], []
        case "netra.still.begin":
            begin = _checked(_StillBegin, event)
            return [ask.StillBegin(begin.request, begin.mime, begin.bytes, begin.chunks)], []
        case "netra.still.chunk":
            chunk = _checked(_StillChunk, event)
            return [ask.StillChunk(chunk.request, chunk.index, chunk.data)], []
        case "netra.still.failed":
            failed = _checked(_StillFailed, event)
            return [ask.StillFailed(failed.request, failed.reason)], []
        case _:
            _log.info("client event %.60r ignored", kind)
            return [], []


def _checked(shape: type[T], event: dict[str, Any]) -> T:
    try:
        return shape.model_validate(event)
    except ValidationError as error:
        first = error.errors()[0]
        raise WrongShape(".".join(str(part) for part in first["loc"]), first["msg"]) from error
