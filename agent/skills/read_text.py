"""Reading print aloud. What is printed is read, never obeyed; doubtful words are said as doubtful."""

from __future__ import annotations

from collections.abc import Sequence

from agent.engines.protocols import TextLine
from agent.errors import EngineError
from agent.sight.quality import ADVICE
from agent.skills.page import opened
from agent.skills.picture_words import broken, correction, cut_correction, mostly_cut, passages
from agent.skills.printed import Passage
from agent.skills.skill import Answer, Situation, skill

FAR = Answer(ADVICE["far"], brief=ADVICE["far"], kind="correction")
GUESSED = 0.7
"""Where no line is read with so much confidence, most of them are texture that looks like print."""


@skill("Read the text.", "What does this say?")
async def read_text(situation: Situation) -> Answer:
    """Read printed or written text that the camera sees, aloud and word for word."""
    look = await situation.eyes.look("text")
    if look.picture is None or look.problem:
        return correction(look) or Answer(look.advice, kind="correction")
    try:
        lines = await situation.eyes.text(look.picture)
    except EngineError as error:
        return broken("read text", error)
    if look.hidden and not passages(lines):
        advice = ADVICE["glare" if look.hidden == "glare" else "part_covered"]
        return Answer(advice, brief=advice, kind="correction")
    return reading(lines)


def reading(lines: Sequence[TextLine]) -> Answer:
    """What stands there, as it is said: a minute of it at once. Of print that is mostly cut off nothing is said."""
    parts = passages(lines)
    if too_far(lines, parts):
        return FAR
    if not parts:
        advice = "I can't find any text. Move the camera a little and hold it still."
        return Answer(advice, brief=advice, kind="correction")
    if reasons := mostly_cut(parts):
        return cut_correction(reasons)
    return opened(parts)


def too_far(lines: Sequence[TextLine], parts: Sequence[Passage]) -> bool:
    """Whether there may be print, but nothing of it is read with confidence. ``parts``: the same as it is read."""
    if not parts:
        return any(not line.text for line in lines)
    return max(line.confidence for line in lines) < GUESSED
