"""The user's own things: taught by showing them, known again by what is on them. Below the bar there is no guess.

A note of money is a thing like any other: known again as the piece of paper that was shown, never told by its value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.engines.protocols import Box
from agent.errors import EngineError
from agent.language.saying import say
from agent.picture import Picture
from agent.sight.own_things import Known, Taught
from agent.skills.naming import named_by, without
from agent.skills.picture_words import broken, correction, found_or
from agent.skills.skill import Answer, Situation, Teach, skill
from agent.skills.wording import joined

WHAT = Answer("What shall I call it? Say for example: this is my blue folder.", keeps=False)
NONE_TAUGHT = Answer(
    "You haven't taught me any of your things. Show me one and say, for example: this is my blue folder.",
    brief="You haven't taught me any of your things.",
    keeps=False,
)
NO_PERSONS = Answer(
    "I don't learn people, only things.", more="I don't recognise people, and I won't.", kind="refusal", keeps=False
)
A_FACE = Answer(
    "I see a face in the middle. I don't learn people, only things. Hold the thing before the camera and say it again.",
    brief="I see a face. I don't learn people, only things.",
    kind="correction",
    keeps=False,
)
FACE_HEIGHT = 0.25
"""A face of so much of the picture's height is what is shown; a smaller one is behind the thing, or printed on it."""
PERSONS = frozenset({
    "friend", "friends", "mother", "mom", "mum", "father", "dad", "brother", "sister", "wife", "husband", "son",
    "daughter", "boyfriend", "girlfriend", "partner", "neighbour", "neighbor", "boss", "colleague", "teacher",
    "doctor", "uncle", "aunt", "cousin", "grandmother", "grandfather", "grandma", "grandpa", "child", "children",
    "kid", "kids", "baby", "family", "face", "self", "man", "woman", "boy", "girl", "person",
    "teman", "sahabat", "ibu", "mama", "ayah", "bapak", "papa", "kakak", "adik", "istri", "suami", "anak", "pacar",
    "tetangga", "bos", "rekan", "guru", "dokter", "paman", "om", "bibi", "tante", "sepupu", "nenek", "kakek", "bayi",
    "keluarga", "wajah", "muka", "pria", "wanita", "orang", "cucu", "keponakan", "mertua",
})  # fmt: skip
BY = "I know it by the print and pattern on it, from what you showed me."
MOST_WORDS = 5
_NAMED = re.compile(
    r"\b(?:this\s+(?:one\s+)?(?:is|here\s+is)|that\s+is|that's|here\s+is|learn|get\s+to\s+know|remember)\s+(?:my|our)\s+(.+)",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\s+(?:please|now|for me|okay|thanks)$", re.IGNORECASE)
_OWN = re.compile(r"^(?:my|our|the|a|an|your)\s+|\s+(?:milik\s+)?(?:saya|aku|kami)$", re.IGNORECASE)


@skill("This is my blue folder.")
async def teach(situation: Situation, thing: str = "") -> Answer:
    """Learn a thing of the user's that is held before the camera, such as "blue folder", to know it again later."""
    name = own_name(" ".join(thing.split()[:MOST_WORDS]))
    if not name:
        return WHAT
    if not PERSONS.isdisjoint(name.lower().split()):
        return NO_PERSONS
    look = await situation.eyes.look("people")
    if look.picture is None:
        return correction(look) or Answer(look.advice, kind="correction")
    if any(_fills_the_middle(face, look.picture) for face in await found_or(situation.eyes.faces(look.picture), ())):
        return A_FACE
    text = say("Hold your {thing} in the middle, close to the camera and still. I take three looks at it.", thing=name)
    brief = say("Hold your {thing} still. I take three looks.", thing=name)
    return Answer(text, brief=brief, effects=(Teach(name),), keeps=False)


@skill("Which of my things is this?")
async def which_of_mine(situation: Situation) -> Answer:
    """Tell which of the things that the user taught is in view."""
    if not situation.taught:
        return NONE_TAUGHT
    return await looked_for(situation, situation.taught, say("any of your things that you taught me"))


async def looked_for(situation: Situation, things: Sequence[Taught], name: str) -> Answer:
    """Whether and where one of these things is in view. ``name``: what is said not to be seen."""
    look = await situation.eyes.look("scene")
    if look.picture is None or look.problem:
        return correction(look) or Answer(look.advice, kind="correction")
    try:
        known = await situation.eyes.known(look.picture, things)
    except EngineError as error:
        return broken("look for your things", error)
    if not known:
        text = say("I can't make out {thing} in view. Turn it to me, or move the camera and ask again.", thing=name)
        brief = say("I can't make out {thing}.", thing=name)
        return Answer(text, brief=brief, more="It may be there all the same, turned or covered.")
    text = " ".join(known_said(one) for one in known[:3])
    return Answer(text, brief=known_said(known[0]), more=BY)


def known_said(known: Known) -> str:
    """ "Your blue folder, on the left, I'm sure." """
    side = "on the left" if known.middle < 1 / 3 else "on the right" if known.middle > 2 / 3 else "in the middle"
    if known.sure == "certain":
        return say("I see your {thing} {side}. I'm sure.", thing=known.name, side=say(side))
    return say("I think I see your {thing} {side}, but I'm not certain.", thing=known.name, side=say(side))


def named(name: str, taught: Sequence[Taught]) -> tuple[Taught, ...]:
    """Those taught things that a name like "my blue folder" or "folder" is about."""
    wanted = own_name(name).lower().split()
    same = tuple(one for one in taught if one.name.lower().split() == wanted)
    return same or tuple(one for one in taught if wanted and set(wanted) <= set(one.name.lower().split()))


def listed(taught: Sequence[Taught]) -> str:
    """ "your blue folder and your keys"."""
    return joined([say("your {thing}", thing=one.name) for one in taught])


def own_name(name: str) -> str:
    """ "my blue folder" is "blue folder", and so is "map biru saya" "map biru"."""
    return without(_OWN, " ".join(name.split()).strip(" .?!\"'"))


def thing_shown(text: str) -> str:
    """What is named in "this is my blue folder please": "blue folder"; "" when nothing is."""
    return own_name(named_by(_NAMED, _AFTER, text))


def _fills_the_middle(face: Box, picture: Picture) -> bool:
    across, down = picture.width / 2, picture.height / 2
    inside = face.left < across < face.left + face.width and face.top < down < face.top + face.height
    return inside and face.height >= FACE_HEIGHT * picture.height
