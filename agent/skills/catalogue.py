"""All skills of the house in the order in which "help" tells them. Knows their names only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.house.things import Thing
from agent.skills.aim import aim
from agent.skills.ask_person import ask_person
from agent.skills.before import compare_before, read_before
from agent.skills.clock_time import date, time
from agent.skills.colour import colour
from agent.skills.courtesy import affirm, deny, goodbye, greet, how_are_you, pleased, thanks, who_are_you
from agent.skills.describe import describe
from agent.skills.find_seen import find_seen
from agent.skills.help import help
from agent.skills.house import house_skills
from agent.skills.light import light
from agent.skills.light_from import light_from
from agent.skills.light_tone import light_tone
from agent.skills.live import live
from agent.skills.manner import faster, louder, more, pause, quieter, repeat, resume, said_after, shorter, slower, stop
from agent.skills.match import match
from agent.skills.mine import teach, which_of_mine
from agent.skills.page_turning import turn_page
from agent.skills.people import people
from agent.skills.read_text import read_text
from agent.skills.remember import forget, remember_this, remembered
from agent.skills.scan_along import scan_along
from agent.skills.scan_code import scan_code
from agent.skills.skill import Skill
from agent.skills.speak_language import speak_language
from agent.skills.spell import digits, spell
from agent.skills.timers import cancel_timer, set_timer, timer_left
from agent.skills.unsupported import unsupported
from agent.skills.watch_for import stop_watching, watch_for

SKILLS: tuple[Skill, ...] = (
    describe, read_text, turn_page, aim, spell, digits, colour, match, scan_code, scan_along, light, light_from,
    light_tone, people, find_seen, watch_for, stop_watching, live, read_before, compare_before, remember_this,
    remembered, forget, teach, which_of_mine,
    time, date, set_timer, timer_left, cancel_timer,
    repeat, slower, faster, louder, quieter, shorter, more, speak_language, stop, pause, resume, said_after,
    help, greet, thanks, goodbye, how_are_you, who_are_you, affirm, deny, pleased, unsupported,
)  # fmt: skip
"""Names are unique."""


def skills_for(things: Sequence[Thing], *, person: bool = False) -> tuple[Skill, ...]:
    """All skills of a house with these things in it; ``person``: and somebody who can be asked for help."""
    return SKILLS + house_skills(things) + ((ask_person,) if person else ())


NO_TOOLS = frozenset({
    "greet", "thanks", "goodbye", "how_are_you", "who_are_you", "affirm", "deny", "pleased", "unsupported", "help",
    "stop", "pause", "resume", "repeat", "more", "said_after",
})  # fmt: skip
"""Courtesies, and what is about the agent's own last words: a language model has its own."""


def tools_for(things: Sequence[Thing], *, person: bool = False) -> tuple[dict[str, Any], ...]:
    """The schemas of the skills that a language model may call."""
    return tuple(skill.schema for skill in skills_for(things, person=person) if skill.name not in NO_TOOLS)
