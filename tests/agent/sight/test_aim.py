"""Which direction is given when: where the phone goes, one at a time, never nagging, then the picture is taken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sight.aim import GAP_US, HOLD_STILL, LOST_US, NOTHING, Aim, Say, Take, View, Wait
from agent.sight.framing import Framed, Side

PAGE = Framed("page", 0.15, 0.15, 0.85, 0.85)
PICTURE_US, QUICK_US = 500_000, 250_000


def told(*views: View | Framed | None, may_speak: bool = True, every_us: int = PICTURE_US) -> list[str]:
    """What is said while these pictures come, two a second or so often; "take" for the picture."""
    aim, found = Aim(0), []
    for at, view in enumerate(views):
        seen = view if isinstance(view, View) else View(view)
        step = aim.see(seen, (at + 1) * every_us, may_speak=may_speak)
        if isinstance(step, Take):
            return [*found, "take"]
        if isinstance(step, Say):
            found.append(step.text)
    return found


def cut(*sides: Side, **where: float) -> Framed:
    return replace(PAGE, cut=frozenset(sides), **where)


def test_however_a_page_is_turned_it_is_taken() -> None:
    """It is straightened, and read whichever way up it lies."""
    half = [replace(PAGE, roll=roll) for roll in (-44.0, 44.5)]
    assert told(*half) == ["take"]


@pytest.mark.parametrize(
    ("framed", "said"),
    [
        (replace(PAGE, lean_y=40.0), "Tilt its top edge nearer."),
        (replace(PAGE, lean_y=-40.0), "Tilt its bottom edge nearer."),
        (replace(PAGE, lean_x=40.0), "Tilt its right edge nearer."),
        (replace(PAGE, lean_x=-40.0), "Tilt its left edge nearer."),
        (cut("left", left=0.0, right=0.4, likely=(-0.3, 0.15, 0.4, 0.85)), "Left, a little back."),
        (Framed("text", 0.4, 0.45, 0.6, 0.46, letters=0.004), "Much closer."),
    ],
)
def test_the_direction_is_where_the_phone_goes(framed: Framed, said: str) -> None:
    assert told(framed, framed)[0] == said


def test_wide_print_that_is_small_is_taken_as_it_is() -> None:
    """It could not come closer without being cut off."""
    wide = Framed("text", 0.05, 0.4, 0.95, 0.44, letters=0.012)
    assert told(wide, wide) == ["take"]


def test_a_whole_straight_page_at_rest_is_taken_at_the_second_picture() -> None:
    assert told(PAGE, PAGE) == ["take"]


def test_a_page_that_moves_is_not_taken_until_it_rests() -> None:
    moved = replace(PAGE, left=0.05, right=0.75)
    assert told(PAGE, moved, PAGE, PAGE) == [HOLD_STILL, "take"]


@pytest.mark.parametrize("every_us", [QUICK_US, PICTURE_US])
def test_a_hand_that_moves_slowly_is_no_resting_one_however_often_it_is_seen(every_us: int) -> None:
    """It goes an eighth of the picture in a second."""
    step = 0.125 * every_us / 1e6
    going = [replace(PAGE, left=0.05 + step * at, right=0.55 + step * at) for at in range(6)]
    assert told(*going, every_us=every_us) == [HOLD_STILL]
    assert told(*going, going[-1], every_us=every_us) == [HOLD_STILL, "take"]


@pytest.mark.parametrize("every_us", [QUICK_US, PICTURE_US])
def test_a_hand_is_asked_to_be_still_after_as_long_however_often_it_is_seen(every_us: int) -> None:
    """Not at its first twitch: half a second after it."""
    shaky = [View(PAGE), *[View(PAGE, "blurred", "Blurred.")] * 8]
    said = next(number for number in range(len(shaky)) if told(*shaky[: number + 1], every_us=every_us))
    assert (said - 1) * every_us == 500_000


def test_a_movement_under_way_is_not_corrected_twice() -> None:
    steps = [cut("left", left=0.0, right=0.3 + 0.1 * at) for at in range(5)]
    assert told(*[steps[0]] * 4, *steps[1:]) == ["A little back, left."]


def test_a_hand_that_heard_a_direction_is_given_the_time_to_follow_it() -> None:
    """While it is spoken to and for a breath after that nothing is said, nor the picture of what begins to move taken;
    once it has moved and rests, the next thing is said at once."""
    aim, wrong = Aim(0), cut("left", left=0.0, right=0.4)
    better = cut("bottom", top=0.5, bottom=1.0)
    spoken = [aim.see(View(wrong), round(at * 1e6), may_speak=at >= 2.5) for at in (0.0, 2.5, 3.0, 3.5, 4.0)]
    assert [isinstance(step, Say) for step in spoken] == [False, True, False, False, False]
    heard = aim._heard_us / 1e6
    moved = [aim.see(View(better), round(at * 1e6), may_speak=True) for at in (heard + 0.5, heard + 0.9, heard + 1.0)]
    assert [isinstance(step, Say) for step in moved] == [False, False, True]
    assert isinstance(aim.see(View(PAGE), round((heard + 1.2) * 1e6), may_speak=False), Wait)


def test_the_same_direction_is_repeated_when_nothing_happens_but_does_not_nag() -> None:
    framed = cut("left", left=0.0, right=0.4)
    assert told(*[framed] * 14) == ["A little back, left."] * 2


def test_it_is_silent_while_anybody_speaks_but_the_picture_is_taken() -> None:
    framed = cut("left", left=0.0, right=0.4)
    assert told(framed, framed, framed, may_speak=False) == []
    assert told(PAGE, PAGE, may_speak=False) == ["take"]


def test_what_was_right_stays_right_until_it_is_clearly_wrong() -> None:
    near = replace(PAGE, left=0.012, right=0.7)
    assert told(near, near) == ["A little left."]
    away = replace(PAGE, left=0.03, right=0.72)
    assert told(away, near) == ["take"]


def test_nothing_in_view_is_said_after_a_while_and_poor_light_with_its_correction() -> None:
    assert told(*[None] * 4) == []
    assert told(*[None] * (LOST_US // PICTURE_US + 1)) == [NOTHING]
    assert told(*[View(None, "dark", "It is too dark.")] * 8) == ["It is too dark."]


def test_a_blurred_page_is_not_taken() -> None:
    assert told(*[View(PAGE, "blurred", "Blurred.")] * 4) == [HOLD_STILL]


shares = st.floats(0.0, 1.0)


@given(st.lists(st.tuples(shares, shares, shares, shares, st.floats(-45, 45), st.booleans()), max_size=30))
def test_two_directions_are_never_closer_than_the_gap(
    seen: list[tuple[float, float, float, float, float, bool]],
) -> None:
    aim, last = Aim(0), -GAP_US
    for at, (x, y, width, height, roll, there) in enumerate(seen, start=1):
        right, bottom = min(1.0, x + width), min(1.0, y + height)
        framed = Framed("page", x, y, right, bottom, roll=roll) if there else None
        match aim.see(View(framed), at * 300_000, may_speak=True):
            case Say(text=text):
                assert text.endswith(".")
                assert len(text.split()) <= 10
                assert at * 300_000 - last >= GAP_US
                last = at * 300_000
            case Wait() | Take():
                pass
