"""Counts for ``usage``, and where an answer is cut. A token here is a word or a sign of punctuation: no model's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TOKEN = re.compile(r"\w+|[^\w\s]")


def count(text: str) -> int:
    return sum(1 for _ in _TOKEN.finditer(text))


def usage(asked: int, answered: int) -> dict[str, int]:
    """As chat completions write it."""
    return {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}


def audio_usage(asked: int, answered: int) -> dict[str, int]:
    """As the audio endpoints write it."""
    return {"input_tokens": asked, "output_tokens": answered, "total_tokens": asked + answered}


def shortened(text: str, *, most: int | None, stops: Sequence[str]) -> tuple[str, str]:
    """(what may be said, finish_reason): cut before the first stop sequence, and after ``most`` tokens."""
    ends = [at for stop in stops if stop and (at := text.find(stop)) >= 0]
    said = text[: min(ends)] if ends else text
    if most is not None:
        for number, token in enumerate(_TOKEN.finditer(said), start=1):
            if number > most:
                return said[: token.start()].rstrip(), "length"
    return said, "stop"
