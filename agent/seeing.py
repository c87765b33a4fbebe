"""The eyes of one session: its camera's pictures are measured, and the best recent ones kept for the next question.

Knows how fresh and how good each picture is, and asks for a sharp still where detail matters. Does not know what is
asked, what a picture means, or how pictures travel. A picture is never handed out without its verdict.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass

from agent import clock
from agent.core.sampler import Glance, Sampler, SamplerSettings, Seen
from agent.engines.protocols import Box, Code, TextLine
from agent.engines.registry import Engines
from agent.picture import Picture, Pixels
from agent.ports import Camera
from agent.settings import Settings
from agent.sight.covering import judged
from agent.sight.facts import Facts, SeeingEngines
from agent.sight.framing import Framed
from agent.sight.moment import Moment
from agent.sight.own_things import Known, Taught, ThingLook
from agent.sight.quality import ADVICE, Measures, change, measure, problem
from agent.sight.recall import Recall, Recalled
from agent.sight.seen import SeenMemory
from agent.sight.settings import SeeingSettings
from agent.sight.taught import find, thing_look
from agent.skills.skill import Brightness, ColourPart, Look, Purpose

SHOWN_US = 60_000_000
"""So long a picture that was shown comes before the camera's; without a camera, for ever."""

RESTS = 0.03
"""A scene at rest changes less between two pictures: a hand that holds still."""
FADES = 0.9
"""What is left in a second of how sharp the sharpest picture of a scene was, for who compares the next ones with it."""
INLINE_SIDE = 400
"""Pictures up to this side are measured on the event loop; larger ones (1 to 4 ms) on the worker."""


@dataclass(frozen=True, slots=True)
class _View:
    picture: Picture
    measures: Measures


class Seeing:
    """Eyes of one session (the protocol ``Eyes``). ``clock``: microseconds, the axis of ``Picture.taken_us``.

    Every await may be cancelled: state changes only between awaits.
    """

    def __init__(
        self,
        engines: SeeingEngines,
        settings: SeeingSettings,
        clock: Callable[[], int],
        on_seen: Callable[[Seen], None] | None = None,
        recall: Recall | None = None,
    ) -> None:
        self._recall = recall
        self._settings, self._clock, self._on_seen = settings, clock, on_seen
        sampling = SamplerSettings(keep_max=settings.keep_max, max_age_us=settings.keep_ms * 1000)
        self._sampler, self._changed = Sampler(sampling), sampling.changed
        self._facts = Facts(engines, settings)
        self._camera: Camera | None = None
        self._switched: bool | None = None
        self._since_us = 0
        self._shown: Picture | None = None
        self._arrived = asyncio.Event()
        self._asking = asyncio.Lock()
        self._forget()

    # --- the camera ------------------------------------------------------------------------------------------

    async def watch(self, camera: Camera) -> None:
        """Take this camera's pictures until it ends or another one is watched."""
        self._camera, self._switched, self._since_us = camera, None, self._clock()
        self._forget()
        async with asyncio.TaskGroup() as group:
            remembering = group.create_task(self._recall.work()) if self._recall is not None else None
            try:
                await self._watch(camera)
            finally:
                if remembering is not None:
                    remembering.cancel()

    async def _watch(self, camera: Camera) -> None:
        pictures = camera.pictures()
        try:
            async for picture in pictures:
                measures = await self._measure(picture.pixels)
                if self._camera is not camera:
                    return
                if self._switched is not False:  # pictures still under way when the camera went off
                    self._receive(_View(picture, measures))
        finally:
            if self._camera is camera:
                self._camera = None
                self._forget()
            if isinstance(pictures, AsyncGenerator):
                await pictures.aclose()

    def switched(self, on: bool) -> None:
        """The user switched the camera on or off: what was seen before no longer counts."""
        if on == self._switched:
            return
        if self._switched is not None or not on:  # a new line's first pictures may be quicker than this word
            self._forget()
        self._switched, self._since_us = on, self._clock()

    def show(self, picture: Picture) -> None:
        """This was shown on purpose: it is looked at before what the camera happens to see, and is never too old."""
        self._shown = picture

    def expect(self) -> None:
        """A question may be coming (speech began): the next usable picture is kept."""
        self._sampler.ask(self._clock())

    def picture(self, picture_id: str) -> Picture | None:
        """A picture that is held, or None."""
        view = self._kept.get(picture_id)
        return view.picture if view is not None else None

    def in_view(self) -> tuple[str, ...]:
        """Ids of the pictures that are held now, oldest first."""
        return self._sampler.kept(self._clock())

    def _forget(self) -> None:
        self._sampler.clear()
        self._kept: dict[str, _View] = {}
        self._latest: _View | None = None
        self._still: _View | None = None
        self._refused_us = -(10**12)
        self._motion = 0.0
        self._best_fine = 0.0

    def _receive(self, view: _View) -> None:
        before, last = self._latest, self._last_kept()
        if before is not None and view.picture.taken_us < before.picture.taken_us:
            return
        self._motion = change(view.measures, before.measures) if before is not None else 0.0
        moved_on = last is not None and change(view.measures, last.measures) >= self._changed
        left = FADES ** ((view.picture.taken_us - before.picture.taken_us) / 1e6) if before is not None else 1.0
        self._best_fine = view.measures.fine if moved_on else max(self._best_fine * left, view.measures.fine)
        self._latest = view
        seen = self._sampler.receive(
            Glance(
                picture=view.picture.id,
                at_us=view.picture.taken_us,
                change=change(view.measures, last.measures) if last is not None else 1.0,
                sharpness=view.measures.fine,
                verdict=problem(view.measures, "scene", best=self._best_fine, motion=self._motion),
            )
        )
        if seen.kept:
            self._kept[view.picture.id] = view
            if self._recall is not None:
                self._recall.note(view.picture)
        ids = set(self._sampler.kept(self._clock()))
        self._kept = {id: kept for id, kept in self._kept.items() if id in ids}
        self._arrived.set()
        self._arrived.clear()
        if self._on_seen is not None:
            self._on_seen(seen)

    def _last_kept(self) -> _View | None:
        return next(reversed(self._kept.values()), None)

    # --- looking ---------------------------------------------------------------------------------------------

    async def look(self, purpose: Purpose) -> Look:
        """The best picture for this purpose now, with its verdict.

        Text, codes and scenes ask for a still, and take the track's picture when none comes in ``still_timeout_s``.
        """
        shown = self._shown
        if shown is not None and (self._latest is None or self._clock() - shown.taken_us < SHOWN_US):
            found = problem(await self._measure(shown.pixels), purpose)
            return await self._judged(shown, found, purpose, max(0, self._clock() - shown.taken_us))
        if self._camera is None or self._switched is False:
            return _nothing("no_camera")
        self._sampler.ask(self._clock())
        still: _View | None = None
        if self._latest is None and not self._just_opened() and not self._switched:
            return _nothing("no_camera")
        match purpose:
            case "text" | "code" | "scene":
                async with self._asking:  # who asks while one is under way is given that one
                    still = await self._take_still()
                if still is None and self._latest is None:
                    await self._fresh_picture()
            case "colour" | "light" | "people":
                await self._fresh_picture()
        views = [still] if still is not None else []
        if self._latest is not None:
            views += [self._latest] if purpose == "light" else self._recent(self._latest)
        if not views:
            return _nothing("no_picture" if self._switched else "no_camera")
        view = max(views, key=lambda view: (not self._problem(view, purpose), view is still, view.measures.fine))
        age_us = max(0, self._clock() - view.picture.taken_us)
        found = "old" if age_us > self._settings.old_ms * 1000 else self._problem(view, purpose)
        return await self._judged(view.picture, found, purpose, age_us)

    async def _judged(self, picture: Picture, found: str, purpose: Purpose, age_us: int) -> Look:
        """The picture with its verdict; one without a fault may still be hidden in part."""
        if found:
            return Look(picture, found, ADVICE[found], age_us)
        covered = await self._facts.covering(picture)
        found = judged(covered, purpose)
        return Look(picture, found, ADVICE.get(found, ""), age_us, covered.by)

    def _problem(self, view: _View, purpose: Purpose) -> str:
        motion = self._motion if view is self._latest else 0.0
        same = self._latest is not None and change(view.measures, self._latest.measures) < self._changed
        return problem(view.measures, purpose, best=self._best_fine if same else 0.0, motion=motion)

    def _recent(self, latest: _View) -> list[_View]:
        """The newest picture, and those held that are fresh and show the same."""
        oldest = self._clock() - self._settings.scene_ms * 1000
        return [latest] + [
            view
            for view in self._kept.values()
            if view is not latest
            and view.picture.taken_us >= oldest
            and change(view.measures, latest.measures) < self._changed
        ]

    def _just_opened(self) -> bool:
        return self._clock() - self._since_us < self._settings.first_picture_s * 1_000_000

    async def glimpse(self, after: str, timeout_s: float) -> Look | None:
        """The newest camera picture that is not ``after``, as good as it is for reading; None: none came in time."""
        moment = await self.moment(after, timeout_s)
        if moment is None:
            return None
        age_us = max(0, self._clock() - moment.picture.taken_us)
        return Look(moment.picture, moment.problem, moment.advice, age_us)

    async def moment(self, after: str, timeout_s: float) -> Moment | None:
        """The same, with all that is known of it."""
        if self._latest is None or self._latest.picture.id == after:
            await self._next_picture(timeout_s)
        view = self._latest
        if view is None or view.picture.id == after:
            return None
        found, unseen = self._problem(view, "text"), self._problem(view, "people")
        return Moment(view.picture, view.measures, self._motion, found, unseen, ADVICE.get(found, ""))

    async def _fresh_picture(self) -> None:
        """Wait for a picture if there is none, or only one that the track should have replaced by now."""
        interval_s = 1.0 / self._settings.fps
        if self._latest is None:
            left_s = self._settings.first_picture_s - (self._clock() - self._since_us) / 1_000_000
            await self._next_picture(max(interval_s, left_s))
        elif self._clock() - self._latest.picture.taken_us > 1.6e6 * interval_s:
            await self._next_picture(1.5 * interval_s)

    async def _next_picture(self, timeout_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._arrived.wait()

    async def _take_still(self) -> _View | None:
        camera, settings = self._camera, self._settings
        if camera is None:
            return None
        held = self._still
        if (
            held is not None
            and self._clock() - held.picture.taken_us <= settings.still_again_ms * 1000
            and (self._latest is None or change(held.measures, self._latest.measures) < self._changed)
        ):
            return held
        if self._clock() - self._refused_us <= settings.still_again_ms * 1000:
            return None
        timeout_s = settings.still_timeout_s if self._latest is not None else settings.still_alone_s
        picture = None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s + 0.1):
                picture = await camera.still(max_side=settings.still_max_side, timeout_s=timeout_s)
        if picture is None:
            self._refused_us = self._clock()
            return None
        view = _View(picture, await self._measure(picture.pixels))
        if self._camera is camera and self._switched is not False:
            self._still = view
        return view

    # --- what is in a picture --------------------------------------------------------------------------------

    async def text(self, picture: Picture) -> tuple[TextLine, ...]:
        return await self._facts.text(picture)

    async def codes(self, picture: Picture) -> tuple[Code, ...]:
        """Codes; a retail number that no second look confirms has an empty ``text``: seen, but not sure."""
        others = [view.picture.pixels for view in self._kept.values() if view.picture.id != picture.id]
        return await self._facts.codes(picture, others[-2:])

    async def faces(self, picture: Picture) -> tuple[Box, ...]:
        return await self._facts.faces(picture)

    @property
    def rests(self) -> bool:
        """Whether the newest picture is like the one before it."""
        return self._motion < RESTS

    async def glance(self, picture: Picture) -> tuple[TextLine, ...]:
        """Print that a small copy shows, for who looks out for a word."""
        return await self._facts.glanced_text(picture)

    async def quick_text(self, picture: Picture) -> tuple[TextLine, ...]:
        """Print at the first size only, for who reads along."""
        return await self._facts.quick_text(picture)

    async def quick_faces(self, picture: Picture) -> tuple[Box, ...]:
        """Upright faces that are not far, for who looks along."""
        return await self._facts.quick_faces(picture)

    async def quick_codes(self, picture: Picture, *, thorough: bool) -> tuple[Code, ...]:
        """Codes of one look, for who scans along: not to be said before another look agrees."""
        return await self._facts.quick_codes(picture, thorough=thorough)

    async def code_place(self, picture: Picture, *, square: bool = False) -> Framed | None:
        """Where something looks like a bar code, readable or not."""
        return await self._facts.code_place(picture, square=square)

    async def named(self, codes: Sequence[Code]) -> tuple[Code, ...]:
        """With what the list of products says of their numbers."""
        return await self._facts.named(codes)

    async def likely(self) -> tuple[int, tuple[str, ...]]:
        """When a picture was taken, and what it is like by a picture model; nothing where there is none. Raises
        EngineError.
        """
        return await self._recall.likely() if self._recall is not None else (0, ())

    async def page(self, picture: Picture) -> Framed | None:
        """How a page lies in it."""
        return await self._facts.page(picture)

    async def flat(self, picture: Picture) -> Picture:
        """The page alone, straight; the picture itself where none is whole."""
        return await self._facts.flat(picture)

    async def colours(self, picture: Picture) -> tuple[ColourPart, ...]:
        return await self._facts.colours(picture)

    async def light(self, picture: Picture) -> Brightness:
        return await self._facts.light(picture)

    async def thing(self, picture: Picture) -> ThingLook | None:
        """What can be known again of the thing in the middle; None: it is too plain."""
        return await self._facts.work(thing_look, picture.pixels)

    async def same_thing(self, one: ThingLook, picture: Picture) -> bool:
        return bool(await self._facts.work(find, picture.pixels, [Taught("", (one,))]))

    async def known(self, picture: Picture, things: Sequence[Taught]) -> tuple[Known, ...]:
        """Which of these things are in the picture, the surest first."""
        return await self._facts.work(find, picture.pixels, things)

    async def work(self, function: Callable[[], None]) -> None:
        """Call it apart from the event loop, where there is a worker. Raises EngineError."""
        await self._facts.work(function)

    def forget(self) -> None:
        """What was seen until now, by whoever asked: the facts that were found and what is remembered of it."""
        self._facts.forget()
        self._shown = None
        self._forget()
        if self._recall is not None:
            self._recall.forget()

    @property
    def remembers(self) -> bool:
        return self._recall is not None

    async def recall(self, thing: str) -> Recalled | None:
        """Where this was seen last in the session. Raises EngineError."""
        return await self._recall.find(thing) if self._recall is not None else None

    async def _measure(self, pixels: Pixels) -> Measures:
        return measure(pixels) if max(pixels.shape[:2]) <= INLINE_SIDE else await self._facts.work(measure, pixels)


def recalling(engines: Engines, settings: Settings) -> Recall | None:
    """The memory of one session; None where there is none."""
    sight = settings.sight
    if engines.matcher is None:
        return None
    memory = SeenMemory(sight.memory_most, round(sight.memory_minutes * 60e6))
    return Recall(engines.matcher, memory, clock.now_us)


def _nothing(what: str) -> Look:
    return Look(None, what, ADVICE[what])
