"""The memory of a session's camera: kept pictures become vectors while they come, words find them again.

Knows a PictureMatcher, when a picture is worth its time, and which names of things to tell a find from. Does not know
the camera, nor how a find is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from agent.engines.protocols import PictureMatcher
from agent.errors import EngineError
from agent.picture import Picture, Pixels
from agent.sight.seen import SeenMemory, Sighting, Vector, shares

THINGS = (
    "a table", "a desk", "a chair", "a sofa", "a bed", "a shelf", "a door", "a window", "a wall", "the floor",
    "a kitchen", "a sink", "a stove", "a fridge", "a cupboard", "a lamp", "a plant", "a laptop", "a computer screen",
    "a keyboard",
    "a phone", "a cup", "a bottle", "a plate", "a bowl", "food", "a book", "paper", "a newspaper", "a pen", "glasses",
    "keys", "a wallet", "a bag", "a shoe", "clothes", "a jacket", "a hat", "an umbrella", "a cane", "a remote control",
    "a television", "a clock", "a box", "a toy", "a cat", "a dog", "a person", "a hand", "a car", "a bicycle",
    "a street", "a tree", "a sign", "medicine", "a towel", "a mirror", "a basket", "a carpet", "nothing in particular",
)  # fmt: skip
"""What a find is told from, and beside what it may lie."""
SMALL_SIDE = 320
CANDIDATES = 12
SURE, MAYBE = 0.5, 0.15
"""Share among THINGS from which a thing was seen, or may have been."""
BESIDE, MOST_BESIDE = 0.06, 2


@dataclass(frozen=True, slots=True)
class Recalled:
    """Where something was seen last. ``sure`` 0..1; ``beside``: what else that picture is like; ``small``: as JPEG."""

    picture: str
    age_us: int
    sure: float
    beside: tuple[str, ...] = ()
    small: bytes = b""

    @property
    def certain(self) -> bool:
        return self.sure >= SURE


class Recall:
    """One session's. ``note`` each kept picture; ``work`` runs as long as the camera; ``find`` when asked."""

    def __init__(self, matcher: PictureMatcher, memory: SeenMemory, clock: Callable[[], int]) -> None:
        self._matcher, self._memory, self._clock = matcher, memory, clock
        self._next: Picture | None = None
        self._came = asyncio.Event()
        self._names: list[Vector] = []

    def note(self, picture: Picture) -> None:
        """Remember this one. Only the newest waits while another is looked at."""
        self._next = picture
        self._came.set()

    async def work(self) -> None:
        """Make vectors of what is noted, for ever. A picture that fails is left out."""
        while True:
            await self._came.wait()
            self._came.clear()
            picture, self._next = self._next, None
            if picture is None:
                continue
            try:
                vector = await self._matcher.picture(picture.pixels)
            except EngineError:
                continue
            self._memory.add(Sighting(picture.id, picture.taken_us, vector, jpeg(picture.pixels)))

    def forget(self) -> None:
        """Everything that was seen."""
        self._memory.forget()
        self._next = None

    async def find(self, thing: str) -> Recalled | None:
        """The newest picture in which ``thing`` was seen, or may have been; None: in none that is remembered.

        Raises EngineError.
        """
        if not self._names:
            self._names = list(await self._matcher.words(THINGS))
        [words] = await self._matcher.words([thing])
        now = self._clock()
        found = [self._judged(thing, words, seen, now) for _, seen in self._memory.like(words, CANDIDATES, now)]
        seen = [one for one in found if one.sure >= MAYBE]
        certain = [one for one in seen if one.certain]
        return min(certain or seen, key=lambda one: one.age_us, default=None)

    async def likely(self) -> tuple[int, tuple[str, ...]]:
        """When the newest remembered picture was taken, and what it is like, two of THINGS at most. Raises
        EngineError.
        """
        seen = self._memory.newest
        if seen is None:
            return 0, ()
        if not self._names:
            self._names = list(await self._matcher.words(THINGS))
        parts = shares(self._matcher.scale, [float(vector @ seen.vector) for vector in self._names])
        named = sorted(zip(parts, THINGS, strict=True), reverse=True)[:MOST_BESIDE]
        return seen.at_us, tuple(name for share, name in named if share >= MAYBE and name != THINGS[-1])

    def _judged(self, thing: str, words: Vector, seen: Sighting, now: int) -> Recalled:
        rivals = [(name, vector) for name, vector in zip(THINGS, self._names, strict=True) if not _same(name, thing)]
        cosines = [float(words @ seen.vector), *(float(vector @ seen.vector) for _, vector in rivals)]
        sure, *others = shares(self._matcher.scale, cosines)
        named = sorted(zip(others, (name for name, _ in rivals), strict=True), reverse=True)
        beside = tuple(name for share, name in named[:MOST_BESIDE] if share >= BESIDE and name != THINGS[-1])
        return Recalled(seen.picture, max(0, now - seen.at_us), sure, beside, seen.small)


def jpeg(pixels: Pixels) -> bytes:
    """A small copy."""
    height, width = pixels.shape[:2]
    scale = min(1.0, SMALL_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
    done, data = cv2.imencode(".jpg", np.ascontiguousarray(small[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 70])
    return bytes(data) if done else b""


def _same(name: str, thing: str) -> bool:
    """Whether one names the other: "keys" and "my keys", "a cup" and "cup"."""
    ours, theirs = (
        {word.rstrip("s") for word in text.lower().split()} - {"a", "an", "the", "my"} for text in (name, thing)
    )
    return bool(ours) and (ours <= theirs or theirs <= ours)
