"""Silero VAD on ONNX Runtime: how likely a 32 ms window holds speech.

Knows the model's file, its 64 samples of context and its state. Does not know what follows from a probability: that
is the gate's. One model for all sessions, a small state per stream; called inline, about 0.1 ms a window.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from agent.audio import HEARING_RATE, Pcm
from agent.errors import EngineFailed, EngineMissing

WINDOW_SAMPLES = 512
CONTEXT_SAMPLES = 64
"""The model wants the end of the window before, as its own Python wrapper gives it."""
STATE_SHAPE = (2, 1, 128)
SILENT_PEAK = 24
"""A window without a sample beyond this (-63 dBFS) is silence without asking the model: a muted line, a suppressed
one, a pause behind noise suppression. Speech from across a room peaks above -50 dBFS."""
MODEL_IN_PACKAGE = Path("data") / "silero_vad.onnx"


@dataclass(frozen=True, slots=True)
class SileroSettings:
    """``model``: path of ``silero_vad.onnx``; "" takes the one of the installed silero-vad package."""

    model: str = ""


def find_model() -> Path:
    """The package's model file, found without importing the package (that needs torch). Raises EngineMissing."""
    spec = importlib.util.find_spec("silero_vad")
    folders = spec.submodule_search_locations if spec is not None else None
    for folder in folders or ():
        if (path := Path(folder) / MODEL_IN_PACKAGE).is_file():
            return path
    raise EngineMissing("Silero VAD is not installed. Install it with: pip install --no-deps silero-vad")


class SileroDetector:
    """VoiceDetector. Raises EngineMissing without its model, EngineFailed when the file is not the model."""

    name = "silero"
    window_samples = WINDOW_SAMPLES

    def __init__(self, settings: SileroSettings = SileroSettings()) -> None:
        path = Path(settings.model) if settings.model else find_model()
        if not path.is_file():
            raise EngineMissing(f"There is no Silero VAD model at {path}. Leave the setting empty or correct it.")
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = 1
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._model = onnxruntime.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"]
            )
            self.stream().probability(np.zeros(WINDOW_SAMPLES, dtype=np.int16))
        except Exception as error:  # onnxruntime has no common error class; this is the border to it
            raise EngineFailed(f"{path} could not be used as Silero VAD: {error}") from error

    def stream(self) -> SileroStream:
        return SileroStream(self._model)


class SileroStream:
    """VoiceStream of one line."""

    def __init__(self, model: onnxruntime.InferenceSession) -> None:
        self._model = model
        self._rate = np.array(HEARING_RATE, dtype=np.int64)
        self._input = np.zeros((1, CONTEXT_SAMPLES + WINDOW_SAMPLES), dtype=np.float32)
        self._state: npt.NDArray[np.float32] = np.zeros(STATE_SHAPE, dtype=np.float32)

    def probability(self, window: Pcm) -> float:
        """0..1 for 512 samples at 16 kHz. Raises ValueError for another length."""
        if window.shape != (WINDOW_SAMPLES,):
            raise ValueError(f"Silero takes windows of {WINDOW_SAMPLES} samples, not {window.shape}")
        if int(window.max()) <= SILENT_PEAK and int(window.min()) >= -SILENT_PEAK:
            return 0.0
        self._input[0, :CONTEXT_SAMPLES] = self._input[0, -CONTEXT_SAMPLES:]
        np.multiply(window, np.float32(1 / 32768), out=self._input[0, CONTEXT_SAMPLES:], casting="unsafe")
        probability, self._state = self._model.run(None, {"input": self._input, "state": self._state, "sr": self._rate})
        return float(probability[0, 0])

    def reset(self) -> None:
        self._input[:] = 0
        self._state = np.zeros(STATE_SHAPE, dtype=np.float32)
