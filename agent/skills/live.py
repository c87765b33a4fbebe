"""Telling of what changes while the camera moves. The session looks and tells; here it is asked for."""

from __future__ import annotations

from agent.language.saying import say
from agent.skills.picture_words import correction
from agent.skills.skill import Answer, LookAlong, Situation, skill


@skill("Describe as we go.", "Tell me what changes.")
async def live(situation: Situation, words: str = "") -> Answer:
    """Tell from now on what changes in view: warnings on signs, people, text, light. ``words``: to look out for."""
    look = await situation.eyes.look("light")
    if look.picture is None:
        return correction(look) or Answer(look.advice, kind="correction")
    sought = " ".join(words.split()[:6])
    said = say("Okay, I tell you what changes.")
    if sought:
        said = say("Okay, I tell you what changes, and {words} when I see it.", words=sought)
    return Answer(f"{said} {say('Say stop looking to end it.')}", brief=said, effects=(LookAlong(sought),), keeps=False)
