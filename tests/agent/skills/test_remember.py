"""Remembering on request: in words, with its age, and forgotten when asked, aloud."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from agent.engines.protocols import Box, Code
from agent.sight.own_things import Taught
from agent.skills.remember import NOTHING_ASKED, NOTHING_SEEN, forget, remember_this, remembered
from agent.skills.skill import Answer, ColourPart, Forget, Keep, Kept, Manner, Situation, Skill
from tests.agent.skills.test_looking_skills import SOMEWHERE, Known, page

SECOND = 1_000_000
NOW = 600 * SECOND
BLUE = (ColourPart("blue", 0.9, (30, 70, 200)),)


def ask(skill: Skill, eyes: Known | None = None, arguments: dict[str, Any] | None = None, **more: Any) -> Answer:
    async def main() -> Answer:
        return await skill(Situation(eyes or Known(), datetime(2025, 3, 4), NOW, Manner(), **more), arguments or {})

    return asyncio.run(main())


def test_what_is_seen_is_pinned_in_words() -> None:
    eyes = Known(page("Room 12"), (Code("https://example.org", "QRCode", False, SOMEWHERE),), (Box(0, 0, 9, 9),))
    given = ask(remember_this, eyes)
    assert given.text == (
        "I'll remember: text that says Room 12, a code with https://example.org, one person and blue in the middle."
    )
    (effect,) = given.effects
    assert isinstance(effect, Keep)
    assert (effect.pinned, effect.kept.lines, effect.kept.faces) == (True, eyes.lines, 1)


def test_nothing_is_remembered_of_nothing_or_of_a_picture_that_shows_none() -> None:
    assert ask(remember_this, Known(parts=())) == Answer(
        NOTHING_SEEN, brief=NOTHING_SEEN, kind="correction", skill="remember_this"
    )
    dark = ask(remember_this, Known(page("Room 12"), trouble="dark"))
    assert (dark.kind, dark.effects) == ("correction", ())


def test_it_is_told_again_with_its_age_newest_first() -> None:
    seen = (
        Kept(NOW - 300 * SECOND, lines=page("Room 12"), pinned=True),
        Kept(NOW - 200 * SECOND, lines=page("Exit")),
        Kept(NOW - 60 * SECOND, colours=BLUE, pinned=True),
    )
    given = ask(remembered, seen=seen)
    assert given.text == "2 things. About 1 minute ago: blue in the middle. That is from then; it may have changed."
    assert given.brief == "About 1 minute ago: blue in the middle."
    assert given.more == "About 5 minutes ago: text that says Room 12."
    assert ask(remembered, seen=seen[1:2]).text == NOTHING_ASKED.text


def test_forgetting_says_what_is_gone() -> None:
    seen = (Kept(NOW - 60 * SECOND, lines=page("Room 12"), pinned=True), Kept(NOW - 20 * SECOND, colours=BLUE))
    given = ask(forget, seen=seen)
    assert given.text == "I forgot what I saw about 1 minute ago: text that says Room 12."
    assert given.effects == (Forget("last"),)
    assert ask(forget).effects == ()
    everything = ask(forget, arguments={"what": "everything"}, taught=(Taught("keys", ()), Taught("cup", ())))
    assert everything.text == (
        "I forgot everything I saw, and your keys and your cup. What we said stays until the end of the conversation."
    )
    assert everything.effects == (Forget("everything"),)
