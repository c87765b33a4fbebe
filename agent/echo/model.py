"""What the agent's voice sounds like when it comes back, and what the microphone holds besides it.

In bands of hearing, the echo's power is the played power times a gain of this room, with a tail: no phase is needed, so
codecs, drifting clocks and loudspeakers that are not linear do no harm (they limit a linear filter to 3 to 8 dB here).
What is well above the echo is somebody else. Pure numpy, 20 ms a step; knows nothing of delays, lines or turns.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from agent.audio import FRAME_SAMPLES, HEARING_RATE
from agent.echo.history import Floats

WINDOW = 2 * FRAME_SAMPLES
TAPS = 24
"""Half length of the filter that takes the echo out: a frame in is a frame out, 1.4 ms late."""
PAST = FRAME_SAMPLES + 2 * TAPS - 1

TAIL, TAIL_SHARE = 0.65, 0.1
"""Reverberation: a tail that falls by so much a frame (T60 of 640 ms), of so much of the sound. In a drier room it is
too long by far less than a near voice is louder."""
STEP_DB, FIRST_STEP_DB, FIRST_STEPS = 0.5, 1.0, 100
NEAR_STEP_DB = 0.3
LEAST_BANDS = 5
"""The gain of a band follows the median of what comes back by such steps a frame, upwards slowly while somebody else is
heard, if more than so many bands are above the noise: a voice over the echo hardly moves it."""
OVER, OVER_FOR_WORDS = 16.0, 4.0
"""So many times the expected echo is taken out of each bin for the voice detector, since its power varies by 12 dB;
less for the recogniser, to which a voice with holes is worse than some echo."""
LEAST = 0.01
"""Amplitude that is left of a bin of echo."""
PLAIN, PLAIN_FRAMES, PLAIN_OF, PLAIN_FOR = 8.0, 4, 8, 50
"""Somebody else is plain when PLAIN_FRAMES of the last PLAIN_OF hold so many times the power of echo and noise, and for
PLAIN_FOR frames after: within 100 to 200 ms of a voice 6 dB above the echo; three frames were once the echo's own."""
OVER_PLAIN = 1.0
"""Then so many times the echo is taken out for both: detector and recogniser miss a voice with holes."""
REST = 0.06
"""What is left of a frame after that must be so much of its power (-12 dB) to be somebody, unless somebody is plain:
where the remains of an echo were taken for a voice they were 14 to 20 dB below it."""
SETTLED = 150
"""Frames of echo (3 s of it) after which the gains of a room are known well enough for that."""
ABOVE = 2.5
"""A band holds somebody else when its power is so many times echo and noise."""
NEAR = 0.5
"""Somebody else is there when all such power is this part of the loudest recent echo (3 dB below it) ..."""
STILL_NEAR, STAYS_FRAMES = 0.016, 16
"""and, for 320 ms after that, a thirtieth of it."""
FORGETS = 10 ** (-0.05)
"""The loudest recent echo is forgotten by half a decibel a frame."""
HISS = 0.05
"""Noise for the voice detector beside what is left, 26 dB below the echo: on what a filter leaves of a voice alone it
sits at 0.5."""
NOISE_FRAMES, NOISE_EVERY, NOISE_BIAS = 100, 10, 2.0
"""Noise is twice the least power of the last two seconds (Martin, 2001)."""


@dataclass(frozen=True, slots=True)
class Step:
    """20 ms: ``sound`` without the echo; ``judged`` is for the voice detector; ``near``: somebody else is there;
    ``echo``: there was echo to be expected.
    """

    sound: Floats
    judged: Floats
    near: bool
    echo: bool


def band_edges(count: int = 28, low: float = 150.0, high: float = 7000.0) -> np.typing.NDArray[np.intp]:
    """Bins at which bands of equal width in hearing begin (ERB scale; Glasberg and Moore, 1990), and the end."""
    scale = np.linspace(np.log10(1 + low / 228), np.log10(1 + high / 228), count + 1)
    return np.unique(np.round((10**scale - 1) * 228 * WINDOW / HEARING_RATE)).astype(np.intp)


class Remover:
    """Takes out of each bin ``over`` times the echo that is expected in it, by a short filter."""

    def __init__(self, over: float) -> None:
        self._over = over
        self._taper = np.hanning(2 * TAPS + 2)[1:-1]
        self._fade = np.minimum(1.0, np.arange(FRAME_SAMPLES) / 64)
        self._filter = self._identity = np.eye(1, 2 * TAPS, TAPS - 1)[0]

    @property
    def passes(self) -> bool:
        """Whether the last frame was left as it was."""
        return self._filter is self._identity

    def step(self, past: Floats, share: Floats | None, *, gently: bool = False) -> Floats:
        """The next frame; ``share`` of the power of each bin that is echo, None: there is none. ``gently``: what is
        there is mostly somebody else.
        """
        over = OVER_PLAIN if gently else self._over
        new = self._identity if share is None else self._leaving(np.maximum(LEAST, 1.0 - over * share))
        before = np.convolve(past, self._filter, "valid")
        after = np.convolve(past, new, "valid")
        self._filter = new
        return np.asarray(before + (after - before) * self._fade)

    def _leaving(self, amplitudes: Floats) -> Floats:
        impulse = np.fft.irfft(amplitudes)
        return np.asarray(np.concatenate((impulse[1 - TAPS :], impulse[: TAPS + 1])) * self._taper)


class EchoModel:
    """One room. ``learn`` once from the first echo, then ``step`` with each frame."""

    def __init__(self) -> None:
        edges = band_edges()
        self._starts, self._widths = edges[:-1], np.diff(edges).astype(float)
        self._stop = int(edges[-1])
        self._bands = len(self._starts)
        self._centres = (edges[:-1] + edges[1:]) / 2
        self._bins = np.arange(WINDOW // 2 + 1)
        self._window = np.hanning(WINDOW + 1)[:WINDOW]
        self._gain = np.full(self._bands, 1e-3)
        self._noise = np.full(self._bands, 1e-9)
        self._smooth = np.zeros(self._bands)
        self._recent: deque[Floats] = deque(maxlen=NOISE_FRAMES)
        self._played = np.zeros(len(self._bins))
        self._tail = np.zeros(len(self._bins))
        self._for_detector, self._for_recogniser = Remover(OVER), Remover(OVER_FOR_WORDS)
        self._loudest = 1e-9
        self._steps = self._near_left = self._learned = self._plain_left = 0
        self._above: deque[bool] = deque(maxlen=PLAIN_OF)
        self._hiss = np.random.default_rng(5).standard_normal(FRAME_SAMPLES * 50)

    def learn(self, played: list[Floats], heard: list[Floats]) -> None:
        """Begin with windows of both that follow each other by a frame and hold echo: the least squares of powers."""
        pairs = []
        for sound, echo in zip(played, heard, strict=True):
            source = self._source(self._power(sound))
            power = self._in_bands(self._power(echo))
            self._follow_noise(power)
            pairs.append((self._in_bands(source), power))
        x, y = (np.array(side) for side in zip(*pairs, strict=True))
        self._gain = np.sum(x * y, axis=0) / (np.sum(x * x, axis=0) + 1e-12) + 1e-9
        self._loudest = float((self._gain * x).sum(axis=1).max())

    def step(self, played: Floats, heard: Floats, past: Floats) -> Step:
        """``played``, ``heard``: WINDOW samples of both, ``played`` as it comes back now; ``past``: the last PAST of
        ``heard``.
        """
        self._steps += 1
        power = self._power(heard)
        in_bands = self._in_bands(power)
        self._follow_noise(in_bands)
        source = self._source(self._power(played))
        expected = self._gain * self._in_bands(source)
        near = self._is_near(in_bands, expected)
        plain = self._is_plain(in_bands, expected) and near
        self._follow(in_bands, expected, near)
        echo = float(expected.sum()) > 0.1 * float(self._noise.sum())
        if not echo and self._for_detector.passes:
            frame = past[-FRAME_SAMPLES:]
            return Step(frame, frame, near, echo)
        share = self._echo_share(source, power) if echo else None
        judged = self._for_detector.step(past, share, gently=plain)
        sound = self._for_recogniser.step(past, share, gently=plain)
        near = near and (plain or _mean_square(judged) >= REST * _mean_square(past[-FRAME_SAMPLES:]))
        return Step(sound, self._with_hiss(judged if near else None, past, in_bands), near, echo)

    def _power(self, sound: Floats) -> Floats:
        return np.square(np.abs(np.fft.rfft(sound * self._window)))

    def _in_bands(self, power: Floats) -> Floats:
        return np.asarray(np.add.reduceat(power[: self._stop], self._starts) / self._widths)

    def _source(self, power: Floats) -> Floats:
        """Played power with the tail of what was played before."""
        self._tail = TAIL * (self._tail + TAIL_SHARE * self._played)
        self._played = power
        return np.asarray(power + self._tail)

    def _follow_noise(self, power: Floats) -> None:
        self._smooth = 0.7 * self._smooth + 0.3 * power if self._recent else power
        self._recent.append(self._smooth)
        if self._steps % NOISE_EVERY == 0:
            self._noise = np.maximum(NOISE_BIAS * np.min(self._recent, axis=0), 1e-9)

    def _is_near(self, power: Floats, expected: Floats) -> bool:
        self._loudest = max(float(expected.sum()), self._loudest * FORGETS, float(self._noise.sum()))
        other = float(np.maximum(0.0, power - ABOVE * (expected + self._noise)).sum()) / self._loudest
        if other > NEAR:
            self._near_left = STAYS_FRAMES
            return True
        self._near_left -= 1
        return self._near_left > 0 and other > STILL_NEAR

    def _is_plain(self, power: Floats, expected: Floats) -> bool:
        """Whether somebody else is there beyond doubt."""
        self._above.append(float(power.sum()) > PLAIN * float((expected + self._noise).sum()))
        if self._learned >= SETTLED and self._above.count(True) >= PLAIN_FRAMES:
            self._plain_left = PLAIN_FOR
        self._plain_left -= 1
        return self._plain_left >= 0

    def _follow(self, power: Floats, expected: Floats, near: bool) -> None:
        """Move each gain towards the median. While somebody else seems to be there it rises slowly."""
        heard = expected > 3 * self._noise
        if np.count_nonzero(heard) <= LEAST_BANDS:
            return
        self._learned += 1
        down = FIRST_STEP_DB if self._steps < FIRST_STEPS else STEP_DB
        up = NEAR_STEP_DB if near else down
        towards = np.where(power > expected + self._noise, 10 ** (up / 10), 10 ** (-down / 10))
        self._gain = np.where(heard, self._gain * towards, self._gain)

    def _echo_share(self, source: Floats, power: Floats) -> Floats:
        """How much of the power of each bin is echo, as expected."""
        gain = np.exp(np.interp(self._bins, self._centres, np.log(self._gain)))
        return np.asarray(_wider(gain * source) / (_wider(power) + 1e-12))

    def _with_hiss(self, sound: Floats | None, past: Floats, power: Floats) -> Floats:
        frame = past[-FRAME_SAMPLES:]
        level = np.sqrt(self._loudest / max(float(power.sum()), 1e-12) * float(np.mean(np.square(frame))))
        at = self._steps * FRAME_SAMPLES % len(self._hiss)
        hiss = HISS * level * self._hiss[at : at + FRAME_SAMPLES]
        return np.asarray(hiss if sound is None else sound + hiss)


def _wider(power: Floats) -> Floats:
    """Each bin with its neighbours."""
    wide = power.copy()
    wide[1:-1] = (power[:-2] + power[1:-1] + power[2:]) / 3
    return wide


def _mean_square(sound: Floats) -> float:
    return float(np.mean(np.square(sound)))
