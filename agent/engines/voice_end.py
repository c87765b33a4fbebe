"""How a voice ends: its level and its pitch in the last moments, against the second before. No model.

At the end of a turn the voice dies away and the pitch leaves the middle (down in a statement, up in a question); in
the middle of a sentence both are held. A weak sign: of synthetic voices it is right in two of three cases, of 28 real
recordings no better than chance, and so it never says much. Knows sound only.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from agent.audio import HEARING_RATE, Pcm

FRAME, HOP, FFT = 640, 160, 1_024
"""40 ms windows, 100 a second."""
LOWEST_HZ, HIGHEST_HZ = 70, 400
VOICED = 0.5
"""Normalised autocorrelation from which a window has a pitch."""
NEARLY = 0.9
"""A peak this close to the highest may be the pitch."""
ENDING = 15
"""Windows that are the end: the last 150 ms."""
LEAST_WINDOWS = 30
SURENESS = 0.13
"""How far from "don't know" it goes at most: 0.435 to 0.565."""

_Floats = npt.NDArray[np.float64]


class VoiceEnd:
    """Implements EndOfTurn."""

    name = "voice"
    window_s = 1.5

    def finality(self, pcm: Pcm) -> float:
        """About 0.5 of 16 kHz sound, and just that for less than 0.3 s of it or none with a pitch."""
        if len(pcm) < FRAME + LEAST_WINDOWS * HOP:
            return 0.5
        frames = np.lib.stride_tricks.sliding_window_view(pcm.astype(np.float64), FRAME)[::HOP]
        level = 10 * np.log10(np.mean(frames**2, axis=1) + 1.0)
        faded = np.clip((np.percentile(level, 90) - level[-ENDING:].mean() - 18.0) / 12.0, -1.0, 1.0)
        score = 0.6 * float(faded) + 0.4 * _pitch_left_the_middle(frames)
        return 0.5 + 0.5 * SURENESS * max(-1.0, min(1.0, score))


def _pitch_left_the_middle(frames: _Floats) -> float:
    """-1 (held in the middle) .. 1 (four semitones or more away at the end); 0 when there is too little pitch."""
    pitch, voiced = _pitches(frames)
    if voiced.sum() < ENDING:
        return 0.0
    known = pitch[voiced]
    away = abs(float(np.median(12 * np.log2(known[-ENDING:] / np.median(known)))))
    return float(np.clip((away - 2.0) / 2.0, -1.0, 1.0))


def _pitches(frames: _Floats) -> tuple[_Floats, npt.NDArray[np.bool_]]:
    """Pitch in Hz of each window, and whether it has one. By autocorrelation, less that of the window itself."""
    window = np.hanning(FRAME)
    centred = (frames - frames.mean(axis=1, keepdims=True)) * window
    shortest, longest = HEARING_RATE // HIGHEST_HZ, HEARING_RATE // LOWEST_HZ
    power = np.abs(np.fft.rfft(centred, FFT, axis=1)) ** 2
    correlation = np.fft.irfft(power, axis=1)[:, : longest + 1]
    own = np.fft.irfft(np.abs(np.fft.rfft(window, FFT)) ** 2)[: longest + 1]
    correlation = correlation / (correlation[:, :1] + 1e-9) / (own / own[0])
    lags = correlation[:, shortest:-1]
    peaks = (lags >= correlation[:, shortest - 1 : -2]) & (lags >= correlation[:, shortest + 1 :])
    highest = lags.max(axis=1, keepdims=True)
    best = np.argmax(peaks & (lags >= NEARLY * highest), axis=1)  # the first: later ones are octaves below
    return HEARING_RATE / (best + shortest), lags[np.arange(len(lags)), best] > VOICED
