"""Wyoming's framing without I/O: a line of JSON, then as many bytes of JSON data and of payload as it announces.

Knows how long each part may be: the protocol's own library reads whatever length a client announces, so this side has
its own. Does not know what events mean.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from agent.errors import LineError

VERSION = "1.5.4"
"""Told in every event; clients log it at most."""
MAX_HEADER, MAX_DATA, MAX_PAYLOAD = 64 * 1024, 256 * 1024, 512 * 1024
"""Bytes. A payload is a piece of sound: this much is over five seconds at 48 kHz."""


class Malformed(LineError):
    """What came is not Wyoming: nothing after it can be understood."""

    code = "malformed"


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``data``: whatever the client wrote; check before use."""

    type: str
    data: dict[str, Any] = field(default_factory=dict)
    payload: bytes = b""


@dataclass(frozen=True, slots=True)
class _Head:
    type: str
    data: dict[str, Any]
    data_length: int
    payload_length: int


class Reader:
    """``feed`` bytes as they come, then take events with ``next`` until it gives None."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._head: _Head | None = None
        self._searched = 0

    def feed(self, data: bytes) -> None:
        self._bytes += data

    def next(self) -> Event | None:
        """The next whole event, None when more bytes are needed. Raises Malformed; the reader is then of no use."""
        if self._head is None and not self._take_head():
            return None
        head = self._head
        assert head is not None
        whole = head.data_length + head.payload_length
        if len(self._bytes) < whole:
            return None
        data = head.data
        if head.data_length:
            data = data | _object(bytes(self._bytes[: head.data_length]), "The data")
        payload = bytes(self._bytes[head.data_length : whole])
        del self._bytes[:whole]
        self._head = None
        return Event(head.type, data, payload)

    def _take_head(self) -> bool:
        """Whether the line of an event is known. Empty lines are skipped."""
        while (end := self._bytes.find(b"\n", self._searched)) >= 0:
            line = bytes(self._bytes[:end])
            del self._bytes[: end + 1]
            self._searched = 0
            if len(line) > MAX_HEADER:
                raise Malformed("A line is too long.")
            if line.strip():
                self._head = _head(line)
                return True
        self._searched = len(self._bytes)
        if len(self._bytes) > MAX_HEADER:
            raise Malformed("A line is too long.")
        return False


def encode(event: Event) -> bytes:
    """The event as it is sent."""
    head: dict[str, Any] = {"type": event.type, "version": VERSION}
    data = json.dumps(event.data).encode() if event.data else b""
    if data:
        head["data_length"] = len(data)
    if event.payload:
        head["payload_length"] = len(event.payload)
    return json.dumps(head).encode() + b"\n" + data + event.payload


def _head(line: bytes) -> _Head:
    head = _object(line, "The line")
    kind, data = head.get("type"), head.get("data")
    if not isinstance(kind, str):
        raise Malformed("An event has no type.")
    if data is not None and not isinstance(data, dict):
        raise Malformed("The data of an event is not an object.")
    return _Head(kind, data or {}, _length(head, "data_length", MAX_DATA), _length(head, "payload_length", MAX_PAYLOAD))


def _length(head: dict[str, Any], name: str, most: int) -> int:
    value = head.get(name)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise Malformed(f"{name} must be a number from 0 to {most}.")
    return value


def _object(text: bytes, what: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"{what} of an event is not JSON.") from error
    if not isinstance(found, dict):
        raise Malformed(f"{what} of an event is not an object.")
    return found
