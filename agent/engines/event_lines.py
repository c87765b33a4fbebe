"""Bytes of server-sent events as lines, split where that format says: at CR, LF and both, and at nothing else.

Pure. Python's own splitting cuts at U+2028, U+0085 and more, which stand as they are within JSON.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

ENDS = re.compile(r"\r\n|\n|\r")
LONGEST = 4_000_000
"""Letters of a line that is still not at its end: more is no stream of tokens."""


class TooLong(ValueError):
    """A line does not end."""


class Lines:
    """Of one answer. ``push`` gives lines that are whole, ``flush`` what is left at the end of the connection."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest: list[str] = []
        self._length = 0
        self._after_return = False

    def push(self, data: bytes) -> Iterator[str]:
        """Raises TooLong."""
        text = self._decoder.decode(data)
        if self._after_return and text:
            text = text.removeprefix("\n")  # the second half of an end that came in two pieces
            self._after_return = False
        if not text:
            return
        self._after_return = text.endswith("\r")
        *whole, rest = ENDS.split(text)
        for line in whole:
            yield "".join((*self._rest, line))
            self._rest, self._length = [], 0
        if rest:
            self._rest.append(rest)
            self._length += len(rest)
        if self._length > LONGEST:
            raise TooLong(f"it sent a line of more than {LONGEST:,} letters")

    def flush(self) -> Iterator[str]:
        rest = "".join(self._rest) + self._decoder.decode(b"", final=True)
        self._rest = []
        if rest:
            yield rest
