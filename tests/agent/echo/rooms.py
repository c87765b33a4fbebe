"""Voices without an engine, and rooms to play them in."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from agent.audio import FRAME_SAMPLES, HEARING_RATE, SPEAKING_RATE, Pcm
from agent.echo.own_voice import Heard, OwnVoice
from transport.bench.room import Place, Room
from transport.monitor import PlayedSound

PLAYED = SPEAKING_RATE // 50


def speechlike(seconds: float, rate: int, seed: int) -> Pcm:
    """Noise in formants that change four times a second, loud and soft as syllables are."""
    chance = np.random.default_rng(seed)
    out = np.zeros(round(seconds * rate))
    syllable = rate // 4
    hertz = np.fft.rfftfreq(syllable, 1 / rate)
    for at in range(0, len(out) - syllable, syllable):
        formants = chance.uniform((250, 900, 2200), (800, 2000, 3200))
        shape = sum(np.exp(-(((hertz - f) / (0.15 * f + 60)) ** 2)) for f in formants) + 0.01
        sound = np.fft.irfft(np.fft.rfft(chance.standard_normal(syllable)) * shape, syllable)
        out[at : at + syllable] = sound / np.abs(sound).max() * np.hanning(syllable) * chance.uniform(0.2, 0.6)
    return np.asarray(out * 32767).astype(np.int16)


@dataclass
class Scene:
    """``played`` sounds in the room, ``near`` is somebody in it (16 kHz); what is heard, frame by frame."""

    own: OwnVoice
    monitor: PlayedSound
    room: Room
    heard: list[Heard] = field(default_factory=list)
    came: list[Pcm] = field(default_factory=list)
    slot: int = 0

    def run(self, played: Pcm | None, seconds: float, near: Pcm | None = None) -> list[Heard]:
        begun = len(self.heard)
        for index in range(round(seconds * 50)):
            sound = None if played is None else played[index * PLAYED : (index + 1) * PLAYED]
            if sound is not None and len(sound) < PLAYED:
                sound = None
            self.monitor.add(self.slot, sound)
            person = None
            if near is not None:
                piece = near[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES] / 32768
                person = np.pad(piece, (0, FRAME_SAMPLES - len(piece))).astype(np.float32)
            pcm = self.room.hear(sound, person)
            self.came.append(pcm)
            self.heard.append(self.own.hear(pcm, self.slot * FRAME_SAMPLES))
            self.slot += 1
        return self.heard[begun:]


def scene(place: Place, *, half_duplex: bool = False, cancels: bool = True) -> Scene:
    monitor = PlayedSound()
    voice = speechlike(4.0, SPEAKING_RATE, 9)
    own = OwnVoice(monitor, cancels=cancels, half_duplex=half_duplex)
    return Scene(own, monitor, Room(place, voice))


def level_db(frames: list[Pcm]) -> float:
    """RMS of them all, dBFS."""
    sound = np.concatenate(frames) / 32768
    return float(20 * np.log10(np.sqrt(np.mean(np.square(sound))) + 1e-9))


def said(seconds: float, seed: int) -> Pcm:
    """The agent's voice."""
    return speechlike(seconds, SPEAKING_RATE, seed)


def person(seconds: float, seed: int) -> Pcm:
    """Somebody in the room."""
    return speechlike(seconds, HEARING_RATE, seed)
