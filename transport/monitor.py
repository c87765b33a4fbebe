"""What left for the listener, kept for a second: ``agent.ports.Monitor`` of a paced track.

Counts slots of 20 ms, so that its positions run in real time, whatever was skipped. Knows sound only.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from agent.audio import SPEAKING_RATE, Pcm
from transport.opus import PACKET_MS

FRAME = SPEAKING_RATE * PACKET_MS // 1000
KEPT_FRAMES = 1000 // PACKET_MS
_SILENCE: Pcm = np.zeros(FRAME, dtype=np.int16)


class PlayedSound:
    """``add`` is told of each slot by the track, ``taken`` asked by the mind."""

    def __init__(self) -> None:
        self._frames: deque[tuple[int, Pcm]] = deque(maxlen=KEPT_FRAMES)

    def add(self, slot: int, pcm: Pcm | None) -> None:
        """Slot ``slot`` leaves with these 20 ms at SPEAKING_RATE; None: silence."""
        self._frames.append((slot * FRAME, _SILENCE if pcm is None else pcm))

    def taken(self) -> list[tuple[int, Pcm]]:
        frames = list(self._frames)
        self._frames.clear()
        return frames
