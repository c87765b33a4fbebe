"""Where something was seen last: when, and beside what. Never claimed when it is only likely; never from nowhere."""

from __future__ import annotations

import re

from agent.errors import EngineError
from agent.language.saying import ENGLISH, language, say
from agent.sight.recall import Recalled
from agent.skills.mine import looked_for, named
from agent.skills.naming import named_by
from agent.skills.picture_words import broken
from agent.skills.skill import Answer, Situation, skill
from agent.skills.wording import duration, joined

NO_MEMORY = Answer(
    "I don't remember where I saw things on this profile; that takes a picture model. But you can teach me a thing: "
    "show it and say, for example, this is my blue folder.",
    brief="I don't remember where I saw things on this profile.",
    more="The picture model is the setting sight.memory.",
    kind="refusal",
)
_ASKED = re.compile(
    r"\b(?:where\s+(?:did\s+i\s+(?:put|leave|park|see)|is|are|was|were)|where's|find|look\s+for|search\s+for|locate|"
    r"(?:have\s+you|did\s+you|do\s+you)\s+seen?)\s+(?:for\s+)?(.+)",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\s+(?:for me|please|now|again|last|gone|today|anywhere|before)$", re.IGNORECASE)


@skill("Where did I put my keys?")
async def find_seen(situation: Situation, thing: str = "") -> Answer:
    """Tell where and when the camera last saw a thing, such as "keys", and what was beside it."""
    name = " ".join(thing.split())
    if mine := named(name, situation.taught):
        return await looked_for(situation, mine, yours(name))
    if not situation.eyes.remembers:
        return NO_MEMORY
    if not name:
        return Answer("What shall I look for?", keeps=False)
    try:
        found = await situation.eyes.recall(name)
    except EngineError as error:
        return broken("look through what I saw", error)
    if found is None:
        thing = yours(name)
        text = say("I haven't seen {thing} since the camera was on.", thing=thing)
        return Answer(text, brief=say("I haven't seen {thing}.", thing=thing))
    return Answer(told(name, found), brief=told(name, found, short=True))


def told(name: str, found: Recalled, *, short: bool = False) -> str:
    """ "I saw your keys about two minutes ago, near a cup and a laptop." """
    thing, when = yours(name), ago(found.age_us)
    if found.beside and not short:
        when = say("{when}, near {things}", when=when, things=joined(found.beside))
    if found.certain:
        return say("I saw {thing} {when}.", thing=thing, when=when)
    return say("I may have seen {thing} {when}. I'm not sure.", thing=thing, when=when)


def ago(age_us: int) -> str:
    """ "just now", "20 seconds ago", "about 3 minutes ago"."""
    seconds = age_us // 1_000_000
    if seconds < 5:
        return say("just now")
    if seconds < 60:
        return say("{length} ago", length=duration(round(seconds, -1) or 10))
    return say("about {length} ago", length=duration(round(seconds / 60) * 60))


def yours(name: str) -> str:
    """ "my keys" is "your keys" for who answers; "red cup" is "a red cup". Other languages keep it as it was said."""
    words = name.split()
    if language() != ENGLISH:
        return name
    if words[0].lower() == "my":
        return " ".join(["your", *words[1:]])
    if words[0].lower() in ("the", "a", "an", "your", "her", "his", "our", "their") or name.endswith("s"):
        return name
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def thing_in(text: str) -> str:
    """What is looked for in "where did I put my keys please": "my keys"; "" when nothing is named."""
    thing = named_by(_ASKED, _AFTER, text)
    return "" if thing.lower() in ("it", "that", "this", "them") else thing
