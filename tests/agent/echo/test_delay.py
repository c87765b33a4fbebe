"""Where a sound comes from."""

from __future__ import annotations

import numpy as np
import pytest

from agent.audio import HEARING_RATE
from agent.echo.delay import match
from tests.agent.echo.rooms import person

LONGEST, LOOKED_AT = HEARING_RATE, 8_192


@pytest.mark.parametrize("delay", [0, 320, 1_920, 9_000, 15_000])
def test_an_echo_is_found_where_it_is(delay: int) -> None:
    played = person(4.0, 1) / 32768
    end = len(played)
    heard = 0.1 * played[end - LOOKED_AT - delay : end - delay]
    found = match(heard, played[end - LOOKED_AT - LONGEST : end])
    assert abs(found.delay - delay) <= 2
    assert found.strength > 16


def test_another_voice_is_no_echo() -> None:
    for seed in range(2, 8):
        played, other = person(4.0, 1) / 32768, person(4.0, seed) / 32768
        assert match(other[-LOOKED_AT:], played[len(played) - LOOKED_AT - LONGEST :]).strength < 14


def test_silence_is_no_echo_of_silence() -> None:
    assert match(np.zeros(LOOKED_AT), np.zeros(LOOKED_AT + LONGEST)).strength == 0.0
