"""The bench of voice detectors: truth from clean sound, mixes at their levels, figures that mean what they say."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from agent.audio import HEARING_RATE, Pcm, level_dbfs
from agent.core.gate import GateSettings
from transport.bench.sounds import FAR_DBFS, LEAD_S, LEVEL_DBFS, Clip, Mix, clip, mixed, noises, to_pcm
from transport.bench.vad import cost, measure

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Loud:
    """A detector that takes every loud window for speech."""

    name: str = "loud"
    window_samples: int = 320

    def stream(self) -> Loud:
        return self

    def probability(self, window: Pcm) -> float:
        return 1.0 if level_dbfs(window) > -40 else 0.0

    def reset(self) -> None:
        pass


@pytest.fixture(scope="module")
def spoken() -> Clip:
    """0.4 s of silence, 0.8 s of sound, 0.4 s of silence."""
    chance = np.random.default_rng(1)
    silence = chance.normal(0, 1e-4, 6400)
    return clip("made", np.concatenate((silence, chance.normal(0, 0.1, 12_800), silence)).astype(np.float32))


def test_truth_comes_from_the_clean_sound(spoken: Clip) -> None:
    assert spoken.onset == pytest.approx(6400, abs=320)
    assert spoken.end == pytest.approx(19_200, abs=320)
    assert spoken.active.sum() == pytest.approx(80, abs=3)


def test_mixes_have_the_level_they_say(spoken: Clip) -> None:
    lead = int(LEAD_S * HEARING_RATE)
    for mix in (Mix("clean"), Mix("far", FAR_DBFS)):
        speech = mixed(spoken, mix, {})[lead + 6400 : lead + 19_200]
        assert level_dbfs(speech) == pytest.approx(mix.speech_dbfs, abs=0.5)
    noise = noises(Path("nowhere"), 2.0)
    under = mixed(spoken, Mix("noisy", noise="pink", snr_db=10), noise)[:lead]
    assert level_dbfs(under) == pytest.approx(LEVEL_DBFS - 10, abs=1.5)


def test_figures_of_a_detector_that_is_never_late(spoken: Clip) -> None:
    figures = measure(Loud(), Mix("clean"), [spoken, spoken], {}, GateSettings())
    assert (figures.clips_found, figures.openings_per_clip, figures.first_syllable_kept) == (1.0, 1.0, 1.0)
    assert figures.speech_covered > 0.98
    assert figures.likely_p50 == pytest.approx(20, abs=20)
    assert figures.opened_p50 == pytest.approx(100, abs=20)
    assert figures.closed_p50 == pytest.approx(200, abs=30)


def test_what_is_not_found_is_counted_and_has_no_times(spoken: Clip) -> None:
    figures = measure(Loud(), Mix("far", FAR_DBFS), [spoken], {}, GateSettings())
    assert (figures.clips_found, figures.speech_covered) == (0.0, 0.0)
    assert np.isnan(figures.opened_p50)


def test_openings_in_noise_are_false() -> None:
    loud = (np.random.default_rng(2).normal(0, 0.1, 32_000)).astype(np.float32)
    found = cost(Loud(), {"roar": loud, "silence": np.zeros(32_000, np.float32)}, GateSettings())
    assert found.false_by_noise == {"roar": 1, "silence": 0}
    assert found.false_openings == pytest.approx(15)
    assert level_dbfs(to_pcm(loud)) == pytest.approx(-20, abs=0.2)


def test_the_command_prints_json() -> None:
    command = [sys.executable, "-m", "transport.bench.vad", "--json", "--detector", "webrtcvad", "--speech", "nowhere"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    found = json.loads(done.stdout)
    clean = next(each for each in found["mixes"] if each["mix"] == "clean")
    assert clean["clips_found"] == 1.0
    assert found["noise"][0]["detector"] == "webrtcvad"
