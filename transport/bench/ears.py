"""What can be told from the sound that came back, when the same reply is known undisturbed. Pure functions on arrays.

The embedded voice says a text with the same timing each time, though not with the same samples (its pitch flutters on
from reply to reply). So a clean recording of a reply is the truth for a disturbed one by its spectrum: laid beside each
other they show when the reply was lowered, when it fell silent, and what of it never came.
Sound is 16-bit mono at RATE; levels in dB of full scale; times in milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from agent.audio import Pcm
from transport.client import RECORDING_RATE

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

RATE = RECORDING_RATE
HOP_MS = 5
HOP = RATE * HOP_MS // 1000
SOUND_DBFS = -50.0
"""Above this it is the voice; eSpeak's own pauses are digital silence."""
FAINT_DBFS = -62.0
"""Above this it is the voice, perhaps lowered by 18 dB; the codec's noise in pauses is below -70."""
CLEAR_DBFS = -38.0
"""Above this a level can be compared: 18 dB lower it is still well over the codec's noise."""
LOWERED_DB = -8.0
LOWERED_WINDOW_MS = 60
LOWERED_BEFORE_MS = 9
"""The agent lowers its voice by 18 dB within one 20 ms frame; two renditions differ by up to 5 dB over 60 ms. A fall of
18 dB makes 60 ms 8 dB weaker when all but the first 9 ms of them lie after it."""
TOLERANCE_MS = 15
"""How far two renditions may be apart after they were laid beside each other."""
SAME = 0.8
"""Likeness from which 600 ms of two renditions are the same words: measured 0.96 to 0.99, and below 0.6 for others."""
BANDS_HZ = np.geomspace(120, 7500, 15)
_FRAME = RATE * 25 // 1000
_FLOOR = 1e-8


def levels(pcm: Pcm, window_ms: int = HOP_MS) -> Floats:
    """Level at each 5 ms, over it and what follows within the window."""
    whole, width = len(pcm) // HOP, window_ms // HOP_MS
    if whole < width:
        return np.zeros(0)
    power = np.mean(np.square(pcm[: whole * HOP].reshape(whole, HOP).astype(np.float64)), axis=1)
    window = np.convolve(power, np.ones(width) / width, "valid")
    return np.asarray(10 * np.log10(window / 32768**2 + 1e-12))


def sounding(pcm: Pcm, floor_dbfs: float = SOUND_DBFS) -> Flags:
    """For each 5 ms: is there sound?"""
    return np.asarray(levels(pcm) > floor_dbfs)


def runs(flags: Flags, join: int = 0) -> list[tuple[int, int]]:
    """(start, end) of what is true; gaps of up to ``join`` are bridged."""
    found: list[tuple[int, int]] = []
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if found and start - found[-1][1] <= join:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def colours(pcm: Pcm) -> Floats:
    """Spectra in 14 bands each 5 ms, in log power, shape (n, 14), whatever the level: each frame's mean is 0."""
    count = len(pcm) // HOP
    padded = np.pad(pcm.astype(np.float64) / 32768, (_FRAME // 2, _FRAME))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[: count * HOP : HOP] * np.hanning(_FRAME)
    power = np.square(np.abs(np.fft.rfft(frames, axis=1))) / _FRAME
    edges = np.round(BANDS_HZ * _FRAME / RATE).astype(int)
    bands = np.stack([power[:, a : max(b, a + 1)].mean(axis=1) for a, b in pairwise(edges)], axis=1)
    logs = np.log(bands + _FLOOR)
    return np.asarray(logs - logs.mean(axis=1, keepdims=True))


def place(piece: Pcm, inside: Pcm) -> tuple[int, float]:
    """(ms of ``inside`` at which ``piece`` fits best, likeness up to 1)."""
    wanted, there = colours(piece), colours(inside)
    n = len(wanted)
    if n == 0 or len(there) < n:
        return 0, 0.0
    mean = there.mean(axis=0)
    x, y = wanted - mean, there - mean
    windows = np.lib.stride_tricks.sliding_window_view(y, n, axis=0)
    products = np.einsum("kbn,nb->k", windows, x)
    norms = np.sqrt(np.einsum("kbn,kbn->k", windows, windows) * np.sum(x * x)) + 1e-9
    likeness = products / norms
    best = int(np.argmax(likeness))
    return best * HOP_MS, float(likeness[best])


def steady(reference: Pcm, after_ms: int, before_ms: int, *, lasts_ms: int = 700, pause_ms: int = 60) -> list[int]:
    """Moments (ms into the reply) from which it sounds so long without a longer pause: silence has a meaning."""
    heard = sounding(reference)
    found = []
    for begin, end in runs(heard, pause_ms // HOP_MS):
        first, last = max(begin * HOP_MS, after_ms), min(end * HOP_MS - lasts_ms, before_ms)
        found += list(range(first, last + 1, 20))
    return found


def lowered_ms(recorded: Pcm, reference: Pcm) -> int | None:
    """When a reply was lowered; both begin at the same moment of the reply, to TOLERANCE_MS. None: it was not."""
    ours, theirs = levels(recorded, LOWERED_WINDOW_MS), levels(reference, LOWERED_WINDOW_MS)
    n = min(len(ours), len(theirs))
    reach = TOLERANCE_MS // HOP_MS
    around = np.pad(theirs[:n], reach, mode="edge")
    weakest = np.lib.stride_tricks.sliding_window_view(around, 2 * reach + 1).min(axis=1)
    clear = np.flatnonzero(weakest > CLEAR_DBFS)
    low = ours[clear] - weakest[clear] <= LOWERED_DB
    for index in range(len(clear) - 5):
        if low[index : index + 6].all():
            return int(clear[index]) * HOP_MS + LOWERED_BEFORE_MS
    return None


def last_sound_ms(recorded: Pcm, begun_before_ms: int, join_ms: int = 80) -> int:
    """The end of the last 5 ms with sound, of what began to sound before a moment. 0: there was none.

    What follows a longer pause and began later is another reply.
    """
    last = 0
    for start, end in runs(sounding(recorded), join_ms // HOP_MS):
        if start * HOP_MS <= begun_before_ms:
            last = end * HOP_MS
    return last


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a reply. ``lost_ms``: sound of the reference that never came; ``inserted_ms``: silence that the
    reference does not have; ``longest_gap_ms``: the longest piece of it."""

    lost_ms: int
    inserted_ms: int
    longest_gap_ms: int


SLOW = 2
"""Hops in one frame of the comparison: 10 ms."""
EDGE_FRAMES = 4
"""So many frames in a row that fit nowhere are the edge of a hold and no loss."""
LOSS, ADDED_SOUND, ADDED_SILENCE = 0.75, 0.75, 0.02


def kept(recorded: Pcm, reference: Pcm) -> Kept:
    """Lay the reference along the recording (the cheapest way through all pairs of 10 ms frames), which may skip parts
    of either, and count what was skipped. The recording may have silence before and after."""
    x, y = _smooth(reference), _smooth(recorded)
    silent_x, silent_y = _silent(reference, SOUND_DBFS), _silent(recorded, FAINT_DBFS)
    differ = 1 - np.clip(x @ y.T, 0, 1)
    differ[np.ix_(silent_x, silent_y)] = 0.0
    differ[np.ix_(silent_x, ~silent_y)] = 0.5
    differ[np.ix_(~silent_x, silent_y)] = 1.0
    steps = _path(differ, np.where(silent_x, ADDED_SILENCE, LOSS), np.where(silent_y, ADDED_SILENCE, ADDED_SOUND))
    lost, added = np.zeros(len(x), np.bool_), np.zeros(len(y), np.bool_)
    for i, j, way in steps:
        if way == _SKIP_REFERENCE:
            lost[i] = not silent_x[i]
        elif way == _SKIP_RECORDED:
            added[j] = True
        elif not silent_x[i]:
            lost[i] = silent_y[j]
    spans = [(end - start) for start, end in runs(lost) if end - start > EDGE_FRAMES]
    matched = [j for i, j, way in steps if way == _PAIR and not silent_x[i]]
    inner = np.zeros_like(added)
    if matched:
        inner[matched[0] : matched[-1]] = added[matched[0] : matched[-1]]
    gaps = [end - start for start, end in runs(inner, 3) if end - start > EDGE_FRAMES]
    frame = SLOW * HOP_MS
    return Kept(sum(spans) * frame, sum(gaps) * frame, max(gaps, default=0) * frame)


_PAIR, _SKIP_REFERENCE, _SKIP_RECORDED = 0, 1, 2


def _path(differ: Floats, skip_x: Floats, skip_y: Floats) -> list[tuple[int, int, int]]:
    """The cheapest way from the first frames to the last: (reference, recorded, way) for each step."""
    n, m = differ.shape
    run = np.concatenate(([0.0], np.cumsum(skip_y)))
    cost = run.copy()
    ways = np.full((n + 1, m + 1), _SKIP_RECORDED, np.int8)
    for i in range(n):
        above = cost + skip_x[i]
        pair = np.concatenate(([np.inf], cost[:-1] + differ[i]))
        entered = np.minimum(above, pair)
        best = np.minimum.accumulate(entered - run) + run
        ways[i + 1] = np.where(best < entered - 1e-12, _SKIP_RECORDED, np.where(pair <= above, _PAIR, _SKIP_REFERENCE))
        cost = best
    steps = []
    i, j = n, m
    while i or j:
        way = int(ways[i, j]) if i else _SKIP_RECORDED
        i, j = i - (way != _SKIP_RECORDED), j - (way != _SKIP_REFERENCE)
        steps.append((i, j, way))
    return steps[::-1]


def _smooth(pcm: Pcm) -> Floats:
    """Spectra each 10 ms with 20 ms before and after, of length 1."""
    colour = colours(pcm)
    colour = colour - colour.mean(axis=0)
    wide = np.pad(colour, ((4, 4), (0, 0)), mode="edge")
    with_context = np.concatenate([wide[k : k + len(colour)] for k in (0, 4, 8)], axis=1)[::SLOW]
    norms = np.linalg.norm(with_context, axis=1, keepdims=True)
    return np.asarray(with_context / np.maximum(norms, 1e-9))


def _silent(pcm: Pcm, floor_dbfs: float) -> Flags:
    quiet = ~sounding(pcm, floor_dbfs)
    count = -(-len(quiet) // SLOW)
    return np.asarray(np.pad(quiet, (0, count * SLOW - len(quiet)), mode="edge").reshape(count, SLOW).all(axis=1))


def spaced(moments: Sequence[int], count: int) -> Iterator[int]:
    """``count`` of them, spread over all and repeated when there are fewer."""
    for index in range(count):
        yield moments[(index * 7919) % len(moments)]
