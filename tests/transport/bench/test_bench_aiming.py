"""The simulated hand does what it is told, late and inexactly, and real guiding brings it to a page that is read."""

from __future__ import annotations

import asyncio
import random

import pytest

from agent.engines.haar import HaarFinder
from agent.engines.rapid import RapidReader
from agent.engines.zxing import ZxingReader
from agent.sight import aim
from agent.sight.facts import Facts, SeeingEngines
from agent.sight.framing import page
from agent.sight.settings import SeeingSettings
from transport.bench.aiming import LITTLE_CM, STEP_CM, TILT, Hand, Run, aimed_row, asked, guided
from transport.bench.desk import TRACK, Desk, Pose, corners, letter, recall, table, whole


@pytest.mark.parametrize(
    ("said", "by"),
    [
        ("Left.", {"x": -STEP_CM}),
        ("A little right and up.", {"x": LITTLE_CM, "y": LITTLE_CM}),
        ("Back, down.", {"z": STEP_CM, "y": -STEP_CM}),
        ("A little back, left.", {"z": LITTLE_CM, "x": -LITTLE_CM}),
        ("Left, a little back.", {"z": LITTLE_CM, "x": -STEP_CM}),
        ("Much closer.", {"z": -2 * STEP_CM}),
        ("Much further back, a little up.", {"z": 2 * STEP_CM, "y": LITTLE_CM}),
        ("Tilt its top edge nearer.", {"pitch": -TILT}),
        (aim.HOLD_STILL, {}),
    ],
)
def test_directions_are_taken_by_their_words(said: str, by: dict[str, float]) -> None:
    assert asked(said) == by


def test_a_hand_moves_after_a_while_not_exactly_and_trembles() -> None:
    hand = Hand(random.Random(1), Pose())
    hand.obey("Left.", heard_s=1.0)
    assert hand.settled(1.2).x == 0.0
    assert -2.5 * STEP_CM < hand.settled(4.0).x < -0.4 * STEP_CM
    assert hand.at(4.0) != hand.at(4.02)


def test_what_is_said_of_a_pose_is_seen_in_its_picture() -> None:
    """Moved to the right, the page is cut off on the left; the nearer edge is the longer one; and so on."""
    desk = Desk(letter(1)[0], table(0))

    def seen(**where: float) -> str:
        framed = page(desk.seen([Pose(**where)], *TRACK))
        assert framed is not None
        found = (aim.placed(framed, held=False), aim.straight(framed, held=False))
        return next(filter(None, found), "")

    assert seen() == ""
    assert "eft" in seen(x=9.0)
    assert "own" in seen(y=12.0)
    assert seen(pitch=40.0, y=-26.0, z=44.0) == "Tilt its top edge nearer."
    assert seen(yaw=-42.0, x=29.0, z=44.0) == "Tilt its left edge nearer."
    assert seen(roll=38.0, z=48.0) == ""
    assert whole(Pose(), *TRACK)
    assert not whole(Pose(x=9.0), *TRACK)
    assert corners(Pose(), *TRACK)[0] == pytest.approx((79, 92), abs=2)


@pytest.mark.parametrize("seed", [2, 4])
def test_a_hand_is_brought_to_a_page_and_the_page_is_read(seed: int) -> None:
    facts = Facts(SeeingEngines(RapidReader(), ZxingReader(), HaarFinder()), SeeingSettings())
    run = asyncio.run(guided(seed, facts))
    assert run.fault == ""
    assert run.directions


def test_a_run_counts_only_when_all_of_it_was_there_read_and_in_time() -> None:
    good = Run("far", 9.0, 2.0, 0.99, True, 1, ("Move closer.",))
    late, cut, unread = (Run("far", *rest, 1, ()) for rest in ((15.1, 2.0, 1.0, True), (9.0, 2.0, 1.0, False),
                                                               (9.0, 2.0, 0.9, True)))  # fmt: skip
    assert [run.fault for run in (good, late, cut, unread)] == ["", "late", "cut off", "not read"]
    assert aimed_row([good] * 19 + [late]).met is True
    missed = aimed_row([good] * 18 + [late, Run("close", None, 0.0, 0.0, False, 0, ())])
    assert missed.met is False
    assert "close: never taken" in missed.note


def test_words_are_counted_whatever_their_order() -> None:
    assert recall(["gate the", "Garden"], "the garden gate") == 1.0
