"""Smart-turn v3 (pipecat-ai, BSD-2): a small learned model that hears whether a turn is over, run by onnxruntime.

Takes the last eight seconds of the utterance as Whisper's log-mel features, (1, 80, 800) float32, and gives one
probability. Knows its file and features only. The file is the user's to get: nothing is downloaded here.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from agent.audio import HEARING_RATE, Pcm
from agent.errors import EngineMissing

SECONDS, MELS, FFT, HOP = 8, 80, 400, 160
FRAMES = SECONDS * HEARING_RATE // HOP

_Floats = npt.NDArray[np.float32]


class SmartTurn:
    """Implements EndOfTurn. Raises EngineMissing with what to do when there is no such model."""

    name = "smart_turn"
    window_s = float(SECONDS)

    def __init__(self, file: Path | None) -> None:
        if file is None:
            raise EngineMissing(
                "end_of_turn smart_turn needs hearing.smart_turn_file, a smart-turn v3 model as ONNX. "
                'Set it, or hearing.end_of_turn = "voice".'
            )
        if not file.is_file():
            raise EngineMissing(f"There is no smart-turn model at {file}: check hearing.smart_turn_file.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the border: onnxruntime raises its own kinds for what is no model
            raise EngineMissing(f"{file} is no ONNX model that can be run: {error}") from error
        shapes = [tuple(one.shape[1:]) for one in self._session.get_inputs()]
        if shapes != [(MELS, FRAMES)]:
            raise EngineMissing(f"{file} takes {shapes}, not ({MELS}, {FRAMES}): it is no smart-turn v3 model.")
        self._input = self._session.get_inputs()[0].name

    def finality(self, pcm: Pcm) -> float:
        """The model's probability that the turn is over."""
        found = self._session.run(None, {self._input: log_mel(pcm)[None]})[0]
        return float(min(1.0, max(0.0, np.ravel(found)[0])))


def log_mel(pcm: Pcm) -> _Floats:
    """Whisper's features of the last eight seconds, shorter sound with silence before it: (80, 800) float32."""
    whole = np.zeros(SECONDS * HEARING_RATE, np.float32)
    last = pcm[-len(whole) :].astype(np.float32) / 32768.0
    if len(last):
        whole[-len(last) :] = last
    whole = (whole - whole.mean()) / np.sqrt(whole.var() + 1e-7)
    padded = np.pad(whole, FFT // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP][:FRAMES]
    window = np.hanning(FFT + 1)[:-1].astype(np.float32)
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
    mel = np.log10(np.maximum(_filters() @ power.T, 1e-10))
    return np.asarray((np.maximum(mel, mel.max() - 8.0) + 4.0) / 4.0, np.float32)


@cache
def _filters() -> npt.NDArray[np.float64]:
    """Slaney's mel filters, each of unit area: (80, 201)."""
    bins = np.linspace(0, HEARING_RATE / 2, FFT // 2 + 1)
    edges = _to_hz(np.linspace(_to_mel(0.0), _to_mel(HEARING_RATE / 2), MELS + 2))
    rising = (bins[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins[None]) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray(triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None], np.float64)


def _to_mel(hz: float) -> float:
    """Linear below 1 kHz, logarithmic above."""
    return hz * 3 / 200 if hz < 1000 else 15 + float(np.log(hz / 1000)) * 27 / float(np.log(6.4))


def _to_hz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))
