"""webrtcvad: quick yes or no as a smoothed probability."""

from __future__ import annotations

import numpy as np
import pytest

from agent.engines import webrtc_vad
from agent.engines.webrtc_vad import WebrtcDetector, WebrtcSettings
from agent.errors import EngineMissing

SILENCE = np.zeros(320, dtype=np.int16)
LOUD = (12_000 * np.sign(np.sin(2 * np.pi * 150 * np.arange(320) / 16_000))).astype(np.int16)


def test_a_voice_like_sound_rises_step_by_step_and_silence_falls_back() -> None:
    stream = WebrtcDetector(WebrtcSettings(smoothing=4)).stream()
    assert [stream.probability(LOUD) for _ in range(5)] == [0.25, 0.5, 0.75, 1.0, 1.0]
    assert [stream.probability(SILENCE) for _ in range(40)][-1] == 0.0


def test_a_reset_stream_hears_as_a_new_one() -> None:
    stream = WebrtcDetector().stream()
    first = [stream.probability(window) for window in (LOUD, LOUD, SILENCE)]
    stream.reset()
    assert [stream.probability(window) for window in (LOUD, LOUD, SILENCE)] == first


def test_another_window_is_refused() -> None:
    with pytest.raises(ValueError, match="320"):
        WebrtcDetector().stream().probability(np.zeros(512, dtype=np.int16))


@pytest.mark.parametrize("wrong", [{"aggressiveness": 4}, {"aggressiveness": -1}, {"smoothing": 0}])
def test_impossible_settings_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        WebrtcSettings(**wrong)


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webrtc_vad, "webrtcvad", None)
    with pytest.raises(EngineMissing, match="webrtcvad-wheels"):
        WebrtcDetector()
