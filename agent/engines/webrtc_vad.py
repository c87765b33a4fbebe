"""The voice detector of WebRTC: no model file, two microseconds a window, deaf to the difference of speech and music.

Knows the library and how its yes or no becomes a probability. Does not know what follows from it. For machines
without ONNX Runtime, and as the first stage of ``staged_vad`` on lines that are silent or muted most of the time.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from agent.audio import HEARING_RATE, Pcm
from agent.errors import EngineMissing

try:
    import webrtcvad
except ImportError:  # told when a detector is asked for
    webrtcvad = None

WINDOW_SAMPLES = 320


@dataclass(frozen=True, slots=True)
class WebrtcSettings:
    """``aggressiveness``: 0 (calls most things speech) to 3. ``smoothing``: windows of 20 ms the answer is averaged
    over."""

    aggressiveness: int = 2
    smoothing: int = 4

    def __post_init__(self) -> None:
        if self.aggressiveness not in range(4):
            raise ValueError(f"aggressiveness must be 0, 1, 2 or 3, not {self.aggressiveness}")
        if self.smoothing < 1:
            raise ValueError(f"smoothing must be at least 1 window, not {self.smoothing}")


class WebrtcDetector:
    """VoiceDetector. Raises EngineMissing when the package is not installed."""

    name = "webrtcvad"
    window_samples = WINDOW_SAMPLES

    def __init__(self, settings: WebrtcSettings = WebrtcSettings()) -> None:
        if webrtcvad is None:
            raise EngineMissing("webrtcvad is not installed. Install it with: pip install webrtcvad-wheels")
        self._settings = settings

    def stream(self) -> WebrtcStream:
        return WebrtcStream(self._settings)


class WebrtcStream:
    """VoiceStream of one line."""

    def __init__(self, settings: WebrtcSettings) -> None:
        self._settings = settings
        self.reset()

    def probability(self, window: Pcm) -> float:
        """Share of the last windows that held speech. Takes 320 samples at 16 kHz, else raises ValueError."""
        if window.shape != (WINDOW_SAMPLES,):
            raise ValueError(f"webrtcvad takes windows of {WINDOW_SAMPLES} samples, not {window.shape}")
        self._said.append(self._vad.is_speech(window.astype("<i2", copy=False).tobytes(), HEARING_RATE))
        return sum(self._said) / self._settings.smoothing

    def reset(self) -> None:
        self._vad = webrtcvad.Vad(self._settings.aggressiveness)
        self._said: deque[bool] = deque(maxlen=self._settings.smoothing)
