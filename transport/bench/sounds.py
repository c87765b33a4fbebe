"""Speech and noise to try detectors and recognisers on: recordings where they are, else made here.

Knows files, levels in dB and mixing. Does not know what is measured with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from agent.audio import HEARING_RATE, Pcm
from agent.engines.protocols import Synthesizer, Voice
from agent.resample import Resampler

Samples = npt.NDArray[np.float32]
"""Mono sound at 16 kHz, -1..1, shape (n,)."""

SPEECH_FOLDER = Path(__file__).parents[2] / ".." / "shared" / "media" / "speech"
LEAD_S, TAIL_S = 1.0, 1.5
LEVEL_DBFS = -26.0
"""Speech level of the mixes, as ITU-T P.56 recordings have it."""
FAR_DBFS = -46.0
"""A phone on the table."""
SENTENCES = ("What time is it?", "Read the text, please.", "Is there anyone in front of me, and how far?", "Stop.")


@dataclass(frozen=True, slots=True)
class Clip:
    """Clean speech at 16 kHz with its truth: ``onset`` and ``end`` in samples, ``active``: which 10 ms hold speech."""

    name: str
    sound: Samples
    onset: int
    end: int
    active: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Mix:
    name: str
    speech_dbfs: float = LEVEL_DBFS
    noise: str = ""
    snr_db: float = 0.0


def load(path: Path) -> Samples:
    """A sound file at 16 kHz mono, -1..1."""
    with av.open(str(path)) as container:
        to_mono = av.AudioResampler(format="flt", layout="mono", rate=HEARING_RATE)
        frames = [out for frame in container.decode(audio=0) for out in to_mono.resample(frame)]
        frames += to_mono.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32)


def level(sound: Samples) -> float:
    """RMS in dB of full scale."""
    return float(10 * np.log10(np.mean(np.square(sound)) + 1e-12))


def at_level(sound: Samples, dbfs: float) -> Samples:
    return (sound * 10 ** ((dbfs - level(sound)) / 20)).astype(np.float32)


def clip(name: str, sound: Samples) -> Clip:
    """Truth by energy: 10 ms frames within 32 dB of the loudest, and 8 dB above the recording's own floor."""
    frames = sound[: len(sound) // 160 * 160].reshape(-1, 160)
    levels = 10 * np.log10(np.mean(np.square(frames), axis=1) + 1e-10)
    threshold = max(float(np.percentile(levels, 98)) - 32, float(np.percentile(levels, 5)) + 8)
    active = levels > threshold
    active &= np.convolve(active, np.ones(5), "same") >= 3  # a click of one frame is no speech
    where = np.flatnonzero(active)
    speech = frames[active].reshape(-1)
    return Clip(name, at_level_of(sound, speech), int(where[0]) * 160, (int(where[-1]) + 1) * 160, active)


def at_level_of(sound: Samples, part: Samples) -> Samples:
    """``sound`` scaled so that ``part`` of it is at LEVEL_DBFS."""
    return (sound * 10 ** ((LEVEL_DBFS - level(part)) / 20)).astype(np.float32)


def recorded(folder: Path) -> list[Clip]:
    """Human speech, if the folder is there."""
    paths = sorted(p for p in folder.rglob("*") if p.suffix in (".wav", ".flac", ".mp3") and "noise" not in p.name)
    return [clip(path.stem, load(path)) for path in paths]


async def spoken(synthesizer: Synthesizer) -> list[Clip]:
    """Synthetic speech, which every machine has."""
    clips = []
    for voice in ("en-us", "en-us+f2"):
        for sentence in SENTENCES:
            parts = [chunk.pcm async for chunk in synthesizer.speak(sentence, Voice(voice))]
            down = Resampler(synthesizer.sample_rate, HEARING_RATE)
            pcm = np.concatenate([*map(down.push, parts), down.flush()])
            clips.append(clip(f"{voice}: {sentence}", (pcm / 32768).astype(np.float32)))
    await synthesizer.close()
    return clips


def noises(folder: Path, seconds: float = 20.0) -> dict[str, Samples]:
    """Sounds without speech, at about LEVEL_DBFS, made by code; recordings too where they are."""
    chance = np.random.default_rng(7)
    n = int(seconds * HEARING_RATE)
    time = np.arange(n) / HEARING_RATE
    white = chance.standard_normal(n)
    spectrum = np.fft.rfft(chance.standard_normal(n))
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), n)
    hum = sum(np.sin(2 * np.pi * 50 * k * time) / k for k in (1, 2, 3, 5, 7))
    made = {"white": white, "pink": pink, "hum": np.asarray(hum)}
    made["clicks"] = bursts(chance, n, every_s=0.4, lasts_s=0.004, low=500, high=7000)
    made["knocks"] = bursts(chance, n, every_s=0.9, lasts_s=0.05, low=80, high=900)
    made["coughs"] = bursts(chance, n, every_s=2.0, lasts_s=0.22, low=300, high=4000)
    found = {name: at_level(sound.astype(np.float32), LEVEL_DBFS) for name, sound in made.items()}
    for path in sorted(folder.glob("noise-*.wav")):
        found[path.stem.removeprefix("noise-")] = at_level(load(path), LEVEL_DBFS)
    return found


def bursts(
    chance: np.random.Generator, n: int, *, every_s: float, lasts_s: float, low: float, high: float
) -> npt.NDArray[np.float64]:
    """Band-limited noise in bursts with a sharp rise and a slow fall, now and then doubled like a cough."""
    spectrum = np.fft.rfft(chance.standard_normal(n))
    hertz = np.fft.rfftfreq(n, 1 / HEARING_RATE)
    band = np.fft.irfft(spectrum * ((hertz > low) & (hertz < high)), n)
    shape = np.zeros(n)
    length = int(lasts_s * HEARING_RATE)
    fall = np.exp(-np.arange(length) / (length / 3))
    at = 0.3
    while (begin := int(at * HEARING_RATE)) + 3 * length < n:
        shape[begin : begin + length] = fall
        if chance.random() < 0.4:
            shape[begin + 2 * length : begin + 3 * length] = fall
        at += every_s * (0.7 + 0.6 * chance.random())
    return band * shape + 1e-4 * chance.standard_normal(n)


def mixed(clip: Clip, mix: Mix, noise: Mapping[str, Samples]) -> Pcm:
    """Silence, the clip, silence, with noise under all of it."""
    lead, tail = (np.zeros(int(seconds * HEARING_RATE), np.float32) for seconds in (LEAD_S, TAIL_S))
    sound: Samples = np.concatenate((lead, clip.sound, tail))
    if mix.noise:
        under = noise[mix.noise]
        sound = sound + np.resize(under, len(sound)) * np.float32(10 ** (-mix.snr_db / 20))
    sound = sound * np.float32(10 ** ((mix.speech_dbfs - LEVEL_DBFS) / 20))
    return to_pcm(sound + np.random.default_rng(1).normal(0, 1e-5, len(sound)).astype(np.float32))


def to_pcm(sound: Samples) -> Pcm:
    pcm: Pcm = np.clip(np.rint(sound * 32768), -32768, 32767).astype(np.int16)
    return pcm
