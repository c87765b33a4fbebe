"""One utterance on its way to words: the sound still to be read, the words committed, the words not yet certain.

Knows samples, readings and when sound may be let go. Does not know the model, threads or sessions. A word that is
committed is never taken back: what follows is always read as its continuation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from agent.audio import HEARING_RATE, Pcm, level_dbfs
from agent.engines.agreement import Policy, Word, joined

FRAME = HEARING_RATE // 50
"""Loudness is judged by 20 ms."""
QUIETER_DB = 25.0
"""Sound so much below the utterance's loudest frame is a pause."""
FADING_S = 0.1
"""A word may end softly: its reading must have had so much of what came after the last loud frame."""
SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！")  # noqa: RUF001
LEFT_S = 1.0
"""Sound kept before the newest word when nothing else limits the window."""
FORCED_S = 2.0
"""The newest sound whose words are not committed even when the window must be cut."""
PROMPT_TOKENS = 100
"""Tokens of the words before the window that are told to the model."""


@dataclass(frozen=True, slots=True)
class Trimming:
    """Seconds. ``trim_s``: a longer window is cut at a committed word. ``longest_s``: no window is longer."""

    trim_s: float = 10.0
    longest_s: float = 27.0


@dataclass(frozen=True, slots=True)
class Window:
    """What one reading is taken from. ``sound``: shape (n,), float32 -1..1. ``start_s``, ``end_s``: in the utterance.
    ``prefix``: tokens of the committed words in it; ``prompt``: tokens of those before it.
    """

    sound: np.typing.NDArray[np.float32]
    start_s: float
    end_s: float
    prefix: tuple[int, ...]
    prompt: tuple[int, ...]


class Utterance:
    """Give sound with ``add``; take a ``window`` to read, and ``take`` what was read, one reading at a time."""

    def __init__(self, policy: Policy, trimming: Trimming = Trimming()) -> None:
        self._policy, self._trimming = policy, trimming
        self._pieces: list[Pcm] = []
        self._first = 0
        self._unjudged: Pcm = np.zeros(0, np.int16)
        self._loudest = -120.0
        self._loud_until = 0
        self._committed: list[Word] = []
        self._let_go = 0
        self._tail: tuple[Word, ...] = ()
        self.samples = 0
        self.read_until = 0
        """Where the newest reading's sound ended; 0 before the first."""

    @property
    def words(self) -> tuple[Word, ...]:
        """Committed and uncertain, in order."""
        return (*self._committed, *self._tail)

    @property
    def committed(self) -> str:
        """A prefix of every later ``text``."""
        return joined(self._committed)

    @property
    def text(self) -> str:
        return joined(self.words)

    @property
    def paused(self) -> int:
        """Samples since the last loud sound."""
        return self.samples - self._loud_until

    @property
    def unread(self) -> bool:
        """Whether there is speech that the newest reading had not."""
        wanted = min(self.samples, self._loud_until + int(FADING_S * HEARING_RATE))
        return self.read_until == 0 or self.read_until < wanted

    def add(self, pcm: Pcm) -> None:
        """More sound at 16 kHz."""
        self._pieces.append(pcm)
        self.samples += len(pcm)
        sound = np.concatenate((self._unjudged, pcm))
        at = self.samples - len(sound)
        for start in range(0, len(sound) - FRAME + 1, FRAME):
            level = level_dbfs(sound[start : start + FRAME])
            self._loudest = max(self._loudest, level)
            if level > self._loudest - QUIETER_DB:
                self._loud_until = at + start + FRAME
        self._unjudged = sound[len(sound) - len(sound) % FRAME :]

    def window(self) -> Window:
        """The sound to read now; at most ``longest_s``, the oldest: what comes faster than it is read waits. Safe on
        another thread while sound is added.
        """
        pieces = list(self._pieces)
        sound = np.concatenate(pieces) if pieces else np.zeros(0, np.int16)
        start, sound = self._first, sound[: int(self._trimming.longest_s * HEARING_RATE)]
        end = start + len(sound)
        kept = self._committed[self._let_go :]
        before = [token for word in self._committed[: self._let_go] for token in word.tokens]
        return Window(
            sound.astype(np.float32) / 32768.0,
            start / HEARING_RATE,
            end / HEARING_RATE,
            tuple(token for word in kept for token in word.tokens),
            tuple(before[-PROMPT_TOKENS:]),
        )

    def take(self, window: Window, words: Sequence[Word]) -> None:
        """A reading of ``window``: the words after its prefix, with times from the window's start."""
        self.read_until = round(window.end_s * HEARING_RATE)
        earliest = self._committed[-1].end if self._committed else 0.0
        placed = []
        for word in words:
            start = max(earliest, word.start + window.start_s)
            placed.append(replace(word, start=start, end=max(start, word.end + window.start_s)))
            earliest = start
        count = self._policy.certain(placed, window.end_s)
        self._committed += placed[:count]
        self._tail = tuple(placed[count:])
        self._trim()

    def finish(self) -> None:
        """There is no more sound: all words are certain."""
        self._committed += self._tail
        self._tail = ()

    # --- letting sound go ---------------------------------------------------------------------------------------------

    @property
    def _window_s(self) -> float:
        """How much of what was read is still there."""
        return (self.read_until - self._first) / HEARING_RATE

    def _trim(self) -> None:
        if self._window_s > self._trimming.trim_s:
            self._cut_at(self._best_cut())
        if self._window_s > self._trimming.longest_s - FORCED_S:
            self._force()

    def _best_cut(self) -> int:
        """How many committed words are let go: up to the last sentence's end, where that is enough, or all but one."""
        last = len(self._committed) - 1
        for count in range(last, self._let_go, -1):
            word = self._committed[count - 1]
            if self.read_until / HEARING_RATE - word.end > self._trimming.trim_s:
                break
            if word.text.rstrip().endswith(SENTENCE_ENDS):
                return count
        return max(last, self._let_go)

    def _cut_at(self, count: int) -> None:
        """Let go of the first ``count`` committed words and of the sound up to the end of the last of them."""
        if count > self._let_go:
            self._let_go = count
            self._drop_before(self._committed[count - 1].end)

    def _force(self) -> None:
        """Nothing was certain for very long: what is old counts as certain, and sound without words goes."""
        now = self.read_until / HEARING_RATE
        old = [word for word in self._tail if word.end <= now - FORCED_S]
        self._committed += old
        self._tail = self._tail[len(old) :]
        self._cut_at(len(self._committed))
        if self._window_s > self._trimming.trim_s:
            first = self._tail[0].start if self._tail else now
            self._drop_before(max(min(first, now - FORCED_S) - LEFT_S, now - self._trimming.trim_s))

    def _drop_before(self, seconds: float) -> None:
        sample = min(self.samples, max(self._first, int(seconds * HEARING_RATE)))
        while self._pieces and self._first + len(self._pieces[0]) <= sample:
            self._first += len(self._pieces.pop(0))
        if self._pieces and self._first < sample:
            self._pieces[0] = self._pieces[0][sample - self._first :]
            self._first = sample
