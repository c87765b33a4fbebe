"""Scenes that a finger hides in part: what is said of the rest, and what is not said."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from agent.engines.fakes import FakeCodeReader, FakeFaceFinder, FakeTextReader
from agent.engines.protocols import Box
from agent.given_eyes import GivenEyes
from agent.picture import Picture, Pixels
from agent.sight.facts import Facts, SeeingEngines
from agent.sight.quality import ADVICE
from agent.sight.settings import SeeingSettings
from agent.skills.colour import colour
from agent.skills.describe import describe
from agent.skills.people import people
from agent.skills.read_text import read_text
from agent.skills.remember import remember_this
from agent.skills.skill import Answer, Manner, Situation, Skill
from tests.drawn import fingered, lamplit, thing

SKIN = (165, 95, 75)
BLUE = thing((30, 60, 170))


def ask(skill: Skill, pixels: Pixels, *faces: Box) -> Answer:
    async def main() -> Answer:
        facts = Facts(
            SeeingEngines(FakeTextReader(delay_s=0), FakeCodeReader(delay_s=0), FakeFaceFinder(boxes=faces, delay_s=0)),
            SeeingSettings(),
        )
        return await skill(Situation(GivenEyes(Picture("p", pixels, 0), facts), datetime(2026, 1, 1), 0, Manner()), {})

    return asyncio.run(main())


@pytest.mark.parametrize("skill", [describe, colour, people, remember_this])
@pytest.mark.parametrize("side", ["bottom", "left"])
def test_of_a_scene_that_is_mostly_hidden_nothing_is_told(skill: Skill, side: str) -> None:
    answer = ask(skill, fingered(BLUE, side, 0.8, SKIN)[0])
    assert (answer.kind, answer.text) == ("correction", ADVICE["part_covered"])


def test_of_what_is_hidden_in_part_the_rest_is_told_and_no_colour_of_it() -> None:
    corner = fingered(BLUE, "top", 0.35, SKIN)[0]
    answer = ask(describe, corner, Box(400, 300, 90, 90))
    assert answer.kind == "answer"
    assert "One person faces the camera" in answer.text
    assert "Something covers part of the camera." in answer.text
    assert "In the middle it is" not in answer.text
    assert "brown" not in ask(remember_this, corner, Box(400, 300, 90, 90)).text


def test_who_can_be_seen_beside_the_finger_is_told_and_that_nobody_is_there_is_not() -> None:
    corner = fingered(BLUE, "top", 0.35, SKIN)[0]
    assert ask(people, corner, Box(400, 300, 90, 90)).text.startswith("One person")
    assert ask(people, corner).text == ADVICE["part_covered"]
    assert ask(people, BLUE).kind == "answer"


def test_a_thing_that_is_held_in_the_middle_has_its_colour_though_the_corner_is_hidden() -> None:
    assert ask(colour, fingered(BLUE, "top", 0.25, SKIN)[0]).text == "It is blue."


def test_a_thing_in_glare_is_not_told_to_be_white() -> None:
    for skill in (colour, remember_this, describe):
        assert "white" not in ask(skill, lamplit(BLUE, 0.3)).text
    assert ask(colour, lamplit(BLUE, 0.3)).text == ADVICE["glare"]
    assert "Glare hides part of it." in ask(describe, lamplit(BLUE, 0.3)).text
    assert ask(describe, lamplit(BLUE, 0.7)).text == ask(people, lamplit(BLUE, 0.7)).text == ADVICE["glare"]


def test_where_no_print_is_found_beside_a_finger_or_glare_that_is_said() -> None:
    assert ask(read_text, fingered(BLUE, "bottom", 0.6, SKIN)[0]).text == ADVICE["part_covered"]
    assert ask(read_text, lamplit(BLUE, 0.3)).text == ADVICE["glare"]
    assert ask(read_text, BLUE).text.startswith("I can't find any text.")
