"""Which direction is given when: where the phone goes, one at a time, never nagging, then the picture is taken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sight.aim import GAP_US, HOLD_STILL, LOST_US, NOTHING, Aim, Say, Take, View, Wait
from agent.sight.framing import Framed, Side

PAGE = Framed("page", 0.15, 0.15, 0.85, 0.85)
PICTURE_US = 500_000


def told(*views: View | Framed | None, may_speak: bool = True) -> list[str]:
    """What is said while these pictures come, two a second; "take" for the picture."""
    aim, found = Aim(0), []
    for at, view in enumerate(views):
        seen = view if isinstance(view, View) else View(view)
        step = aim.see(seen, (at + 1) * PICTURE_US, may_speak=may_speak)
        if isinstance(step, Take):
            return [*found, "take"]
        if isinstance(step, Say):
            found.append(step.text)
    return found


def test_a_page_half_way_between_two_right_angles_is_turned_one_way_to_the_end() -> None:
    """It looks turned to the left in one picture and to the right in the next."""
    half = [replace(PAGE, roll=roll) for roll in (-44.0, 44.5, -44.7, 44.4, -43.6, 44.9, -44.0, 44.0)]
    said = told(*half * 3)
    assert len(said) >= 3
    assert set(said) == {"Turn it a little to the left."}
    over = told(*half, *[replace(PAGE, roll=20.0)] * 4)
    assert over[-1] == "take"


def cut(*sides: Side, **where: float) -> Framed:
    return replace(PAGE, cut=frozenset(sides), **where)


@pytest.mark.parametrize(
    ("framed", "said"),
    [
        (cut("left", left=0.0, right=0.4), "Move left."),
        (cut("right", left=0.6, right=1.0), "Move right."),
        (cut("top", top=0.0, bottom=0.6), "A little up."),
        (cut("bottom", top=0.5, bottom=1.0), "Move down."),
        (cut("left", "bottom", left=0.0, right=0.5, top=0.6, bottom=1.0), "Move down and left."),
        (cut("left", "right", left=0.0, right=1.0), "Move back."),
        (cut("left", "right", "top", left=0.0, right=1.0, top=0.0), "Move back and up."),
        (cut("left", "right", "top", "bottom", left=0.0, right=1.0, top=0.0, bottom=1.0), "Move a lot further back."),
        (cut("left", left=0.0, right=0.9), "A little back."),
        (replace(PAGE, left=0.005, right=0.7), "A little left."),
        (replace(PAGE, left=0.4, right=0.6, top=0.35, bottom=0.65), "Move closer."),
        (replace(PAGE, left=0.4, right=0.6, top=0.3, bottom=0.72), "A little closer."),
        (replace(PAGE, left=0.1, right=0.25, top=0.4, bottom=0.6), "Move a lot closer, left."),
        (replace(PAGE, lean_y=40.0), "Tilt its top edge nearer."),
        (replace(PAGE, lean_y=-40.0), "Tilt its bottom edge nearer."),
        (replace(PAGE, lean_x=40.0), "Tilt its right edge nearer."),
        (replace(PAGE, roll=38.0), "Turn it a little to the right."),
        (replace(PAGE, kind="text", roll=-20.0), "Turn it a little to the left."),
        (replace(PAGE, kind="text", letters=0.008), "Move a lot closer."),
    ],
)
def test_the_direction_is_where_the_phone_goes(framed: Framed, said: str) -> None:
    assert told(framed, framed)[0] == said


def test_a_whole_straight_page_at_rest_is_taken_at_the_second_picture() -> None:
    assert told(PAGE, PAGE) == ["take"]


def test_a_page_that_moves_is_not_taken_until_it_rests() -> None:
    moved = replace(PAGE, left=0.05, right=0.75)
    assert told(PAGE, moved, PAGE, PAGE) == [HOLD_STILL, "take"]


def test_a_movement_under_way_is_not_corrected_twice() -> None:
    steps = [cut("left", left=0.0, right=0.3 + 0.1 * at) for at in range(4)]
    assert told(steps[0], steps[0], *steps[1:]) == ["Move left."]


def test_the_same_direction_is_repeated_when_nothing_happens_but_does_not_nag() -> None:
    framed = cut("left", left=0.0, right=0.4)
    assert told(*[framed] * 12) == ["Move left."] * 2


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
                assert len(text.split()) <= 9
                assert at * 300_000 - last >= GAP_US
                last = at * 300_000
            case Wait() | Take():
                pass
