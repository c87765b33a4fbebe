"""How bright it is, and from which side the light comes."""

from __future__ import annotations

from typing import assert_never

from agent.errors import EngineError
from agent.language.saying import say
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
EVEN = "The light is even."


@skill("How bright is it?", "Is the light on?")
async def light(situation: Situation) -> Answer:
    """Say how bright it is around the camera and where the light comes from."""
    found = await light_in_view(situation)
    if isinstance(found, Answer):
        return found
    words = level_said(found.level)
    covered = found.level < LEVELS[0][0]
    text = say("{light}, or something covers the camera.", light=words) if covered else f"{words}."
    brief = f"{words}."
    if not covered:
        text, brief = (f"{said} {side_said(found) or say(EVEN)}" for said in (text, brief))
    more = say("I would say {level} of 100. The camera evens out the light, so this is rough.", level=found.level)
    return Answer(text, brief=brief, more=more)


async def light_in_view(situation: Situation) -> Brightness | Answer:
    """How light it is now, or the answer that says why that can't be told."""
    look = await situation.eyes.look("light")
    if look.picture is None or look.problem:
        return correction(look) or Answer(look.advice, kind="correction")
    try:
        return await situation.eyes.light(look.picture)
    except EngineError as error:
        return broken("judge the light", error)


def level_said(level: int) -> str:
    return next(say(words) for below, words in LEVELS if level < below)


def side_said(found: Brightness) -> str:
    """Where the light comes from, as the camera looks; "" when it is even."""
    match found.side:
        case "":
            return ""
        case "left":
            return say("Most of the light is on the left.")
        case "right":
            return say("Most of the light is on the right.")
        case "above":
            return say("Most of the light is above.")
        case "below":
            return say("Most of the light is below.")
        case _:
            assert_never(found.side)
