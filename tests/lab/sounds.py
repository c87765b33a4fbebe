"""Sound that carries words: every sample says which piece of a conversation it belongs to.

A frame alternates a mark and the number of its piece. So the fake ear and the fake recogniser know exactly what reached
them: through pre-roll, lost frames, stalls and cuts, which the real code under test cuts as it likes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from agent.audio import FRAME_SAMPLES, HEARING_RATE, Pcm
from tests.lab.script import PAUSE, Noise, Say

MARK = 32_000
FRAME_MS = 20
SPACE_MS = 60
"""Between two words: quieter, and still a voice."""


@dataclass(frozen=True, slots=True)
class Piece:
    """``samples`` long at HEARING_RATE. ``at_first``: what it is taken for while nothing followed. ``final_ms``: how
    long the last words of its utterance take."""

    probability: float
    samples: int
    word: str = ""
    at_first: str = ""
    coverage: float = 1.0
    final_ms: int | None = None


CONCEALED = Piece(0.6, 0)
"""What a lost frame is filled with: a faded copy, whose mark is gone."""
SILENCE = Piece(0.02, 0)


class Sounds:
    """All pieces of one conversation."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = [SILENCE]

    def say(self, say: Say) -> Pcm:
        """A sentence."""
        parts: list[Pcm] = []
        for part in PAUSE.sub(lambda pause: f" {pause[0]} ", say.text).split():
            if pause := PAUSE.fullmatch(part):
                parts.append(_silence(int(pause[1])))
                continue
            word, _, at_first = part.partition("|")
            parts.append(self._sound(0.9, say.word_ms, word, at_first, say.coverage, say.final_ms))
            parts.append(self._sound(0.45, SPACE_MS, coverage=say.coverage, final_ms=say.final_ms))
        return np.concatenate(parts)

    def noise(self, noise: Noise) -> Pcm:
        return self._sound(noise.probability, noise.ms, noise.word, coverage=noise.coverage)

    def piece(self, mark: int, number: int) -> Piece:
        """What two samples next to each other say."""
        if mark == MARK:
            return self._pieces[number]
        return SILENCE if mark == 0 else CONCEALED

    def runs(self, pcm: Pcm) -> list[tuple[Piece, int, int]]:
        """Pieces in this sound: (piece, its number, samples). Silence and what was lost is left out."""
        marks, numbers = pcm[::2], pcm[1::2]
        if marks[0] == marks[-1] and numbers[0] == numbers[-1] and len(pcm) <= FRAME_SAMPLES:
            cuts = [0, len(numbers)]
        else:
            changes = np.flatnonzero((numbers[1:] != numbers[:-1]) | (marks[1:] != marks[:-1])) + 1
            cuts = [0, *changes.tolist(), len(numbers)]
        found = []
        for start, end in pairwise(cuts):
            if marks[start] == MARK:
                number = int(numbers[start])
                found.append((self._pieces[number], number, 2 * (end - start)))
        return found

    def _sound(
        self,
        probability: float,
        ms: int,
        word: str = "",
        at_first: str = "",
        coverage: float = 1.0,
        final_ms: int | None = None,
    ) -> Pcm:
        frames = round(ms / FRAME_MS) | 1  # odd: no cut leaves two halves that are both most of it
        number = len(self._pieces)
        if number >= MARK:
            raise OverflowError("a conversation has room for 32,000 pieces of sound")
        self._pieces.append(Piece(probability, frames * FRAME_SAMPLES, word, at_first, coverage, final_ms))
        pcm = np.empty(frames * FRAME_SAMPLES, np.int16)
        pcm[::2], pcm[1::2] = MARK, number
        return pcm


def _silence(ms: int) -> Pcm:
    return np.zeros(max(1, round(ms / FRAME_MS)) * FRAME_SAMPLES, np.int16)


def seconds(pcm: Pcm) -> float:
    return len(pcm) / HEARING_RATE
