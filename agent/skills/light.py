"""How bright it is, and from which side the light comes."""

from __future__ import annotations

from typing import assert_never

from agent.errors import EngineError
from agent.skills.picture_words import broken, correction
from agent.skills.skill import Answer, Brightness, Situation, skill

LEVELS = (
    (3, "It is almost completely dark"),
    (12, "It is very dark"),
    (25, "It is dim"),
    (40, "It is fairly light"),
    (70, "It is bright"),
    (101, "It is very bright"),
)
"""Below each level (0..100), its words."""


@skill("How bright is it?", "Is the light on?")
async def light(situation: Situation) -> Answer:
    """Say how bright it is around the camera and where the light comes from."""
    look = await situation.eyes.look("light")
    if look.picture is None or look.problem:
        return correction(look) or Answer(look.advice, kind="correction")
    try:
        found = await situation.eyes.light(look.picture)
    except EngineError as error:
        return broken("judge the light", error)
    words = level_said(found.level)
    text = f"{words}, or something covers the camera." if found.level < LEVELS[0][0] else f"{words}."
    if found.side and found.level >= LEVELS[0][0]:
        text = f"{text} {side_said(found)}"
    more = f"I would say {found.level} of 100. The camera evens out the light, so this is rough."
    return Answer(text, brief=f"{words}.", more=more)


def level_said(level: int) -> str:
    return next(words for below, words in LEVELS if level < below)


def side_said(found: Brightness) -> str:
    """Where the light comes from, as the camera looks; "" when it is even."""
    match found.side:
        case "":
            return ""
        case "left" | "right":
            return f"Most of the light is on the {found.side}."
        case "above":
            return "Most of the light is above."
        case "below":
            return "Most of the light is below."
        case _:
            assert_never(found.side)
