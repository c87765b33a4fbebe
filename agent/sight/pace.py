"""How many pictures a second the page is asked for: more while a hand is guided, for who moves wants to hear at once.

Knows whether somebody guides now, and what the page was told last. Does not know pictures, nor whether the page obeys.
"""

from __future__ import annotations

from collections.abc import Callable

from agent.sight.settings import SeeingSettings


class EyePace:
    """``show`` is told the pictures a second when they change; a new line starts with ``fps``."""

    def __init__(self, settings: SeeingSettings, show: Callable[[float], None]) -> None:
        self._settings, self._show = settings, show
        self._guiding = 0
        self._told = settings.fps

    def begin(self) -> None:
        """A hand is guided from now on. This may come before the ``end`` of the guiding in whose place it comes."""
        self._guiding += 1
        self._tell()

    def end(self) -> None:
        """Once for each ``begin``."""
        self._guiding -= 1
        self._tell()

    def new_line(self) -> None:
        """Another page is there, or the same one again: it does not know yet that somebody is being guided."""
        self._told = self._settings.fps
        self._tell()

    def _tell(self) -> None:
        wanted = self._settings.guiding_fps if self._guiding else self._settings.fps
        if wanted != self._told:
            self._told = wanted
            self._show(wanted)
