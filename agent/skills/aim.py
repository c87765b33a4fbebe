"""Help with aiming: asked for here; the session guides, takes the picture and answers from it."""

from __future__ import annotations

import re

from agent.skills.picture_words import correction
from agent.skills.skill import Answer, GuideTo, Situation, Target, skill

_TARGETS: tuple[tuple[Target, str], ...] = (
    ("code", r"(?:bar |q r )?codes?|barcode"),
    ("face", r"faces?|person|people|someone|myself|me at (?:him|her|them)"),
    ("text", r"signs?|displays?|screens?|labels?"),
    ("page", r"pages?|letters?|papers?|documents?|sheets?|forms?|bills?|receipts?|menus?|notes?"),
)


@skill("Help me aim.")
async def aim(situation: Situation, target: Target = "anything") -> Answer:
    """Guide the user's hand until a page, a sign, a code or a face is whole in the picture, then read it."""
    look = await situation.eyes.look("light")
    if look.picture is None:
        return correction(look) or Answer(look.advice, kind="correction")
    text = "I'll say where to move the phone. Up is where its top points. Say stop to end it."
    return Answer(text, brief="Okay.", effects=(GuideTo(target),), keeps=False)


def target_in(text: str) -> Target:
    """What "help me aim at the sign" is about; "anything" when it names nothing."""
    lowered = text.lower()
    return next((name for name, words in _TARGETS if re.search(rf"\b(?:{words})\b", lowered)), "anything")
