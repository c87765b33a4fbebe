"""A hum with closed lips ("mm-hmm"): a recogniser that knows only words finds some word in it.

A closed mouth lets nothing through above a kilohertz but some -40 dB; every word has a sound that opens it. Measured on
four voices: the darkest words ("who", "moon") -31 to -6 dB in their brightest tenth, hums -40 and below. Noise in the
room makes a hum look like a word, never a word like a hum. Knows sound only.
"""

from __future__ import annotations

import numpy as np

from agent.audio import HEARING_RATE, Pcm

LONGEST_S = 1.2
"""Whoever hums longer hums a song."""
FRAME, HOP = 512, 160
LOUD = 0.01
"""Windows within 20 dB of the loudest count."""
QUIET = 2.6e7
"""Power of a window below which there is nothing to hear: a tone at -60 dBFS."""
RUMBLE_HZ, BRIGHT_HZ = 60, 1_000
BRIGHTEST = 90
"""Percentile of the windows' brightness."""
DARK_DB = -35.0

MM_HMM = "mm-hmm"


def hummed(pcm: Pcm) -> bool:
    """Whether this utterance (16 kHz, silence around it does no harm) is a hum."""
    if not FRAME + 8 * HOP <= len(pcm) <= LONGEST_S * HEARING_RATE:
        return False
    windows = np.lib.stride_tricks.sliding_window_view(pcm.astype(np.float64), FRAME)[::HOP] * np.hanning(FRAME)
    power = np.abs(np.fft.rfft(windows, axis=1)) ** 2
    whole = power[:, RUMBLE_HZ * FRAME // HEARING_RATE :].sum(axis=1) + 1e-9
    bright = power[:, BRIGHT_HZ * FRAME // HEARING_RATE :].sum(axis=1)
    if whole.max() < QUIET:
        return False
    loud = whole > LOUD * whole.max()
    return bool(10 * np.log10(np.percentile(bright[loud] / whole[loud], BRIGHTEST) + 1e-12) < DARK_DB)
