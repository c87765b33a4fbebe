"""Speech that a machine can read without a model: each word is a stretch of sound of its own loudness.

``SpelledWhisper`` reads it as Whisper would: the words after the prefix, with times; a word that the window's end cuts
is misread, and what was let go can't be read any more. So a word that is lost, doubled or changed on the way through
windows, prefixes and cuts shows in the text.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agent.audio import HEARING_RATE, Pcm
from agent.engines.agreement import Word
from agent.engines.whisper_guards import Doubts
from agent.engines.whisper_reading import Choose, Reading
from agent.engines.whisper_utterance import Window

WORD_S, GAP_S = 0.4, 0.1
STEP = 600
CODES = 45
"""Words that can be told apart; they are written w1, w2, ..."""


def spell(codes: Sequence[int], pause_s: float = 0.0) -> Pcm:
    """Sound of these words (1..CODES), and silence after them."""
    gap = np.zeros(int(GAP_S * HEARING_RATE), np.int16)
    signs = np.where(np.arange(int(WORD_S * HEARING_RATE)) % 2, 1, -1)
    words = [(signs * (3_000 + code * STEP)).astype(np.int16) for code in codes]
    silence = np.zeros(int(pause_s * HEARING_RATE), np.int16)
    return np.concatenate([part for word in words for part in (word, gap)] + [silence])


def written(codes: Sequence[int]) -> str:
    return " ".join(f"w{code}" for code in codes)


def read(window: Window, *, sure: bool = False) -> list[Word]:
    """All words of the window, those of the prefix too. A word cut at the end is misread unless ``sure``."""
    loud = np.abs(window.sound) > 0.02
    edges = np.flatnonzero(np.diff(np.concatenate(([0], loud.astype(np.int8), [0]))))
    words = []
    for start, end in edges.reshape(-1, 2):
        level = float(np.abs(window.sound[start:end]).mean()) * 32768
        code = round((level - 3_000) / STEP)
        whole = end - start >= WORD_S * HEARING_RATE - 2 or (start == 0 and end < len(loud))
        if not whole and not sure:
            code = 1_000 + int(end - start) % 7
        words.append(Word(f" w{code}", start / HEARING_RATE, end / HEARING_RATE, 0.9, (code,)))
    return words


def after_prefix(window: Window, *, sure: bool = False) -> list[Word]:
    """The words after the prefix, which must be what the window begins with."""
    words = read(window, sure=sure)
    began = [word.tokens[0] for word in words[: len(window.prefix)]]
    assert began == list(window.prefix), f"told {window.prefix}, but the window begins with {began}"
    return words[len(window.prefix) :]


class SpelledWhisper:
    """Backend of one language."""

    multilingual = False

    def __init__(self) -> None:
        self.samples_read = 0
        self.readings = 0
        self.heard_s = 0.0

    def read(self, window: Window, choose: Choose, *, hint: str, beam_size: int) -> Reading:
        self.samples_read += len(window.sound)
        self.readings += 1
        self.heard_s = window.end_s
        return Reading(tuple(after_prefix(window)), Doubts(), choose.current or "en")
