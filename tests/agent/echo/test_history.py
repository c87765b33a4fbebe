"""Sound by position, against a plain array that keeps everything."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agent.echo.history import History

KEPT = 100


@given(st.lists(st.tuples(st.integers(-30, 60), st.integers(1, 50)), min_size=1, max_size=30), st.integers(0, 99))
def test_it_gives_what_was_put(pieces: list[tuple[int, int]], back: int) -> None:
    history, whole = History(KEPT), np.zeros(10_000)
    end = 0
    for number, (step, length) in enumerate(pieces, 1):
        at = max(0, end + step)
        if at < end - KEPT or at + length > end + KEPT:
            continue
        sound = np.full(length, float(number))
        history.put(at, sound)
        whole[at : at + length] = sound
        end = max(end, at + length)
        assert history.end == end
    start = max(0, end - back)
    assert np.array_equal(history.get(start, end + 20), whole[start : end + 20])


def test_what_is_too_old_is_silence() -> None:
    history = History(KEPT)
    history.put(0, np.ones(150))
    assert history.get(0, 150).tolist() == [0.0] * 50 + [1.0] * 100
    history.put(1_000, np.ones(10))
    assert history.get(900, 1_010).sum() == 10
