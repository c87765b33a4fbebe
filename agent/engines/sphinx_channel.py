"""Level and channel of a line, as the recogniser wants them before the first word.

PocketSphinx adapts its cepstral means only from utterance to utterance; a first utterance decoded with the standard
means had 8 to 45 % word errors where the line's own gave 3 to 16 %. So the loud frames at the start of each utterance
give a first estimate, mixed with what the line was like before.
Knows frames, levels and means. Does not know words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from agent.audio import FRAME_SAMPLES, HEARING_RATE, Pcm

Means: TypeAlias = npt.NDArray[np.float64]
"""Cepstral means, shape (13,)."""

TYPICAL: Means = np.array([40.1, 2.5, 1.0, 5.8, -1.7, -0.5, 0.7, -3.0, -0.2, -1.3, 1.7, 0.1, 0.5])
"""Half way between PocketSphinx's own start (40, 3, -1, 0 ...) and the mean of 4 synthetic and 27 recorded voices."""

TYPICAL_WEIGHT, MOST_WEIGHT = 50.0, 400.0
"""Frames of 10 ms that the typical voice, and the past of the line, count for."""

PRIOR_FRAMES = 500
"""Frames that PocketSphinx itself gives to the means it starts from (CMN_WIN in its source)."""

LOUD_FRAMES, LOUD_FRAMES_KNOWN = 15, 4
"""So many 20 ms frames must be loud before the line can be judged: 300 ms of speech; 80 ms when it was heard before."""

LOUD_WITHIN_DB, QUIETEST_DBFS = 20.0, -50.0
TARGET_DBFS, MOST_GAIN_DB, MOST_QUIETER_DB = -20.0, 30.0, 3.0
PRE_ROLL_SAMPLES = 3 * HEARING_RATE // 10


@dataclass(frozen=True, slots=True)
class Channel:
    """Means of a line, how many frames stand behind them, and the level of its loud frames (-120: not heard yet)."""

    means: Means
    weight: float
    loud_dbfs: float = -120.0

    @property
    def loud_frames_needed(self) -> int:
        return LOUD_FRAMES if self.loud_dbfs < QUIETEST_DBFS else LOUD_FRAMES_KNOWN

    def mixed(self, means: Means, frames: float) -> Channel:
        total = self.weight + frames
        mean = (self.means * self.weight + means * frames) / total
        return replace(self, means=mean, weight=min(MOST_WEIGHT, total))


UNKNOWN = Channel(TYPICAL, TYPICAL_WEIGHT)


@dataclass(frozen=True, slots=True)
class Opening:
    """How an utterance starts: ``skip`` samples of silence before the pre-roll, ``gain`` to give, ``loud`` frames
    (already with that gain; empty when nothing was loud) and their level before it."""

    skip: int
    gain: float
    loud: Pcm
    loud_dbfs: float


def levels(pcm: Pcm) -> npt.NDArray[np.float64]:
    """Level of each whole 20 ms frame, dB relative to full scale."""
    frames = pcm[: len(pcm) // FRAME_SAMPLES * FRAME_SAMPLES].astype(np.float64).reshape(-1, FRAME_SAMPLES)
    rms = np.sqrt(np.mean(np.square(frames), axis=1)) / 32768.0
    return np.asarray(20.0 * np.log10(np.maximum(rms, 1e-6)))


def loud_frames(level: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which frames are loud: near the loudest, and not just line noise."""
    if len(level) == 0:
        return np.zeros(0, dtype=np.bool_)
    return np.asarray(level > max(level.max() - LOUD_WITHIN_DB, QUIETEST_DBFS))


def opening(pcm: Pcm, channel: Channel) -> Opening:
    """Judge the sound held back at the start of an utterance. The level of a line heard before has a say: the first
    80 ms of a word may be its quiet ones."""
    level = levels(pcm)
    loud = loud_frames(level)
    if not loud.any():
        return Opening(0, 1.0, np.zeros(0, dtype=np.int16), channel.loud_dbfs)
    loud_dbfs = max(float(np.percentile(level[loud], 70)), channel.loud_dbfs - MOST_QUIETER_DB)
    gain = 10.0 ** (min(MOST_GAIN_DB, max(-MOST_GAIN_DB, TARGET_DBFS - loud_dbfs)) / 20.0)
    frames = pcm[: len(loud) * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)[loud].reshape(-1)
    skip = max(0, int(np.argmax(loud)) * FRAME_SAMPLES - PRE_ROLL_SAMPLES)
    return Opening(skip, gain, amplified(frames, gain), loud_dbfs)


def amplified(pcm: Pcm, gain: float) -> Pcm:
    return np.asarray(np.clip(pcm.astype(np.float32) * gain, -32768, 32767), dtype=np.int16)


def start(decoder: Any, channel: Channel, loud: Pcm) -> Channel:
    """Begin an utterance with the means of the line and of the loud frames; the channel it was started with."""
    if len(loud):
        _set(decoder, channel)
        decoder.start_utt()
        decoder.process_raw(loud.tobytes(), no_search=True)
        decoder.end_utt()
        frames = len(loud) / 160
        channel = channel.mixed(_fresh(decoder, channel, frames), frames)
    _set(decoder, channel)
    decoder.start_utt()
    return channel


def learn(decoder: Any, before: Channel, started: Channel, samples: int) -> Channel:
    """After ``end_utt``: what the line is like now. ``started``: what ``start`` gave."""
    frames = samples / 160
    if frames < 50:
        return before
    return replace(before.mixed(_fresh(decoder, started, frames), frames), loud_dbfs=started.loud_dbfs)


def _set(decoder: Any, channel: Channel) -> None:
    decoder.set_cmn(",".join(f"{mean:.3f}" for mean in channel.means))


def _fresh(decoder: Any, channel: Channel, frames: float) -> Means:
    """Means of the last utterance alone: the decoder's are mixed with ``PRIOR_FRAMES`` of where it started."""
    mixed = np.array([float(mean) for mean in decoder.get_cmn(False).split(",")])
    return np.asarray(channel.means + (mixed - channel.means) * (PRIOR_FRAMES + frames) / frames)
