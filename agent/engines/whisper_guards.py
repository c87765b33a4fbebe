"""What Whisper writes where nobody spoke: readings that are not believed, and loops that are cut.

Knows words, their times and the model's own doubts. Does not know sound or sessions.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from agent.engines.agreement import Word, bare, joined

SILENCE_TEXTS = frozenset(
    {
        "thank you", "thanks for watching", "thank you for watching", "thank you very much", "thank you so much",
        "thank you so much for watching", "thanks", "bye", "bye bye", "you", "okay", "so", "oh", "hmm", "the", "i",
        "please subscribe", "subscribe", "like and subscribe", "see you next time", "see you in the next video",
        "subtitles by the amara org community", "subtitles by", "transcription by castingwords", "music", "applause",
        "laughter", "silence", "foreign", "terima kasih", "terima kasih telah menonton", "selamat menikmati",
        "untertitel der amara org community", "untertitel im auftrag des zdf", "vielen dank",
        "vielen dank fürs zuschauen",
        "sous titres réalisés par la communauté d amara org", "merci", "merci d avoir regardé", "gracias",
        "gracias por ver el video", "subtítulos por la comunidad de amara org", "obrigado", "sottotitoli creati dalla "
        "comunità amara org", "grazie", "ご視聴ありがとうございました", "谢谢观看",
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "продолжение следует", "субтитры сделал dimatorzok",
    }
)  # fmt: skip
"""Texts of films' ends and channels that Whisper is known to write over silence and noise, without punctuation."""

DOUBT_NO_SPEECH, DOUBT_PROBABILITY = 0.2, 0.5
"""A silence text counts as made up from this chance of no speech on, or below this mean probability of its words."""
LOOPS = ((1, 5), (2, 4), (3, 3))
"""(words, repeats): a run of so many words that comes so often in a row is a loop; the last holds for longer runs."""
LONGEST_RUN = 16
COLLAPSED, COLLAPSED_S = 5, 0.03
"""So many words in a row that lasted less than this: the model attends to nothing any more."""
LEAST_FOR_COMPRESSION = 40
"""Characters from which gzip tells anything."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """What the model says of its own reading. ``no_speech``: 0..1; ``logprob``: mean of its tokens."""

    no_speech: float = 0.0
    logprob: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """See WhisperSettings. ``echoes``: phrases that were given as a hint; said over noise they are the hint's echo."""

    no_speech: float = 0.6
    least_logprob: float = -1.0
    most_compression: float = 2.4
    echoes: frozenset[str] = frozenset()


def plain(text: str) -> str:
    """Words without case and punctuation, single spaces."""
    return " ".join(filter(None, (bare(part) for part in re.split(r"[\s.\-'\u2019]+", text))))


def believed(words: Sequence[Word], doubts: Doubts, limits: Limits, heard_s: float) -> tuple[Word, ...]:
    """What of this reading is believed: its first words, possibly none. ``heard_s``: where the sound ends."""
    if doubts.no_speech > limits.no_speech and doubts.logprob < limits.least_logprob:
        return ()
    kept = tuple(words[: min(_first_late(words, heard_s), _collapse(words))])
    kept = kept[: _loop(kept)]
    if not kept or _made_up(kept, doubts, limits.echoes) or compression(joined(kept)) > limits.most_compression:
        return ()
    return kept


def compression(text: str) -> float:
    """How much smaller gzip makes it; 1.0 for short texts."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if len(data) >= LEAST_FOR_COMPRESSION else 1.0


def _first_late(words: Sequence[Word], heard_s: float) -> int:
    """The first word that would begin after the sound."""
    return next((at for at, word in enumerate(words) if word.start > heard_s), len(words))


def _collapse(words: Sequence[Word]) -> int:
    """Where a run of words without a length begins."""
    run = 0
    for at, word in enumerate(words):
        run = run + 1 if word.end - word.start < COLLAPSED_S else 0
        if run >= COLLAPSED:
            return at + 1 - run
    return len(words)


def _loop(words: Sequence[Word]) -> int:
    """The words up to the end of the first round of a loop, or all."""
    texts = [bare(word.text) for word in words]
    for start in range(len(texts)):
        for size in range(1, LONGEST_RUN + 1):
            needed = next((times for length, times in reversed(LOOPS) if size >= length), LOOPS[0][1])
            run = texts[start : start + size]
            if start + size * needed > len(texts):
                break
            if all(texts[start + size * n : start + size * (n + 1)] == run for n in range(1, needed)):
                return start + size
    return len(texts)


def _made_up(words: Sequence[Word], doubts: Doubts, echoes: Collection[str]) -> bool:
    text = plain(joined(words))
    if text not in SILENCE_TEXTS and text not in echoes:
        return not text
    probability = sum(word.probability for word in words) / len(words)
    return doubts.no_speech > DOUBT_NO_SPEECH or probability < DOUBT_PROBABILITY
