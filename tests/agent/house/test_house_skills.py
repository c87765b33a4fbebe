"""What is said about the house is answered, and nothing is done that was not meant."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from agent.house.acting import Acting
from agent.house.settings import Mqtt
from agent.house.things import Thing
from agent.ports import QuestionAsked
from agent.skills.catalogue import SKILLS, skills_for
from agent.skills.house_words import named, state_in, verb_in
from agent.skills.skill import Act, ActConfirmed, Answer, AskFirst, Manner, Pending, Reading, Situation
from tests.agent.house.a_house import THINGS


@dataclass
class FakeHouse:
    """Household: notes what it is told to do."""

    things: tuple[Thing, ...] = THINGS
    reachable: bool = True
    asks_first: bool = True
    confirm_words: tuple[str, ...] = Mqtt().confirm_words
    confirm_s: float = 20.0
    told: dict[str, str] = field(default_factory=dict)
    done: list[tuple[str, str]] = field(default_factory=list)
    fails: bool = False

    def reading(self, thing: Thing) -> Reading | None:
        text = self.told.get(thing.state_topic)
        return None if text is None else Reading(text, 0)

    def act(self, act: Act, failed: Callable[[], None]) -> None:
        self.done.append((act.thing.called, act.verb))
        if self.fails:
            failed()


def situation(house: FakeHouse | None = None, **more: Any) -> Situation:
    return Situation(None, datetime(2025, 3, 4), 1_000_000, Manner(), house=house or FakeHouse(), **more)  # type: ignore[arg-type]


def answer(name: str, given: Situation | None = None, **arguments: Any) -> Answer:
    found = next(one for one in skills_for(THINGS) if one.name == name)
    return asyncio.run(found(given or situation(), arguments))


def do(text: str, house: FakeHouse | None = None) -> Answer:
    return answer("house_do", situation(house), verb=verb_in(text), thing=text)


def ask(text: str, house: FakeHouse | None = None) -> Answer:
    return answer("house_ask", situation(house), thing=text, state=state_in(text))


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("turn on the kitchen light", "on"),
        ("turn the light in the bedroom off please", "off"),
        ("turn off the light on the desk", "off"),
        ("turn the light on the porch off", None),
        ("turn on the light and turn off the fan", None),
        ("close and lock the door", None),
        ("shut the blinds", "close"),
        ("unlock it", "unlock"),
        ("deactivate the alarm", "off"),
        ("what time is it", None),
    ],
)
def test_what_is_to_be_done_is_certain_or_nothing(text: str, verb: str | None) -> None:
    assert verb_in(text) == verb


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("turn on the kitchen light", ["kitchen light"]),
        ("the light in the kitchen", ["kitchen light"]),
        ("the bedroom light", ["light in the bedroom"]),
        ("the light", ["light in the bedroom"]),
        ("all the lights", ["kitchen light", "light in the bedroom", "lamp in the bedroom"]),
        ("the lights in the bedroom", ["light in the bedroom", "lamp in the bedroom"]),
        ("how warm is it in the bedroom", ["temperature in the bedroom"]),
        ("the zwybee plug two", ["Zwybee plug 2"]),
        ("the oven", []),
        ("the enlightenment", []),
    ],
)
def test_things_are_found_by_name_and_room(text: str, names: list[str]) -> None:
    assert [one.called for one in named(text, THINGS)] == names


# --- skills -----------------------------------------------------------------------------------------------------------


def test_a_switch_is_switched() -> None:
    given = do("turn on the kitchen light")
    assert (given.text, given.effects) == ("Turning on the kitchen light.", (Act(THINGS[0], "on"),))
    assert len(do("turn off all the lights").effects) == 3
    assert do("start movie night").text == "Starting the movie night."
    assert do("turn off the house alarm").text == "Should I disarm the house alarm?"
    assert do("open the blinds").effects == (Act(THINGS[6], "open"),)


def test_what_opens_is_asked_first_and_never_with_the_word_yes_in_it() -> None:
    given = do("open the front door")
    assert given.effects == (AskFirst((Act(THINGS[4], "unlock"),), "Should I unlock the front door?", 20.0),)
    assert "yes" not in given.text.lower()  # its own voice in the microphone must not answer it
    assert do("lock the front door").effects == (Act(THINGS[4], "lock"),)


def test_what_cannot_be_done_is_said_and_has_no_effect() -> None:
    for text, said in (
        ("turn on the oven", "I can't do that in your home. I know the kitchen light"),
        ("open the kitchen light", "I can't open the kitchen light."),
    ):
        given = do(text)
        assert given.text.startswith(said)
        assert (given.kind, given.effects) == ("refusal", ())
    away = do("turn on the kitchen light", FakeHouse(reachable=False))
    assert (away.text, away.effects) == ("I can't reach the house right now. Nothing was done.", ())
    alone = do("unlock the front door", FakeHouse(asks_first=False))
    assert (alone.kind, alone.effects) == ("refusal", ())


def test_a_name_that_was_half_understood_is_asked_about() -> None:
    for text in ("turn on the picture light", "turn on the light bulb thing", "turn on the would be light"):
        (effect,) = do(text).effects
        assert isinstance(effect, AskFirst), text
    for text in ("could you turn on the light please", "turn the fan off now", "the light in the bedroom on"):
        (effect,) = do(text).effects
        assert isinstance(effect, Act), text


def test_two_of_a_name_are_asked_about() -> None:
    house = FakeHouse((*THINGS, Thing(name="light", room="hall", kind="light", command_topic="h/12")))
    given = do("turn on the light", house)
    assert given.text == "Which one: the light in the bedroom or the light in the hall? Say it with its name."
    assert given.effects == ()
    assert do("turn on the hall light", house).text == "Turning on the light in the hall."


def test_states_are_told_as_they_were_asked() -> None:
    house = FakeHouse(told={"s/1": "on", "s/5": "locked", "s/6": "open", "s/7": "closed", "s/10": "21.5 degrees"})
    assert ask("is the kitchen light on", house).text == "Yes, the kitchen light is on."
    assert ask("is the kitchen light off", house).text == "No, the kitchen light is on."
    assert ask("is the front door locked", house).text == "Yes, the front door is locked."
    assert ask("is the front door closed", house).text.startswith(("Which one", "No, the front door"))
    assert ask("are the blinds open", house).text == "No, the blinds in the living room are closed."
    told = ask("what's the temperature in the bedroom", house)
    assert told.text == "The temperature in the bedroom is 21.5 degrees."
    assert told.more == "It told me that 1 second ago."
    assert ask("is the fan on", house).text == "I don't know: the fan has not told me anything yet."
    assert ask("is the oven on", house).kind == "refusal"
    away = ask("is the kitchen light on", FakeHouse(reachable=False, told={"s/1": "on"}))
    assert away.text == "I can't reach the house right now. 1 second ago the kitchen light was on."


def test_without_a_house_it_says_so() -> None:
    alone = Situation(None, datetime(2025, 3, 4), 0, Manner())  # type: ignore[arg-type]
    assert answer("house_do", alone, verb="on", thing="light").kind == "refusal"
    assert skills_for(()) == SKILLS
    assert answer("unsupported", alone, topic="smart_home").text.startswith("I can't switch things in your home")
    assert answer("unsupported", topic="smart_home").text.startswith("I can't do that in your home. I know")


# --- a yes ------------------------------------------------------------------------------------------------------------

UNLOCK = (Act(THINGS[4], "unlock"),)
PENDING = Pending(3, UNLOCK, "Should I unlock the front door?", until_us=2_000_000)


def test_a_yes_confirms_what_waits_and_nothing_else() -> None:
    yes = answer("affirm", situation(pending=PENDING))
    assert (yes.text, yes.effects) == ("Okay, unlocking the front door.", (ActConfirmed(3),))
    late = answer("affirm", situation(pending=Pending(3, UNLOCK, "?", until_us=999_999)))
    assert (late.text.startswith("Too much time has passed"), late.effects) == (True, ())
    other = answer("affirm", situation(pending=Pending(3, UNLOCK, "?", 2_000_000, alive=False)))
    assert (other.text.startswith("Something else came between"), other.effects) == (True, ())
    assert answer("affirm", situation(FakeHouse(reachable=False), pending=PENDING)).effects == ()
    assert answer("affirm").text == "Okay."
    assert answer("deny", situation(pending=PENDING)).text == "All right, I leave it as it is."
    again = answer("repeat", situation(pending=PENDING))
    assert (again.text, again.effects) == (PENDING.question, (AskFirst(UNLOCK, PENDING.question, 20.0),))


def acting(house: FakeHouse) -> tuple[Acting, list[str], list[int]]:
    said: list[str] = []
    now = [0]
    return Acting(house, said.append, lambda: now[0]), said, now


def test_the_session_acts_once_and_only_on_the_question_that_waits() -> None:
    house = FakeHouse()
    part, _, _ = acting(house)
    part.given(Answer("Should I?", effects=(AskFirst(UNLOCK, "Should I?", 20.0),)))
    assert house.done == []
    assert part.pending is not None
    number = part.pending.number
    part.given(Answer("Okay.", effects=(ActConfirmed(number),)))
    assert house.done == [("front door", "unlock")]
    part.given(Answer("Okay.", effects=(ActConfirmed(number),)))
    assert len(house.done) == 1
    part.given(Answer("Should I?", effects=(AskFirst(UNLOCK, "Should I?", 20.0),)))
    part.given(Answer("Okay.", effects=(ActConfirmed(number),)))  # a yes to the question before
    assert len(house.done) == 1


@pytest.mark.parametrize(("skill", "alive"), [("time", False), ("deny", None), ("stop", None)])
def test_any_other_answer_ends_the_question(skill: str, alive: bool | None) -> None:
    part, _, _ = acting(FakeHouse())
    part.given(Answer("Should I?", effects=(AskFirst(UNLOCK, "Should I?", 20.0),)))
    part.given(Answer("It's noon.", skill=skill))
    assert (None if part.pending is None else part.pending.alive) == alive
    part.forget()
    assert part.pending is None


def test_that_nothing_waits_any_more_is_shown_once() -> None:
    shown: list[object] = []
    part = Acting(FakeHouse(), lambda _: None, lambda: 0, show=shown.append)
    part.given(Answer("Should I?", effects=(AskFirst(UNLOCK, "Should I?", 20.0),)))
    for _ in range(3):
        part.given(Answer("It's noon.", skill="time"))
    assert shown == [QuestionAsked("Should I?", 20.0), QuestionAsked("", 0.0)]


def test_what_could_not_be_sent_is_said() -> None:
    part, said, _ = acting(FakeHouse(fails=True))
    part.given(Answer("Unlocking.", effects=UNLOCK))
    assert said == ["The house could not be reached, so I don't know whether the front door took that."]
