"""How a voice ends: by its sound alone, and by a learned model that the test builds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.audio import HEARING_RATE, Pcm
from agent.engines.registry import build
from agent.engines.smart_turn import FRAMES, MELS, SmartTurn, log_mel
from agent.errors import EngineMissing
from agent.settings import load


def voice(pitch_hz: list[float], level: list[float]) -> Pcm:
    """A buzz of 1.5 s whose pitch and level go through these points."""
    count = int(1.5 * HEARING_RATE)
    at = np.linspace(0, 1, count)
    pitch = np.interp(at, np.linspace(0, 1, len(pitch_hz)), pitch_hz)
    phase = np.cumsum(2 * np.pi * pitch / HEARING_RATE)
    buzz = sum(np.sin(n * phase) / n for n in range(1, 8))
    return (4000 * buzz * np.interp(at, np.linspace(0, 1, len(level)), level)).astype(np.int16)


def test_a_falling_fading_voice_ends_and_a_held_one_goes_on() -> None:
    judge = build("turn_end", "voice")
    falls = judge.finality(voice([150, 150, 150, 150, 100, 95], [1, 1, 1, 1, 0.1, 0.0]))
    asks = judge.finality(voice([150, 150, 150, 150, 230, 240], [1, 1, 1, 1, 0.1, 0.0]))
    held = judge.finality(voice([150, 150, 150, 150, 150, 150], [1, 1, 1, 1, 1, 1]))
    assert falls > 0.54
    assert asks > 0.54
    assert held < 0.46


def test_what_is_no_voice_tells_nothing() -> None:
    judge = build("turn_end", "voice")
    assert judge.finality(np.zeros(0, np.int16)) == 0.5
    assert judge.finality(voice([150], [1])[:3_000]) == 0.5
    noise = (np.random.default_rng(1).normal(0, 2_000, HEARING_RATE)).astype(np.int16)
    assert 0.0 <= judge.finality(noise) <= 1.0
    assert 0.0 <= judge.finality(np.zeros(HEARING_RATE, np.int16)) <= 1.0


def model(path: Path, frames: int = FRAMES) -> Path:
    """A model in smart-turn's shape: the probability rises with the mean of the last frames' features."""
    onnx = pytest.importorskip("onnx", reason="the package onnx builds the model of this test")
    helper, kinds = onnx.helper, onnx.TensorProto
    given = helper.make_tensor_value_info("input_features", kinds.FLOAT, [None, MELS, frames])
    gives = helper.make_tensor_value_info("logits", kinds.FLOAT, [None, 1])
    weights = np.zeros((MELS * frames, 1), np.float32)
    weights.reshape(MELS, frames)[:, -50:] = -1.0 / (MELS * 50)
    nodes = [
        helper.make_node("Flatten", ["input_features"], ["flat"], axis=1),
        helper.make_node("MatMul", ["flat", "weights"], ["sum"]),
        helper.make_node("Sigmoid", ["sum"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes, "turn", [given], [gives], [helper.make_tensor("weights", kinds.FLOAT, weights.shape, weights.ravel())]
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(made, str(path))
    return path


def test_a_learned_model_plugs_into_the_same_socket(tmp_path: Path) -> None:
    file = model(tmp_path / "turn.onnx")
    settings = load(environ={"NETRA_HEARING__SMART_TURN_FILE": str(file)})
    judge = build("turn_end", "smart_turn", settings)
    fades = voice([150, 150, 150, 150, 150, 150], [1, 1, 1, 1, 0.1, 0.0])
    held = voice([150, 150, 150, 150, 150, 150], [1, 1, 1, 1, 1, 1])
    assert judge.finality(fades) > judge.finality(held)
    assert judge.finality(np.zeros(20 * HEARING_RATE, np.int16)) == judge.finality(np.zeros(0, np.int16))


def test_a_missing_or_wrong_model_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match="smart_turn_file"):
        SmartTurn(None)
    with pytest.raises(EngineMissing, match="no smart-turn model"):
        SmartTurn(tmp_path / "none.onnx")
    (tmp_path / "junk.onnx").write_bytes(b"junk")
    with pytest.raises(EngineMissing, match="no ONNX model"):
        SmartTurn(tmp_path / "junk.onnx")
    with pytest.raises(EngineMissing, match="no smart-turn v3 model"):
        SmartTurn(model(tmp_path / "short.onnx", frames=400))


def test_features_are_whispers() -> None:
    """Against the extractor of transformers, where it is installed."""
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    sound = voice([120, 180, 90], [0.2, 1, 0.1])
    extractor = transformers.WhisperFeatureExtractor(chunk_length=8)
    padded = np.concatenate((np.zeros(8 * HEARING_RATE - len(sound), np.float32), sound.astype(np.float32) / 32768))
    theirs = extractor(padded, sampling_rate=HEARING_RATE, return_tensors="np", do_normalize=True).input_features[0]
    assert np.abs(theirs - log_mel(sound)).max() < 1e-3
