"""The colour of what is held in the middle. Not said in the dark or in coloured light."""

from __future__ import annotations

from collections.abc import Sequence

from agent.errors import EngineError
from agent.language.saying import say
from agent.sight.colours import cast
from agent.skills.picture_words import broken, correction
from agent.skills.skill import Answer, ColourPart, Situation, skill
from agent.skills.wording import joined

ALONE, MAIN = 0.8, 0.6
"""Share from which a colour is the only one said, or the main one."""


@skill("What colour is this?")
async def colour(situation: Situation) -> Answer:
    """Name the colour or colours of the thing that is held in the middle of the picture."""
    look = await situation.eyes.look("colour")
    if look.picture is None or look.problem:
        return correction(look) or Answer(look.advice, kind="correction")
    if tint := cast(look.picture.pixels):
        advice = say(
            "The light itself is {colour}, so colours are not true. Go to daylight or a white lamp.", colour=say(tint)
        )
        return Answer(advice, brief=advice, kind="correction")
    try:
        parts = await situation.eyes.colours(look.picture)
    except EngineError as error:
        return broken("tell colours", error)
    if not parts:
        return Answer("I can't tell one colour. Hold one thing in the middle of the picture.", kind="correction")
    said = colours_said(parts)
    shares = joined(
        [say("{share} percent {colour}", share=round(part.share * 10) * 10, colour=say(part.name)) for part in parts]
    )
    more = say("Of what is in the middle, about {shares}. In lamp light colours can look different.", shares=shares)
    return Answer(say("It is {colours}.", colours=said), brief=f"{said[0].upper()}{said[1:]}.", more=more)


def colours_said(parts: Sequence[ColourPart]) -> str:
    """ "blue", "mostly red, with some white", "red and white"."""
    first, others = parts[0], parts[1:]
    if not others or first.share >= ALONE:
        return say(first.name)
    if first.share >= MAIN:
        some = joined([say(part.name) for part in others])
        return say("mostly {colour}, with some {others}", colour=say(first.name), others=some)
    return joined([say(part.name) for part in parts])
