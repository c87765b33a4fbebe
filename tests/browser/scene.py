"""What the fake devices show: a schedule of spoken lines as one WAV, a drawn picture as an endless MJPEG.

The voice is the project's own synthesiser with another voice than the agent's.
"""

from __future__ import annotations

import asyncio
import threading
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from agent.engines.espeak import EspeakSynthesizer
from agent.engines.protocols import Voice
from agent.resample import Resampler

RATE = 48_000
PERSON = Voice(name="en-gb", rate=0.9)
LEVEL = 0.25

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Line:
    """``text`` is said from ``at_s`` on, counted from the moment the page gets the microphone."""

    at_s: float
    text: str


def speech(texts: Sequence[str]) -> list[Samples]:
    """Each text as sound at RATE, -1..1. Runs a loop in a thread: Playwright may own the one of this thread."""
    made: list[Samples] = []

    async def make() -> None:
        voice = EspeakSynthesizer()
        try:
            for text in texts:
                pcm = np.concatenate([chunk.pcm async for chunk in voice.speak(text, PERSON)])
                to_wire = Resampler(voice.sample_rate, RATE)
                whole = np.concatenate([to_wire.push(pcm), to_wire.flush()]).astype(np.float32)
                made.append(whole / np.abs(whole).max() * LEVEL)
        finally:
            await voice.close()

    thread = threading.Thread(target=lambda: asyncio.run(make()))
    thread.start()
    thread.join(60)
    assert len(made) == len(texts), "the synthesiser made no speech"
    return made


def write_schedule(path: Path, lines: Sequence[Line], length_s: float) -> dict[str, float]:
    """A WAV of ``length_s`` with every line at its time over a faint room noise; when each line ends, in seconds."""
    sound = np.random.default_rng(1).normal(0, 0.0005, int(length_s * RATE)).astype(np.float32)
    ends: dict[str, float] = {}
    for line, spoken in zip(lines, speech([line.text for line in lines]), strict=True):
        start = int(line.at_s * RATE)
        sound[start : start + len(spoken)] += spoken
        ends[line.text] = line.at_s + len(spoken) / RATE
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return ends


def sign(colour: str, text: str, size: tuple[int, int] = (1280, 720)) -> Image.Image:
    """A sheet of one colour on a grey wall with large white words on it."""
    picture = Image.new("RGB", size, "#8d8d88")
    draw = ImageDraw.Draw(picture)
    width, height = size
    draw.rectangle((width * 0.12, height * 0.08, width * 0.88, height * 0.92), fill=colour)
    font = ImageFont.load_default(size=height // 7)
    draw.text((width / 2, height / 2), text, fill="white", font=font, anchor="mm", align="center")
    grain = np.random.default_rng(2).normal(0, 3, (height, width, 1))  # a flat drawing is no photograph
    return Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))


def write_view(path: Path, picture: Image.Image) -> None:
    """An MJPEG that shows ``picture`` over and over."""
    with path.open("wb") as file:
        for _ in range(10):
            picture.save(file, "JPEG", quality=92)
