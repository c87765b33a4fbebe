"""Recorded sound to utterances, in virtual time with a recogniser whose words are known beforehand."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from itertools import pairwise

import numpy as np
import pytest

from agent.audio import HEARING_RATE, Pcm
from agent.core.gate import GateSettings
from agent.engines.agreement import Word
from agent.engines.fakes import FakeDetector, FakeRecognizer
from agent.engines.whisper import WhisperRecognizer
from agent.engines.whisper_guards import Doubts
from agent.engines.whisper_reading import Choose, Reading
from agent.engines.whisper_utterance import Window
from agent.transcribing import Transcriber, Utterance
from tests.virtual import run_virtual


def sound(*seconds: float) -> Pcm:
    """Loud and quiet by turns, loud first; negative: quiet."""
    parts = []
    for length in seconds:
        t = np.arange(int(abs(length) * HEARING_RATE))
        parts.append((6000 * np.sin(t * 2 * np.pi * 200 / HEARING_RATE) * (length > 0)).astype(np.int16))
    return np.concatenate(parts)


def hear(pcm: Pcm, *script: str, piece: int = 16_000, longest_s: float = 30.0) -> list[Utterance]:
    async def pieces() -> AsyncIterator[Pcm]:
        for begin in range(0, len(pcm), piece):
            yield pcm[begin : begin + piece]

    async def main() -> list[Utterance]:
        transcriber = Transcriber(
            FakeDetector(), FakeRecognizer(deque(script)), GateSettings(), max_utterance_s=longest_s
        )
        return [utterance async for utterance in transcriber.hear(pieces())]

    return run_virtual(main())


def test_two_utterances_with_their_times() -> None:
    first, second = hear(sound(-1.0, 1.0, -1.0, 1.0, -0.5), "hello there", "good bye")
    assert (first.text, second.text) == ("hello there", "good bye")
    assert first.start / HEARING_RATE == pytest.approx(0.7, abs=0.05)  # pre-roll of 300 ms
    assert first.end / HEARING_RATE == pytest.approx(2.0, abs=0.05)
    assert second.start / HEARING_RATE == pytest.approx(2.7, abs=0.05)


@pytest.mark.parametrize("piece", [1, 100, 512, 7_777, 10**6])
def test_it_does_not_matter_how_the_sound_is_cut(piece: int) -> None:
    pcm = sound(0.4, -0.5, 0.6)[: 9_000 if piece == 1 else None]
    assert hear(pcm, "one", "two", piece=piece) == hear(pcm, "one", "two")


def test_a_recording_that_ends_in_the_middle_of_speech() -> None:
    [only] = hear(sound(0.8), "one two")
    assert only.start == 0
    assert only.end / HEARING_RATE == pytest.approx(0.8, abs=0.05)


def test_silence_and_nothing_have_no_words() -> None:
    assert hear(sound(-5.0), "never") == []
    assert hear(np.zeros(0, np.int16), "never") == []


def test_speech_without_words_is_left_out() -> None:
    assert [one.text for one in hear(sound(0.5, -0.5, 0.5), "", "words")] == ["words"]


def test_endless_speech_is_cut() -> None:
    found = hear(sound(10.0), "a", "b", "c", "d", longest_s=3.0)
    assert [one.text for one in found] == ["a", "b", "c", "d"]
    assert all(before.end <= after.start for before, after in pairwise(found))


def test_the_stream_is_given_back_when_the_listener_leaves() -> None:
    async def main() -> None:
        closed = 0

        class Recognizer(FakeRecognizer):
            def stream(self) -> object:  # type: ignore[override]
                stream = super().stream()

                async def close() -> None:
                    nonlocal closed
                    closed += 1

                stream.close = close  # type: ignore[method-assign]
                return stream

        async def pieces() -> AsyncIterator[Pcm]:
            while True:
                yield sound(0.5, -0.5)

        hearing = Transcriber(FakeDetector(), Recognizer(deque(["x"] * 9)), GateSettings()).hear(pieces())  # type: ignore[arg-type]
        async for _ in hearing:
            break
        await hearing.aclose()
        assert closed == 1

    run_virtual(main())


def test_words_have_their_places_in_the_recording() -> None:
    async def pieces() -> AsyncIterator[Pcm]:
        yield sound(-1.0, 1.0, -1.0, 1.0, -0.5)

    async def main() -> None:
        recognizer = WhisperRecognizer({}, "", "", model=LoudWhisper())
        transcriber = Transcriber(FakeDetector(), recognizer, GateSettings())
        first, second = [utterance async for utterance in transcriber.hear(pieces())]
        assert first.words[0].start / HEARING_RATE == pytest.approx(1.0, abs=0.05)
        assert second.words[0].start / HEARING_RATE == pytest.approx(3.0, abs=0.05)
        await recognizer.close()

    asyncio.run(main())  # the readings have a thread


class LoudWhisper:
    """Backend: one word where it is loud."""

    multilingual = False

    def read(self, window: Window, choose: Choose, *, hint: str, beam_size: int) -> Reading:
        loud = np.flatnonzero(np.abs(window.sound) > 0.05)
        words = [Word(" word", loud[0] / HEARING_RATE, loud[-1] / HEARING_RATE)] if len(loud) else []
        return Reading(tuple(words[: 1 - len(window.prefix)]), Doubts(), choose.current)
