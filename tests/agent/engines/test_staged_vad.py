"""Two detectors in stages: when the second wakes, what it has heard by then, when it sleeps again."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from agent.audio import Pcm
from agent.engines.staged_vad import StagedDetector, StagedSettings


@dataclass
class Level:
    """A detector whose probability is the first sample of the window as a percentage; remembers what it was given."""

    name: str
    window_samples: int
    given: list[int] = field(default_factory=list)
    resets: int = 0

    def stream(self) -> Level:
        return self

    def probability(self, window: Pcm) -> float:
        assert len(window) == self.window_samples
        self.given.append(int(window[0]))
        return float(window[0]) / 100

    def reset(self) -> None:
        self.resets += 1


def window(level: int) -> Pcm:
    return np.full(512, level, dtype=np.int16)


def staged(**settings: float) -> tuple[Level, Level, StagedDetector]:
    first, second = Level("cheap", 320), Level("good", 512)
    return first, second, StagedDetector(first, second, StagedSettings(**settings))  # type: ignore[arg-type]


def test_the_second_sleeps_while_the_first_hears_nothing() -> None:
    first, second, detector = staged()
    stream = detector.stream()
    assert [stream.probability(window(10)) for _ in range(9)] == [0.0] * 9
    assert second.given == []
    assert len(first.given) == 9 * 512 // 320


def test_the_second_wakes_with_the_windows_before() -> None:
    _, second, detector = staged(catch_up_windows=2)
    stream = detector.stream()
    for level in (1, 2, 3, 90):
        found = stream.probability(window(level))
    assert found == 0.9
    assert second.given == [2, 3, 90]
    assert second.resets == 1


def test_the_second_sleeps_again_after_both_were_quiet_for_long() -> None:
    _, second, detector = staged(hold_windows=3)
    stream = detector.stream()
    for level in (90, 0, 0, 30, 0, 0, 0, 0, 0, 0):  # the first's 20 ms windows carry the 30 into the window after
        stream.probability(window(level))
    assert second.given == [90, 0, 0, 30, 0, 0, 0, 0]


def test_it_has_the_name_of_both_and_the_windows_of_the_second() -> None:
    _, _, detector = staged()
    assert (detector.name, detector.window_samples) == ("cheap+good", 512)


def test_a_reset_stream_is_asleep() -> None:
    _, second, detector = staged()
    stream = detector.stream()
    stream.probability(window(90))
    stream.reset()
    assert stream.probability(window(10)) == 0.0
    assert second.given == [90]


def test_impossible_settings_are_refused() -> None:
    for wrong in ({"wake": 0.1}, {"wake": 1.5}, {"hold_windows": 0}, {"catch_up_windows": -1}):
        with pytest.raises(ValueError, match=r"must"):
            StagedSettings(**wrong)  # type: ignore[arg-type]
