"""Looking out for a word while a camera pans over a wall or comes closer: how soon it is told after it can be read.

Knows walls with signs and how a camera goes over them. The search, the eyes and the reader are the agent's own, in real
time. A word counts as legible once it is whole in the picture with letters of ``LEGIBLE_PX``.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from agent.clock import now_us
from agent.live.sought import Print
from agent.picture import Picture, Pixels
from agent.seeing import Seeing
from agent.sight.facts import SeeingEngines
from agent.sight.settings import SeeingSettings
from agent.watching import Watching
from transport.bench.figures import Row, part

RUNS, WANTED_S = 10, 1.0
WIDTH, HEIGHT = 640, 480
WALL = (2600, 1300)
LEGIBLE_PX = 11.0
"""Height of capitals in the picture from which they count as legible, sharp or not."""
CAPITALS = 0.72
"""Height of a capital as a share of the size of its print."""
EXPOSURE_S = 1 / 60
PATIENCE_S = 4.0
"""Waited after the word could be read before it counts as missed."""
SIGNS = ("Tickets", "Platform 4", "Pharmacy", "Way out", "Reception", "Elevator", "Museum", "Parking", "Library")


@dataclass(frozen=True, slots=True)
class Path:
    """Where the camera looks, as time goes: sideways at ``speed`` pixels of the picture a second, or closer and
    closer to the word. ``word_at`` its middle on the wall, ``size`` of its print and ``wide`` it is, in pixels.
    """

    word_at: tuple[int, int]
    size: int
    wide: int
    pans: bool
    speed: float
    lasts_s: float

    def view(self, at: float) -> tuple[float, float, float]:
        x, y = self.word_at
        if self.pans:
            return x - self.speed * (self.lasts_s - PATIENCE_S - 1.0 - at), y + 40 * math.sin(at), 1.0
        scale = 0.1 * math.exp(at * 0.36)
        return x + 20 * math.sin(1.3 * at) / scale, y + 15 * math.cos(at) / scale, min(1.0, scale)

    def legible(self, at: float) -> bool:
        x, y, scale = self.view(at)
        left, top = (self.word_at[0] - self.wide / 2 - x) * scale, (self.word_at[1] - self.size / 2 - y) * scale
        inside = left >= -WIDTH / 2 + 4 and left + self.wide * scale <= WIDTH / 2 - 4 and abs(top) < HEIGHT / 2 - 40
        return inside and self.size * CAPITALS * scale >= LEGIBLE_PX

    def legible_from(self) -> float:
        """The first instant, to 20 ms; infinite when there is none."""
        steps = range(round(self.lasts_s / 0.02))
        return next((step * 0.02 for step in steps if self.legible(step * 0.02)), math.inf)


@dataclass(frozen=True, slots=True)
class Found:
    """``late_s``: from legible to told, 0 when it was told before; None when it never was."""

    pans: bool
    late_s: float | None


def wall(seed: int, word: str) -> tuple[Pixels, Path]:
    """A wall with signs, one of which has the word, and a way over it."""
    chance = random.Random(seed)
    noise = np.random.default_rng(seed)
    coarse = noise.normal(0, 9, (WALL[1] // 40, WALL[0] // 40)).astype(np.float32)
    grain = cv2.resize(coarse, WALL)[..., None] + noise.normal(0, 3, (WALL[1], WALL[0], 1))
    image = Image.fromarray(np.clip(np.array([128, 120, 110]) + grain, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    pans, size = seed % 2 == 0, chance.randrange(48, 72)
    others = chance.sample([sign for sign in SIGNS if sign != word], 3)
    spots = [(700, 500), (1250, 900), (1300, 350), (1900, 650)]
    found = (0, 0, 0)
    for (x, y), text in zip(spots, [*others, word], strict=True):
        font = ImageFont.load_default(size)
        wide = round(pen.textlength(text, font))
        colours = chance.choice((((245, 245, 240), (25, 25, 25)), ((20, 60, 130), (250, 250, 250))))
        box = (x - wide // 2 - size // 2, y - size, x + wide // 2 + size // 2, y + size)
        pen.rectangle(box, fill=colours[0])
        pen.text((x - wide // 2, y), text, colours[1], font, anchor="lm")
        found = (x, y, wide)
    speed = chance.uniform(90.0, 170.0)
    lasts = (6.0 if pans else 5.0) + PATIENCE_S
    return np.asarray(image, np.uint8), Path(found[:2], size, found[2], pans, speed, lasts)


class Lens:
    """A camera on its way over a wall, two pictures a second in real time."""

    def __init__(self, surface: Pixels, path: Path) -> None:
        self._wall, self._path = surface, path
        self.began_us = 0

    async def pictures(self) -> AsyncIterator[Picture]:
        self.began_us = now_us()
        number = 0
        while True:
            at = (now_us() - self.began_us) / 1e6
            yield Picture(f"p{number}", self.seen(at), now_us())
            number += 1
            await asyncio.sleep(max(0.0, number * 0.5 - (now_us() - self.began_us) / 1e6))

    async def still(self, *, max_side: int, timeout_s: float) -> Picture | None:
        return None

    def seen(self, at: float) -> Pixels:
        """What it sees, with the blur of its movement."""
        total = np.zeros((HEIGHT, WIDTH, 3), np.float32)
        for share in (0.0, 0.33, 0.67, 1.0):
            x, y, scale = self._path.view(at + share * EXPOSURE_S)
            turn = np.array([[scale, 0, WIDTH / 2 - scale * x], [0, scale, HEIGHT / 2 - scale * y]])
            way = cv2.INTER_AREA if scale < 0.7 else cv2.INTER_LINEAR
            total += cv2.warpAffine(self._wall, turn, (WIDTH, HEIGHT), flags=way, borderMode=cv2.BORDER_REFLECT)
        return np.asarray(total / 4, np.uint8)


async def found_on(surface: Pixels, path: Path, word: str, engines: SeeingEngines, settings: SeeingSettings) -> Found:
    """One search."""
    told = asyncio.Event()
    lens = Lens(surface, path)
    seeing = Seeing(engines, settings, now_us)
    watching = Watching(seeing, lambda text: told.set() if word.lower() in text.lower() else None, lambda: True)
    from_s, late_s = path.legible_from(), None
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(seeing.watch(lens))
        watching.start(Print(word.lower(), seeing), group)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(from_s + PATIENCE_S):
                await told.wait()
            late_s = max(0.0, (now_us() - lens.began_us) / 1e6 - from_s)
        watching.stop()
        watch.cancel()
    return Found(path.pans, late_s)


async def finding(
    engines: SeeingEngines, settings: SeeingSettings, tell: Callable[[str], None], runs: int = RUNS
) -> list[Row]:
    """How soon a word is found."""
    found = []
    for seed in range(runs):
        tell(f"finding a word: {seed} of {runs}")
        word = SIGNS[seed % len(SIGNS)]
        found.append(await found_on(*wall(seed, word), word, engines, settings))
    return [found_row(found)]


def found_row(found: Sequence[Found]) -> Row:
    late = [one.late_s for one in found if one.late_s is not None]
    soon = sum(seconds <= WANTED_S for seconds in late)
    middle = f"p50 {part(late, 50):.1f}, p95 {part(late, 95):.1f} s" if late else "never"
    return Row(
        f"a word on a moving scene: found within {WANTED_S:.0f} s of being legible", f"{soon} of {len(found)}",
        {"soon": soon, "runs": len(found), "p50_s": round(part(late, 50), 2) if late else None,
         "p95_s": round(part(late, 95), 2) if late else None}, "≥ 90 %", soon >= 0.9 * len(found),
        f"panned over or come closer to; legible: whole, capitals of {LEGIBLE_PX:.0f} px in 640 x 480; {middle}; "
        f"{len(found) - len(late)} never",
    )  # fmt: skip
