"""A picture of a conversation: who spoke when, what was said, where the stages of each delay fell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from agent.audio import Pcm
from transport.canvas import AGENT, FAINT, GRID, INK, PERSON, Box, Canvas, Colour, Line, Words
from transport.demo.script import Scene

PER_S, TOP, TRACK, ROW = 90, 60, 120, 12.0
"""Pixels a second; margins and heights in pixels; seconds in one row."""
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
    canvas = Canvas(width, height, "A conversation", f"{len(scenes)} scenes in {seconds:.0f} seconds.")
    canvas.add(Words(20, 14, "person", PERSON, 15), Words(90, 14, "agent", AGENT, 15))
    for index, (stage, colour) in enumerate(STAGES.items()):
        canvas.add(Box(170 + index * 130, 18, 13, 11, colour))
        canvas.add(Words(188 + index * 130, 14, stage.replace("_", " "), INK, 15))
    for row in range(rows):
        top = TOP + row * (2 * TRACK + 70)
        for second in range(int(ROW) + 1):
            x = 60 + second * PER_S
            canvas.add(Line(x, top, x, top + 2 * TRACK, GRID))
            canvas.add(Words(x + 2, top + 2 * TRACK + 2, f"{row * ROW + second:.0f} s", FAINT))
        for pcm, middle, colour in ((person, top + TRACK // 2, PERSON), (agent, top + TRACK + TRACK // 2, AGENT)):
            _wave(canvas, pcm[int(row * ROW * rate) : int((row + 1) * ROW * rate)], rate, middle, colour)
    for scene in scenes:
        _mark(canvas, scene, start_us)
    canvas.save(path)


def _place(us: int) -> tuple[int, int]:
    """x and top of a moment ``us`` after the start."""
    row, left = divmod(us / 1e6, ROW)
    return 60 + int(left * PER_S), TOP + int(row) * (2 * TRACK + 70)


def _wave(canvas: Canvas, pcm: Pcm, rate: int, middle: int, colour: Colour) -> None:
    step = rate // PER_S
    for x in range(len(pcm) // step):
        peak = int(np.max(np.abs(pcm[x * step : (x + 1) * step].astype(np.int32)))) * (TRACK // 2 - 18) // 20000
        canvas.add(Line(60 + x, middle - min(peak, TRACK // 2), 60 + x, middle + min(peak, TRACK // 2), colour))


def _mark(canvas: Canvas, scene: Scene, start_us: int) -> None:
    exchange = scene.exchange
    x, top = _place(max(0, exchange.said_us[0] - start_us))
    canvas.add(Words(x, top - 2, exchange.said[:40], PERSON))
    if exchange.first_sound_us > 0:
        x, top = _place(max(0, exchange.first_sound_us - start_us))
        delay = f"{exchange.delay_ms} ms  " if exchange.kind == "speech" else ""
        canvas.add(Words(x, top + TRACK - 2, f"{delay}{exchange.reply[:46]}", AGENT))
    if exchange.kind not in ("speech", "typed"):
        return
    for stage, colour in STAGES.items():
        if stage in exchange.stages:
            x, top = _place(max(0, exchange.said_us[1] - start_us + exchange.stages[stage] * 1000))
            canvas.add(Line(x, top + TRACK - 24, x, top + TRACK + 24, colour, 2))
