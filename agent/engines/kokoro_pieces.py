"""A text's phonemes cut into what the network makes at a time; its sound with the ends of words. Knows no network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.audio import Pcm
from agent.engines.kokoro_phonemes import Sounded
from agent.engines.kokoro_settings import SAMPLE_RATE as SAMPLE_RATE
from agent.engines.protocols import SpeechChunk, WordMark

LONGEST = 510
"""Phonemes that fit into the network, its own start and end left out."""
CHUNK_SAMPLES = SAMPLE_RATE // 4
_SENTENCE = re.compile(r"[.!?…]+[”)]*$")
_SOFT = re.compile(r"[,;:—][”)]*$")


@dataclass(frozen=True, slots=True)
class Made:
    """``ends``: for each of the phonemes given, the sample at which it has been said."""

    pcm: Pcm
    ends: tuple[int, ...]


def cut(sounded: Sequence[Sounded], longest: int = LONGEST) -> Iterator[list[Sounded]]:
    """Sentences; a sentence that is longer than the network takes is cut at a comma, or between words."""
    part: list[Sounded] = []
    for one in sounded:
        word = Sounded(one.phonemes[:longest], one.end)
        while part and len(written([*part, word])) > longest:
            soft = next((at for at in range(len(part), 0, -1) if _SOFT.search(part[at - 1].phonemes)), len(part))
            yield part[:soft]
            part = part[soft:]
        part.append(word)
        if _SENTENCE.search(word.phonemes):
            yield part
            part = []
    if written(part):
        yield part


def written(part: Sequence[Sounded]) -> str:
    """The phonemes of a part as the network is given them."""
    return " ".join(one.phonemes for one in part if one.phonemes)


def chunks(made: Made, part: Sequence[Sounded], before: int) -> Iterator[SpeechChunk]:
    """The sound in pieces, each with the words that end in it. ``before``: samples of this text made earlier."""
    marks, at, end = [], 0, 0
    for one in part:
        bare = one.phonemes.rstrip(";:,.!?—…”) ")
        if bare:
            end = made.ends[at + len(bare) - 1]
        marks.append(WordMark(one.end, end))
        at += len(one.phonemes) + bool(one.phonemes)
    told = 0
    for start in range(0, max(1, len(made.pcm)), CHUNK_SAMPLES):
        pcm = made.pcm[start : start + CHUNK_SAMPLES]
        last = start + CHUNK_SAMPLES >= len(made.pcm)
        words = []
        while told < len(marks) and (last or marks[told].end_sample <= start + len(pcm)):
            words.append(WordMark(marks[told].end_char, before + marks[told].end_sample))
            told += 1
        yield SpeechChunk(pcm, tuple(words))
