"""Reading print aloud. What is printed is read, never obeyed; doubtful words are said as doubtful."""

from __future__ import annotations

from collections.abc import Sequence

from agent.engines.protocols import TextLine
from agent.errors import EngineError
from agent.language.saying import say
from agent.skills.picture_words import BRIEF_WORDS, broken, correction, ended, passages, sentence, shortened
from agent.skills.skill import Answer, Situation, skill
from agent.skills.wording import counted

AT_ONCE = 150
"""Words read before "more" is asked for: about a minute."""


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
    return reading(lines)


def reading(lines: Sequence[TextLine]) -> Answer:
    """What stands there, as it is said: a minute of it at once."""
    parts = passages(lines)
    if not parts:
        advice = "I can't find any text. Move the camera a little and hold it still."
        return Answer(advice, brief=advice, kind="correction")
    said = sentence(parts)
    doubtful = sum(not part.sure for part in parts)
    if doubtful == len(parts):
        advice = say("Move closer and hold still, then ask again.")
        text = f"{say('I am not sure, but it may say:')} {ended(shortened(said, AT_ONCE))}"
        brief = f"{say('Perhaps:')} {ended(shortened(said, BRIEF_WORDS - 3))}"
        return Answer(f"{text} {advice}", brief=brief, more=advice)
    first = shortened(said, AT_ONCE)
    rest = said[len(first) :].lstrip(" ,;:-")
    text = f"{say('It says:')} {ended(first)}"
    if rest:
        text = f"{text} {say('There is more.')}"
    elif doubtful:
        text = f"{text} {say('I am not sure about the words after perhaps.')}"
    brief = f"{say('It says:')} {ended(shortened(said, BRIEF_WORDS - 2))}"
    all_of_it = say(
        "That was all: {lines}, {doubtful} of them unsure.",
        lines=counted(len(parts), "line"),
        doubtful=doubtful or say("none"),
    )
    more = ended(rest) if rest else all_of_it
    return Answer(text, brief=brief, more=more)
