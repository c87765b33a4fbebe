"""What somebody looks out for, in one picture after the other: print, a thing of theirs, a face.

Each knows its part of a session's eyes, and what it remembers of the look before. Does not know when and how it is
told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from agent import clock
from agent.engines.protocols import Box, TextLine
from agent.language.saying import say
from agent.live.sighting import Sighting, sighting
from agent.picture import Picture
from agent.sight.own_things import Known, Taught
from agent.skills.effects import WatchFor
from agent.skills.picture_words import place

IN_FULL_US = 3_000_000
"""The smallest print is looked for so often where the scene rests, and in every picture once it was found so. A glance
is what finds a word on a scene that moves: a whole look would miss the pictures that come meanwhile."""


class SearchEyes(Protocol):
    """The part of a session's eyes that is needed here. All raise EngineError."""

    @property
    def rests(self) -> bool:
        """Whether the scene is at rest."""
        ...

    async def text(self, picture: Picture) -> tuple[TextLine, ...]: ...

    async def glance(self, picture: Picture) -> tuple[TextLine, ...]:
        """Print, the smallest of it left out, in two fifths of the time."""
        ...

    async def known(self, picture: Picture, things: Sequence[Taught]) -> tuple[Known, ...]: ...

    async def quick_faces(self, picture: Picture) -> tuple[Box, ...]: ...


class Sought(Protocol):
    """One search. ``name``: what is sought, as it is said; ``broken``: said when the engine for it fails."""

    name: str
    broken: str

    async def find(self, picture: Picture) -> Sighting | None:
        """Where it is in this picture, the next of the search. Raises EngineError."""
        ...


def sought(what: WatchFor, eyes: SearchEyes) -> Sought:
    """The search that was asked for."""
    match what.kind:
        case "thing":
            return OwnThing(what.words, what.things, eyes)
        case "face":
            return Face(eyes)
        case "print":
            return Print(what.words, eyes)


class Print:
    """Words, by a glance at each picture and, where the scene rests, by a whole look now and then."""

    def __init__(self, words: str, eyes: SearchEyes) -> None:
        self.name = words
        self.broken = say("I can't read text right now, so I stopped looking for {words}.", words=words)
        self._eyes = eyes
        self._full_us, self._small = 0, False

    async def find(self, picture: Picture) -> Sighting | None:
        now = clock.now_us()
        found = sighting(self.name, await self._eyes.glance(picture), picture.width)
        if found is None and (self._small or (self._eyes.rests and now - self._full_us >= IN_FULL_US)):
            self._full_us = now
            found = sighting(self.name, await self._eyes.text(picture), picture.width)
            self._small = found is not None
        return found


class OwnThing:
    """One of the things that were taught; several where the name fits several."""

    def __init__(self, name: str, things: Sequence[Taught], eyes: SearchEyes) -> None:
        self.name, self.broken = name, _broken(name)
        self._things, self._eyes = things, eyes

    async def find(self, picture: Picture) -> Sighting | None:
        known = await self._eyes.known(picture, self._things)
        if not known:
            return None
        middle = Box(round(known[0].middle * picture.width), 0, 0, 0)
        return Sighting(place(middle, picture.width), "", known[0].sure == "certain")


class Face:
    """Somebody's face, the nearest one, after two looks that both hold one: wallpaper looks like a face once."""

    def __init__(self, eyes: SearchEyes) -> None:
        self.name = say("a face")
        self.broken = _broken(self.name)
        self._eyes, self._before = eyes, False

    async def find(self, picture: Picture) -> Sighting | None:
        faces = await self._eyes.quick_faces(picture)
        before, self._before = self._before, bool(faces)
        if not faces or not before:
            return None
        nearest = max(faces, key=lambda box: box.width * box.height)
        return Sighting(place(nearest, picture.width), "", True)


def _broken(name: str) -> str:
    return say("I can't look for {words} right now, so I stopped.", words=name)
