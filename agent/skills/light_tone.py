"""The light made audible: asked for here; the session follows the camera, the page has a tone that rises with it."""

from __future__ import annotations

from agent.skills.picture_words import correction
from agent.skills.skill import Answer, HearLight, Situation, skill


@skill("Let me hear the light.")
async def light_tone(situation: Situation) -> Answer:
    """Let the user hear how bright it is while the phone is turned, to find a window or a lamp: a higher tone is
    brighter.
    """
    look = await situation.eyes.look("light")
    if look.picture is None:
        return correction(look) or Answer(look.advice, kind="correction")
    effects = (HearLight(),)
    if situation.tones:
        text = "A higher tone is brighter light. Turn slowly. Say stop to end it."
        return Answer(text, brief="Higher is brighter.", effects=effects, keeps=False)
    text = "I tell you how bright it is, of 100, when it changes. Turn slowly. Say stop to end it."
    return Answer(text, brief="Okay, I tell you the light.", effects=effects, keeps=False)
