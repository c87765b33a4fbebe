"""What a response used, counted as the API counts. Nothing is billed: clients add it up and show it.

Ten tokens for a second of sound that was heard, twenty for one that was said, one for a word or mark of text, one for
each 32x32 pixels of a picture. Knows items; does not know models.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from transport.realtime.items import Item
from transport.realtime.shapes import Event

HEARD_A_SECOND, SAID_A_SECOND = 10, 20
PATCH = 32 * 32
_WORD = re.compile(r"\w+|[^\w\s]")


def used(instructions: str, before: Iterable[Item], output: Iterable[Event], said_s: float) -> Event:
    """``usage`` of a response to the conversation ``before``. ``output``: its items; ``said_s``: its sound."""
    items = list(before)
    text_in = words(instructions) + sum(_words_of(item) for item in items)
    heard = sum(math.ceil(item.seconds * HEARD_A_SECOND) for item in items)
    seen = sum(math.ceil(item.pixels / PATCH) for item in items)
    text_out = sum(words(_text(body)) for body in output)
    said = math.ceil(said_s * SAID_A_SECOND)
    total_in, total_out = text_in + heard + seen, text_out + said
    return {
        "total_tokens": total_in + total_out,
        "input_tokens": total_in,
        "output_tokens": total_out,
        "input_token_details": {
            "text_tokens": text_in, "audio_tokens": heard, "image_tokens": seen, "cached_tokens": 0,
            "cached_tokens_details": {"text_tokens": 0, "audio_tokens": 0, "image_tokens": 0},
        },
        "output_token_details": {"text_tokens": text_out, "audio_tokens": said},
    }  # fmt: skip


def _words_of(item: Item) -> int:
    if item.counted[0] is not item.body:
        item.counted = (item.body, words(_text(item.body)))
    return item.counted[1]


@lru_cache(maxsize=64)
def words(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text))


def _text(body: Event) -> str:
    if body["type"] == "message":
        parts: list[dict[str, Any]] = body["content"]
        return " ".join(str(part.get("text") or part.get("transcript") or "") for part in parts)
    return f"{body.get('name', '')} {body.get('arguments', '')} {body.get('output', '')}"
