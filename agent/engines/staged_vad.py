"""Two voice detectors as one: a cheap one listens always, a good one only where the cheap one hears something.

Knows when to wake the second and lets it catch up on the windows before, so that it has its context and the onset
is not late. Does not know which detectors these are: the registry builds both and hands them in.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from agent.audio import Pcm
from agent.engines.protocols import VoiceDetector


@dataclass(frozen=True, slots=True)
class StagedSettings:
    """``wake``: probability of the first detector that wakes the second. ``sleep``: below it, by both, for
    ``hold_windows`` of the second (1 s), the second sleeps again. ``catch_up_windows``: windows it is given first
    when it wakes; five of Silero's are 160 ms and cost half a millisecond."""

    wake: float = 0.5
    sleep: float = 0.2
    hold_windows: int = 32
    catch_up_windows: int = 5

    def __post_init__(self) -> None:
        if not 0 <= self.sleep <= self.wake <= 1:
            raise ValueError("0 <= sleep <= wake <= 1 must hold")
        if self.hold_windows < 1 or self.catch_up_windows < 0:
            raise ValueError("hold_windows must be at least 1 and catch_up_windows at least 0")


class StagedDetector:
    """VoiceDetector with the windows and the probabilities of ``second``; 0.0 while it sleeps."""

    def __init__(
        self, first: VoiceDetector, second: VoiceDetector, settings: StagedSettings = StagedSettings()
    ) -> None:
        self.name = f"{first.name}+{second.name}"
        self.window_samples = second.window_samples
        self._first, self._second, self._settings = first, second, settings

    def stream(self) -> StagedStream:
        return StagedStream(self._first, self._second, self._settings)


class StagedStream:
    """VoiceStream of one line."""

    def __init__(self, first: VoiceDetector, second: VoiceDetector, settings: StagedSettings) -> None:
        self._settings = settings
        self._first, self._second = first.stream(), second.stream()
        self._step = first.window_samples
        self._kept: deque[Pcm] = deque(maxlen=settings.catch_up_windows)
        self._rest: Pcm = np.zeros(0, dtype=np.int16)
        self._awake = False
        self._quiet = 0
        self._heard = 0.0

    def probability(self, window: Pcm) -> float:
        """As the second detector's. Keeps a copy of the last windows."""
        heard = self._listen(window)
        if not self._awake and heard < self._settings.wake:
            self._kept.append(window.copy())
            return 0.0
        if not self._awake:
            self._awake = True
            self._second.reset()
            for kept in self._kept:
                self._second.probability(kept)
            self._kept.clear()
        found = self._second.probability(window)
        self._quiet = self._quiet + 1 if max(heard, found) < self._settings.sleep else 0
        if self._quiet >= self._settings.hold_windows:
            self._awake, self._quiet = False, 0
        return found

    def reset(self) -> None:
        self._first.reset()
        self._second.reset()
        self._rest = np.zeros(0, dtype=np.int16)
        self._awake = False
        self._quiet = 0
        self._heard = 0.0
        self._kept.clear()

    def _listen(self, window: Pcm) -> float:
        """The most the first detector says of its own windows that end in this one, or its last word if none do."""
        pcm = np.concatenate((self._rest, window))
        whole = len(pcm) // self._step * self._step
        said = [self._first.probability(part) for part in pcm[:whole].reshape(-1, self._step)]
        self._rest = pcm[whole:]
        self._heard = said[-1] if said else self._heard
        return max(said, default=self._heard)
