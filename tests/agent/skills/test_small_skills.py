"""The skills that need no picture: what they say, what they change, and what they never do."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any, cast, get_args

import pytest

from agent.engines.protocols import Said
from agent.skills import manner as manner_skills
from agent.skills.catalogue import SKILLS
from agent.skills.skill import (
    Answer,
    CancelTimers,
    ChangeManner,
    Eyes,
    Hush,
    Manner,
    Situation,
    StartTimer,
    Timer,
    WrongArguments,
)
from agent.skills.unsupported import ANSWERS, Topic, swallowed
from agent.skills.wording import clock, day, duration, ordinal, rough_duration

BY_NAME = {skill.name: skill for skill in SKILLS}
NORMAL = Manner()


def situation(at: str = "2025-03-04 16:40:05", manner: Manner = NORMAL, **more: Any) -> Situation:
    blind = cast(Eyes, None)
    return Situation(blind, datetime.fromisoformat(at), now_us=1_000_000, manner=manner, skills=SKILLS, **more)


def answer(name: str, to: Situation | None = None, **arguments: Any) -> Answer:
    return asyncio.run(BY_NAME[name](to or situation(), arguments))


def users(times: int) -> tuple[Said, ...]:
    return tuple(Said("user", f"line {n}") for n in range(times))


def new_manner(given: Answer) -> Manner:
    (change,) = given.effects
    assert isinstance(change, ChangeManner)
    return change.manner


# --- words for numbers and times -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("00:00", "midnight"), ("12:00", "noon"), ("13:00", "one o'clock"), ("16:40", "twenty to five"),
        ("12:45", "quarter to one"), ("23:35", "twenty-five to twelve"), ("09:30", "half past nine"),
        ("00:05", "five past twelve"), ("09:03", "9:03"), ("16:38", "4:38"), ("00:59", "12:59"),
    ],
)  # fmt: skip
def test_the_time_is_said_as_people_say_it(at: str, said: str) -> None:
    assert clock(datetime.fromisoformat(f"2025-01-01 {at}")) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"), (1, "1 second"), (90, "1 minute and 30 seconds"), (300, "5 minutes"),
        (3661, "1 hour, 1 minute and 1 second"), (86_400, "24 hours"),
    ],
)  # fmt: skip
def test_a_length_of_time_is_exact(seconds: int, said: str) -> None:
    assert duration(seconds) == said


def test_what_is_left_of_a_long_time_is_told_without_seconds() -> None:
    assert (rough_duration(299), rough_duration(3_629)) == ("4 minutes and 59 seconds", "about 1 hour")


def test_days_are_ordinals() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 12, 20, 21, 30, 31)] == [
        "first", "second", "third", "twelfth", "twentieth", "twenty-first", "thirtieth", "thirty-first",
    ]  # fmt: skip
    assert day(date(2025, 3, 4)) == "Tuesday, the fourth of March"


# --- time and date -------------------------------------------------------------------------------------------


def test_time_says_the_part_of_the_day_and_the_brief_form_does_not() -> None:
    given = answer("time")
    assert given.text == "It's twenty to five in the afternoon."
    assert given.brief == "It's twenty to five."
    assert "16:40 and 5 seconds" in given.more


def test_time_at_noon_needs_no_part_of_the_day() -> None:
    assert answer("time", situation("2025-03-04 12:00")).text == "It's noon."


def test_date_tells_the_days_around_it_on_more() -> None:
    given = answer("date", situation("2024-12-31 08:00"))
    assert given.text == "Today is Tuesday, the thirty-first of December 2024."
    assert "tomorrow is Wednesday, the first of January" in given.more


@pytest.mark.parametrize("hour", range(24))
def test_every_hour_can_be_told(hour: int) -> None:
    for minute in range(60):
        at = datetime(2025, 1, 1, hour, minute)
        assert answer("time", situation(at.isoformat())).text.startswith("It's ")


# --- timers --------------------------------------------------------------------------------------------------


def running(*seconds: int) -> tuple[Timer, ...]:
    return tuple(Timer(n, length, (1 + length) * 1_000_000 - 30_000_000) for n, length in enumerate(seconds, 1))


def test_a_timer_is_started_when_the_answer_is_given() -> None:
    given = answer("set_timer", seconds=90)
    assert given.text == "Timer set for 1 minute and 30 seconds."
    assert given.effects == (StartTimer(90),)


def test_a_further_timer_says_how_many_there_are() -> None:
    assert "2 timers now" in answer("set_timer", situation(timers=running(300)), seconds=60).text


@pytest.mark.parametrize("seconds", [-5, 86_401, 10**12])
def test_a_length_out_of_reach_is_refused_with_the_limits(seconds: int) -> None:
    given = answer("set_timer", seconds=seconds)
    assert (given.kind, given.effects) == ("refusal", ())
    assert "one second to 24 hours" in given.text


def test_without_a_length_it_asks_for_one() -> None:
    assert answer("set_timer").text.startswith("For how long?")


def test_too_many_timers_are_refused() -> None:
    assert answer("set_timer", situation(timers=running(*range(60, 70))), seconds=5).effects == ()


def test_what_is_left_of_timers_is_told_soonest_first() -> None:
    assert answer("timer_left").text == "No timer is running."
    assert answer("timer_left", situation(timers=running(300))).text == "4 minutes and 30 seconds left of 5 minutes."
    both = answer("timer_left", situation(timers=running(7200, 300))).text
    assert both.index("5 minutes") < both.index("2 hours")


def test_cancelling_says_what_was_cancelled() -> None:
    given = answer("cancel_timer", situation(timers=running(300)))
    assert (given.text, given.effects) == ("Your timer of 5 minutes is cancelled.", (CancelTimers(),))
    assert answer("cancel_timer", situation(timers=running(60, 300))).text == "2 timers cancelled."
    assert answer("cancel_timer").effects == ()


# --- manner --------------------------------------------------------------------------------------------------


def test_faster_and_slower_undo_each_other() -> None:
    faster = new_manner(answer("faster"))
    assert faster.rate == 1.25
    assert new_manner(answer("slower", situation(manner=faster))) == NORMAL


@pytest.mark.parametrize(("name", "limit"), [("faster", 3.0), ("slower", 0.5)])
def test_the_rate_stays_within_its_limits_and_says_so(name: str, limit: float) -> None:
    manner = NORMAL
    for _ in range(12):
        given = answer(name, situation(manner=manner))
        if not given.effects:
            break
        manner = new_manner(given)
    assert manner.rate == limit
    assert "as I can speak" in given.text


@pytest.mark.parametrize(("name", "limit"), [("louder", 1.0), ("quieter", 0.1)])
def test_the_volume_stays_within_its_limits_and_says_so(name: str, limit: float) -> None:
    manner = Manner(volume=0.5)
    for _ in range(12):
        given = answer(name, situation(manner=manner))
        if not given.effects:
            break
        manner = new_manner(given)
    assert manner.volume == limit
    assert given.kind == "refusal"


LAST = Answer("A long answer.", brief="Short.", more="And more.", effects=(StartTimer(5),))


def test_repeat_says_the_last_answer_and_does_nothing_twice() -> None:
    given = answer("repeat", situation(last=LAST))
    assert (given.text, given.brief, given.effects, given.keeps) == ("A long answer.", "Short.", (), False)


def test_repeat_falls_back_to_what_was_said_and_then_to_honesty() -> None:
    said = (Said("agent", "I said this."), Said("user", "what"))
    assert answer("repeat", situation(history=said)).text == "I said this."
    assert answer("repeat").text == "I haven't said anything yet."


def test_shorter_gives_the_brief_form_and_stays_brief() -> None:
    given = answer("shorter", situation(last=LAST))
    assert given.text == "Short."
    assert new_manner(given).detail == "brief"
    assert new_manner(answer("shorter")).detail == "brief"
    assert answer("shorter", situation(manner=Manner(detail="brief"), last=LAST)).effects == ()


def test_more_tells_the_rest_once() -> None:
    first = answer("more", situation(last=LAST))
    assert (first.text, first.effects) == ("And more.", ())
    assert answer("more", situation(last=first)).text == "That's all I can say about it."


def test_more_in_detail_does_not_repeat_what_was_said_at_once() -> None:
    assert answer("more", situation(manner=Manner(detail="detailed"), last=LAST)).text != LAST.more


def test_more_after_a_brief_answer_is_the_full_one_and_then_the_rest() -> None:
    full = answer("more", situation(manner=Manner(detail="brief"), last=LAST))
    assert (full.text, full.more) == ("A long answer.", "And more.")
    assert answer("more", situation(last=answer("shorter", situation(last=LAST)))).text == "A long answer. And more."


def test_more_ends_brief_answers() -> None:
    brief = situation(manner=Manner(detail="brief"), last=LAST)
    assert new_manner(answer("more", brief)).detail == "normal"
    assert new_manner(answer("more")).detail == "detailed"
    assert answer("more", situation(manner=Manner(detail="detailed"))).effects == ()


@pytest.mark.parametrize("name", ["stop", "pause"])
def test_stop_and_pause_say_nothing(name: str) -> None:
    assert answer(name) == Answer("", effects=(Hush(),), keeps=False)


def test_resume_says_what_was_not_heard() -> None:
    assert answer("resume", situation(unheard=" and the rest.")).text == "and the rest."
    assert answer("resume").text == "There is nothing to go on with."


def test_what_changes_the_manner_leaves_the_last_answer_for_repeat() -> None:
    names = ("slower", "faster", "louder", "quieter", "stop", "pause", "resume", "repeat")
    assert not any(answer(name, situation(last=LAST)).keeps for name in names)


# --- small talk, help, what is not done ----------------------------------------------------------------------


def test_greetings_follow_the_day_and_the_conversation() -> None:
    at = {hour: answer("greet", situation(f"2025-03-04 {hour:02d}:00")).text.split(".")[0] for hour in (3, 8, 14, 20)}
    assert at == {3: "Hello", 8: "Good morning", 14: "Good afternoon", 20: "Good evening"}
    assert "again" in answer("greet", situation(history=users(2))).text


def test_thanks_vary_but_not_by_chance() -> None:
    ways = [answer("thanks", situation(history=users(n))).text for n in range(4)]
    assert len(set(ways[:3])) == 3
    assert ways[3] == ways[0]


def test_it_says_that_it_is_a_program_with_a_synthetic_voice() -> None:
    text = answer("who_are_you").text
    assert "computer program" in text
    assert "synthetic voice" in text


def test_help_begins_with_the_camera() -> None:
    given = answer("help")
    assert given.text.startswith('You can say "What do you see?", "Read the text" or "What colour is this?"')
    assert "Switch the camera on" in given.text


def test_help_gives_a_few_examples_and_all_others_on_more() -> None:
    given = answer("help")
    assert len(given.text.split()) < 40
    for skill in SKILLS:
        told = skill.examples[0].rstrip(".") in given.text + given.more
        assert told or skill.name in ("greet", "thanks", "affirm", "deny", "pleased", "help", "unsupported")


def test_help_tells_only_what_this_profile_has() -> None:
    only = Situation(cast(Eyes, None), datetime(2025, 1, 1), 0, NORMAL, skills=(BY_NAME["date"],))
    assert asyncio.run(BY_NAME["help"](only, {})).text == 'You can say "What day is it?"'


@pytest.mark.parametrize("topic", get_args(Topic))
def test_what_is_not_done_is_refused_honestly(topic: Topic) -> None:
    given = answer("unsupported", topic=topic)
    assert given.kind == "refusal"
    assert "can't" in given.text or "don't" in given.text
    assert 0 < len(given.brief.split()) <= 15


def test_safety_is_refused_with_cane_and_dog_in_every_form() -> None:
    given = ANSWERS["safety"]
    for said in (given.text, given.brief):
        assert "cane" in said
        assert "dog" in said


def test_what_is_swallowed_is_refused_without_a_cane() -> None:
    for said in ("can i take this medicine", "is it safe to drink this", "how many tablets do I take", "aman diminum"):
        assert swallowed(said), said
    for said in ("is it safe to cross", "can i go now", "apa aman menyeberang", "is the road clear"):
        assert not swallowed(said), said
    for form in (ANSWERS["medicine"].text, ANSWERS["medicine"].brief):
        assert "dog" not in form
        assert "safe" in form


def test_people_are_never_named() -> None:
    assert "won't on any profile" in ANSWERS["who_is_this"].text


def test_an_unknown_topic_does_not_fit_the_schema() -> None:
    with pytest.raises(WrongArguments, match="topic"):
        answer("unsupported", topic="magic")


# --- all of them ---------------------------------------------------------------------------------------------


def test_names_are_unique_and_every_skill_has_a_description_and_an_example() -> None:
    assert len(BY_NAME) == len(SKILLS)
    for skill in SKILLS:
        assert skill.description
        assert skill.examples
        assert skill.schema["parameters"]["additionalProperties"] is False


def test_brief_forms_are_brief() -> None:
    for skill in (skill for skill in SKILLS if skill.name in manner_skills.__dict__ or skill.name in ("time", "date")):
        given = answer(skill.name, situation(last=LAST, at=(datetime(2025, 1, 1) + timedelta(hours=7)).isoformat()))
        assert len((given.brief or given.text).split()) <= 15
