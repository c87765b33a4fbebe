"""Which camera pictures to keep: by change, age and sharpness, and at once when a question comes.

Pure. Knows ids, instants (microseconds) and three numbers about each picture. Does not know pixels, nor what is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Reason: TypeAlias = Literal["first", "asked", "changed", "sharper", "aged"]


@dataclass(frozen=True, slots=True)
class SamplerSettings:
    """When to keep a picture.

    ``keep_max`` are held, none older than ``max_age_us``. A scene differs from ``changed`` on (0..1), and two pictures
    kept for change are at least ``gap_us`` apart; after ``refresh_us`` the same scene is kept again. A picture that is
    ``sharper`` times as sharp takes the place of the one before of the same scene.
    """

    keep_max: int = 4
    max_age_us: int = 10_000_000
    gap_us: int = 400_000
    refresh_us: int = 3_000_000
    changed: float = 0.12
    sharper: float = 1.15


@dataclass(frozen=True, slots=True)
class Glance:
    """One picture's facts. ``change``: against the last one kept, 0..1; ``sharpness``: any scale that only grows with
    it; ``verdict``: "" when it is usable, else what is wrong with it."""

    picture: str
    at_us: int
    change: float
    sharpness: float
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of a picture. ``kept``: why it is held, "" when it is not."""

    picture: str
    kept: Reason | Literal[""]
    verdict: str
    at_us: int


class Sampler:
    """Feed glances in the order they come; ask for what is kept."""

    def __init__(self, settings: SamplerSettings | None = None) -> None:
        self._settings = settings or SamplerSettings()
        self._kept: list[Glance] = []
        self._latest_us: int | None = None
        self._asked_us: int | None = None

    def receive(self, glance: Glance) -> Seen:
        """Keep it or not. A picture older than one already received comes too late and is not kept."""
        reason = self._reason(glance)
        if self._latest_us is None or glance.at_us > self._latest_us:
            self._latest_us = glance.at_us
            self._forget_before(glance.at_us - self._settings.max_age_us)
        if reason:
            if reason == "sharper":
                self._kept.pop()
            if self._asked_us is not None and glance.at_us >= self._asked_us:
                self._asked_us = None
            self._kept.append(glance)
            del self._kept[: -self._settings.keep_max]
        return Seen(glance.picture, reason, glance.verdict, glance.at_us)

    def ask(self, now_us: int) -> None:
        """Look now: the next usable picture taken from this instant on is kept, whatever else holds."""
        self._asked_us = now_us

    def kept(self, now_us: int) -> tuple[str, ...]:
        """Ids of the pictures held, oldest first."""
        self._forget_before(now_us - self._settings.max_age_us)
        return tuple(glance.picture for glance in self._kept)

    def clear(self) -> None:
        """The camera was switched off or another line came: nothing seen before counts."""
        self._kept.clear()
        self._latest_us = self._asked_us = None

    def _reason(self, glance: Glance) -> Reason | Literal[""]:
        settings = self._settings
        if glance.verdict or (self._latest_us is not None and glance.at_us <= self._latest_us):
            return ""
        if self._asked_us is not None and glance.at_us >= self._asked_us:
            return "asked"
        if not self._kept:
            return "first"
        last = self._kept[-1]
        if glance.change >= settings.changed:
            return "changed" if glance.at_us - last.at_us >= settings.gap_us else ""
        if glance.sharpness >= settings.sharper * last.sharpness:
            return "sharper"
        return "aged" if glance.at_us - last.at_us >= settings.refresh_us else ""

    def _forget_before(self, instant_us: int) -> None:
        while self._kept and self._kept[0].at_us < instant_us:
            self._kept.pop(0)
