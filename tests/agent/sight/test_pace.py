"""How many pictures a second the page is asked for: told when it changes, and only then."""

from __future__ import annotations

import pytest

from agent.sight.pace import EyePace
from agent.sight.settings import SeeingSettings


def pace(**settings: float) -> tuple[EyePace, list[float]]:
    told: list[float] = []
    return EyePace(SeeingSettings(**settings), told.append), told  # type: ignore[arg-type]


def test_it_is_quicker_from_beginning_to_end() -> None:
    eye, told = pace()
    for _ in range(2):
        eye.begin()
        eye.end()
    assert told == [4.0, 2.0, 4.0, 2.0]


def test_one_guiding_in_the_place_of_another_says_nothing() -> None:
    """The one that is replaced ends after the other has begun."""
    eye, told = pace()
    eye.begin()
    eye.begin()
    eye.end()
    assert told == [4.0]
    eye.end()
    assert told == [4.0, 2.0]


def test_a_new_line_is_told_while_somebody_is_guided_only() -> None:
    eye, told = pace()
    eye.new_line()
    assert told == []
    eye.begin()
    eye.new_line()
    eye.end()
    eye.new_line()
    assert told == [4.0, 4.0, 2.0]


def test_where_guiding_has_the_usual_pace_nothing_is_said() -> None:
    eye, told = pace(guiding_fps=2.0)
    eye.begin()
    eye.end()
    assert told == []


def test_a_pace_that_is_none_is_refused() -> None:
    for name in ("fps", "guiding_fps"):
        for wrong in (0.0, -1.0, 61.0):
            with pytest.raises(ValueError, match=f"^{name} must be above 0 and at most 60"):
                pace(**{name: wrong})
