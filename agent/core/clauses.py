"""Cuts text that streams in into clauses for the voice: a short first one, so that sound begins early, then sentences.

Knows punctuation, abbreviations and a few joining words of English. Does not know voices, time or what is said.
All clauses joined are the text, character by character; white space stays with the clause before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

ABBREVIATIONS = frozenset(
    [
        *("dr", "mr", "mrs", "ms", "prof", "st", "mt", "jr", "sr", "vs", "etc", "no", "nos", "vol", "fig", "approx"),
        *("tel", "ext", "dept", "est", "inc", "ltd", "co", "e.g", "i.e", "a.m", "p.m", "u.s", "u.k"),
        *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"),
        *("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    ]
)
"""Written without their last dot. A capital letter alone (an initial) counts, too."""

ENDING_ABBREVIATIONS = frozenset(["a.m", "p.m", "etc", "u.s", "u.k", "inc", "ltd", "jr", "sr"])
"""Those that may end a sentence: they do where a capital letter follows."""

JOINING = frozenset(
    ["and", "but", "or", "so", "because", "then", "which", "who", "while", "when", "where", "if", "that", "with"]
)
"""The first clause may end before one of these."""

_ENDS = (".", "!", "?", "…")
_SOFT = (",", ";", ":", "—", "–")  # noqa: RUF001
_OPENING, _CLOSING = "\"'([{«“‘", "\"')]}»”’"  # noqa: RUF001
_WORD = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class ClauseSettings:
    """Lengths of clauses. Words for the first, characters for all."""

    first_words: int = 3
    """The first clause has at least so many words before it may end at a comma or a joining word."""
    first_most_words: int = 7
    """and ends after so many even where nothing invites it; 0: it is cut like any other."""
    longest: int = 240
    """Characters after which a sentence is cut at its last comma, or between words."""

    def __post_init__(self) -> None:
        if self.first_words < 1:
            raise ValueError(f"first_words must be at least 1, not {self.first_words}")
        if self.first_most_words and self.first_most_words < self.first_words:
            raise ValueError("first_most_words must be 0 or at least first_words")
        if self.longest < 20:
            raise ValueError(f"longest must be at least 20 characters, not {self.longest}")


class Clauses:
    """One reply's text. A word counts only when white space after it shows that it is complete."""

    def __init__(self, settings: ClauseSettings = ClauseSettings()) -> None:
        self._settings = settings
        self._text = ""
        self._first = settings.first_most_words > 0

    def push(self, text: str) -> list[str]:
        """Clauses that are certain now. Each holds at least one word."""
        self._text += text
        return self._cut(final=False)

    def flush(self) -> list[str]:
        """The text is complete: what is left, in clauses. White space alone is not lost either."""
        clauses = self._cut(final=True)
        if self._text:
            clauses.append(self._text)
        self._text = ""
        self._first = self._settings.first_most_words > 0
        return clauses

    def _cut(self, final: bool) -> list[str]:
        clauses = []
        while (end := self._next_end(final)) is not None:
            clauses.append(self._text[:end])
            self._text = self._text[end:]
            self._first = False
        return clauses

    def _next_end(self, final: bool) -> int | None:
        """Where the first clause of the text ends; None while that is open. The word after it must have begun."""
        words = list(_WORD.finditer(self._text))
        soft: int | None = None
        for count, (word, following) in enumerate(pairwise(words), 1):
            if word.end() > self._settings.longest:
                return soft or self._begun(word.start()) or word.end()
            if _ends_sentence(word, following[0]):
                return word.end()
            is_soft = word[0].rstrip().rstrip(_CLOSING).endswith(_SOFT)
            if self._first and count >= self._settings.first_words:
                known = following[0] != following[0].rstrip() or (final and following is not words[-1])
                if is_soft or (known and following[0].rstrip().lower() in JOINING):
                    return word.end()
                if count >= self._settings.first_most_words:
                    return word.end()
            soft = word.end() if is_soft else soft
        if words and words[-1].end() > self._settings.longest:
            return soft or self._begun(words[-1].start()) or None
        return None

    def _begun(self, at: int) -> int:
        """``at``, if anything but white space stands before it; else 0."""
        return at if self._text[:at].strip() else 0


def _ends_sentence(match: re.Match[str], following: str) -> bool:
    """Whether a sentence (or a line) ends with this word, seen with the beginning of the word after it."""
    word = match[0].rstrip()
    if "\n" in match[0][len(word) :]:
        return True
    bare = word.rstrip(_CLOSING)
    if not bare.endswith(_ENDS):
        return False
    if not bare.endswith(".") or bare.endswith(".."):
        return True
    stem = bare.lstrip(_OPENING).rstrip(".")
    if stem.lower() in ENDING_ABBREVIATIONS:
        return following[:1].isupper()
    if stem.lower() in ABBREVIATIONS or (len(stem) == 1 and stem.isupper() and stem != "I"):
        return False
    return not (stem.isdigit() and match.start() == 0)  # "1. Milk": a list's number stays with its words
