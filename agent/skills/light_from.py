"""Where the window or the lamp is: the brightest large place in view, and an honest word when there is none."""

from __future__ import annotations

from agent.language.saying import say
from agent.skills.light import LEVELS, light_in_view
from agent.skills.skill import Answer, Situation, skill

PLACES = {
    "left": "The brightest place is on the left.",
    "right": "The brightest place is on the right.",
    "above": "The brightest place is above.",
    "below": "The brightest place is below.",
    "ahead": "The brightest place is straight ahead.",
}
NOWHERE = "The light is even, so I can't tell where it comes from. Turn slowly and ask again."
DARK = "It is almost completely dark, or something covers the camera, so I can't tell where a window is."


@skill("Where is the window?")
async def light_from(situation: Situation) -> Answer:
    """Say in which direction the window or the lamp is: the brightest place that the camera sees."""
    found = await light_in_view(situation)
    if isinstance(found, Answer):
        return found
    if found.level < LEVELS[0][0]:
        return Answer(DARK, brief="Almost completely dark.", kind="correction")
    if not found.source:
        return Answer(NOWHERE, brief="The light is even. Turn slowly and ask again.", kind="correction")
    where = say(PLACES[found.source])
    text = f"{where} {say('It may be a window, a lamp or something white.')}"
    more = "To find it by ear, say: let me hear the light. Then turn slowly."
    return Answer(text, brief=where, more=more)
