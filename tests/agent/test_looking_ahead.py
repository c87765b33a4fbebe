"""The eyes look while the question is still being said, once, and say nothing of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from agent.core import events as e
from agent.engines.protocols import Brain
from agent.errors import EngineFailed
from agent.looking_ahead import LookingAhead
from agent.skills.skill import Answer, Eyes, Manner, Situation, skill
from tests.virtual import run_virtual

UNDERSTOOD = {"read the": ("read_text", 0.9), "read the code": ("scan_code", 0.9), "what does": ("read_text", 0.5)}


def situation(run: Callable[[], Awaitable[Answer]], *, blind: bool = False) -> Situation:
    @skill()
    async def read_text(situation: Situation) -> Answer:
        return await run()

    eyes = cast(Eyes, SimpleNamespace(in_view=lambda: () if blind else ("pic_1",)))
    scans = replace(read_text, name="scan_code")
    return Situation(eyes, datetime(2026, 1, 1), 0, Manner(), skills=(read_text, scans))


def looked(*facts: e.Event, blind: bool = False, brain: Any = None, lasts_s: float = 0.1) -> list[str]:
    """What was begun and what was ended while these facts came, 0.2 s apart."""
    told: list[str] = []

    async def run() -> Answer:
        told.append("begun")
        await asyncio.sleep(lasts_s)
        told.append("ended")
        if len(told) > 2:
            raise EngineFailed("the reader broke")
        return Answer("It says: nothing that is ever said.")

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            thinks = brain if brain is not None else SimpleNamespace(foresee=UNDERSTOOD.get)
            ahead = LookingAhead(cast(Brain, thinks), lambda: situation(run, blind=blind), lambda: group)
            for fact in facts:
                ahead.heard(fact)
                await asyncio.sleep(0.2)
            ahead.close()

    run_virtual(main())
    return told


def test_it_looks_as_soon_as_the_words_ask_for_it_and_once() -> None:
    words = [e.PartialHeard(text) for text in ("read", "what does", "read the", "read the", "read the")]
    assert looked(e.SpeechStarted(0, 0), *words) == ["begun", "ended"]


def test_what_is_asked_after_all_is_looked_for_too_and_a_failure_is_for_the_answer_to_tell() -> None:
    words = (e.PartialHeard("read the"), e.PartialHeard("read the code"))
    assert looked(*words) == ["begun", "ended"] * 2
    again = (e.PartialHeard("read the"), e.SpeechStarted(9, 9), e.PartialHeard("read the"))
    assert looked(*again) == ["begun", "ended"] * 2


def test_one_look_at_a_time() -> None:
    assert looked(e.PartialHeard("read the"), e.PartialHeard("read the code"), lasts_s=3) == ["begun"]


def test_nothing_to_see_or_nobody_who_foresees_is_no_look() -> None:
    assert looked(e.PartialHeard("read the"), blind=True) == []
    assert looked(e.PartialHeard("read the"), brain=SimpleNamespace()) == []
