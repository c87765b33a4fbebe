"""What following the camera costs, and how sure a taught thing is known again: the rest of the part ``sight``.

Knows photos and engines. Does not know labels but those that say that two photos show the same thing.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import cv2
import numpy as np

from agent.clock import now_us, stopwatch_us
from agent.live.eye import LiveEye
from agent.live.following import Surroundings
from agent.picture import Picture, Pixels
from agent.seeing import Seeing
from agent.sight.facts import SeeingEngines
from agent.sight.own_things import Taught, ThingLook
from agent.sight.settings import SeeingSettings
from agent.sight.taught import find, thing_look
from transport.bench.figures import Row
from transport.bench.processes import cpu_s

SECONDS, REST_S = 60.0, 5.0
"""Length of a film, and how long it rests on each photo of a walk."""
SHARE_MOST = 6.0
CAMERA = (640, 480)
LOOKS, QUESTIONS = 3, 2


# --- following the camera -----------------------------------------------------------------------------------------


@dataclass
class Walk:
    """A camera that rests on each picture and then pans to the next; shakes a little, as a hand does."""

    stops: Sequence[Pixels]
    fps: float
    rest_s: float
    shown: int = field(default=0, init=False)

    async def pictures(self) -> AsyncIterator[Picture]:
        rest, pan = round(self.rest_s * self.fps), round(self.fps)
        shake = np.random.default_rng(4)
        while True:
            number, at = divmod(self.shown, rest + pan)
            here, there = self.stops[number % len(self.stops)], self.stops[(number + 1) % len(self.stops)]
            pixels = np.roll(here, int(shake.integers(-2, 3)), axis=1)
            if at >= rest:
                left = CAMERA[0] * (at - rest + 1) // (pan + 1)
                pixels = np.concatenate([here[:, left:], there[:, :left]], axis=1)
            self.shown += 1
            yield Picture(f"walk {self.shown}", np.ascontiguousarray(pixels), now_us())
            await asyncio.sleep(1 / self.fps)

    async def still(self, *, max_side: int, timeout_s: float) -> Picture | None:
        return None


async def live_rows(
    photos: Sequence[Pixels], engines: SeeingEngines, settings: SeeingSettings, tell: Callable[[str], None]
) -> list[Row]:
    """The processor's time of one session's camera while what changes is told, on a walk and at rest."""
    cv2.setNumThreads(1)  # as the server has it
    stops = [np.asarray(cv2.resize(pixels, CAMERA, interpolation=cv2.INTER_AREA), np.uint8) for pixels in photos]
    rows = []
    for title, along, rest_s in (("a walk", stops, REST_S), ("a scene that rests", stops[-1:], SECONDS)):
        tell(f"following the camera: {title}")
        told: list[str] = []

        def begin(seeing: Seeing, told: list[str] = told) -> LiveEye:
            around = Surroundings(lambda text, _: told.append(text), lambda: True, lambda: "detailed")
            return LiveEye(seeing, around)

        share = await share_of(Walk(along, settings.fps, rest_s), engines, settings, begin)
        rows.append(camera_row(f"what changes is told: {title}", share, settings.fps, len(told)))
    return rows


def camera_row(what: str, share: float, fps: float, told: int) -> Row:
    """``share``: per cent of a core; ``told``: how often something was."""
    return Row(
        f"camera of a session, {what}", f"{share:.1f} % of a core",
        {"percent_of_core": round(share, 2), "told": told}, f"≤ {SHARE_MOST:.0f} %", share <= SHARE_MOST,
        f"{SECONDS:.0f} s at {fps:g} pictures a second, {told} times something was told; without decoding the video",
    )  # fmt: skip


class Follower(Protocol):
    """Something that follows the camera."""

    async def run(self) -> None: ...


async def share_of(
    walk: Walk, engines: SeeingEngines, settings: SeeingSettings, begin: Callable[[Seeing], Follower]
) -> float:
    """Percent of a core that the eyes of one session take while this follows them."""
    seeing = Seeing(engines, settings, now_us)
    await engines.text.read(walk.stops[0], max_side=settings.text_side)
    await engines.faces.find(walk.stops[0])
    await engines.codes.read(walk.stops[0])
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(seeing.watch(walk)), group.create_task(begin(seeing).run())]
        before, began = cpu_s(os.getpid()), stopwatch_us()
        await asyncio.sleep(SECONDS)
        share = 100 * (cpu_s(os.getpid()) - before) / ((stopwatch_us() - began) / 1e6)
        for task in tasks:
            task.cancel()
    return share


# --- taught things ------------------------------------------------------------------------------------------------


def seen_otherwise(pixels: Pixels, seed: int) -> Pixels:
    """The photo turned by up to 25 degrees, farther, askew, in another light, with noise and a little out of focus."""
    chance = np.random.default_rng(seed)
    height, width = pixels.shape[:2]
    turn = np.vstack(
        [cv2.getRotationMatrix2D((width / 2, height / 2), chance.uniform(-25, 25), chance.uniform(0.6, 1)), [0, 0, 1]]
    )
    askew = np.eye(3)
    askew[2, :2] = chance.uniform(-0.3, 0.3, 2) / max(height, width)
    turn[:2, 2] += chance.uniform(-0.1, 0.1, 2) * (width, height)
    moved = cv2.warpPerspective(pixels, askew @ turn, (width, height), borderValue=(120, 115, 110))
    lit = np.clip(moved * chance.uniform(0.7, 1.2) + chance.normal(0, 3, moved.shape), 0, 255).astype(np.uint8)
    return np.asarray(cv2.GaussianBlur(lit, (0, 0), chance.uniform(0.3, 1.0)), np.uint8)


def taught_rows(photos: dict[str, Pixels], same: Callable[[str, str], bool], tell: Callable[[str], None]) -> list[Row]:
    """Each photo is taught by three looks, then each is asked for twice among all. ``same``: two names of one thing."""
    things, plain = [], 0
    for number, (name, pixels) in enumerate(photos.items()):
        tell(f"teaching {name}")
        looks: list[ThingLook | None] = [thing_look(seen_otherwise(pixels, 100 * number + at)) for at in range(LOOKS)]
        good = tuple(look for look in looks if look is not None)
        if len(good) == LOOKS:
            things.append(Taught(name, good))
        else:
            plain += 1
    known, asked, false = 0, 0, []
    names = {thing.name for thing in things}
    for number, (name, pixels) in enumerate(photos.items()):
        tell(f"asking for {name}")
        for at in range(QUESTIONS):
            found = {one.name for one in find(seen_otherwise(pixels, 7_000 + 100 * number + at), things)}
            false += [f"{one} in {name}" for one in found if not same(one, name)]
            if name in names:
                asked += 1
                known += name in found
    chances = QUESTIONS * sum(not same(one, other) for one in names for other in photos)
    return [
        Row(
            "taught things claimed where they are not", f"{len(false)} of {chances}",
            {"claimed": len(false), "of": chances}, "0", not false, "; ".join(false[:3]),
        ),
        Row(
            "taught things known again", f"{known} of {asked}", {"known": known, "of": asked},
            note=f"turned, farther, in another light; {plain} of {len(photos)} photos were too plain to be taught",
        ),
    ]  # fmt: skip
