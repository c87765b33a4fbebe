"""What is said of what changes: literals in, words out, and no clock anywhere."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from agent.engines.protocols import Box, TextLine
from agent.language.saying import speaking
from agent.live.callouts import (
    AGAIN_US,
    GONE_US,
    MOVING_US,
    RESTING_US,
    Callouts,
    Noticed,
    alike,
    clock_place,
    hazardous,
)
from agent.skills.picture_words import place
from agent.skills.skill import Detail

SECOND = 1_000_000
LEFT, MIDDLE, RIGHT = Box(20, 100, 120, 40), Box(250, 100, 120, 40), Box(500, 100, 120, 40)
FACE_LEFT, FACE_RIGHT = Box(40, 60, 90, 90), Box(500, 60, 90, 90)


class Walk:
    """Looks and words, a second apart unless told otherwise."""

    def __init__(self, wanted: str = "", detail: Detail = "normal") -> None:
        self.callouts = Callouts(place, wanted)
        self.detail: Detail = detail
        self.now = SECOND
        self.ids = count()

    def sees(self, after_s: float = 1.0, **found: Any) -> str:
        self.now += round(after_s * SECOND)
        self.callouts.notice(Noticed(self.now, 640, 480, **found))
        return self.says()

    def says(self, after_s: float = 0.0) -> str:
        self.now += round(after_s * SECOND)
        said = self.callouts.say(self.now, self.detail)
        return said.text if said is not None else ""


def row(text: str, box: Box = LEFT, confidence: float = 0.99) -> TextLine:
    return TextLine(text, box, confidence)


def print_of(*texts: str, box: Box = LEFT, confidence: float = 0.99) -> tuple[TextLine, ...]:
    return tuple(row(text, Box(box.left, 60 * at, box.width, 40), confidence) for at, text in enumerate(texts))


# --- print ---------------------------------------------------------------------------------------------------


def test_print_is_told_once_with_its_place() -> None:
    walk = Walk()
    assert walk.sees(lines=print_of("Ticket office")) == "Text on the left: Ticket office."
    assert walk.sees(lines=print_of("Ticket office")) == ""
    assert walk.sees(lines=print_of("Ticket offiee", confidence=0.95)) == "", "read a little differently"


def test_only_what_is_new_is_told() -> None:
    walk = Walk()
    walk.sees(lines=print_of("Ticket office"))
    assert walk.sees(lines=print_of("Ticket office", "Waiting room")) == "Text on the left: Waiting room."


def test_another_number_is_other_print() -> None:
    walk = Walk()
    assert walk.sees(lines=print_of("Platform 4")) == "Text on the left: Platform 4."
    assert walk.sees(lines=print_of("Platform 9")) == "Text on the left: Platform 9."


def test_print_that_was_long_out_of_sight_is_told_again() -> None:
    walk = Walk()
    walk.sees(lines=print_of("Exit"))
    walk.sees(GONE_US / SECOND - 1, lines=print_of("Exit"))
    assert walk.sees(GONE_US / SECOND - 1, lines=print_of("Exit")) == "", "it was there meanwhile"
    assert walk.sees(GONE_US / SECOND + 1, lines=print_of("Exit")) == "Text on the left: Exit."


def test_doubtful_print_needs_a_second_look_that_agrees() -> None:
    walk = Walk()
    assert walk.sees(lines=print_of("Meeting room", confidence=0.7)) == ""
    assert walk.sees(lines=print_of("Meeting r00m two", confidence=0.7)) == ""
    assert walk.sees(lines=print_of("Meeting room", confidence=0.7)) == ""
    assert walk.sees(lines=print_of("Meeting room", confidence=0.7)) == "Text on the left: Meeting room."


def test_how_much_is_read_is_the_users_choice() -> None:
    long = " ".join(f"word{chr(97 + at)}" for at in range(40))
    said = {}
    for detail in ("brief", "normal", "detailed"):
        said[detail] = Walk(detail=detail).sees(lines=print_of(long))  # type: ignore[arg-type]
    assert said["brief"] == "", "print that warns of nothing is no matter for who wants few words"
    assert len(said["normal"].split()) < 18 < 30 < len(said["detailed"].split()) < 36


# --- hazards -------------------------------------------------------------------------------------------------


def test_a_warning_comes_first_and_whole_whatever_else_is_there() -> None:
    walk = Walk(detail="brief")
    walk.sees(faces=(FACE_RIGHT,))
    said = walk.sees(lines=print_of("CAUTION", "Wet floor", box=MIDDLE), faces=(FACE_RIGHT,))
    assert said == "Warning in the middle: CAUTION, Wet floor. One person, on the right."


@pytest.mark.parametrize("text", [
    "Danger!", "MIND THE GAP", "wet floor", "High-Voltage", "Do not enter", "AWAS", "LANTAI LICIN", "Hati-hati",
    "Tegangan tinggi", "Low headroom",
])  # fmt: skip
def test_signs_that_warn(text: str) -> None:
    assert hazardous(text)


@pytest.mark.parametrize("text", ["Dangerfield & Sons", "Hot chocolate", "Wetherspoon", "Mind", "Exit", ""])
def test_signs_that_don_t(text: str) -> None:
    assert not hazardous(text)


# --- what is looked for --------------------------------------------------------------------------------------


def test_what_is_looked_for_comes_before_people_and_is_told_as_it_moves() -> None:
    walk = Walk("exit")
    walk.sees(faces=(FACE_LEFT,))
    said = walk.sees(lines=print_of("Exit", box=RIGHT), faces=(FACE_LEFT,))
    assert said == "Exit, on the right. One person, on the left. Text on the right: Exit."
    assert walk.sees(1, lines=print_of("Exit", box=MIDDLE)) == "", "too soon"
    assert walk.sees(3, lines=print_of("Exit", box=MIDDLE)) == "Exit, now in the middle."


def test_it_is_told_again_when_it_was_out_of_sight() -> None:
    walk = Walk("exit", "brief")
    assert walk.sees(lines=print_of("Exit")) == "Exit, on the left."
    walk.sees(AGAIN_US / SECOND + 1, lines=())
    assert walk.sees(lines=print_of("Exit")) == "Exit, on the left."


# --- people --------------------------------------------------------------------------------------------------


def test_people_are_told_when_two_looks_agree_and_gone_when_three_do() -> None:
    walk = Walk()
    assert walk.sees(faces=(FACE_LEFT,)) == ""
    assert walk.sees(faces=(FACE_LEFT,)) == "One person, on the left."
    assert walk.sees(faces=(FACE_LEFT,)) == ""
    assert walk.sees(faces=()) == ""
    assert walk.sees(faces=(FACE_LEFT,)) == "", "the finder missed it once"
    assert [walk.sees(faces=()) for _ in range(4)] == ["", "", "No face in view now.", ""]


def test_a_second_person_is_news_and_moving_is_news_in_detail_only() -> None:
    for detail in ("normal", "detailed"):
        walk = Walk(detail=detail)  # type: ignore[arg-type]
        walk.sees(faces=(FACE_LEFT,))
        walk.sees(faces=(FACE_LEFT,))
        walk.sees(faces=(FACE_LEFT, FACE_RIGHT))
        assert walk.sees(faces=(FACE_LEFT, FACE_RIGHT)) == "Two people, on the left and on the right."
        walk.sees(faces=(FACE_LEFT, FACE_LEFT))
        moved = walk.sees(5, faces=(FACE_LEFT, FACE_LEFT))
        assert moved == ("Two people, now on the left." if detail == "detailed" else "")


# --- the scene -----------------------------------------------------------------------------------------------


def test_light_things_and_colour_are_told_when_they_change() -> None:
    walk = Walk(detail="detailed")
    assert walk.sees(level=60, colour="brown", things=("a desk",)) == "It looks like a desk. In the middle it is brown."
    assert walk.sees(level=55, colour="brown", things=("a desk",)) == ""
    assert walk.sees(level=20) == "It is darker now."
    assert walk.sees(level=58, things=("a desk", "a cup")) == "It looks like a desk and a cup. It is brighter now."
    normal = Walk()
    assert normal.sees(level=60, colour="brown", things=("a desk",)) == "It looks like a desk."
    assert normal.sees(level=10) == ""
    quiet = Walk(detail="brief")
    assert quiet.sees(level=60, colour="brown", things=("a desk",)) == ""
    assert quiet.sees(level=10) == ""


# --- nothing old ---------------------------------------------------------------------------------------------


def test_what_could_not_be_said_in_time_is_not_said() -> None:
    for moved, age_us in ((True, MOVING_US), (False, RESTING_US)):
        for late in (False, True):
            walk = Walk()
            walk.callouts.notice(Noticed(walk.now, 640, 480, lines=print_of("Exit")))
            seen = walk.now
            walk.callouts.notice(Noticed(seen + 1, 640, 480, moved=moved))
            walk.now = seen + age_us + late
            assert bool(walk.says()) is not late


def test_a_face_is_never_told_after_two_seconds() -> None:
    walk = Walk()
    for _ in range(2):
        walk.callouts.notice(Noticed(walk.now, 640, 480, faces=(FACE_LEFT,)))
    walk.now += MOVING_US + 1
    assert walk.says() == ""


def test_a_callout_says_until_when_it_is_so() -> None:
    callouts = Callouts(place)
    callouts.notice(Noticed(SECOND, 640, 480, lines=print_of("Exit"), faces=(FACE_LEFT,)))
    said = callouts.say(SECOND, "normal")
    assert said is not None
    assert said.until_us == SECOND + RESTING_US
    callouts.notice(Noticed(2 * SECOND, 640, 480, faces=(FACE_LEFT,)))
    said = callouts.say(2 * SECOND, "normal")
    assert said is not None
    assert (said.text, said.until_us) == ("One person, on the left.", 2 * SECOND + MOVING_US)


def test_places_can_be_hours() -> None:
    assert [clock_place(box, 640) for box in (LEFT, MIDDLE, RIGHT)] == [
        "at 11 o'clock",
        "at 12 o'clock",
        "at 1 o'clock",
    ]
    callouts = Callouts(clock_place)
    callouts.notice(Noticed(SECOND, 640, 480, lines=print_of("Exit")))
    said = callouts.say(SECOND, "normal")
    assert said is not None
    assert said.text == "Text at 11 o'clock: Exit."


def test_rows_read_twice_are_alike_and_others_are_not() -> None:
    assert alike(("ticket", "office"), ("ticket", "0ffice")) is False, "a digit is a number"
    assert alike(("ticket", "office"), ("ticket", "offiee"))
    assert not alike(("exit",), ("entrance",))
    assert not alike(("25", "mg"), ("75", "mg"))


def test_callouts_in_indonesian() -> None:
    with speaking("id"):
        walk = Walk("keluar", detail="detailed")
        walk.sees(faces=(FACE_RIGHT,), level=20)
        said = walk.sees(lines=print_of("AWAS", box=MIDDLE), faces=(FACE_RIGHT,), level=80)
        assert said == "Peringatan di tengah: AWAS. 1 orang, di kanan. Sekarang lebih terang."
        assert walk.sees(1, lines=print_of("Keluar", box=RIGHT)).startswith("Keluar, di kanan.")
        assert clock_place(MIDDLE, 900) == "di arah jam 12"
