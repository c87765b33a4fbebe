"""A voice that is turned away: softer and duller, and no longer or shorter."""

from __future__ import annotations

import numpy as np

from agent.audio import HEARING_RATE, level_dbfs
from transport.bench.aside import turned_away
from transport.demo.person import LEVEL_DBFS


def test_it_is_softer_and_duller() -> None:
    t = np.arange(HEARING_RATE) / HEARING_RATE
    sound = (4_000 * (np.sin(2 * np.pi * 300 * t) + np.sin(2 * np.pi * 6_000 * t))).astype(np.int16)
    away = turned_away(sound, -10.0)
    assert len(away) == len(sound)
    assert abs(level_dbfs(away) - (LEVEL_DBFS - 10.0)) < 0.2
    power = np.abs(np.fft.rfft(away.astype(np.float64)))
    assert power[300] > 2.5 * power[6_000] > 0
