"""A picture of a conversation: who spoke when, what was said, where the stages of each delay fell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from agent.audio import Pcm
from transport.demo.script import Scene

PER_S, TOP, TRACK, ROW = 90, 60, 120, 12.0
"""Pixels a second; margins and heights in pixels; seconds in one row."""
INK, PAPER, GRID, FAINT = (24, 28, 38), (250, 250, 247), (216, 216, 210), (120, 120, 118)
PERSON, AGENT = (32, 96, 176), (176, 72, 32)
STAGES = {
    "endpoint": (110, 110, 110),
    "final_text": (60, 130, 200),
    "first_words": (150, 90, 190),
    "first_sound": (40, 150, 90),
    "sound_out": (220, 120, 20),
}


def draw(path: Path, person: Pcm, agent: Pcm, rate: int, start_us: int, scenes: Sequence[Scene]) -> None:
    """Write a PNG. Both sounds at ``rate`` begin at ``start_us``, the clock of the scenes."""
    seconds = max(len(person), len(agent)) / rate
    rows = max(1, int(np.ceil(seconds / ROW)))
    width, height = int(ROW * PER_S) + 120, TOP + rows * (2 * TRACK + 70)
    picture = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(picture)
    font, small = ImageFont.load_default(15), ImageFont.load_default(12)
    pen.text((20, 14), "person", PERSON, font)
    pen.text((90, 14), "agent", AGENT, font)
    for index, (stage, colour) in enumerate(STAGES.items()):
        pen.rectangle((170 + index * 130, 18, 182 + index * 130, 28), colour)
        pen.text((188 + index * 130, 14), stage.replace("_", " "), INK, font)
    for row in range(rows):
        top = TOP + row * (2 * TRACK + 70)
        for second in range(int(ROW) + 1):
            x = 60 + second * PER_S
            pen.line((x, top, x, top + 2 * TRACK), GRID)
            pen.text((x + 2, top + 2 * TRACK + 2), f"{row * ROW + second:.0f} s", FAINT, small)
        for pcm, middle, colour in ((person, top + TRACK // 2, PERSON), (agent, top + TRACK + TRACK // 2, AGENT)):
            _wave(pen, pcm[int(row * ROW * rate) : int((row + 1) * ROW * rate)], rate, middle, colour)
    for scene in scenes:
        _mark(pen, scene, start_us, small)
    picture.save(path)


def _place(us: int) -> tuple[int, int]:
    """x and top of a moment ``us`` after the start."""
    row, left = divmod(us / 1e6, ROW)
    return 60 + int(left * PER_S), TOP + int(row) * (2 * TRACK + 70)


def _wave(pen: ImageDraw.ImageDraw, pcm: Pcm, rate: int, middle: int, colour: tuple[int, int, int]) -> None:
    step = rate // PER_S
    for x in range(len(pcm) // step):
        peak = int(np.max(np.abs(pcm[x * step : (x + 1) * step].astype(np.int32)))) * (TRACK // 2 - 18) // 20000
        pen.line((60 + x, middle - min(peak, TRACK // 2), 60 + x, middle + min(peak, TRACK // 2)), colour)


def _mark(
    pen: ImageDraw.ImageDraw, scene: Scene, start_us: int, font: ImageFont.ImageFont | ImageFont.FreeTypeFont
) -> None:
    exchange = scene.exchange
    x, top = _place(max(0, exchange.said_us[0] - start_us))
    pen.text((x, top - 2), exchange.said[:40], PERSON, font)
    if exchange.first_sound_us > 0:
        x, top = _place(max(0, exchange.first_sound_us - start_us))
        delay = f"{exchange.delay_ms} ms  " if exchange.kind == "speech" else ""
        pen.text((x, top + TRACK - 2), f"{delay}{exchange.reply[:46]}", AGENT, font)
    if exchange.kind not in ("speech", "typed"):
        return
    for stage, colour in STAGES.items():
        if stage in exchange.stages:
            x, top = _place(max(0, exchange.said_us[1] - start_us + exchange.stages[stage] * 1000))
            pen.line((x, top + TRACK - 24, x, top + TRACK + 24), colour, 2)
