"""Someone makes a sound over the reply: is it a barge-in, or a cough, or "uh-huh"?

Pure judgement over what is known so far. What the listener notices comes early and is reversible: the reply is lowered
at the first likely window and silent after 160 ms of speech. What cannot be taken back, the cancel, waits until words
prove it, because a cough lasts 300 to 500 ms, "uh-huh" 400 to 500, and the recogniser finds some word in either.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from agent.core.words import is_backchannel, is_stop, plain


class Verdict(Enum):
    """DUCKED: stay lowered. HELD: be silent, keep the rest. CANCEL: the user has the turn. RETURN: go on as before."""

    DUCKED = "ducked"
    HELD = "held"
    CANCEL = "cancel"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class BargeInSettings:
    """Speech lengths are counted in samples of speech at 16 kHz, not in time."""

    hold_samples: int = 2_560
    """Speech after which the reply falls silent, still reversibly (160 ms: with the onset and the listener's own
    buffer it is silent within 400 ms)."""
    unhold_samples: int = 6_400
    """Speech after which a reply that fell silent sounds again, lowered, when all that was understood is a backchannel
    (400 ms: by then the second word of a sentence is mostly known). A slow "okay" lasts 700 ms."""
    words_samples: int = 11_200
    """Speech after which two words or more that are no backchannel take the turn (700 ms: longer than "uh-huh" and a
    hummed "mm-hmm", whose partial words are often others)."""
    certain_samples: int = 14_400
    """Speech after which one such word is enough (900 ms: longer than two coughs), and at the end none is needed when
    the recogniser said nothing at all."""
    wordless_samples: int = 48_000
    """Sound without words that takes the turn after all (3 s): the reply is silent meanwhile, and not for ever."""
    min_coverage: float = 0.2
    """Below this a short sound's words are taken for noise (a cough decodes to some word, too)."""
    short_samples: int = 8_000
    """Speech shorter than this (500 ms) may be a backchannel that was misheard: over a reply it must be heard well to
    count, and below ``min_coverage`` it is no turn at all."""
    short_coverage: float = 0.6
    """How well. Measured on four voices: "uh-huh" as "ahead" 0.31, "yeah" as "yay" 0.21, "right" as "bright" 0.56;
    "no" 0.87, "what is that" 0.93."""
    sentence_words: int = 3
    """So many words over ``sentence_samples`` of speech are a sentence, however badly they were heard: a cough decodes
    to one word, and so do hums; over a loud echo a real one is heard with holes."""
    sentence_samples: int = 6_400
    """Speech that such a sentence takes at least (400 ms)."""
    distant_db: float = 7.0
    """A voice over a reply that is so much softer than the user's own turns comes from elsewhere in the room, or is the
    user's who turned to somebody else: it lowers the reply while it lasts, and only its "stop" counts. 0: every voice
    counts."""
    verdict_timeout_ms: int = 1_200
    """How long after the last sound a missing verdict means: decide without it."""

    def __post_init__(self) -> None:
        if not 0 <= self.hold_samples <= self.certain_samples <= self.wordless_samples:
            raise ValueError("0 <= hold_samples <= certain_samples <= wordless_samples must hold")
        if not self.hold_samples <= self.unhold_samples:
            raise ValueError("unhold_samples must be at least hold_samples")
        if not 0 <= self.words_samples <= self.certain_samples:
            raise ValueError("words_samples must be between 0 and certain_samples")
        if not 0.0 <= self.min_coverage <= 1.0:
            raise ValueError("min_coverage must be 0..1")
        if not 0.0 <= self.short_coverage <= 1.0 or self.short_samples < 0:
            raise ValueError("short_coverage must be 0..1 and short_samples at least 0")
        if self.sentence_words < 1 or self.sentence_samples < 0:
            raise ValueError("sentence_words must be at least 1 and sentence_samples at least 0")
        if not 0.0 <= self.distant_db <= 60.0:
            raise ValueError("distant_db must be 0..60 decibels")
        if not 100 <= self.verdict_timeout_ms <= 10_000:
            raise ValueError("verdict_timeout_ms must be 100..10000")


def judge_while_speaking(settings: BargeInSettings, text: str, samples: int, *, strange: bool = False) -> Verdict:
    """The user's sound goes on: ``text`` so far, ``samples`` of speech so far. ``strange``: it is the agent's own, or
    somebody else's.

    "Stop" is believed at once: to go on after a real one is worse than to stop after a cough.
    """
    if is_stop(text):
        return Verdict.CANCEL
    if strange or is_backchannel(text):
        return Verdict.DUCKED
    words = len(plain(text).split())
    enough = settings.wordless_samples
    if words:
        enough = settings.words_samples if words > 1 else settings.certain_samples
    if samples >= enough:
        return Verdict.CANCEL
    return Verdict.HELD if samples >= settings.hold_samples else Verdict.DUCKED


def judge_at_end(
    settings: BargeInSettings, text: str, samples: int, coverage: float, *, strange: bool = False
) -> Verdict:
    """The user's sound is over and these are its words."""
    if is_stop(text):
        return Verdict.CANCEL
    if strange or not plain(text) or is_backchannel(text):
        return Verdict.RETURN
    if len(plain(text).split()) >= settings.sentence_words and samples >= settings.sentence_samples:
        return Verdict.CANCEL
    if coverage < settings.min_coverage and samples < settings.certain_samples:
        return Verdict.RETURN
    if coverage < settings.short_coverage and samples < settings.short_samples:
        return Verdict.RETURN
    return Verdict.CANCEL


def judge_unresolved(settings: BargeInSettings, text: str, samples: int, *, strange: bool = False) -> Verdict:
    """The user's sound is over, and its last words never came: ``text`` are those that did."""
    if not plain(text):
        return Verdict.CANCEL if not strange and samples >= settings.certain_samples else Verdict.RETURN
    return judge_at_end(settings, text, samples, coverage=1.0, strange=strange)
