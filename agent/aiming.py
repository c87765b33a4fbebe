"""Guiding a hand until a page, a sign, a code or a face is whole in the picture; then it is taken and answered from.

Knows the pictures that come, the still, and the skill that answers from it. Does not decide what is said
(``agent.sight.aim``), nor who speaks: it is silent unless nobody does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from typing import Protocol, assert_never

from agent import clock
from agent.engines.protocols import Box, Code, TextLine
from agent.errors import EngineError
from agent.picture import Picture
from agent.sight.aim import HOLD_STILL, Aim, Say, Take, View, Wait
from agent.sight.facts import letter_height
from agent.sight.framing import Framed, boxed
from agent.skills.people import faces_said
from agent.skills.picture_words import PRINT
from agent.skills.read_text import reading
from agent.skills.scan_code import codes_said
from agent.skills.skill import Answer, Look, Purpose, Target

LONGEST_S = 60.0
PICTURE_S = 2.0
"""Waited for the next picture, before it is looked whether time is over."""
SLOW_US, SELDOM_US = 60_000, 450_000
"""What takes longer to find than this is not looked for more often than so, however many pictures come: print and
faces take 0.1 to 0.2 s of a core, a page or a code 0.004 to 0.015."""
BLIND_US = 20_000_000
"""Without a picture for so long it ends."""
FRESH_US = 2_000_000
"""A direction that could not be said by then is no longer true."""
TRIES = 3
"""So many stills are read; the last one is answered from however it is."""
SURE_SHARE = 0.75
"""Of the letters of a still, read with confidence: less, and it is taken once more. A trembling hand makes 0.1 to
0.5 at the resolution of print, which no copy of 320 pixels shows."""
GOT_IT = "Got it."
NOT_SHARP = "Not sharp yet. Hold still."
NO_PICTURES = "I get no pictures from the camera any more, so I stopped guiding you."
GAVE_UP = "I stopped guiding you. Ask again if you want to try once more."


class AimingEyes(Protocol):
    """The part of a session's eyes that is needed here."""

    async def glimpse(self, after: str, timeout_s: float) -> Look | None: ...

    async def look(self, purpose: Purpose) -> Look: ...

    async def page(self, picture: Picture) -> Framed | None: ...

    async def flat(self, picture: Picture) -> Picture: ...

    async def text(self, picture: Picture) -> tuple[TextLine, ...]: ...

    async def codes(self, picture: Picture) -> tuple[Code, ...]: ...

    async def code_place(self, picture: Picture, *, square: bool = False) -> Framed | None: ...

    async def faces(self, picture: Picture) -> tuple[Box, ...]: ...


class Aiming:
    """Run ``guide`` in a task of its own, and cancel that to end it. ``announce`` is told what to say, and by when
    or not at all; ``give`` what to answer.
    """

    def __init__(
        self,
        eyes: AimingEyes,
        announce: Callable[[str, int | None], None],
        give: Callable[[Answer], None],
        quiet: Callable[[], bool],
    ) -> None:
        self._eyes, self._announce, self._give, self._quiet = eyes, announce, give, quiet
        self._blank = False

    async def guide(self, target: Target) -> None:
        """Until it was taken and answered from, or it took too long."""
        aim, after, tries, self._blank = Aim(clock.now_us()), "", 0, False
        seen_us = again_us = clock.now_us()
        until = seen_us + round(LONGEST_S * 1e6)
        while clock.now_us() < until:
            if (early_us := again_us - clock.now_us()) > 0:
                await asyncio.sleep(early_us / 1e6)
            look = await self._eyes.glimpse(after, PICTURE_S)
            if look is None or look.picture is None:
                if clock.now_us() - seen_us >= BLIND_US:
                    self._announce(NO_PICTURES, None)
                    return
                continue
            after, seen_us = look.picture.id, clock.now_us()
            try:
                framed = await self._framed(look.picture, target)
                again_us = seen_us + (SELDOM_US if clock.now_us() - seen_us > SLOW_US else 0)
                step = aim.see(View(framed, look.problem, look.advice), clock.now_us(), may_speak=self._quiet())
                match step:
                    case Say(text=text):
                        self._announce(text, clock.now_us() + FRESH_US)
                    case Take():
                        assert framed is not None
                        tries += 1
                        if (answer := await self._taken(framed, last=tries >= TRIES)) is not None:
                            self._give(answer)
                            return
                    case Wait():
                        pass
                    case _:
                        assert_never(step)
            except EngineError as error:
                self._give(Answer("I can't see well enough to guide you right now.", more=str(error), kind="refusal"))
                return
        self._announce(GAVE_UP, None)

    async def _framed(self, picture: Picture, target: Target) -> Framed | None:
        """What is aimed at. A bright surface is a page, unless nothing was printed on it."""
        eyes, size = self._eyes, (picture.width, picture.height)
        anything = target == "anything"
        if not self._blank and target in ("anything", "page") and (found := await eyes.page(picture)) is not None:
            return found
        if target in ("anything", "code"):
            codes = [code.box for code in await eyes.codes(picture)]
            if codes or not anything:
                return boxed("code", codes, *size) or await eyes.code_place(picture, square=True)
        if target == "face":
            return boxed("face", await eyes.faces(picture), *size)
        lines = [line for line in await eyes.text(picture) if line.text]
        framed = boxed("text", [line.box for line in lines], *size)
        if framed is None:
            return await self._without_print(picture) if anything else None
        letters = median(letter_height(line) for line in lines) / max(size)
        return replace(framed, letters=letters)

    async def _without_print(self, picture: Picture) -> Framed | None:
        """A code that can't be read yet, or a face."""
        if (place := await self._eyes.code_place(picture, square=True)) is not None:
            return place
        return boxed("face", await self._eyes.faces(picture), picture.width, picture.height)

    async def _taken(self, framed: Framed, *, last: bool) -> Answer | None:
        """Take the still and answer from it; None when it has to be taken once more."""
        eyes = self._eyes
        match framed.kind:
            case "code":
                look = await eyes.look("code")
                codes = await eyes.codes(look.picture) if look.picture is not None else ()
                if not any(code.text for code in codes) and not last:
                    return None
                return replace(codes_said(codes, look), skill="scan_code")
            case "face":
                look = await eyes.look("people")
                if look.picture is None or look.problem:
                    return None if not last else Answer(look.advice, kind="correction")
                return replace(faces_said(await eyes.faces(look.picture), look.picture), skill="people")
            case "page" | "text":
                return await self._read(framed, last=last)
            case _:
                assert_never(framed.kind)

    async def _read(self, framed: Framed, *, last: bool) -> Answer | None:
        eyes = self._eyes
        look = await eyes.look("text")
        if look.picture is None or look.problem:
            return None if not last else Answer(look.advice, kind="correction")
        picture = look.picture
        if framed.kind == "page":
            now = await eyes.page(picture)
            if (now is None or now.cut) and not last:
                return None  # it slipped away while the still was taken
            picture = await eyes.flat(picture)
        self._announce(GOT_IT, None)
        lines = await eyes.text(picture)
        if picture is not look.picture:  # the edges of a whole page cut off nothing
            lines = tuple(replace(line, cut=()) for line in lines)
        self._blank = not any(line.text for line in lines)
        if not last and sure_share(lines) < SURE_SHARE:
            self._announce(HOLD_STILL if self._blank else NOT_SHARP, clock.now_us() + FRESH_US)
            return None
        return replace(reading(lines), skill="read_text")


def sure_share(lines: Sequence[TextLine]) -> float:
    """Share of the letters that were read with confidence."""
    letters = sum(len(line.text) for line in lines)
    return sum(len(line.text) for line in lines if line.confidence >= PRINT) / max(1, letters)
