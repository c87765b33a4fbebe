"""A loudspeaker, a room and a microphone: what comes back of the agent's voice on a line without echo cancellation.

Knows levels, delays and codecs. Does not know sessions, nor how an echo is told from a voice. 20 ms in, 20 ms out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agent.audio import FRAME_SAMPLES, HEARING_RATE, SPEAKING_RATE, Pcm
from agent.resample import Resampler
from transport.bench.sounds import LEVEL_DBFS, Samples, clip, level, to_pcm
from transport.opus import OpusDecoder, OpusEncoder

FRAME_S = 0.02
PLAYED_FRAME = int(SPEAKING_RATE * FRAME_S)
SPEAKER_HZ = (250.0, 7000.0)
"""What a laptop's loudspeaker gives back."""
ROOM_DBFS = -66.0
"""Noise of a quiet room and its microphone."""
LONGEST_S = 2.5


@dataclass(frozen=True, slots=True)
class Place:
    """``echo_db``: level of the echo beside a near voice. ``delay_ms``: from leaving us to coming back, all buffers
    included; it grows by ``drift_ppm``. ``t60_ms``: reverberation; ``direct_db``: the direct sound beside it.
    ``distortion``: share of the full scale at which the loudspeaker is clearly not linear any more, 0: it is linear.
    ``codec``: both ways through Opus as on a real line. ``jumps``: (at second, the delay is so many ms longer then).
    """

    echo_db: float = -10.0
    delay_ms: float = 120.0
    t60_ms: float = 300.0
    direct_db: float = 3.0
    drift_ppm: float = 30.0
    distortion: float = 0.6
    noise_dbfs: float = ROOM_DBFS
    codec: bool = True
    jumps: Sequence[tuple[float, float]] = ()
    seed: int = 1


def response(place: Place) -> npt.NDArray[np.float64]:
    """Impulse response of loudspeaker and room at HEARING_RATE: direct sound, a few reflections, a decaying tail."""
    chance = np.random.default_rng(place.seed)
    n = int(max(0.05, place.t60_ms / 1000) * HEARING_RATE)
    time = np.arange(n) / HEARING_RATE
    tail = chance.standard_normal(n) * 10 ** (-3 * time / (place.t60_ms / 1000))
    tail[: int(0.002 * HEARING_RATE)] = 0
    for at in chance.integers(int(0.001 * HEARING_RATE), int(0.02 * HEARING_RATE), 6):
        tail[at] += 4 * chance.standard_normal()
    tail /= np.sqrt(np.sum(tail**2))
    tail[0] = 10 ** (place.direct_db / 20)
    size = 1 << (n + 512).bit_length()
    hertz = np.fft.rfftfreq(size, 1 / HEARING_RATE)
    low, high = SPEAKER_HZ
    band = 1 / np.sqrt(1 + (low / np.maximum(hertz, 1)) ** 6) / np.sqrt(1 + (hertz / high) ** 12)
    colour = np.interp(hertz, np.linspace(0, HEARING_RATE / 2, 24), 10 ** (chance.normal(0, 3, 24) / 20))
    return np.asarray(np.fft.irfft(np.fft.rfft(tail, size) * band * colour, size)[: n + 256])


class Room:
    """One line's room. ``voice``: a sample of what will be played, at SPEAKING_RATE, by which the echo is levelled."""

    def __init__(self, place: Place, voice: Pcm) -> None:
        self._place = place
        impulse = response(place)
        self._taps = len(impulse)
        self._size = 1 << (self._taps + FRAME_SAMPLES - 1).bit_length()
        self._filter = np.fft.rfft(impulse, self._size)
        self._block = np.zeros(self._size)
        self._line = np.zeros(int(LONGEST_S * HEARING_RATE))
        self._frames = 0
        self._gain = 1.0
        self._down = Resampler(SPEAKING_RATE, HEARING_RATE, live=True)
        self._out = OpusEncoder(SPEAKING_RATE), OpusDecoder(HEARING_RATE)
        self._back = OpusEncoder(HEARING_RATE, 32_000, voip=True), OpusDecoder(HEARING_RATE)
        self._chance = np.random.default_rng(place.seed + 1)
        self._level(voice)

    def _level(self, voice: Pcm) -> None:
        """A gain at which the voice's active parts come back ``echo_db`` beside LEVEL_DBFS."""
        down = Resampler(SPEAKING_RATE, HEARING_RATE)
        sound = np.concatenate((down.push(voice), down.flush())) / 32768
        size = 1 << (len(sound) + self._size).bit_length()
        back = np.fft.irfft(np.fft.rfft(self._loudspeaker(sound), size) * np.fft.rfft(self._impulse(), size), size)
        echo = back[: len(sound)].astype(np.float32)
        active = np.repeat(clip("", echo).active, 160)
        self._gain = 10 ** ((LEVEL_DBFS + self._place.echo_db - level(echo[: len(active)][active])) / 20)

    def _impulse(self) -> npt.NDArray[np.float64]:
        return np.asarray(np.fft.irfft(self._filter, self._size))

    def hear(self, played: Pcm | None, near: Samples | None = None) -> Pcm:
        """The microphone's next 20 ms, while ``played`` (None: silence) leaves and ``near`` is said."""
        self._frames += 1
        pcm = np.zeros(PLAYED_FRAME, np.int16) if played is None else played
        sound = _through(pcm, *self._out) if self._place.codec else self._down.push(pcm)
        self._line = np.concatenate((self._line[len(sound) :], sound / 32768))
        self._block = np.concatenate((self._block[FRAME_SAMPLES:], self._loudspeaker(self._delayed())))
        echo = np.fft.irfft(np.fft.rfft(self._block) * self._filter)[-FRAME_SAMPLES:]
        noise = self._chance.standard_normal(FRAME_SAMPLES) * 10 ** (self._place.noise_dbfs / 20)
        total = (self._gain * echo + noise).astype(np.float32)
        if near is not None:
            total = total + near
        return _through(to_pcm(total), *self._back) if self._place.codec else to_pcm(total)

    def _delayed(self) -> npt.NDArray[np.float64]:
        """20 ms of the delay line, between samples by cubic interpolation (the clocks drift apart)."""
        place = self._place
        seconds = self._frames * FRAME_S
        delay_ms = place.delay_ms + sum(ms for at, ms in place.jumps if seconds >= at)
        delay = delay_ms * HEARING_RATE / 1000 + seconds * HEARING_RATE * place.drift_ppm / 1e6
        delay = min(max(delay, 2.0), len(self._line) - FRAME_SAMPLES - 4)
        whole = int(np.ceil(delay))
        part = whole - delay
        start = len(self._line) - FRAME_SAMPLES - whole
        a, b, c, d = (self._line[start + k : start + k + FRAME_SAMPLES] for k in (-1, 0, 1, 2))
        return np.asarray(
            b + part * (c / 1 - a / 3 - b / 2 - d / 6)
            + part**2 * ((a + c) / 2 - b)
            + part**3 * ((b - c) / 2 + (d - a) / 6)
        )  # fmt: skip

    def _loudspeaker(self, sound: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Soft clipping, a little stronger on one side."""
        limit = self._place.distortion
        if not limit:
            return sound
        pushed = sound + 0.1 * sound**2 / limit
        return np.asarray(limit * np.tanh(pushed / limit))


def _through(pcm: Pcm, encoder: OpusEncoder, decoder: OpusDecoder) -> Pcm:
    decoded = decoder.decode(encoder.encode(pcm))
    assert decoded is not None
    return decoded
