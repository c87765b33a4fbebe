"""What a reply answers: the words asked last, and what was asked before them and nobody heard answered.

Pure. Knows how questions follow each other; does not know who asks or when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.core.words import is_backchannel, is_stop


@dataclass(frozen=True, slots=True)
class Question:
    """``coverage`` and ``alternatives``: see Transcript. ``ask``: see ReplyWanted; 0: nobody asked for the reply.
    ``first``: what the same reply answers before it, oldest first; these have neither.
    """

    text: str
    coverage: float = 1.0
    alternatives: tuple[str, ...] = ()
    typed: bool = False
    ask: int = 0
    first: tuple[Question, ...] = ()

    @property
    def parts(self) -> tuple[Question, ...]:
        """All that was asked, in order, each on its own."""
        alone = replace(self, ask=0, first=())
        return (*self.first, alone) if self.text.strip() else self.first

    def asks_as(self, other: Question) -> bool:
        """Whether both ask the same, however well it was heard."""
        return (self.text, self.ask, self.first) == (other.text, other.ask, other.first)


def together(asked: Sequence[Question], ask: int = 0) -> Question | None:
    """One question of these parts, for one reply. None: there is none, and nobody asked for a reply."""
    if asked:
        return replace(asked[-1], first=tuple(asked[:-1]), ask=ask)
    return Question("", typed=True, ask=ask) if ask else None


def then_typed(before: Sequence[Question], text: str, ask: int = 0) -> Question | None:
    """``text`` was typed, or asked for by an app, before ``before`` was answered. "Stop" takes that back."""
    own = (Question(text, typed=True),) if text.strip() else ()
    return together(own if is_stop(text) else (*before, *own), ask)


def then_spoken(
    before: Sequence[Question], typed: Sequence[Question], own: Question | None, ask: int = 0
) -> Question | None:
    """``own`` was said, going on from ``before``, and ``typed`` came in the meantime.

    Words go on with what was said before, and follow what was typed. A cough or "okay" leaves it all as it was; "stop"
    takes it back.
    """
    if own is None or (is_backchannel(own.text) and (before or typed)):
        return together((*before, *typed), ask)
    if is_stop(own.text):
        return together((own,), ask)
    if before and not before[-1].typed:
        *before, last = before
        own = Question(f"{last.text} {own.text}", min(last.coverage, own.coverage))
    return together((*before, *typed, own), ask)
