"""Scanning one thing after the other: asked for here; the session looks, says each code and guides the hand."""

from __future__ import annotations

from agent.skills.picture_words import correction
from agent.skills.skill import Answer, ScanAlong, Situation, skill


@skill("Keep scanning.", "Tell me when you see a code.")
async def scan_along(situation: Situation) -> Answer:
    """Look for bar codes and QR codes from now on, one thing after the other, and say each: a shelf, a shopping bag."""
    look = await situation.eyes.look("light")
    if look.picture is None:
        return correction(look) or Answer(look.advice, kind="correction")
    if situation.looking and situation.last is not None and situation.last.skill == "scan_code":
        return Answer("Okay, show me the next one.", effects=(ScanAlong(),), keeps=False)
    text = "Okay, I say each code that I see. Show me one thing after the other. Say stop to end it."
    return Answer(text, brief="Okay, I say each code.", effects=(ScanAlong(),), keeps=False)
