"""From probabilities of speech to speech that opens and closes: hysteresis counted in samples.

Knows thresholds and positions on the sound's own axis. Does not know clocks, words, turns or which detector
speaks: a gate works for any window length.

A window at or above ``likely_threshold`` is worth a Likely at once (ducking is reversible); enough windows above
``open_threshold`` make an opening, and what does not become one is taken back by Unlikely. While open, speech
goes on as long as windows reach the lower ``close_threshold`` within ``close_samples``; a silence of ``pause_samples``
is told on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class GateSettings:
    """Lengths are samples at 16 kHz; see the fields for where the numbers come from (``transport.bench.vad``)."""

    likely_threshold: float = 0.5
    """One window this probable is told at once."""
    open_threshold: float = 0.5
    """Windows this probable count for the opening."""
    close_threshold: float = 0.35
    """Windows this probable keep speech going; below it, before the opening, the count begins again."""
    open_samples: int = 1_536
    """Speech that makes an opening: three windows of Silero, 96 ms."""
    close_samples: int = 3_072
    """Silence that closes: six windows of Silero, 192 ms."""
    pause_samples: int = 1_536
    """Silence that may become an end, and is told: three windows of Silero, 96 ms."""
    preroll_samples: int = 4_800
    """How far before the first likely window speech is taken to begin: 300 ms keep the first syllable in noise."""

    def __post_init__(self) -> None:
        for name in ("likely_threshold", "open_threshold", "close_threshold"):
            if not 0.0 < getattr(self, name) < 1.0:
                raise ValueError(f"{name} must be between 0 and 1, not {getattr(self, name)}")
        if not self.close_threshold <= self.likely_threshold <= self.open_threshold:
            raise ValueError("close_threshold <= likely_threshold <= open_threshold must hold")
        for name, least in (("open_samples", 1), ("close_samples", 1), ("pause_samples", 1), ("preroll_samples", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, not {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class Likely:
    """A first window that sounds like speech ended at ``at``."""

    at: int


@dataclass(frozen=True, slots=True)
class Unlikely:
    """What was likely did not become speech."""

    at: int


@dataclass(frozen=True, slots=True)
class Opened:
    """Speech is certain at ``at`` and is taken to begin at ``start``: pre-roll included, never before sound that
    belongs to the speech before it."""

    at: int
    start: int


@dataclass(frozen=True, slots=True)
class Paused:
    """Open, and silent since ``end``: told once for each silence, unless it closes at once."""

    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Closed:
    """Silence is certain at ``at``; the last window of speech ended at ``end``."""

    at: int
    end: int


GateSignal: TypeAlias = Likely | Unlikely | Opened | Paused | Closed


class Gate:
    """One line's gate. Openings and closings alternate; every Likely is followed by Opened or Unlikely."""

    def __init__(self, settings: GateSettings = GateSettings()) -> None:
        self._settings = settings
        self._at = 0
        self._open = False
        self._likely_from: int | None = None
        self._run = 0
        self._speech_end = 0
        self._paused = False
        self._speech = 0

    def change(self, settings: GateSettings) -> None:
        """Judge by these from the next window on."""
        self._settings = settings

    @property
    def at(self) -> int:
        """Samples pushed so far."""
        return self._at

    @property
    def open(self) -> bool:
        return self._open

    @property
    def speech_samples(self) -> int:
        """Speech in this opening so far, or in the last one while closed; silence within it is not counted."""
        return self._speech

    def push(self, probability: float, samples: int) -> tuple[GateSignal, ...]:
        """Take the probability of the next window of ``samples``. NaN counts as silence."""
        began = self._at
        self._at += samples
        return self._while_open(probability, samples) if self._open else self._while_closed(probability, samples, began)

    def finish(self) -> tuple[GateSignal, ...]:
        """The sound ended or was muted: whatever was under way is told to be over."""
        if self._open:
            return (self._close(),)
        return self._take_back()

    def _while_open(self, probability: float, samples: int) -> tuple[GateSignal, ...]:
        if probability >= self._settings.close_threshold:
            self._speech_end = self._at
            self._speech += samples
            self._paused = False
        elif self._at - self._speech_end >= self._settings.close_samples:
            return (self._close(),)
        elif not self._paused and self._at - self._speech_end >= self._settings.pause_samples:
            self._paused = True
            return (Paused(self._at, self._speech_end),)
        return ()

    def _while_closed(self, probability: float, samples: int, began: int) -> tuple[GateSignal, ...]:
        if not probability >= self._settings.close_threshold:
            return self._take_back()
        signals: tuple[GateSignal, ...] = ()
        if self._likely_from is None:
            if probability < self._settings.likely_threshold:
                return ()
            self._likely_from = began
            signals = (Likely(self._at),)
        if probability >= self._settings.open_threshold:
            self._run += samples
        if self._run < self._settings.open_samples:
            return signals
        start = max(self._likely_from - self._settings.preroll_samples, self._speech_end, 0)
        self._open, self._speech, self._speech_end = True, self._at - self._likely_from, self._at
        self._paused = False
        self._likely_from, self._run = None, 0
        return (*signals, Opened(self._at, start))

    def _close(self) -> Closed:
        self._open = False
        return Closed(self._at, self._speech_end)

    def _take_back(self) -> tuple[GateSignal, ...]:
        was_likely, self._likely_from, self._run = self._likely_from is not None, None, 0
        return (Unlikely(self._at),) if was_likely else ()
