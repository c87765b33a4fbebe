"""Which language a line speaks, from chance to chance, without flickering. Knows probabilities only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SURE = 0.8
"""A challenger must be this likely among the languages allowed,"""
IN_A_ROW = 2
"""and so many times in a row, to take over."""


class LanguageChoice:
    """One line's language. ``fixed``: no detection. ``allowed``: the only ones considered; none: all.

    The first detection is taken as it is, and may be corrected once by the second; from then on another language must
    be sure twice in a row.
    """

    def __init__(self, fixed: str = "", allowed: Sequence[str] = ()) -> None:
        self._fixed = bool(fixed)
        self._allowed = frozenset(allowed)
        self._challenger, self._times = "", 0
        self._settled = self._fixed
        self.current = fixed or (allowed[0] if len(allowed) == 1 else "")
        if self.current:
            self._fixed = self._settled = True

    @property
    def open(self) -> bool:
        """Whether detecting is of any use."""
        return not self._fixed

    def expect(self, code: str) -> None:
        """This is likely spoken from now on. Another language must be sure twice in a row, as after a detection."""
        if not self._fixed and (not self._allowed or code in self._allowed):
            self.current, self._settled = code, True
            self._challenger, self._times = "", 0

    def hear(self, chances: Mapping[str, float]) -> str:
        """The language now, after one detection. ``chances``: code → 0..1; those of others are left out."""
        if self._fixed:
            return self.current
        known = {code: chance for code, chance in chances.items() if not self._allowed or code in self._allowed}
        total = sum(known.values())
        if total <= 0:
            return self.current
        best = max(known, key=lambda code: known[code])
        likely = known[best] / total
        if not self.current:
            self.current, self._settled = best, likely >= SURE
        elif best == self.current:
            self._settled = self._settled or likely >= SURE
            self._challenger, self._times = "", 0
        elif not self._settled:
            self.current, self._settled = best, True
        elif likely < SURE:
            self._challenger, self._times = "", 0
        else:
            self._times = self._times + 1 if best == self._challenger else 1
            self._challenger = best
            if self._times >= IN_A_ROW:
                self.current, self._challenger, self._times = best, "", 0
        return self.current
