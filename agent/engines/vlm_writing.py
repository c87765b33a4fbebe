"""The answer of a model token by token: chosen, told as text, with the tool calls that stand in it.

Knows sampling, pieces of letters, and the ``<tool_call>`` marks that templates of today use. Does not know caches.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import torch

LIKELY = 0.9
"""Only tokens of the likeliest share are drawn."""
OPEN, CLOSE = "<tool_call>", "</tool_call>"


def choose(logits: torch.Tensor, temperature: float) -> int:
    """The next token."""
    if temperature <= 0:
        return int(logits.argmax())
    chances, order = torch.softmax(logits.float() / temperature, -1).sort(descending=True)
    chances[(chances.cumsum(-1) - chances) > LIKELY] = 0
    return int(order[torch.multinomial(chances, 1)])


class Letters:
    """Tokens to text; letters whose tokens are not all there are held back."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._tokens: list[int] = []
        self._told = ""

    def push(self, token: int) -> str:
        self._tokens.append(token)
        text = str(self._tokenizer.decode(self._tokens, skip_special_tokens=True))
        if text.endswith("\ufffd"):
            return ""
        new, self._told = text[len(self._told) :], text
        if text.endswith("\n") or len(self._tokens) > 64:
            self._tokens, self._told = [], ""
        return new


class Calls:
    """Text to words for people and calls for tools. ``calls``: name and arguments, None where they can't be read."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any] | None]] = []
        self._held = ""

    def push(self, text: str) -> Iterator[str]:
        """Text that is surely no call."""
        self._held += text
        while (start := self._held.find(OPEN)) >= 0:
            end = self._held.find(CLOSE, start)
            if end < 0:
                yield self._held[:start]
                self._held = self._held[start:]
                return
            yield self._held[:start]
            self._read(self._held[start + len(OPEN) : end])
            self._held = self._held[end + len(CLOSE) :]
        keep = next((n for n in range(min(len(OPEN), len(self._held)), 0, -1) if OPEN.startswith(self._held[-n:])), 0)
        yield self._held[: len(self._held) - keep]
        self._held = self._held[len(self._held) - keep :]

    def flush(self) -> Iterator[str]:
        """The answer is whole."""
        if self._held.startswith(OPEN):
            self._read(self._held[len(OPEN) :])
        else:
            yield self._held
        self._held = ""

    def _read(self, text: str) -> None:
        try:
            found = json.loads(text)
            name, arguments = str(found["name"]), found.get("arguments", {})
        except (ValueError, KeyError, TypeError):
            self.calls.append(("", None))
            return
        self.calls.append((name, arguments if isinstance(arguments, dict) else None))
