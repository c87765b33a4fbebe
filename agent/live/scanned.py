"""Which of the codes that come into view are said, and when: each once, sure of it, and again after it was away.

Pure: codes and the time come in, codes to say come out. Does not know pictures, names of products or who speaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.engines.protocols import Code
from agent.sight.product_numbers import scanned

AGREE_US = 3_000_000
"""Two looks that are farther apart than this don't confirm each other."""
FRESH_US = 2_000_000
"""What was not seen for so long is not said any more."""
AWAY_US = 10_000_000
"""After so long out of sight a code is a new one: a second tin of the same soup, or a thing taken up again."""
LOOKS = 2
"""Pictures that must agree."""


@dataclass(slots=True)
class _Sight:
    code: Code
    first_us: int
    seen_us: int
    looks: int = 0
    said: bool = False


@dataclass(slots=True)
class Scanned:
    """What one person's camera has seen of codes; one for a conversation."""

    _seen: dict[str, _Sight] = field(default_factory=dict)

    def see(self, codes: Sequence[Code], now_us: int, *, sure: bool = False) -> None:
        """The codes of one picture; those without a text are passed over. ``sure``: two looks have agreed on them."""
        self._seen = {key: sight for key, sight in self._seen.items() if now_us - sight.seen_us <= AWAY_US}
        for code in {key_of(code): code for code in codes if code.text}.values():
            key = key_of(code)
            sight = self._seen.get(key) or self._seen.setdefault(key, _Sight(code, now_us, now_us))
            if now_us - sight.seen_us > AGREE_US:
                sight.looks = 0
            sight.looks = LOOKS if sure else sight.looks + 1
            sight.code, sight.seen_us = code, now_us

    def due(self, now_us: int) -> Code | None:
        """The code to say now, which is then said; None: there is none."""
        waiting = [
            sight
            for sight in self._seen.values()
            if sight.looks >= LOOKS and not sight.said and now_us - sight.seen_us <= FRESH_US
        ]
        if not waiting:
            return None
        first = min(waiting, key=lambda sight: sight.first_us)
        first.said = True
        return first.code

    def in_view(self, now_us: int) -> bool:
        """Whether a code is or was just seen: nobody needs to be guided to it."""
        return any(now_us - sight.seen_us <= FRESH_US for sight in self._seen.values())

    def forget(self) -> None:
        self._seen.clear()


def key_of(code: Code) -> str:
    """The same for all ways to write one number."""
    return (scanned(code.text, code.format) if code.product else None) or f"{code.format} {code.text}"
