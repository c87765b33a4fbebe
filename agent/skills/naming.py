"""What a sentence names: the words behind a pattern, without courtesies after them. Pure; knows no skill."""

from __future__ import annotations

import re


def named_by(pattern: re.Pattern[str], tail: re.Pattern[str], text: str) -> str:
    """What ``pattern`` captures in ``text``, as often as it goes without ``tail``: "exit" of "find exit please now"; ""
    when it does not match.
    """
    found = pattern.search(" ".join(text.split()).rstrip(" .?!"))
    return "" if found is None else without(tail, found[1].strip(" \"'\u201c\u201d"))


def without(part: re.Pattern[str], words: str) -> str:
    """``words`` with ``part`` taken off as often as it goes."""
    while (shorter := part.sub("", words)) != words:
        words = shorter
    return words
