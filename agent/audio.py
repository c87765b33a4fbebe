"""Sound as the mind handles it: mono 16-bit PCM in numpy arrays, positions in samples.

Knows formats and levels. Does not know where sound comes from or what it means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Pcm: TypeAlias = npt.NDArray[np.int16]
"""Mono signed 16-bit samples, shape (n,)."""

HEARING_RATE = 16_000
"""Samples per second of everything the mind hears (what VAD and recognisers expect)."""

SPEAKING_RATE = 24_000
"""Samples per second of everything the mind says, whatever the synthesiser's own rate is."""

FRAME_SAMPLES = 320
"""One microphone frame: 20 ms at HEARING_RATE."""


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """20 ms of microphone sound.

    ``pcm``: shape (320,), int16, HEARING_RATE. ``at_sample``: position of its first sample on the
    line's own sample axis, which counts lost packets too (they arrive as silence, ``lost=True``).
    """

    pcm: Pcm
    at_sample: int
    lost: bool = False


def level_dbfs(pcm: Pcm) -> float:
    """Root-mean-square level in dB relative to full scale; -120.0 for digital silence or no samples."""
    if len(pcm) == 0:
        return -120.0
    rms = float(np.sqrt(np.mean(np.square(pcm.astype(np.float32)))))
    return -120.0 if rms < 1e-3 else max(-120.0, 20.0 * float(np.log10(rms / 32768.0)))


def samples_to_us(samples: int, rate: int) -> int:
    """Samples at ``rate`` per second as whole microseconds."""
    return samples * 1_000_000 // rate


def us_to_samples(us: int, rate: int) -> int:
    """Microseconds as whole samples at ``rate`` per second."""
    return us * rate // 1_000_000
