"""What is in a picture, found once and remembered for a second question.

Knows which engine finds what, and when a second look is worth its time. Does not know which picture to take.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, TypeVar

import cv2
import numpy as np

from agent import effort
from agent.clock import thread_us
from agent.engines.protocols import Box, Code, CodeReader, FaceFinder, ProductList, TextLine, TextReader
from agent.engines.worker import Worker
from agent.errors import EngineError
from agent.picture import Picture, Pixels
from agent.sight.bars import bars
from agent.sight.colours import colours
from agent.sight.covering import Covering, covering
from agent.sight.cut_off import marked
from agent.sight.framing import Framed, boxed, page, straightened
from agent.sight.light import brightness
from agent.sight.lone import DOUBTED, distrusted
from agent.sight.product_numbers import scanned
from agent.sight.second_looks import AGREE, others, rescaled
from agent.sight.settings import SeeingSettings
from agent.sight.squares import squares
from agent.skills.skill import Brightness, ColourPart

R = TypeVar("R")

REMEMBERED = 24
SMALL_PRINT = 14.0
"""Lines lower than this many pixels at ``text_side`` are looked for again at ``fine_text_side``."""
FEW, SMALL_SIGN = 8, 24.0
"""So are few lines lower than this: a sign far away, where the second look finds the rest and costs little."""
LETTER_SHAPE = 2.6
"""A line is at most so many times as high as its letters are wide on average: a line that lies askew has a box that is
higher than the print in it."""
FAR_MOST = 0.25
"""Share of the picture that print takes at most which is too far away: larger things only look like print."""
SMALL_PICTURE = 320
"""In a picture whose longer side is less, all print is small."""
SURE = 0.75
"""So is text that is read with less confidence on average."""


GLANCE_SIDE = 384
"""Of 42 camera pictures with capitals of 11 pixels, panned over or come closer to, the word was found in all at 640,
512, 480, 416 and 352. Ten scenes took 227 ms of a processor each at 640, 123 at 512, 109, 80, 81 at 384 and 61."""
SQUARES = ("QR", "Aztec", "DataMatrix", "MaxiCode", "PDF417")
"""Codes that a reader of print takes for letters of some script."""
DOUBTED_MOST = 4
"""Numbers in one picture that are looked at alone when the first two looks don't agree."""
EASILY_MISREAD = ("UPCE",)
"""Short, and found in parts of longer codes: the first two looks must agree on it, and two of three more."""
QUICK_SIDE = 320
"""Side at which faces are looked for while the camera is followed."""
LOOKUP_S = 1.5
"""So long a name is waited for: a local list takes a millisecond, one elsewhere may not answer."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SeeingEngines:
    """Shared by all sessions. ``worker``: for work on pixels that is no engine's; None does it where it is called.
    ``products`` None: there is no list.
    """

    text: TextReader
    codes: CodeReader
    faces: FaceFinder
    worker: Worker | None = None
    products: ProductList | None = None


class Facts:
    """Facts of the pictures of one session, by picture id. A call that is cancelled leaves nothing behind."""

    def __init__(self, engines: SeeingEngines, settings: SeeingSettings) -> None:
        self._engines, self._settings = engines, settings
        self._known: OrderedDict[tuple[str, str], Any] = OrderedDict()
        self._one_at_a_time: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def text(self, picture: Picture) -> tuple[TextLine, ...]:
        """Lines in reading order. Looked for again, larger, when there is nothing, or only small or doubtful print.
        Where nothing can be read, lines without text say where print may be that is too far away."""

        async def read(picture: Picture) -> tuple[TextLine, ...]:
            lines = await self._apart_from_codes(picture, await self._read_text(picture))
            lines = await self.work(marked, await self._trusted(lines, picture), picture.pixels, letter_height)
            if not any(line.confidence > DOUBTED for line in lines):
                return (*lines, *await self._far(picture))
            return lines

        return await self._once("text", picture, read)

    async def codes(self, picture: Picture, before: Sequence[Pixels] = ()) -> tuple[Code, ...]:
        """Codes, with their names where a list knows them. A retail number needs a second look: at pictures ``before``,
        at this one in another size, or, where these don't read it, two of three at the code alone (``second_looks``).
        One that is not confirmed has an empty ``text``."""

        async def find(picture: Picture) -> tuple[Code, ...]:
            return await self.named(await self._read_codes(picture, before))

        return await self._once("codes", picture, find)

    async def quick_codes(self, picture: Picture, *, thorough: bool) -> tuple[Code, ...]:
        """Codes of one look, which nothing confirms: 2 ms, ``thorough`` 10."""
        return await self._engines.codes.read(picture.pixels, fast=not thorough)

    async def code_place(self, picture: Picture, *, square: bool = False) -> Framed | None:
        """Where something looks like a bar code, readable or not; ``square``: or like a QR code (20 ms more)."""
        found = await self.work(bars, picture.pixels)
        if found is None and square:
            found = await self.work(squares, picture.pixels)
        return boxed("code", [found] if found is not None else [], picture.width, picture.height)

    async def named(self, codes: Sequence[Code]) -> tuple[Code, ...]:
        """With what the list of products says of their numbers; an unsure one is not looked up."""
        return tuple([await self._named(code) if code.product and code.text else code for code in codes])

    async def _named(self, code: Code) -> Code:
        products, number = self._engines.products, scanned(code.text, code.format)
        if products is None or number is None:
            return code
        try:
            async with asyncio.timeout(LOOKUP_S):
                item = await products.find(number)
        except (EngineError, TimeoutError) as error:
            _log.warning("the list of products was not asked for %s: %s", number, error or "it took too long")
            return replace(code, unnamed="list_broken")
        return replace(code, item=item, unnamed="not_in_list")

    async def faces(self, picture: Picture) -> tuple[Box, ...]:
        return await self._once("faces", picture, lambda picture: self._engines.faces.find(picture.pixels))

    async def quick_text(self, picture: Picture) -> tuple[TextLine, ...]:
        """Lines as the first look finds them: a seventh of a second's work where there are few."""
        lines = await self._engines.text.read(picture.pixels, max_side=self._settings.text_side)
        lines = await self._trusted(await self._apart_from_codes(picture, lines), picture)
        return await self.work(marked, lines, picture.pixels, letter_height)

    async def glanced_text(self, picture: Picture) -> tuple[TextLine, ...]:
        """Lines that are found on a copy of GLANCE_SIDE, and read from the whole: two fifths of that work."""
        return await self._engines.text.read(picture.pixels, max_side=GLANCE_SIDE)

    async def quick_faces(self, picture: Picture) -> tuple[Box, ...]:
        """Faces that a small copy shows: a fifth of the work, those below a twelfth of its side are missed."""
        scale = QUICK_SIDE / max(picture.width, picture.height)
        if scale >= 1:
            return await self._engines.faces.find(picture.pixels, fast=True)
        small = await self.work(_smaller, picture.pixels, scale)
        found = await self._engines.faces.find(small, fast=True)
        return tuple(Box(*(round(side / scale) for side in (b.left, b.top, b.width, b.height))) for b in found)

    async def colours(self, picture: Picture) -> tuple[ColourPart, ...]:
        return await self._once("colours", picture, lambda picture: self.work(colours, picture.pixels))

    async def light(self, picture: Picture) -> Brightness:
        return await self._once("light", picture, lambda picture: self.work(brightness, picture.pixels))

    async def covering(self, picture: Picture) -> Covering:
        """What something before the lens hides of it."""
        return await self._once("covering", picture, lambda picture: self.work(covering, picture.pixels))

    async def page(self, picture: Picture) -> Framed | None:
        """The page in it, if one is to be seen."""
        return await self._once("page", picture, lambda picture: self.work(page, picture.pixels))

    async def flat(self, picture: Picture) -> Picture:
        """The page in it alone, straight, as a picture of its own; the picture itself where there is no whole one."""

        async def straight(picture: Picture) -> Picture:
            pixels = await self.work(straightened, picture.pixels)
            return picture if pixels is None else replace(picture, id=f"{picture.id}/page", pixels=pixels)

        return await self._once("flat", picture, straight)

    async def work(self, function: Callable[..., R], *arguments: Any) -> R:
        """Call it on the worker, or at once where there is none."""
        if (worker := self._engines.worker) is not None:
            return await worker.run(function, *arguments)
        began = thread_us()
        try:
            return function(*arguments)
        finally:
            effort.count(thread_us() - began)

    def forget(self) -> None:
        """What was found is found again when it is asked for."""
        self._known.clear()

    async def _once(self, kind: str, picture: Picture, find: Callable[[Picture], Awaitable[R]]) -> R:
        key = (kind, picture.id)
        async with self._one_at_a_time[kind]:  # who asks for what is being found waits for it
            if key in self._known:
                known: R = self._known[key]
                return known
            found = await find(picture)
            self._known[key] = found
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
            return found

    async def _read_text(self, picture: Picture) -> tuple[TextLine, ...]:
        settings, reader = self._settings, self._engines.text
        lines = await reader.read(picture.pixels, max_side=settings.text_side)
        side = max(picture.width, picture.height)
        if side <= settings.text_side:
            return lines
        smallest = (SMALL_SIGN if len(lines) < FEW else SMALL_PRINT) * side / settings.text_side
        if lines and _sureness(lines) >= SURE and median(letter_height(line) for line in lines) >= smallest:
            return lines
        again = await reader.read(picture.pixels, max_side=settings.fine_text_side)
        return max(lines, again, key=lambda found: sum(len(line.text) * line.confidence**2 for line in found))

    async def _trusted(self, lines: tuple[TextLine, ...], picture: Picture) -> tuple[TextLine, ...]:
        return await self.work(distrusted, lines, picture.pixels) if lines else ()

    async def _far(self, picture: Picture) -> tuple[TextLine, ...]:
        """Where print may be that is too small to be read."""
        found = await self._engines.text.places(picture.pixels, max_side=self._settings.text_side)
        area, side = picture.width * picture.height, max(picture.width, picture.height)
        small = [box for box in found if side < SMALL_PICTURE or box.width * box.height <= FAR_MOST * area]
        lines = await self._apart_from_codes(picture, tuple(TextLine("", box, 0.0) for box in small))
        code = await self.work(squares, picture.pixels) if lines else None
        return tuple(line for line in lines if code is None or not _inside(line.box, code))

    async def _apart_from_codes(self, picture: Picture, lines: tuple[TextLine, ...]) -> tuple[TextLine, ...]:
        """Without what was taken for print in the squares of a code."""
        if not lines:
            return lines
        try:
            codes = await self._engines.codes.read(picture.pixels)
        except EngineError:
            return lines
        squares = [code.box for code in codes if any(kind in code.format for kind in SQUARES)]
        return tuple(line for line in lines if not any(_inside(line.box, square) for square in squares))

    async def _read_codes(self, picture: Picture, before: Sequence[Pixels]) -> tuple[Code, ...]:
        found = await self._engines.codes.read(picture.pixels)
        unsure = {code.text for code in found if code.product}
        for other in reversed(before):
            if unsure:
                unsure -= await self._numbers(other)
        if unsure:
            unsure -= await self._numbers(await self.work(rescaled, picture.pixels))
        doubted = [code for code in found if code.product and (code.text in unsure) != (code.format in EASILY_MISREAD)]
        for at, code in enumerate(doubted):
            if at < DOUBTED_MOST and await self._read_alone(picture, code):
                unsure.discard(code.text)
            else:
                unsure.add(code.text)
        return tuple(replace(code, text="") if code.product and code.text in unsure else code for code in found)

    async def _read_alone(self, picture: Picture, code: Code) -> bool:
        """Whether enough looks at this code alone read the same."""
        looks = [await self._numbers(look) for look in await self.work(others, picture.pixels, code.box)]
        return sum(code.text in numbers for numbers in looks) >= AGREE

    async def _numbers(self, pixels: Pixels) -> set[str]:
        return {code.text for code in await self._engines.codes.read(pixels)}


def _inside(box: Box, other: Box) -> bool:
    """Whether the middle of ``box`` lies in ``other``."""
    x, y = box.left + box.width / 2, box.top + box.height / 2
    return other.left <= x <= other.left + other.width and other.top <= y <= other.top + other.height


def letter_height(line: TextLine) -> float:
    """Of its letters, in pixels: that of the box, or of one that lies askew what its letters leave room for."""
    box = line.box
    return min(box.height, box.width, LETTER_SHAPE * math.hypot(box.width, box.height) / len(line.text))


def _sureness(lines: Sequence[TextLine]) -> float:
    """Mean confidence, by characters."""
    return sum(line.confidence * len(line.text) for line in lines) / max(1, sum(len(line.text) for line in lines))


def _smaller(pixels: Pixels, scale: float) -> Pixels:
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
