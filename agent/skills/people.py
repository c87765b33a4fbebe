"""Whether somebody faces the camera, how many and where. Never who, how old, or how they feel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from agent.engines.protocols import Box
from agent.errors import EngineError
from agent.language.saying import say
from agent.picture import Picture
from agent.sight.quality import ADVICE
from agent.skills.picture_words import broken, correction, place
from agent.skills.skill import Answer, Situation, skill
from agent.skills.wording import cardinal, joined

NEAR, FAR = 0.22, 0.09
"""A face of so much of the picture's height is near, or far away; between them nothing is said."""
NO_FACE = "I see no face."
LIMITS = "I only find faces that are turned to the camera. I would miss someone turned away, far off or in the dark."


@skill("Is anyone there?", "How many people do you see?")
async def people(situation: Situation) -> Answer:
    """Say whether people face the camera, how many and where. It does not tell who they are."""
    look = await situation.eyes.look("people")
    if look.picture is None or look.problem:
        return correction(look) or Answer(look.advice, kind="correction")
    try:
        faces = await situation.eyes.faces(look.picture)
    except EngineError as error:
        return broken("look for people", error)
    if not faces and look.hidden:
        advice = ADVICE["glare" if look.hidden == "glare" else "part_covered"]
        return Answer(advice, brief=advice, kind="correction")
    return faces_said(faces, look.picture)


def faces_said(faces: Sequence[Box], picture: Picture) -> Answer:
    """How many there are, and where."""
    if not faces:
        return Answer("No one that I can see facing the camera.", brief=NO_FACE, more=LIMITS)
    count = counted_people(len(faces))
    if len(faces) == 1:
        said = f"{count}, {one_place(faces[0], picture)}."
        return Answer(said, brief=said, more=LIMITS)
    return Answer(f"{count}: {places(faces, picture)}.", brief=f"{count}.", more=LIMITS)


def counted_people(number: int) -> str:
    """ "One person", "Three people"."""
    said = (cardinal(number) if number < 60 else str(number)).capitalize()
    return say("{number} person", number=said) if number == 1 else say("{number} people", number=said)


def distance(face: Box, picture: Picture) -> str:
    """ "near", "far away" or "", by the size of the face only."""
    size = face.height / max(1, picture.height)
    return say("near") if size >= NEAR else say("far away") if size < FAR else ""


def one_place(face: Box, picture: Picture) -> str:
    """ "on the left, near"."""
    return ", ".join(word for word in (place(face, picture.width), distance(face, picture)) if word)


def places(faces: Sequence[Box], picture: Picture) -> str:
    """ "one on the left, two in the middle"."""
    where = Counter(place(face, picture.width) for face in faces)
    order = (say("on the left"), say("in the middle"), say("on the right"))
    return joined([f"{cardinal(where[each])} {each}" for each in order if where[each]])
