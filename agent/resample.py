"""Sound from one sample rate to another while it streams: mono 16-bit, any rate to any rate.

A polyphase filter of windowed sincs. Knows samples only; does not know where they come from or who hears them.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, gcd

import numpy as np
import numpy.typing as npt

from agent.audio import Pcm

ZERO_CROSSINGS = 16
"""Half width of the filter in periods of the lower rate: a transition of 8 % of the pass band at 80 dB."""
KAISER_BETA = 8.0
"""Kaiser window for 80 dB of stop band attenuation (Kaiser 1974)."""
ROLL_OFF = 0.92
"""Where the filter is down by half, as a part of the lower Nyquist frequency."""


class Resampler:
    """One stream of sound. Feed with ``push`` in pieces of any length, end with ``flush``.

    The output is aligned with the input: sample 0 to sample 0, and n samples in give ceil(n * target / source) out in
    all; ``push`` holds back the last ``held`` input samples (about 1 ms at 48 kHz) until it knows what follows. With
    ``live`` it holds nothing back: where the rates divide, a 20 ms piece in is a 20 ms piece out, late by ``held``.
    """

    def __init__(self, source_rate: int, target_rate: int, *, live: bool = False) -> None:
        if source_rate <= 0 or target_rate <= 0:
            raise ValueError(f"sample rates must be positive, not {source_rate} and {target_rate}")
        divisor = gcd(source_rate, target_rate)
        self._up, self._down = target_rate // divisor, source_rate // divisor
        self._same = source_rate == target_rate
        self._bank = np.zeros((1, 1), np.float32) if self._same else filters(self._up, self._down)
        self._live = live
        self.reset()

    @property
    def held(self) -> int:
        """Input samples that the filter looks ahead."""
        return 0 if self._same else self._bank.shape[1] // 2

    def reset(self) -> None:
        """Forget the stream; the next sample is the first."""
        width = self._bank.shape[1]
        self._kept: Pcm = np.zeros(width - 1 if self._live else (width - 1) // 2, dtype=np.int16)
        self._taken = 0
        self._made = 0
        self._dropped = 0

    def push(self, pcm: Pcm) -> Pcm:
        """Samples that are certain now; shape (n,), possibly empty."""
        if self._same:
            return pcm
        self._taken += len(pcm)
        return self._make(np.concatenate((self._kept, pcm)), self._wanted())

    def flush(self) -> Pcm:
        """The rest, as if silence followed, and a fresh start. Empty for a ``live`` stream: nothing was held back."""
        if self._same or self._live:
            self.reset()
            return np.zeros(0, dtype=np.int16)
        rest = self._make(np.concatenate((self._kept, np.zeros(self.held, np.int16))), self._all())
        self.reset()
        return rest

    def _all(self) -> int:
        """Output samples for all input so far."""
        return ceil(self._taken * self._up / self._down)

    def _wanted(self) -> int:
        """Output samples whose whole filter lies in the input so far."""
        known = self._taken - (0 if self._live else self.held)
        return max(self._made, -(-known * self._up // self._down))

    def _make(self, pcm: Pcm, upto: int) -> Pcm:
        """Output samples ``made``..``upto`` from ``pcm``, whose first sample stands ``dropped`` after the stream's."""
        made: npt.NDArray[np.float32]
        width = self._bank.shape[1]
        if upto == self._made:
            made = np.zeros(0, np.float32)
        elif self._up == 1:  # every microphone frame comes through here: no index arrays
            first = self._made * self._down - self._dropped
            last = first + (upto - self._made - 1) * self._down
            sound = pcm[first : last + width].astype(np.float32)
            made = np.correlate(sound, self._bank[0], "valid")[:: self._down]
        else:
            steps = np.arange(self._made, upto, dtype=np.int64) * self._down
            at, phase = steps // self._up - self._dropped, steps % self._up
            windows = np.lib.stride_tricks.sliding_window_view(pcm.astype(np.float32), width)
            made = np.einsum("nk,nk->n", windows[at], self._bank[phase])
        self._made = upto
        spent = upto * self._down // self._up - self._dropped
        self._kept = pcm[max(0, min(spent, len(pcm))) :].copy()
        self._dropped += len(pcm) - len(self._kept)
        return np.rint(made).clip(-32768, 32767).astype(np.int16)


@lru_cache(maxsize=8)
def filters(up: int, down: int) -> npt.NDArray[np.float32]:
    """The filter for each of the ``up`` positions between two input samples: shape (up, taps), each sums to 1."""
    cutoff = ROLL_OFF * min(1.0, up / down)
    half = ceil(ZERO_CROSSINGS / cutoff)
    taps = np.arange(2 * half) - (half - 1)
    offsets = taps[None, :] - (np.arange(up) / up)[:, None]
    window = np.i0(KAISER_BETA * np.sqrt(np.clip(1 - (offsets / half) ** 2, 0, 1))) / np.i0(KAISER_BETA)
    bank = np.sinc(cutoff * offsets) * window
    bank /= bank.sum(axis=1, keepdims=True)
    return bank.astype(np.float32)
