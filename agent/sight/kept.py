"""What a session looked at and told of, in the order of time. Bounded, and gone with the session.

Knows instants and facts. Does not know what is asked, nor pictures.
"""

from __future__ import annotations

from dataclasses import replace

from agent.skills.skill import Kept

MOST, MOST_PINNED = 40, 20


class SeenBefore:
    """Of one session. The oldest goes first; what was pinned goes last, and has a limit of its own."""

    def __init__(self) -> None:
        self._kept: list[Kept] = []

    @property
    def all(self) -> tuple[Kept, ...]:
        """Oldest first."""
        return tuple(self._kept)

    def add(self, kept: Kept, *, pinned: bool = False) -> None:
        """One that was taken before the newest has its place among them."""
        same = next((one for one in self._kept if one.at_us == kept.at_us), None)
        if same is not None:
            self._kept.remove(same)
            kept = joined(same, kept)
        self._kept.append(replace(kept, pinned=pinned or kept.pinned))
        self._kept.sort(key=lambda one: one.at_us)
        for limit, those in ((MOST, False), (MOST_PINNED, True)):
            while sum(one.pinned is those for one in self._kept) > limit:
                self._kept.remove(next(one for one in self._kept if one.pinned is those))

    def forget_last(self) -> None:
        """What was pinned last; where nothing is pinned, what was seen last."""
        if (last := last_of(self.all)) is not None:
            self._kept.remove(last)

    def forget(self) -> None:
        """Everything."""
        self._kept.clear()


def last_of(kept: tuple[Kept, ...]) -> Kept | None:
    """The one that "forget that" is about."""
    asked = [one for one in kept if one.pinned] or kept
    return asked[-1] if asked else None


def joined(one: Kept, other: Kept) -> Kept:
    """Two finds in the same picture as one; the newer wins."""
    return Kept(
        one.at_us,
        one.lines if other.lines is None else other.lines,
        one.colours if other.colours is None else other.colours,
        one.codes if other.codes is None else other.codes,
        one.faces if other.faces is None else other.faces,
        one.pinned or other.pinned,
    )
