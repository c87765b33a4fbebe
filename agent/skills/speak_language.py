"""In which language the conversation goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from agent.skills.skill import Answer, ChangeManner, Situation, skill

CHANGED = {"en": "Okay, I speak English now.", "id": "Okay, I speak Indonesian now."}
ALREADY = {"en": "I already speak English.", "id": "I already speak Indonesian."}


@skill("Speak Indonesian.")
async def speak_language(situation: Situation, language: Literal["en", "id"]) -> Answer:
    """Speak another language from now on: English (en) or Indonesian (id)."""
    if situation.manner.language == language:
        return Answer(ALREADY[language], keeps=False)
    return Answer(CHANGED[language], effects=(ChangeManner(replace(situation.manner, language=language)),), keeps=False)
