"""What answers change in their session: manner, timers, what "repeat" refers to, what is looked out for, the house.

An answer takes effect when it is really given, never while it is a guess. Does not know how answers are made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import assert_never

from agent import clock, ports
from agent.house.acting import Acting
from agent.language.saying import say, speaking
from agent.onlooker import Household
from agent.skills.skill import (
    Act,
    ActConfirmed,
    Answer,
    AskFirst,
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

UNHEARD = {
    "id": "Here I understand spoken English only: please type Indonesian. With the recogniser Whisper I would "
    "understand it spoken. To go back, say: speak English.",
}
"""Said once when a language is spoken here that is not heard here."""


class Consequences:
    """Of one session. ``announce``: words to say when nobody speaks; ``group``: the session's scope while it runs;
    ``eyes``: what is looked out with; ``quiet``: whether nobody speaks now; ``show``: to the person; ``hears``: codes
    of the languages that are heard.
    """

    def __init__(
        self,
        manner: Manner,
        house: Household | None,
        announce: Callable[[str], None],
        group: Callable[[], asyncio.TaskGroup | None],
        eyes: Glimpses,
        quiet: Callable[[], bool],
        show: Callable[[ports.Report], None] = lambda _: None,
        hears: Collection[str] = ("en", "id"),
    ) -> None:
        self._manner = manner
        self._say, self._show, self._hears = announce, show, hears
        self._told_unheard = False
        self.last: Answer | None = None
        self.timers = Timers(announce)
        self.watching = Watching(eyes, announce, quiet)
        self.acting = Acting(house, announce, clock.now_us)
        self._group = group

    @property
    def manner(self) -> Manner:
        return self._manner

    @manner.setter
    def manner(self, manner: Manner) -> None:
        before, self._manner = self._manner, manner
        if manner.language != before.language:
            self.tell_language()

    def tell_language(self) -> None:
        """What is spoken from now on; and once, when it can't be heard."""
        code = self._manner.language
        self._show(ports.LanguageShown(code))
        somebody = self.acting.house is None or self.acting.house.asks_first
        if somebody and code in UNHEARD and code not in self._hears and not self._told_unheard:
            self._told_unheard = True
            with speaking(code):
                self._show(ports.Noticed("language_not_heard", say(UNHEARD[code])))
            self._say(UNHEARD[code])

    def end(self) -> None:
        """The conversation is over: nothing rings or looks out any more."""
        self.timers.cancel_all()
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
                case Act() | AskFirst() | ActConfirmed() | Hush():
                    pass
                case _:
                    assert_never(effect)
