"""Which language a text is in, two voices as one, and a voice in a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Sequence

import numpy as np
import pytest

from agent.engines.hosted_voice import HostedSynthesizer
from agent.engines.hosted_voice_child import pack, unpack
from agent.engines.protocols import SpeechChunk, Voice, WordMark
from agent.engines.voice_by_language import VoiceByLanguage
from agent.engines.written_language import SMALL_WORDS, written_in
from agent.errors import EngineFailed


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What is the weather in Paris?", "en"),
        ("Selamat pagi, apa kabar hari ini?", "id"),
        ("Saya tidak bisa melihat apa yang ada di sana.", "id"),
        ("¿Qué es esto y cómo está usted?", "es"),
        ("Je ne sais pas où il est.", "fr"),
        ("Das ist nicht für mich und ich weiß es.", "de"),
        ("こんにちは、漢字です", "ja"),
        ("你好", "zh"),
        ("Привет", "ru"),
        ("नमस्ते", "hi"),
        ("Paris", "en"),
        ("OK.", "en"),
        ("No.", "en"),
        ("Café au lait", "en"),
        ("42", "en"),
        ("", "en"),
    ],
)
def test_the_language_is_told_where_it_is_plain(text: str, language: str) -> None:
    assert written_in(text, "en") == language


def test_the_usual_language_wins_where_nothing_speaks_against_it() -> None:
    for code in SMALL_WORDS:
        assert written_in("Hamburg 42", code) == code
        assert written_in(" ".join(SMALL_WORDS[code].split()[:12]), code) == code


class Beeps:
    """Synthesizer: a tenth of a second for each word, at a level that tells who and in which language."""

    def __init__(self, name: str = "beeps", sample_rate: int = 24_000, level: int = 100, fail: bool = False) -> None:
        self.name, self.sample_rate, self._level, self._fail = name, sample_rate, level, fail
        self.closed: list[str] = []

    def voices(self) -> Sequence[str]:
        return ("beep",)

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[SpeechChunk, None]:
        try:
            if text == "break":
                raise RuntimeError("no breath")
            if text == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            each, at, end = self.sample_rate // 10, 0, 0
            for word in text.split():
                at += each
                end = text.index(word, end) + len(word)
                level = self._level + len(voice.language) + round(10 * voice.rate)
                yield SpeechChunk(np.full(each, level, np.int16), (WordMark(end, at),))
                await asyncio.sleep(0)
        finally:
            self.closed.append(text)

    async def close(self) -> None:
        return None


async def spoken(voice: VoiceByLanguage | HostedSynthesizer, text: str, how: Voice) -> list[SpeechChunk]:
    return [chunk async for chunk in voice.speak(text, how)]


def test_each_language_has_its_voice_at_one_rate() -> None:
    async def main() -> None:
        voice = VoiceByLanguage(Beeps(), Beeps("other", 22_050, 1_000), ("en",), by_text=True)
        english = await spoken(voice, "this is the first", Voice(language="en"))
        assert {int(chunk.pcm[0]) for chunk in english} == {112}
        other = await spoken(voice, "saya tidak ada di", Voice(language="en"))
        assert sum(len(chunk.pcm) for chunk in other) == pytest.approx(0.4 * 24_000, abs=2)
        marks = [mark for chunk in other for mark in chunk.words]
        assert [mark.end_char for mark in marks] == [4, 10, 14, 17]
        assert [mark.end_sample for mark in marks] == [2_400, 4_800, 7_200, 9_600]
        fixed = VoiceByLanguage(Beeps(), Beeps("other", 22_050, 1_000), ("en",), by_text=False)
        kept = await spoken(fixed, "saya tidak ada di", Voice(language="en"))
        assert {int(chunk.pcm[0]) for chunk in kept} == {112}

    asyncio.run(main())


def test_a_reply_that_is_cut_closes_the_voice_behind() -> None:
    async def main() -> None:
        first = Beeps()
        voice = VoiceByLanguage(first, Beeps(), ("en",), by_text=False)
        speaking = voice.speak("one two three", Voice())
        await anext(speaking)
        await speaking.aclose()
        assert first.closed == ["one two three"]

    asyncio.run(main())


# --- in a process of its own -----------------------------------------------------------------------------------------


def hosted(place: str = "Beeps", **options: object) -> HostedSynthesizer:
    name = f"tests.agent.engines.test_voice_by_language:{place}"
    return HostedSynthesizer("beeps", name, options, sample_rate=24_000, languages=("en",))


def test_chunks_pass_the_wire_unchanged() -> None:
    for chunk in (
        SpeechChunk(np.array([1, -2, 32_767], np.int16), (WordMark(3, 40_000), WordMark(9, 2))),
        SpeechChunk(np.zeros(0, np.int16)),
    ):
        found = unpack(pack(chunk))
        assert np.array_equal(found.pcm, chunk.pcm)
        assert found.words == chunk.words


def test_a_hosted_voice_speaks_tells_its_faults_and_is_started_again() -> None:
    async def main() -> None:
        voice = hosted(level=200)
        try:
            await voice.start()
            assert voice.voices() == ("beep",)
            async with asyncio.TaskGroup() as group:
                both = [group.create_task(spoken(voice, text, Voice(rate=2.0))) for text in ("one two", "three")]
            assert [len(task.result()) for task in both] == [2, 1]
            assert int(both[0].result()[0].pcm[0]) == 222
            with pytest.raises(EngineFailed, match="no breath"):
                await spoken(voice, "break", Voice())
            speaking = voice.speak("one two three four", Voice())
            await anext(speaking)
            await speaking.aclose()
            pid = voice.child_pid
            with pytest.raises(EngineFailed, match="ended"):
                await spoken(voice, "die", Voice())
            assert len(await spoken(voice, "one two", Voice())) == 2
            assert voice.child_pid != pid
        finally:
            await voice.close()

    asyncio.run(main())


def test_a_voice_that_cannot_be_built_says_why() -> None:
    async def main() -> None:
        voice = hosted(wrong=1)
        try:
            with pytest.raises(EngineFailed, match="wrong"):
                await voice.start()
        finally:
            await voice.close()

    asyncio.run(main())
