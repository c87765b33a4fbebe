"""Whether two things held side by side have the same colour. Close shades are said as close, never as a match."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from agent.errors import EngineError
from agent.language.saying import say
from agent.picture import Picture
from agent.sight.colours import apart, cast
from agent.sight.quality import measure, problem
from agent.skills.colour import colours_said
from agent.skills.picture_words import broken, correction
from agent.skills.skill import Answer, ColourPart, Situation, skill

SAME, CLOSE = 8.0, 18.0
"""Distances in Lab up to which two colours are the same, or close. A thing's own shading makes 3 to 6."""
SHADES = 0.25
"""Colours of less than this share of a thing are its pattern's detail: they need no counterpart."""
HOW = "Hold the two side by side, one left and one right, close to the camera, in daylight or a white lamp."
ONE_THING = "I see one thing of one colour. Hold the two apart, left and right."
NOT_TWO = "I see only one plain surface."
SIDE_BY_SIDE = "Hold the two side by side, one left and one right."
Parts = tuple[ColourPart, ...]


@skill("Do these match?")
async def match(situation: Situation) -> Answer:
    """Compare the colours of two things held side by side: whether they match."""
    look = await situation.eyes.look("colour")
    if look.picture is None or look.problem:
        return correction(look) or Answer(look.advice, kind="correction")
    if tint := cast(look.picture.pixels):
        advice = say(
            "The light itself is {colour}, so I can't compare. Go to daylight or a white lamp.", colour=say(tint)
        )
        return Answer(advice, brief=advice, kind="correction")
    try:
        left, right = [await situation.eyes.colours(half) for half in halves(look.picture)]
    except EngineError as error:
        return broken("compare colours", error)
    if not left or not right:
        return Answer(HOW, brief=SIDE_BY_SIDE, kind="correction")
    if problem(measure(look.picture.pixels), "scene") == "empty":
        return Answer(f"{say(NOT_TWO)} {say(SIDE_BY_SIDE)}", brief=SIDE_BY_SIDE, kind="correction")
    if furthest(left, right) <= SAME and one_thing(look.picture, left[0]):
        return Answer(ONE_THING, brief=ONE_THING, kind="correction")
    return compared(left, right)


def one_thing(picture: Picture, part: ColourPart) -> bool:
    """Whether this colour goes on across the middle: then it may be one thing that fills both halves."""
    top, bottom, middle = picture.height // 4, 3 * picture.height // 4, picture.width // 2
    strip = picture.pixels[top:bottom, max(0, middle - 4) : middle + 4].reshape(-1, 3)
    red, green, blue = (int(value) for value in np.median(strip, axis=0))
    return apart((red, green, blue), part.rgb) <= CLOSE


def halves(picture: Picture) -> tuple[Picture, Picture]:
    """The left and the right half, as pictures of their own."""
    middle = picture.width // 2
    left, right = np.ascontiguousarray(picture.pixels[:, :middle]), np.ascontiguousarray(picture.pixels[:, middle:])
    return (
        replace(picture, id=f"{picture.id}/left", pixels=left),
        replace(picture, id=f"{picture.id}/right", pixels=right),
    )


def compared(left: Parts, right: Parts) -> Answer:
    """What is said of the colours of two things."""
    far = furthest(left, right)
    one, other = colours_said(left), colours_said(right)
    if far <= SAME:
        text = say("They match: both are {colours}.", colours=one)
        lamps = say("In lamp light small differences can't be seen.")
        return Answer(f"{text} {lamps}", brief=text, more=HOW)
    if far <= CLOSE:
        sides = say("left {one}, right {other}", one=one, other=other)
        names = say("both {colours}", colours=one) if one == other else sides
        text = say("They are close, but not the same: {names}.", names=names)
        return Answer(f"{text} {say('Look again in daylight to be sure.')}", brief=text, more=HOW)
    if one == other:
        text = say("They don't match: both are {colours}, but in different shades.", colours=one)
    else:
        text = say("They don't match: left {one}, right {other}.", one=one, other=other)
    return Answer(text, brief=text, more=HOW)


def furthest(left: Parts, right: Parts) -> float:
    """The largest distance from a main colour of one thing to the nearest colour of the other."""
    return max(
        min(apart(colour.rgb, other.rgb) for other in others)
        for mine, others in ((left, right), (right, left))
        for colour in mine
        if colour.share >= SHADES or colour is mine[0]
    )
