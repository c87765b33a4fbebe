"""What answers change in their session: manner, timers, what "repeat" refers to, what is looked out for, what is
remembered and learned, the house.

An answer takes effect when it is really given, never while it is a guess. Does not know how answers are made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol, assert_never

from agent import clock
from agent.errors import EngineError
from agent.house.acting import Acting
from agent.live.eye import LiveEye, LiveEyes, Surroundings
from agent.live.teaching import Teaching, TeachingEyes
from agent.onlooker import Household
from agent.settings import Sight
from agent.sight.kept import SeenBefore
from agent.sight.own_things import Taught
from agent.sight.things import Things
from agent.skills.skill import (
    Act,
    ActConfirmed,
    Answer,
    AskFirst,
    CancelTimers,
    ChangeManner,
    Forget,
    Hush,
    Keep,
    LookAlong,
    Manner,
    StartTimer,
    StopWatching,
    Teach,
    WatchFor,
)
from agent.timers import Timers
from agent.watching import Glimpses, Watching


class SessionEyes(Glimpses, LiveEyes, TeachingEyes, Protocol):
    """What is looked with, and what forgets."""

    def forget(self) -> None: ...

    async def work(self, function: Callable[[], None]) -> None:
        """Call it apart from the event loop. Raises EngineError."""
        ...


class Consequences:
    """Of one session. ``announce``: words to say when nobody speaks, by an instant or not at all; ``group``: the
    session's scope while it runs; ``quiet``: whether nobody speaks now.
    """

    def __init__(
        self,
        manner: Manner,
        house: Household | None,
        announce: Callable[[str, int | None], None],
        group: Callable[[], asyncio.TaskGroup | None],
        eyes: SessionEyes,
        quiet: Callable[[], bool],
        sight: Sight,
    ) -> None:
        self.manner = manner
        self.last: Answer | None = None
        plainly = lambda text: announce(text, None)  # noqa: E731
        self.timers = Timers(plainly)
        self.watching = Watching(eyes, plainly, quiet)
        self.acting = Acting(house, plainly, clock.now_us)
        self.seen, self.things = SeenBefore(), Things(sight.things_file)
        self._group, self._eyes, self._announce = group, eyes, announce
        self._around = Surroundings(announce, quiet, lambda: self.manner.detail, sight.clock_places)

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
                case LookAlong(words=words):
                    self._look(LiveEye(self._eyes, self._around, words).run())
                case Teach(name=name):
                    self._look(Teaching(self._eyes, name, self._announce, self._learn).run())
                case Keep(kept=kept, pinned=pinned):
                    self.seen.add(kept, pinned=pinned)
                case Forget(what="last"):
                    self.seen.forget_last()
                case Forget():
                    self._forget()
                case Act() | AskFirst() | ActConfirmed() | Hush():
                    pass
                case _:
                    assert_never(effect)

    def _learn(self, taught: Taught) -> None:
        self.things.learn(taught)
        self._keep_things()

    def _forget(self) -> None:
        """All that was seen and taught; what looks on would remember what it told."""
        self.watching.stop()
        self.seen.forget()
        self.things.forget()
        self._eyes.forget()
        self.last = None
        self._keep_things()

    def _keep_things(self) -> None:
        async def keep() -> None:
            with suppress(EngineError):  # the worker is full or closed
                await self._eyes.work(self.things.keep)

        if (group := self._group()) is not None:
            group.create_task(keep())

    def _look(self, look: Coroutine[Any, Any, None]) -> None:
        """In the place of what was looked out for before."""
        group = self._group()
        if group is None:
            look.close()
        else:
            self.watching.begin(look, group)
