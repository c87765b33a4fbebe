"""What answers change in their session: manner, timers, what "repeat" refers to, what is looked out for, what is
remembered and learned, the house.

An answer takes effect when it is really given, never while it is a guess. Does not know how answers are made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine
from contextlib import suppress
from typing import Any, Protocol, assert_never

from agent import clock, ports
from agent.aiming import Aiming, AimingEyes
from agent.errors import EngineError
from agent.house.acting import Acting
from agent.language.saying import say, speaking
from agent.live.by_ear import LightByEar
from agent.live.eye import LiveEye, LiveEyes
from agent.live.following import Surroundings
from agent.live.scan import Scan, ScanEyes
from agent.live.scanned import Scanned
from agent.live.sought import SearchEyes, sought
from agent.live.teaching import Teaching, TeachingEyes
from agent.onlooker import Household
from agent.person.calling import Calling, Looking
from agent.person.settings import Person
from agent.settings import Sight
from agent.sight.kept import SeenBefore
from agent.sight.own_things import Taught
from agent.sight.pace import EyePace
from agent.sight.things import Things
from agent.skills.page import in_brief
from agent.skills.printed import Page
from agent.skills.skill import (
    Act,
    ActConfirmed,
    Answer,
    AskFirst,
    CallPerson,
    CancelTimers,
    ChangeManner,
    Forget,
    GuideTo,
    HearLight,
    Hush,
    Keep,
    LookAlong,
    Manner,
    ScanAlong,
    StartTimer,
    StopWatching,
    Teach,
    WatchFor,
)
from agent.speaking import worded
from agent.timers import Timers
from agent.watching import Glimpses, Watching

UNHEARD = {
    "id": "Here I understand spoken English only: please type Indonesian. With the recogniser Whisper I would "
    "understand it spoken. To go back, say: speak English.",
}
"""Said once when a language is spoken here that is not heard here."""

PAGE_US = 600_000_000
"""So long after it was read or turned a page is gone about by "next" and "back"."""


class SessionEyes(Glimpses, SearchEyes, Looking, AimingEyes, LiveEyes, ScanEyes, TeachingEyes, Protocol):
    """What is looked with, and what forgets."""

    def forget(self) -> None: ...

    async def work(self, function: Callable[[], None]) -> None:
        """Call it apart from the event loop. Raises EngineError."""
        ...


class Consequences:
    """Of one session. ``announce``: words to say when nobody speaks, by an instant or not at all; ``group``: the
    session's scope while it runs; ``quiet``: whether nobody speaks now; ``show``: the line; ``hears``: codes of the
    languages that are heard.
    """

    def __init__(
        self,
        manner: Manner,
        house: Household | None,
        announce: Callable[[str, int | None], None],
        group: Callable[[], asyncio.TaskGroup | None],
        eyes: SessionEyes,
        quiet: Callable[[], bool],
        show: Callable[[ports.Report], None],
        person: Person,
        sight: Sight,
        hears: Collection[str] = ("en", "id"),
    ) -> None:
        self._manner, self._show, self._hears = manner, show, hears
        self._told_unheard = False
        self.last: Answer | None = None
        self._page: tuple[Page, int] | None = None
        plainly = lambda text: announce(text, None)  # noqa: E731
        self.timers = Timers(plainly)
        self.watching = Watching(eyes, plainly, quiet)
        self.person = person if person.on else None
        calling = Calling(person, eyes, plainly, show, group)
        self.acting = Acting(house, plainly, clock.now_us, calling.call, show)
        self.seen, self.things = SeenBefore(), Things(sight.things_file)
        self._group, self._eyes, self._announce = group, eyes, announce
        self._aiming = Aiming(eyes, announce, self._give, quiet)
        self.eye_pace = EyePace(sight.camera, lambda pace: show(ports.EyePaced(pace)))
        self._around = Surroundings(announce, quiet, lambda: self.manner.detail, sight.clock_places)
        self._scanned = Scanned()
        self.tones = False
        """Whether the line's client makes the light a tone."""

    @property
    def manner(self) -> Manner:
        """How the agent speaks; a change is shown."""
        return self._manner

    @manner.setter
    def manner(self, manner: Manner) -> None:
        before = self._manner.language
        if manner != self._manner:
            self._manner = manner
            self._show(ports.MannerChanged(manner.rate, manner.volume, manner.detail, manner.voice))
            if manner.language != before:
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
            self._announce(UNHEARD[code], None)

    @property
    def page(self) -> Page | None:
        """The page that was read last, for as long as somebody may still be at it."""
        recent = self._page is not None and clock.now_us() - self._page[1] < PAGE_US
        return self._page[0] if recent and self._page is not None else None

    def end(self) -> None:
        """The conversation is over: nothing rings or looks out any more."""
        self.timers.cancel_all()
        self.watching.stop()

    def _give(self, answer: Answer, until_us: int | None = None) -> None:
        """Say this unasked, by then or not at all, as the answer that "repeat" and "spell that" refer to."""
        self.given(answer)
        self._announce(worded(answer, self.manner.detail), until_us)

    def given(self, answer: Answer) -> None:
        """This answer is really being said: remember it and carry out what it changes."""
        manner = next((one.manner for one in answer.effects if isinstance(one, ChangeManner)), self.manner)
        if manner.detail == "brief":
            answer = in_brief(answer)
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
                case WatchFor():
                    group = self._group()
                    if group is not None:
                        self.watching.start(sought(effect, self._eyes), group)
                case GuideTo(target=target):
                    self.eye_pace.begin()
                    self._look(self._aiming.guide(target), self.eye_pace.end)
                case StopWatching():
                    self.watching.stop()
                case LookAlong(words=words):
                    self._look(LiveEye(self._eyes, self._around, words).run())
                case ScanAlong():
                    self._look(Scan(self._eyes, self._around, self._scanned, self._give).run())
                case HearLight():
                    self._look(LightByEar(self._eyes, self._around, self._show_light, lambda: self.tones).run())
                case Teach(name=name):
                    self._look(Teaching(self._eyes, name, self._announce, self._learn).run())
                case Keep(kept=kept, pinned=pinned):
                    self.seen.add(kept, pinned=pinned)
                case Forget(what="last"):
                    self.seen.forget_last()
                    self._page = None
                case Forget():
                    self._forget()
                case Act() | CallPerson() | AskFirst() | ActConfirmed() | Hush():
                    pass
                case _:
                    assert_never(effect)

    def _show_light(self, on: bool, level: int | None) -> None:
        self._show(ports.LightLevel(on, level))

    def _learn(self, taught: Taught) -> None:
        self.things.learn(taught)
        self._keep_things()

    def _forget(self) -> None:
        """All that was seen and taught; what looks on would remember what it told."""
        self.watching.stop()
        self.seen.forget()
        self.things.forget()
        self._scanned.forget()
        self._eyes.forget()
        self.last = self._page = None
        self._keep_things()

    def _keep_things(self) -> None:
        async def keep() -> None:
            with suppress(EngineError):  # the worker is full or closed
                await self._eyes.work(self.things.keep)

        if (group := self._group()) is not None:
            group.create_task(keep())

    def _look(self, look: Coroutine[Any, Any, None], ended: Callable[[], None] = lambda: None) -> None:
        """In the place of what was looked out for before; ``ended`` is called once."""
        group = self._group()
        if group is None:
            look.close()
            ended()
        else:
            self.watching.begin(look, group, ended)
