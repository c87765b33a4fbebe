"""A speaker's own pauses, learned."""

from __future__ import annotations

from agent.core.patience import MARGIN_MS, REMEMBERED, Patience


def test_one_pause_is_chance_and_two_are_a_habit() -> None:
    patience = Patience()
    patience.went_on(500)
    assert patience.wait_ms == 0
    patience.went_on(400)
    assert patience.wait_ms == 500 + MARGIN_MS


def test_who_mostly_just_ends_is_not_waited_for() -> None:
    patience = Patience()
    for pause in (500, 400):
        patience.went_on(pause)
    for _ in range(9):
        patience.ended()
    assert patience.wait_ms == 0


def test_old_habits_are_forgotten() -> None:
    patience = Patience()
    for _ in range(REMEMBERED):
        patience.went_on(900)
    for _ in range(REMEMBERED):
        patience.went_on(300)
    assert patience.wait_ms == 300 + MARGIN_MS
