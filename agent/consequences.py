"""What answers change in their session: manner, timers, what "repeat" refers to, what is looked out for, the house.

An answer takes effect when it is really given, never while it is a guess. Does not know how answers are made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol, assert_never

from agent import clock, ports
from agent.house.acting import Acting
from agent.onlooker import Household
from agent.person.calling import Calling, Looking
from agent.person.settings import Person
from agent.skills.skill import (
    Act,
    ActConfirmed,
    Answer,
    AskFirst,
    CallPerson,
    CancelTimers,
    ChangeManner,
    Hush,
    Manner,
    StartTimer,
    StopWatching,
    WatchFor,
)
from agent.timers import Timers
from agent.watching import Glimpses, Watching


class Eyes(Glimpses, Looking, Protocol):
    """The parts of a session's eyes that are needed here."""


class Consequences:
    """Of one session. ``announce``: words to say when nobody speaks; ``group``: the session's scope while it runs;
    ``eyes``: what is looked out with; ``quiet``: whether nobody speaks now; ``show``: the line; ``person``:
    who can be asked for help.
    """

    def __init__(
        self,
        manner: Manner,
        house: Household | None,
        announce: Callable[[str], None],
        group: Callable[[], asyncio.TaskGroup | None],
        eyes: Eyes,
        quiet: Callable[[], bool],
        show: Callable[[ports.Report], None],
        person: Person,
    ) -> None:
        self._manner, self._show = manner, show
        self.last: Answer | None = None
        self.timers = Timers(announce)
        self.watching = Watching(eyes, announce, quiet)
        self.person = person if person.on else None
        calling = Calling(person, eyes, announce, show, group)
        self.acting = Acting(house, announce, clock.now_us, calling.call, show)
        self._group = group

    @property
    def manner(self) -> Manner:
        """How the agent speaks; a change is shown."""
        return self._manner

    @manner.setter
    def manner(self, manner: Manner) -> None:
        if manner != self._manner:
            self._manner = manner
            self._show(ports.MannerChanged(manner.rate, manner.volume, manner.detail, manner.voice))

    def end(self) -> None:
        """The conversation is over: nothing rings or looks out any more."""
        self.timers.cancel_all()
        self.halt()

    def halt(self) -> None:
        """Stop was pressed: nothing speaks up by itself any more but a timer."""
        self.watching.stop()

    def given(self, answer: Answer) -> None:
        """This answer is really being said: remember it and carry out what it changes."""
        if answer.keeps:
            self.last = answer
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
                        self.watching.start(words, group)
                case StopWatching():
                    self.watching.stop()
                case Act() | CallPerson() | AskFirst() | ActConfirmed() | Hush():
                    pass
                case _:
                    assert_never(effect)
