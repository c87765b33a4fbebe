"""Silero VAD: tells speech from noise, keeps state per stream, says what is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from agent.audio import Pcm
from agent.engines.silero import SileroDetector, SileroSettings, SileroStream, find_model
from agent.errors import EngineFailed, EngineMissing
from transport.bench.sounds import SPEECH_FOLDER, load, noises, to_pcm


@pytest.fixture(scope="module")
def detector() -> SileroDetector:
    return SileroDetector()


@pytest.fixture(scope="module")
def speech() -> Pcm:
    path = SPEECH_FOLDER / "LJ001-0002.wav"
    if not path.exists():
        pytest.skip("the recordings of speech are not here")
    return to_pcm(load(path))


def heard(stream: SileroStream, pcm: Pcm) -> list[float]:
    return [stream.probability(window) for window in pcm[: len(pcm) // 512 * 512].reshape(-1, 512)]


def test_speech_is_likely(detector: SileroDetector, speech: Pcm) -> None:
    assert np.mean(np.array(heard(detector.stream(), speech)) > 0.5) > 0.8


def test_noise_and_silence_are_not(detector: SileroDetector) -> None:
    made = {**noises(Path("nowhere"), 3.0), "silence": np.zeros(48_000, np.float32)}
    for name, sound in made.items():
        assert np.mean(np.array(heard(detector.stream(), to_pcm(sound))) > 0.5) < 0.05, name


def test_streams_share_nothing(detector: SileroDetector, speech: Pcm) -> None:
    alone = heard(detector.stream(), speech)
    one, other = detector.stream(), detector.stream()
    noise = np.random.default_rng(1).integers(-9000, 9000, 512).astype(np.int16)
    mixed = []
    for window in speech[: len(alone) * 512].reshape(-1, 512):
        mixed.append(one.probability(window))
        other.probability(noise)
    assert mixed == alone


def test_a_reset_stream_hears_as_a_new_one(detector: SileroDetector, speech: Pcm) -> None:
    stream = detector.stream()
    first = heard(stream, speech)
    stream.reset()
    assert heard(stream, speech) == first


def test_another_window_is_refused(detector: SileroDetector) -> None:
    with pytest.raises(ValueError, match="512"):
        detector.stream().probability(np.zeros(320, dtype=np.int16))


def test_the_package_is_never_imported(detector: SileroDetector) -> None:
    assert find_model().name == "silero_vad.onnx"
    assert "silero_vad" not in sys.modules


def test_what_is_missing_or_broken_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match="no Silero VAD model"):
        SileroDetector(SileroSettings(model=str(tmp_path / "absent.onnx")))
    (tmp_path / "broken.onnx").write_bytes(b"not a model")
    with pytest.raises(EngineFailed, match=r"broken\.onnx"):
        SileroDetector(SileroSettings(model=str(tmp_path / "broken.onnx")))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EngineMissing, match="pip install --no-deps silero-vad"):
        SileroDetector()
