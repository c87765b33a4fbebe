"""Other machines that hear and speak: Netra's own API is one of them; the others are slow, broken or gone."""

from __future__ import annotations

import asyncio
import io
import json
import wave
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import numpy as np
import pytest

from agent.audio import HEARING_RATE, Pcm
from agent.engines.fakes import FakeRecognizer
from agent.engines.protocols import LanguageListener, SpeechChunk, Transcript, Voice, WordMark
from agent.engines.registry import build
from agent.engines.server_link import told_in
from agent.engines.speech_server_settings import VoiceServer, WordServer
from agent.engines.voice_server import Paced, ServerSynthesizer
from agent.engines.word_server import ServerRecognizer, ServerStream, text_of, wav
from agent.errors import EngineFailed, EngineMissing
from agent.resample import Resampler
from agent.settings import load
from tests.transport.speech_servers import Answer, field_of, serving, silent, streamed, whole
from tests.transport.whole_server import Whole

pytestmark = pytest.mark.net

HELLO = whole(b'{"text": " Hello  there. "}')
BUSY = whole(b'{"error": {"message": "try later"}}', 503)
WRONG = whole(b'{"error": {"message": "no such model"}}', 404)
PATIENCE_S = 20.0


def loud(seconds: float, pause_s: float = 0.0) -> Pcm:
    tone = 6_000 * np.sin(np.arange(int(seconds * HEARING_RATE)) * 0.1)
    return np.concatenate((tone, np.zeros(int(pause_s * HEARING_RATE)))).astype(np.int16)


def hearing(url: str, **options: Any) -> ServerRecognizer:
    settings = WordServer(**({"url": url, "first_s": 5.0, "retries": 0} | options))
    return ServerRecognizer(settings, "a key", FakeRecognizer(deque(["instead one", "instead two", "instead three"])))


async def heard(stream: ServerStream, sound: Pcm) -> tuple[list[str], Transcript]:
    partials = []
    for at in range(0, len(sound), 960):
        found = await stream.feed(sound[at : at + 960])
        if found is not None:
            partials.append(found.text)
    return partials, await stream.finish()


def run_hearing(answers: Sequence[Answer], what: Any, **options: Any) -> None:
    async def main() -> None:
        async with asyncio.timeout(PATIENCE_S), serving(*answers) as server:
            recognizer = hearing(server.url, **options)
            try:
                await what(server, recognizer)
            finally:
                await recognizer.close()

    asyncio.run(main())


def test_an_utterance_is_asked_for_at_its_pause_and_costs_nothing_at_its_end() -> None:
    async def what(server: Any, recognizer: ServerRecognizer) -> None:
        partials, final = await heard(recognizer.stream(), loud(1.0, pause_s=0.5))
        assert partials == ["Hello there."]
        assert final == Transcript("Hello there.", final=True)
        assert not recognizer.trouble
        [asked] = server.asked
        assert asked.path == "/v1/audio/transcriptions"
        assert asked.headers["authorization"] == "Bearer a key"
        assert [field_of(asked.body, name) for name in ("model", "language", "prompt", "response_format")] == [
            "whisper-1", "en", "Netra", "json",
        ]  # fmt: skip
        start = asked.body.index(b"RIFF")
        with wave.open(io.BytesIO(asked.body[start:])) as file:
            assert (file.getframerate(), file.getnchannels()) == (HEARING_RATE, 1)
            assert file.getnframes() == pytest.approx(1.15 * HEARING_RATE, abs=1_500)

    run_hearing([HELLO], what, language="en", prompt="Netra")


def test_the_language_of_the_conversation_is_asked_for_where_the_server_hears_it() -> None:
    async def what(server: Any, recognizer: ServerRecognizer) -> None:
        for language, wanted in (("id", "id"), ("fr", "")):
            stream = recognizer.stream()
            assert isinstance(stream, LanguageListener)
            stream.expect(language)
            await heard(stream, loud(1.0, pause_s=0.5))
            assert field_of(server.asked[-1].body, "language") == wanted

    run_hearing([HELLO, HELLO], what, languages=("en", "id"))


def test_partial_words_are_asked_for_where_that_is_wished() -> None:
    async def what(server: Any, recognizer: ServerRecognizer) -> None:
        answers = [whole(json.dumps({"text": text}).encode()) for text in ("what", "what is", "what is it")]
        server.answers[:] = answers
        partials, final = await heard(recognizer.stream(), loud(2.5))
        assert partials == ["what", "what is"]
        assert final.text == "what is it"

    run_hearing([HELLO], what, partial_s=1.0)


@pytest.mark.parametrize(
    "answer",
    [BUSY, WRONG, whole(b"<html>"), streamed(b'{"te', cut=True), whole(b"{}"), whole(b'{"text": null}'),
     whole(b" " * 1_100_000), silent],
    ids=["busy", "wrong", "html", "cut", "no text", "null", "endless", "silent"],
)  # fmt: skip
def test_where_the_server_fails_the_embedded_recogniser_hears_all_of_it(answer: Answer) -> None:
    async def what(server: Any, recognizer: ServerRecognizer) -> None:
        stream = recognizer.stream()
        _, final = await heard(stream, loud(1.0, pause_s=0.4))
        assert final.text == "instead one"
        assert recognizer.trouble
        server.answers[:] = [HELLO]
        assert (await heard(stream, loud(1.0)))[1].text == "Hello there."

    run_hearing([answer], what, first_s=0.3, failures=5)


def test_a_server_that_failed_is_left_alone_and_tried_again_later() -> None:
    async def what(server: Any, recognizer: ServerRecognizer) -> None:
        stream = recognizer.stream()
        texts = [(await heard(stream, loud(0.6)))[1].text for _ in range(3)]
        assert texts == ["instead one", "instead two", "instead three"]
        assert len(server.asked) == 2
        server.answers[:] = [HELLO]
        while recognizer.link.resting:  # noqa: ASYNC110  the breaker's own clock is the real one
            await asyncio.sleep(0.02)
        assert (await heard(stream, loud(0.6)))[1].text == "Hello there."

    run_hearing([BUSY], what, failures=2, rest_s=0.5)


def test_a_busy_server_is_asked_again() -> None:
    async def what(server: Any, recognizer: ServerRecognizer) -> None:
        assert (await heard(recognizer.stream(), loud(0.6)))[1].text == "Hello there."
        assert len(server.asked) == 2

    run_hearing([BUSY, HELLO], what, retries=2)


def test_a_request_that_nobody_waits_for_is_closed() -> None:
    async def what(server: Any, recognizer: ServerRecognizer) -> None:
        stream = recognizer.stream()
        await stream.feed(loud(1.0))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await stream.finish()
        await server.asked[0].closed.wait()
        await stream.drop()

    run_hearing([silent], what)


def test_nobody_there_is_a_fall_back_too() -> None:
    async def main() -> None:
        recognizer = hearing("http://127.0.0.1:9/v1")
        assert (await heard(recognizer.stream(), loud(0.6)))[1].text == "instead one"
        await recognizer.close()

    asyncio.run(main())


# --- speaking --------------------------------------------------------------------------------------------------------


class Other:
    """The voice instead: half a second of a level that nothing else has."""

    name, sample_rate = "other", 22_050

    def voices(self) -> Sequence[str]:
        return ()

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[SpeechChunk, None]:
        yield SpeechChunk(np.full(11_025, 7_000, np.int16), (WordMark(len(text), 11_025),))

    async def close(self) -> None:
        return None


def speaking(url: str, **options: Any) -> ServerSynthesizer:
    settings = VoiceServer(**({"url": url, "first_s": 5.0, "retries": 0, "voices": ("nova",)} | options))
    return ServerSynthesizer(settings, "", Other())


def run_speaking(answers: Sequence[Answer], what: Any, **options: Any) -> None:
    async def main() -> None:
        async with asyncio.timeout(PATIENCE_S), serving(*answers) as server:
            voice = speaking(server.url, **options)
            try:
                await what(server, voice)
            finally:
                await voice.close()

    asyncio.run(main())


async def spoken(voice: ServerSynthesizer, text: str, how: Voice) -> tuple[Pcm, list[WordMark]]:
    chunks = [chunk async for chunk in voice.speak(text, how)]
    return np.concatenate([chunk.pcm for chunk in chunks]), [mark for chunk in chunks for mark in chunk.words]


def test_sound_is_heard_as_it_comes_with_its_odd_bytes_in_order() -> None:
    sound = np.arange(-12_000, 12_000, dtype="<i2")
    data = sound.tobytes()

    async def what(server: Any, voice: ServerSynthesizer) -> None:
        text = "It is three o'clock."
        pcm, marks = await spoken(voice, text, Voice("nova", 1.5))
        assert np.array_equal(pcm, sound)
        assert [mark.end_char for mark in marks] == [2, 5, 11, 20]
        ends = [mark.end_sample for mark in marks]
        assert ends == sorted(ends)
        assert ends[-1] == len(sound)
        asked = json.loads(server.asked[0].body)
        assert server.asked[0].path == "/v1/audio/speech"
        assert asked == {
            "model": "tts-1", "voice": "nova", "input": text, "response_format": "pcm", "speed": 1.5,
        }  # fmt: skip
        assert "authorization" not in server.asked[0].headers

    run_speaking([streamed(data[:1], data[1:4_002], data[4_002:4_003], data[4_003:])], what)


MP3 = whole(b"ID3" + b"\4" * 9_000)


@pytest.mark.parametrize("answer", [BUSY, WRONG, whole(b""), MP3, silent, streamed(hang=True)],
                         ids=["busy", "wrong", "empty", "mp3", "silent", "nothing comes"])  # fmt: skip
def test_where_the_server_fails_the_embedded_voice_speaks(answer: Answer) -> None:
    async def what(server: Any, voice: ServerSynthesizer) -> None:
        pcm, marks = await spoken(voice, "Hello.", Voice())
        assert len(pcm) == 12_000
        assert marks == [WordMark(6, 12_000)]

        assert voice.trouble

    run_speaking([answer], what, first_s=0.3)


def test_a_wav_is_heard_as_its_samples() -> None:
    sound = np.arange(-12_000, 12_000, dtype="<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, 24_000, 0, "NONE", "NONE"))
        out.writeframes(sound.tobytes())
    data = file.getvalue()

    async def what(server: Any, voice: ServerSynthesizer) -> None:
        pcm, marks = await spoken(voice, "Hello.", Voice())
        assert np.array_equal(pcm, sound)
        assert marks == [WordMark(6, len(sound))]
        assert not voice.trouble

    run_speaking([streamed(data[:5], data[5:50], data[50:1_001], data[1_001:])], what)


@pytest.mark.parametrize("hang", [True, False], ids=["stalls", "breaks off"])
def test_a_clause_that_broke_off_is_said_again(hang: bool) -> None:
    half = np.full(6_000, 100, "<i2").tobytes()

    async def what(server: Any, voice: ServerSynthesizer) -> None:
        pcm, marks = await spoken(voice, "Hello there.", Voice())
        assert len(pcm) == 18_000
        assert marks[-1] == WordMark(12, 18_000)

    run_speaking([streamed(half, hang=hang, cut=not hang)], what, stall_s=0.3)


def test_a_reply_that_is_cut_closes_the_request() -> None:
    async def what(server: Any, voice: ServerSynthesizer) -> None:
        async with aclosing(voice.speak("A long story.", Voice())) as chunks:
            await anext(chunks)
        await server.asked[0].closed.wait()

    run_speaking([streamed(b"\1\0" * 4_000, hang=True)], what)


def test_words_are_placed_by_a_pace_that_is_learned() -> None:
    marks = Paced("one two three", 100.0)
    assert [mark.end_char for mark in marks.until(350)] == [3]
    assert [mark.end_char for mark in marks.until(5_000)] == [7]
    assert list(marks.end(1_000)) == [WordMark(13, 1_000)]
    late = Paced("one two", 1_000.0)
    assert list(late.until(900)) == []
    assert list(late.end(700)) == [WordMark(3, 300), WordMark(7, 700)]
    assert list(Paced("", 1.0).end(10)) == []


# --- words for people ------------------------------------------------------------------------------------------------


def test_an_address_that_is_not_set_is_one_sentence() -> None:
    for kind, section in (("recognizer", "hearing.server.url"), ("synthesizer", "speaking.server.url")):
        with pytest.raises(EngineMissing, match=section):
            build(kind, "server", load(environ={}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('{"error": {"message": "no\\n key"}}', "no key"),
        ('{"error": "bad"}', "bad"),
        ('{"detail": "not found"}', "not found"),
        ("<h1>Oops</h1>", "<h1>Oops</h1>"),
        ("[1]", "[1]"),
        ("", "no reason was given"),
    ],
)
def test_what_a_server_says_is_told_in_one_line(said: str, told: str) -> None:
    assert told_in(said) == told


def test_a_recording_is_a_file_and_an_answer_without_text_is_none() -> None:
    with wave.open(io.BytesIO(wav(loud(0.1)))) as file:
        assert file.getnframes() == 1_600
    with pytest.raises(EngineFailed, match="no OpenAI-compatible"):
        text_of(b"[]", "http://x")


# --- Netra itself as the server --------------------------------------------------------------------------------------


def test_netra_hears_and_speaks_for_another_netra(netra: Whole) -> None:
    async def main() -> None:
        url = f"{netra.url}/v1"
        voice = ServerSynthesizer(VoiceServer(url=url, voice="coral", first_s=20, stall_s=20), "", Other())
        recognizer = ServerRecognizer(WordServer(url=url, first_s=20), "", FakeRecognizer())
        try:
            pcm, marks = await spoken(voice, "What do you see?", Voice(rate=0.82))
            assert marks[-1].end_sample == len(pcm)
            resampler = Resampler(24_000, HEARING_RATE)
            sound = np.concatenate((resampler.push(pcm), resampler.flush(), np.zeros(8_000, np.int16)))
            final = (await heard(recognizer.stream(), sound))[1]
            assert "what do you see" in final.text
        finally:
            await voice.close()
            await recognizer.close()

    asyncio.run(main())
