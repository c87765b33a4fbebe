"""Looking out for something while the camera moves: told with its place as soon as it is found, then as it moves.

Knows the pictures that come and what is sought. Does not know who speaks: it is silent unless nobody does, because what
is said of a moving scene must be of this moment. A picture that can't be judged makes no claim.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from agent import clock
from agent.errors import EngineError
from agent.language.saying import say
from agent.live.sighting import Sighting
from agent.live.sought import Sought
from agent.skills.picture_words import ended, shortened
from agent.skills.skill import Look

LONGEST_S = 180.0
PICTURE_S = 2.0
"""Waited for the next picture, before it is looked whether the search is over."""
BLIND_US = 20_000_000
"""Without a picture for so long it ends: who turns around slowly would believe that somebody is looking."""
STALE_US = 2_000_000
"""A sighting of before this is not told."""
AGAIN_US, MOVED_US = 10_000_000, 3_000_000
"""The same words in the same place are told again after so long, in another place after so long."""
ADVISE_US = 6_000_000
"""Pictures that were useless for so long get one correction to make."""
LOST_LOOKS = 3
"""So many looks without the words, and the next sighting is a new one."""
LINE_WORDS = 12
NO_PICTURES = "I get no pictures from the camera any more, so I stopped looking for {words}."


class Glimpses(Protocol):
    """The part of a session's eyes that is needed here."""

    async def glimpse(self, after: str, timeout_s: float) -> Look | None: ...


class Watching:
    """At most one running look at a time, in a task of the session's own group: a search for words, or another.
    ``announce`` is told what to say.
    """

    def __init__(self, eyes: Glimpses, announce: Callable[[str], None], quiet: Callable[[], bool]) -> None:
        self._eyes, self._announce, self._quiet = eyes, announce, quiet
        self._task: asyncio.Task[None] | None = None

    @property
    def active(self) -> bool:
        return self._task is not None and not self._task.done()

    def start(self, sought: Sought, group: asyncio.TaskGroup) -> None:
        """Look for this in the place of what was looked for before."""
        self.begin(self._search(sought), group)

    def begin(
        self, look: Coroutine[Any, Any, None], group: asyncio.TaskGroup, ended: Callable[[], None] = lambda: None
    ) -> None:
        """Run this look in the place of the one before. ``ended`` is called once, however it ends."""
        self.stop()
        self._task = group.create_task(look)
        self._task.add_done_callback(lambda _: ended())

    def stop(self) -> bool:
        """End it; False: there was nothing to end."""
        active = self.active
        if self._task is not None:
            self._task.cancel()
            self._task = None
        return active

    async def _search(self, sought: Sought) -> None:
        teller, words = _Teller(sought.name), sought.name
        until = clock.now_us() + round(LONGEST_S * 1e6)
        useless_since: int | None = None
        advised = False
        after, seen_us = "", clock.now_us()
        while clock.now_us() < until:
            look = await self._eyes.glimpse(after, PICTURE_S)
            now = clock.now_us()
            if look is None or look.picture is None:
                if now - seen_us >= BLIND_US:
                    self._announce(say(NO_PICTURES, words=words))
                    return
                continue
            after, seen_us = look.picture.id, now
            if look.problem:
                useless_since = now if useless_since is None else useless_since
                if not advised and now - useless_since >= ADVISE_US and self._quiet():
                    advised = True
                    self._announce(look.advice)
                continue
            useless_since = None
            try:
                found = await sought.find(look.picture)
            except EngineError:
                self._announce(sought.broken)
                return
            now = clock.now_us()
            fresh = now - look.picture.taken_us <= STALE_US and self._quiet()
            if told := teller.told(found, now, may_speak=fresh):
                self._announce(told)
        self._announce(say("I stopped looking for {words}. Ask again if you still need it.", words=words))


class _Teller:
    """What is said of the sightings of one search, and when nothing is."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._where, self._at, self._times = "", 0, 0
        self._doubted, self._missed = False, 0

    def told(self, found: Sighting | None, now_us: int, *, may_speak: bool) -> str:
        if found is None:
            self._doubted = False
            self._missed += 1
            if self._missed >= LOST_LOOKS:
                self._where = ""
            return ""
        self._missed = 0
        agreed, self._doubted = found.sure or self._doubted, not found.sure
        wait = AGAIN_US if found.where == self._where else MOVED_US if self._where else 0
        if not agreed or not may_speak or (self._times and now_us - self._at < wait):
            return ""
        first, moved = self._times == 0, found.where != self._where and bool(self._where)
        self._where, self._at, self._times = found.where, now_us, self._times + 1
        if not first:
            where = say("now {place}", place=found.where) if moved else found.where
            where = where if found.sure else say("perhaps {text}", text=where)
            return f"{self._words[:1].upper()}{self._words[1:]}, {where}."
        says = (
            f" {say('It says:')} {ended(shortened(found.line, LINE_WORDS))}"
            if len(found.line.split()) > len(self._words.split())
            else ""
        )
        seen = say(
            "I see {words}, {place}." if found.sure else "I may see {words}, {place}.",
            words=self._words,
            place=found.where,
        )
        return f"{seen}{says}"
