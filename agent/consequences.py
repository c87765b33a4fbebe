"""What answers change in their session: manner, timers, what "repeat" refers to, what is looked out for, the house.

An answer takes effect when it is really given, never while it is a guess. Does not know how answers are made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol, assert_never

from agent import clock
from agent.aiming import Aiming, AimingEyes
from agent.house.acting import Acting
from agent.onlooker import Household
from agent.skills.printed import Page
from agent.skills.skill import (
    Act,
    ActConfirmed,
    Answer,
    AskFirst,
    CancelTimers,
    ChangeManner,
    GuideTo,
    Hush,
    Manner,
    StartTimer,
    StopWatching,
    WatchFor,
)
from agent.speaking import worded
from agent.timers import Timers
from agent.watching import Glimpses, Watching

PAGE_US = 600_000_000
"""So long after it was read or turned a page is gone about by "next" and "back"."""


class LiveEyes(Glimpses, AimingEyes, Protocol):
    """What a search and what guiding need of a session's eyes."""


class Consequences:
    """Of one session. ``announce``: words to say when nobody speaks; ``group``: the session's scope while it runs;
    ``eyes``: what is looked out with; ``quiet``: whether nobody speaks now.
    """

    def __init__(
        self,
        manner: Manner,
        house: Household | None,
        announce: Callable[[str], None],
        group: Callable[[], asyncio.TaskGroup | None],
        eyes: LiveEyes,
        quiet: Callable[[], bool],
    ) -> None:
        self.manner = manner
        self.last: Answer | None = None
        self._page: tuple[Page, int] | None = None
        self.timers = Timers(announce)
        self.watching = Watching(eyes, announce, quiet)
        self.aiming = Aiming(eyes, announce, self._give, quiet)
        self._announce = announce
        self.acting = Acting(house, announce, clock.now_us)
        self._group = group

    @property
    def page(self) -> Page | None:
        """The page that was read last, for as long as somebody may still be at it."""
        recent = self._page is not None and clock.now_us() - self._page[1] < PAGE_US
        return self._page[0] if recent and self._page is not None else None

    def end(self) -> None:
        """The conversation is over: nothing rings or looks out any more."""
        self.timers.cancel_all()
        self.watching.stop()
        self.aiming.stop()

    def hush(self) -> None:
        """Silence is wanted: what speaks by itself all the time ends. A search for words goes on."""
        self.aiming.stop()

    def _give(self, answer: Answer) -> None:
        """Say this unasked, as the answer that "repeat" and "spell that" refer to."""
        self.given(answer)
        self._announce(worded(answer, self.manner.detail))

    def given(self, answer: Answer) -> None:
        """This answer is really being said: remember it and carry out what it changes."""
        if answer.keeps:
            self.last = answer
        if answer.page is not None:
            self._page = answer.page, clock.now_us()
        self.acting.given(answer)
        for effect in answer.effects:
            match effect:
                case ChangeManner(manner=manner):
                    self.manner = manner
                case StartTimer(seconds=seconds):
                    group = self._group()
                    if group is not None:
                        self.timers.start(seconds, group)
                case CancelTimers():
                    self.timers.cancel_all()
                case WatchFor(words=words):
                    group = self._group()
                    if group is not None:
                        self.aiming.stop()
                        self.watching.start(words, group)
                case GuideTo(target=target):
                    group = self._group()
                    if group is not None:
                        self.watching.stop()
                        self.aiming.start(target, group)
                case StopWatching():
                    self.watching.stop()
                    self.aiming.stop()
                case Hush():
                    self.hush()
                case Act() | AskFirst() | ActConfirmed():
                    pass
                case _:
                    assert_never(effect)
