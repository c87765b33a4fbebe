"""How long after it was played sound comes back: cross-correlation of phases (GCC-PHAT; Knapp and Carter, 1976).

Only phases count, so that neither a small loudspeaker nor a room's colour blurs the peak. Two voices have none in
common: half a second of echo peaks 15 to 60 times above the noise of the correlation, another voice below 10
(``transport.bench.echo``). Knows sound only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agent.audio import HEARING_RATE
from agent.echo.history import Floats

BAND_HZ = (300.0, 3600.0)
"""What telephones, small loudspeakers and codecs all carry."""
BLOCK = 160
AUDIBLE, MOSTLY, LEAST_DELAYS = 1e-3, 0.5, HEARING_RATE // 20
"""Voice is louder than -60 dBFS, in half of the sound looked at, at delays over a range of 100 ms at least: the noise
of the correlation is measured at these."""
NORMAL = 0.6745
"""Median of a normal distribution's magnitude, in standard deviations."""


@dataclass(frozen=True, slots=True)
class Match:
    """``delay`` in samples at HEARING_RATE; ``strength``: the peak in standard deviations of the rest."""

    delay: int
    strength: float


def match(heard: Floats, played: Floats) -> Match:
    """Where ``heard`` lies in ``played``, which ends at the same moment and is longer by the longest delay.

    Only delays at which there was a voice in most of what was played count: silence matches silence.
    """
    longest = (len(played) - len(heard)) // 2
    possible = np.repeat(_voiced(played, len(heard)), BLOCK // 2)[: longest + 1]
    if np.count_nonzero(possible) < LEAST_DELAYS:
        return Match(0, 0.0)
    size = 1 << (len(heard) + len(played) - 1).bit_length()
    half = size // 4 + 1  # bins of a spectrum at half the rate
    cross = np.fft.rfft(heard, size)[:half] * np.conj(np.fft.rfft(played, size)[:half])
    low, high = (round(hertz * size / HEARING_RATE) for hertz in BAND_HZ)
    cross[:low] = cross[high:] = 0.0
    weight = np.abs(cross)
    weight += 1e-3 * float(weight[low:high].mean()) + 1e-30
    found = np.abs(np.fft.irfft(cross / weight, size // 2))
    inside = np.where(possible, found[(np.arange(longest + 1) - longest) % len(found)], 0.0)
    best = int(np.argmax(inside))
    spread = float(np.median(inside[possible])) / NORMAL
    return Match(2 * best, float(inside[best]) / spread if spread > 1e-12 else 0.0)


def _voiced(played: Floats, length: int) -> npt.NDArray[np.bool_]:
    """For each delay, in BLOCKs: is what was played so long before, ``length`` long, mostly voice?"""
    loud = np.abs(played[len(played) % BLOCK :]).reshape(-1, BLOCK).max(axis=1) > AUDIBLE
    sums = np.concatenate(([0], np.cumsum(loud)))
    width = length // BLOCK
    return np.asarray((sums[width:] - sums[:-width])[::-1] >= MOSTLY * width)
