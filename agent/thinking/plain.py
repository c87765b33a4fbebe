"""A model's stream of tokens as words that can be spoken: whole words, no markdown, no thinking aloud.

Pure. Knows characters. Holds back what may still become something else: half a word, half a mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

THINKING = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL)
OPENING = re.compile(r"<(?:/?[a-z|]*)?\Z")
LINK = re.compile(r"!?\[([^\]\n]{0,200})\]\([^)\s]{0,300}\)")
OPEN_LINK = re.compile(r"!?\[[^\]\n]{0,200}(?:\](?:\([^)\s]{0,300})?)?\Z")
LINE_MARK = re.compile(r"(?:^|(?<=\n))[ \t]*(?:#{1,6}[ \t]+|[-*+•][ \t]+|>[ \t]+|```\w*)")
MARKS = re.compile(r"\*{1,3}|`+|~~|__|<\|?/?[a-z_]+\|?>")
LONGEST_WORD = 40
"""Writing without spaces is given away in pieces of about this size."""
KEPT = 600
"""Letters that are kept of what was given: a link is no longer."""
WORD = re.compile(r"(?<=\s)[^\W_]+(?=\s)")
"""One without marks, at which what is kept may begin."""


class Plain:
    """Of one reply. ``push`` gives the words that are certain, ``flush`` the rest."""

    def __init__(self) -> None:
        self._raw = ""
        self._given = 0

    def push(self, token: str) -> Iterator[str]:
        """Words that are complete now: they end where white space follows."""
        self._raw += token
        raw = OPENING.sub("", self._raw)
        raw = OPEN_LINK.sub("", raw)
        text = _cleaned(raw)
        end = max(text.rfind(space) for space in " \n\t")
        if end < self._given and len(text) - self._given > LONGEST_WORD:
            end = len(text)
        if raw and end > self._given:
            yield from self._words(text, end)
        if len(self._raw) > 2 * KEPT:
            self._forget()

    def flush(self) -> Iterator[str]:
        text = _cleaned(self._raw)
        yield from self._words(text, len(text))

    def _forget(self) -> None:
        """Let go of what was given, as far as nothing to come can change it: a long answer costs no more a token."""
        place = len(self._raw) - KEPT
        start = WORD.search(self._raw, place)
        if start is None or "[" in self._raw[place - KEPT : start.start()]:
            return  # a link may have begun there
        whole, rest = _cleaned(self._raw), _cleaned(self._raw[start.start() :])
        before = len(whole) - len(rest)
        if whole.endswith(rest) and self._given >= before + len(start[0]):
            self._raw, self._given = self._raw[start.start() :], self._given - before

    def _words(self, text: str, end: int) -> Iterator[str]:
        words, self._given = text[self._given : end].split(), max(end, self._given)
        yield from words


def _cleaned(raw: str) -> str:
    """Grows with ``raw``: what was certain stays as it is."""
    text = THINKING.sub("", raw)
    text = LINK.sub(r"\1", text)
    text = LINE_MARK.sub("", text)
    return MARKS.sub("", text).lstrip()
