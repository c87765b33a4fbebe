"""A streamed chat completion, line by line, into text and tool calls. Sans-I/O.

Knows the shapes that servers really send (vLLM, SGLang, Ollama, llama.cpp, hosted ones): keep-alive comments, calls in
pieces, calls whole, without index or id, arguments as objects, usage chunks without choices, errors in the stream, one
event over several lines, an answer in one piece of JSON that is no stream at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.engines.event_lines import LONGEST
from agent.engines.server_link import told_in

MOST_CALLS = 16
MOST_ARGUMENTS = 200_000
"""Letters of one call's arguments."""
MOST_TEXT = 400_000
"""Letters of one answer: hours of speech. A server that goes on is taken to have ended."""


class StreamFailed(Exception):
    """The server told an error inside the stream, or what it sent can't be read; the message is its own."""


@dataclass(slots=True)
class ToolCall:
    """As it was put together. ``text``: the arguments as JSON, perhaps not yet whole."""

    id: str = ""
    name: str = ""
    text: str = ""
    index: int | None = None

    def arguments(self) -> dict[str, Any] | None:
        """None when they are no JSON object."""
        try:
            found = json.loads(self.text or "{}")
        except ValueError:
            return None
        return found if isinstance(found, dict) else None


@dataclass(slots=True)
class ChatStream:
    """Of one answer. ``finish``: why it ended, "" while it has not; ``done``: nothing more will come."""

    calls: list[ToolCall] = field(default_factory=list)
    finish: str = ""
    done: bool = False
    alive: bool = False
    """Something of the model's came: a token, a call, or its thinking."""

    _held: str = ""
    """The beginning of an event whose JSON goes on in the next line."""
    _bare: bool = False
    """It is JSON without the marks of a stream."""
    _letters: int = 0

    def line(self, line: str) -> Iterator[str]:
        """Take one line without its end; gives text to say. Raises StreamFailed."""
        if self._bare or (not self._held and line.startswith("{")):
            self._bare = True
            yield from self._event("data", line)
            return
        if not line:
            held, self._held = self._held, ""
            if held:
                raise StreamFailed(f"it sent no JSON: {held[:80]!r}")
            return
        name, _, value = line.partition(":")
        value = value.strip()
        if not name or not value or name not in ("data", "error"):
            return  # a comment that keeps the connection alive, an event's name
        if value == "[DONE]":
            self.done = True
            return
        yield from self._event(name, value)

    def end(self) -> None:
        """The connection is at its end. Raises StreamFailed when something was left in the middle."""
        if self._held:
            raise StreamFailed(f"it sent no JSON: {self._held[:80]!r}")

    def _event(self, name: str, value: str) -> Sequence[str]:
        self._held += value
        try:
            chunk = json.loads(self._held)
        except ValueError as error:
            if self._held.startswith("{") and len(self._held) < LONGEST:
                return ()  # the rest may come in the next line
            raise StreamFailed(f"it sent no JSON: {value[:80]!r}") from error
        except RecursionError as error:
            raise StreamFailed("it sent JSON that has no bottom") from error
        self._held, self._bare = "", False
        if not isinstance(chunk, dict):
            raise StreamFailed(f"it sent {value[:80]!r}")
        if name == "error" or chunk.get("error") or chunk.get("object") == "error":
            raise StreamFailed(told_in(chunk))
        try:
            said = [text for choice in chunk.get("choices") or () for text in self._choice(choice or {})]
        except (AttributeError, TypeError, ValueError, RecursionError) as error:
            raise StreamFailed(f"it sent what is no piece of an answer: {value[:80]!r}") from error
        self._letters += sum(map(len, said))
        if self._letters > MOST_TEXT:
            self.finish, self.done = "length", True
        return said

    def _choice(self, choice: dict[str, Any]) -> Iterator[str]:
        if choice.get("index"):  # we asked for one answer
            return
        delta = choice.get("delta") or choice.get("message") or {}
        for one in delta.get("tool_calls") or ():
            self._call(one)
        text = delta.get("content") or delta.get("refusal")
        parts = isinstance(text, list)
        if isinstance(text, list):  # some gateways send parts, a model's thinking among them
            text = "".join(part.get("text") or "" for part in text if isinstance(part, dict))
        thinking = delta.get("reasoning_content") or delta.get("reasoning") or parts
        self.alive = self.alive or bool(text or thinking or self.calls)
        if text and not isinstance(text, str):
            raise TypeError(text)
        if text:
            yield text
        self.finish = str(choice.get("finish_reason") or self.finish)

    def _call(self, piece: dict[str, Any]) -> None:
        function = piece.get("function") or {}
        index, given = piece.get("index"), piece.get("id") or ""
        name, arguments = function.get("name") or "", function.get("arguments") or ""
        if not isinstance(arguments, str):
            arguments = json.dumps(arguments)
        call = self._meant(index, given, name)
        call.id = call.id or given
        call.name = call.name or name
        call.text += arguments
        if len(call.text) > MOST_ARGUMENTS:
            raise StreamFailed(f"it called {call.name!r} with more than {MOST_ARGUMENTS:,} letters")

    def _meant(self, index: int | None, given: str, name: str) -> ToolCall:
        """The call that a piece belongs to: by index, unless another id or, without an index, a name begins a new."""
        same = [call for call in self.calls if call.index == index] if index is not None else self.calls[-1:]
        if same and not (given and same[-1].id and same[-1].id != given) and not (index is None and name):
            return same[-1]
        if len(self.calls) >= MOST_CALLS:
            raise StreamFailed(f"it called more than {MOST_CALLS} tools at once")
        self.calls.append(ToolCall(index=index))
        return self.calls[-1]
