"""Utterances as the files that players read: SubRip and WebVTT; and as the API's verbose JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from agent.audio import HEARING_RATE
from agent.engines.protocols import TimedWord
from agent.transcribing import Utterance


def srt(utterances: Sequence[Utterance]) -> str:
    """SubRip."""
    return "\n".join(
        f"{number}\n{_time(one.start, ',')} --> {_time(one.end, ',')}\n{one.text}\n"
        for number, one in enumerate(utterances, start=1)
    )


def vtt(utterances: Sequence[Utterance]) -> str:
    """WebVTT. Its text may not hold marks: &, < and > are written out."""
    cues = (f"{_time(one.start, '.')} --> {_time(one.end, '.')}\n{_escaped(one.text)}\n" for one in utterances)
    return "WEBVTT\n\n" + "\n".join(cues)


def segment(number: int, one: Utterance) -> dict[str, Any]:
    """A segment as verbose_json writes it. ``avg_logprob`` is the logarithm of the recogniser's own confidence,
    ``no_speech_prob`` how little of the sound it knows.
    """
    return {
        "id": number,
        "seek": 0,
        "start": round(one.start / HEARING_RATE, 3),
        "end": round(one.end / HEARING_RATE, 3),
        "text": one.text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": round(math.log(min(1.0, max(1e-6, one.confidence))), 4),
        "compression_ratio": 1.0,
        "no_speech_prob": round(min(1.0, max(0.0, 1.0 - one.coverage)), 4),
    }


def word(one: TimedWord) -> dict[str, Any]:
    """A word as verbose_json writes it."""
    return {"word": one.text, "start": round(one.start / HEARING_RATE, 3), "end": round(one.end / HEARING_RATE, 3)}


def joined(utterances: Sequence[Utterance]) -> str:
    return " ".join(one.text for one in utterances)


def _time(sample: int, mark: str) -> str:
    total_ms = sample * 1000 // HEARING_RATE
    seconds, ms = divmod(total_ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{ms:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
