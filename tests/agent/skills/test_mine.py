"""The user's things: taught by name, claimed only when they were known again, and people are never taught."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest

from agent.engines.protocols import Box
from agent.errors import EngineFailed
from agent.sight.own_things import Known as KnownThing
from agent.sight.own_things import Taught
from agent.skills.find_seen import NO_MEMORY, find_seen
from agent.skills.mine import A_FACE, NO_PERSONS, NONE_TAUGHT, WHAT, named, own_name, teach, thing_shown, which_of_mine
from agent.skills.skill import Answer, Manner, Situation, Skill, Teach, WatchFor
from agent.skills.watch_for import watch_for
from tests.agent.skills.test_looking_skills import Known

BLUE, RED, KEYS = Taught("blue folder", ()), Taught("red folder", ()), Taught("keys", ())
THERE = KnownThing("blue folder", 80, 0.2, "certain")
PERHAPS = KnownThing("red folder", 20, 0.8, "likely")


def ask(skill: Skill, eyes: Known | None = None, taught: tuple[Taught, ...] = (), **arguments: Any) -> Answer:
    async def main() -> Answer:
        situation = Situation(eyes or Known(), datetime(2025, 3, 4), 0, Manner(), taught=taught)
        return await skill(situation, arguments)

    return asyncio.run(main())


def test_teaching_begins_with_a_name_and_a_picture() -> None:
    given = ask(teach, thing="my blue folder")
    assert given.effects == (Teach("blue folder"),)
    assert "Hold your blue folder in the middle" in given.text
    assert ask(teach).text == WHAT.text
    assert ask(teach, Known(trouble="no_camera"), thing="keys").kind == "correction"


def test_a_taught_thing_is_looked_out_for_and_one_that_was_not_is_said_to_be_unknown() -> None:
    given = ask(watch_for, taught=(BLUE, KEYS), words="my blue folder")
    assert given.text.startswith("I'm looking for your blue folder. Turn slowly.")
    assert given.effects == (WatchFor("your blue folder", "thing", (BLUE,)),)
    unknown = ask(watch_for, taught=(BLUE, KEYS), words="my wallet")
    assert unknown.text.startswith("You haven't taught me your wallet. Show it and say")
    assert unknown.effects == ()


@pytest.mark.parametrize("name", ["friend Tom", "my mother", "wife", "baby"])
def test_people_are_not_taught(name: str) -> None:
    given = ask(teach, thing=name)
    assert (given.text, given.kind, given.effects) == (NO_PERSONS.text, "refusal", ())


def test_a_face_in_the_middle_is_no_thing_and_a_small_one_behind_it_is_no_hindrance() -> None:
    assert ask(teach, Known(boxes=(Box(240, 150, 180, 180),)), thing="blue folder").text == A_FACE.text
    assert ask(teach, Known(boxes=(Box(20, 20, 180, 180),)), thing="blue folder").effects == (Teach("blue folder"),)
    assert ask(teach, Known(boxes=(Box(300, 220, 50, 50),)), thing="blue folder").effects == (Teach("blue folder"),)


def test_what_is_known_again_is_told_with_how_sure_it_is() -> None:
    given = ask(which_of_mine, Known(again=(THERE, PERHAPS)), (BLUE, RED))
    assert given.text == (
        "I see your blue folder on the left. I'm sure. I think I see your red folder on the right, but I'm not certain."
    )


def test_below_the_bar_nothing_is_claimed() -> None:
    given = ask(which_of_mine, Known(), (BLUE, RED))
    assert given.text.startswith("I can't make out any of your things that you taught me in view.")
    assert ask(which_of_mine).text == NONE_TAUGHT.text


def test_where_is_my_folder_looks_for_what_was_taught() -> None:
    eyes = Known(again=(THERE,))
    assert (
        ask(find_seen, eyes, (BLUE, KEYS), thing="my blue folder").text
        == "I see your blue folder on the left. I'm sure."
    )
    assert ask(find_seen, eyes, (BLUE, KEYS), thing="my folder").text == "I see your blue folder on the left. I'm sure."
    missing = ask(find_seen, eyes, (BLUE, KEYS), thing="my keys")
    assert missing.text == "I can't make out your keys in view. Turn it to me, or move the camera and ask again."
    assert ask(find_seen, eyes, (BLUE,), thing="my umbrella").text == NO_MEMORY.text


def test_trouble_is_said_and_makes_no_claim() -> None:
    dark = ask(which_of_mine, Known(again=(THERE,), trouble="dark"), (BLUE,))
    assert dark.kind == "correction"

    class Broken(Known):
        async def known(self, picture: Any, things: Any) -> tuple[KnownThing, ...]:
            raise EngineFailed("no memory")

    assert ask(which_of_mine, Broken(), (BLUE,)).text == "I can't look for your things right now."


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("this is my blue folder", "blue folder"),
        ("Okay, this is my tennis racket please.", "tennis racket"),
        ("that's our house key", "house key"),
        ("learn my grandmother's cup now", "grandmother's cup"),
        ("this is nice", ""),
        ("what is this", ""),
    ],
)
def test_the_name_is_found_in_the_sentence(said: str, name: str) -> None:
    assert thing_shown(said) == name


def test_names_are_found_among_the_taught() -> None:
    assert named("my blue folder", (BLUE, RED)) == (BLUE,)
    assert named("the folder", (BLUE, RED)) == (BLUE, RED)
    assert named("my wallet", (BLUE, RED)) == ()
    assert named("", (BLUE,)) == ()
    assert own_name(" the my  cup. ") == "cup"
