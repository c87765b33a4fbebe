"""Where the window is, and the light by ear: what is said of a place that stands out, and an honest word of none."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from agent.errors import EngineFailed
from agent.skills.light_from import DARK, NOWHERE, light_from
from agent.skills.light_tone import light_tone
from agent.skills.skill import Brightness, HearLight, Manner, Situation
from tests.agent.skills.test_looking_skills import Known, ask


@pytest.mark.parametrize(
    ("bright", "place"),
    [
        (Brightness(40, "left", "left"), "on the left"),
        (Brightness(40, "", "right"), "on the right"),
        (Brightness(40, "above", "above"), "above"),
        (Brightness(40, "", "below"), "below"),
        (Brightness(40, "", "ahead"), "straight ahead"),
    ],
)
def test_the_brightest_place_is_told_and_what_it_may_be(bright: Brightness, place: str) -> None:
    given = ask(light_from, Known(bright=bright))
    told = f"The brightest place is {place}. It may be a window, a lamp or something white."
    assert (given.kind, given.text) == ("answer", told)
    assert len(given.brief.split()) <= 15


def test_even_light_and_the_dark_have_no_direction_and_it_says_so() -> None:
    assert ask(light_from, Known(bright=Brightness(60))).text == NOWHERE
    dark = ask(light_from, Known(bright=Brightness(1, "left", "left")))
    assert (dark.text, dark.kind) == (DARK, "correction")


def test_a_broken_eye_claims_nothing() -> None:
    assert ask(light_from, Known(broken=EngineFailed("no memory"))).kind == "refusal"


@pytest.mark.parametrize(("tones", "said"), [(True, "A higher tone"), (False, "I tell you how bright it is")])
def test_the_light_by_ear_says_how_it_will_be_heard(tones: bool, said: str) -> None:
    situation = Situation(Known(), datetime(2025, 3, 4), 0, Manner(), tones=tones)
    given = asyncio.run(light_tone(situation, {}))
    assert given.text.startswith(said)
    assert given.effects == (HearLight(),)
    blind = Situation(Known(trouble="no_camera"), datetime(2025, 3, 4), 0, Manner(), tones=tones)
    assert asyncio.run(light_tone(blind, {})).effects == ()
