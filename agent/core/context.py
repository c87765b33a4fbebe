"""The conversation as it really happened: words and pictures in one order, of replies only what was heard.

Pure and bounded. Does not know prompts or models: a brain makes its own from ``lines``.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class UserLine:
    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class AgentLine:
    """``text``: what was heard. ``interrupted``: there was more, and it was not heard."""

    turn: int
    text: str
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class PictureLine:
    picture: str
    note: str = ""


ContextLine: TypeAlias = UserLine | AgentLine | PictureLine
Who: TypeAlias = Literal["user", "agent"]


class Context:
    """``max_lines`` lines of words and ``max_pictures`` pictures are kept; the oldest go first."""

    def __init__(self, max_lines: int = 400, max_pictures: int = 16) -> None:
        self._lines: deque[ContextLine] = deque()
        self._max_lines = max_lines
        self._max_pictures = max_pictures
        self.unheard = ""

    @property
    def lines(self) -> tuple[ContextLine, ...]:
        return tuple(self._lines)

    def user_said(self, turn: int, text: str) -> None:
        if text.strip():
            self._add(UserLine(turn, text))

    def agent_said(self, turn: int, heard: str, unheard: str, *, interrupted: bool) -> None:
        """Remember what was heard. What was not is kept apart, for "go on"; it is never part of ``lines``."""
        if heard:
            self._add(AgentLine(turn, heard, interrupted))
        self.unheard = unheard

    def brought(self, number: int, who: Who, text: str, after: int | None) -> None:
        """A line from elsewhere: after the line ``after``, first for 0, else last."""
        if not text.strip():
            return
        line = UserLine(number, text) if who == "user" else AgentLine(number, text)
        self._add(line)
        if after is not None:
            places = [at for at, kept in enumerate(self._lines) if _number(kept) == after and kept is not line]
            if places or after == 0:
                self._lines.remove(line)
                self._lines.insert(places[-1] + 1 if places else 0, line)

    def forget(self, number: int) -> None:
        """Lines of this turn or number are gone."""
        self._lines = deque(line for line in self._lines if _number(line) != number)

    def shorten(self, turn: int, heard: str, unheard: str) -> None:
        """Of reply ``turn`` less was heard than was thought. With nothing heard its line is gone."""
        for at, line in enumerate(self._lines):
            if isinstance(line, AgentLine) and line.turn == turn:
                if heard:
                    self._lines[at] = AgentLine(turn, heard, interrupted=bool(unheard))
                else:
                    del self._lines[at]
                break
        self.unheard = unheard

    @property
    def last_said(self) -> str:
        """The agent's last words that were heard, while the user has said nothing since; else ""."""
        for line in reversed(self._lines):
            if isinstance(line, AgentLine):
                return line.text
            if isinstance(line, UserLine):
                return ""
        return ""

    def saw(self, picture: str, note: str) -> None:
        self._add(PictureLine(picture, note))

    def _add(self, line: ContextLine) -> None:
        self._lines.append(line)
        pictures = sum(isinstance(kept, PictureLine) for kept in self._lines)
        if pictures > self._max_pictures:
            self._lines.remove(next(kept for kept in self._lines if isinstance(kept, PictureLine)))
        if len(self._lines) > self._max_lines:
            self._lines.popleft()


def _number(line: ContextLine) -> int | None:
    return None if isinstance(line, PictureLine) else line.turn
