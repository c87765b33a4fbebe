"""Wyoming's official client over a real socket against a whole server: what Home Assistant asks for, in its order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from tests.transport.whole_server import Whole
from tests.transport.wyoming import ha_client as w

pytestmark = pytest.mark.net
T = TypeVar("T")
CLEAR = w.SynthesizeVoice(name="coral")


def with_client(netra: Whole, scene: Callable[[w.AsyncTcpClient], Awaitable[T]]) -> T:
    async def main() -> T:
        async with asyncio.timeout(30), w.AsyncTcpClient(*netra.wyoming) as client:
            return await scene(client)

    return asyncio.run(main())


async def until(client: w.AsyncTcpClient, *kinds: str) -> list[w.Event]:
    """Events up to the first of these kinds."""
    events = []
    while (event := await client.read_event()) is not None:
        events.append(event)
        if event.type in kinds:
            break
    return events


def sound(events: list[w.Event]) -> bytes:
    return b"".join(w.AudioChunk.from_event(one).audio for one in events if w.AudioChunk.is_type(one.type))


async def say(client: w.AsyncTcpClient, text: str) -> bytes:
    await client.write_event(w.Synthesize(text, CLEAR).event())
    events = await until(client, "audio-stop")
    assert w.AudioStart.from_event(events[0]).rate == 24_000
    return sound(events)


def test_describe_offers_hearing_speaking_and_answering(netra: Whole) -> None:
    async def scene(client: w.AsyncTcpClient) -> w.Info:
        await client.write_event(w.Describe().event())
        event = await client.read_event()
        assert event is not None
        return w.Info.from_event(event)

    info = with_client(netra, scene)
    assert info.asr[0].models[0].languages == ["en"]
    assert info.asr[0].supports_transcript_streaming
    assert info.tts[0].supports_synthesize_streaming
    languages = {language for voice in info.tts[0].voices for language in voice.languages}
    assert {"en", "en-US", "en-GB", "id", "de"} <= languages
    assert info.handle[0].supports_handled_streaming
    assert not info.handle[0].supports_home_control


def test_ping(netra: Whole) -> None:
    async def scene(client: w.AsyncTcpClient) -> str | None:
        await client.write_event(w.Ping(text="hello").event())
        event = await client.read_event()
        assert event is not None
        return w.Pong.from_event(event).text

    assert with_client(netra, scene) == "hello"


def test_what_is_spoken_is_heard(netra: Whole) -> None:
    async def scene(client: w.AsyncTcpClient) -> list[w.Event]:
        pcm = await say(client, "What do you see? What do you see?")
        await client.write_event(w.Transcribe(language="en-US").event())
        await client.write_event(w.AudioStart(24_000, 2, 1).event())
        for at in range(0, len(pcm), 1999):  # odd on purpose: samples are cut in two
            await client.write_event(w.AudioChunk(24_000, 2, 1, pcm[at : at + 1999]).event())
        await client.write_event(w.AudioStop().event())
        return await until(client, "transcript-stop")

    events = with_client(netra, scene)
    kinds = [event.type for event in events]
    assert kinds[0] == "transcript-start"
    assert kinds[-2:] == ["transcript", "transcript-stop"]
    text = w.Transcript.from_event(events[-2]).text
    assert "what do you see" in text
    assert "".join(event.data["text"] for event in events if event.type == "transcript-chunk") == text


@pytest.mark.parametrize(("rate", "width", "channels"), [(16_000, 2, 1), (48_000, 4, 2), (8_000, 1, 1), (44_100, 3, 1)])
def test_silence_of_any_usual_format_has_no_words(netra: Whole, rate: int, width: int, channels: int) -> None:
    async def scene(client: w.AsyncTcpClient) -> str:
        quiet = (b"\x80" if width == 1 else b"\0") * (rate * width * channels // 2)
        await client.write_event(w.AudioStart(rate, width, channels).event())
        await client.write_event(w.AudioChunk(rate, width, channels, quiet).event())
        await client.write_event(w.AudioStop().event())
        return w.Transcript.from_event((await until(client, "transcript"))[-1]).text

    assert with_client(netra, scene) == ""


def test_speech_is_streamed_while_the_text_still_comes(netra: Whole) -> None:
    async def scene(client: w.AsyncTcpClient) -> tuple[int, int]:
        await client.write_event(w.SynthesizeStart(voice=CLEAR).event())
        await client.write_event(w.SynthesizeChunk("This is the first sentence. And ").event())
        early = await until(client, "audio-chunk")
        for word in ("this ", "is ", "the ", "second."):
            await client.write_event(w.SynthesizeChunk(word).event())
        await client.write_event(w.Synthesize("This is for older servers.").event())
        await client.write_event(w.SynthesizeStop().event())
        late = await until(client, "synthesize-stopped")
        assert [event.type for event in late[-2:]] == ["audio-stop", "synthesize-stopped"]
        return len(sound(early)), len(sound(late))

    early, late = with_client(netra, scene)
    assert early > 0
    assert late > 48_000


def test_a_request_is_handled_and_a_timer_honestly_refused(netra: Whole) -> None:
    async def scene(client: w.AsyncTcpClient) -> list[str]:
        said = []
        for text in ("What can you do?", "Set a timer for ten minutes."):
            await client.write_event(w.Transcript(text).event())
            events = await until(client, "handled-stop", "not-handled")
            assert [events[0].type, *(one.type for one in events[-2:])] == ["handled-start", "handled", "handled-stop"]
            said.append(w.Handled.from_event(events[-2]).text or "")
        return said

    helped, timer = with_client(netra, scene)
    assert helped
    assert "can't keep a timer" in timer


def test_what_is_not_understood_is_not_handled(netra: Whole) -> None:
    async def scene(client: w.AsyncTcpClient) -> w.NotHandled:
        await client.write_event(w.Transcript("florp the zindle").event())
        return w.NotHandled.from_event((await until(client, "not-handled", "handled"))[-1])

    assert with_client(netra, scene).text


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([w.Synthesize("hello", w.SynthesizeVoice(name="zorg"))], "unknown_voice"),
        ([w.Synthesize("hello", w.SynthesizeVoice(language="xx"))], "unknown_voice"),
        ([w.Transcribe(language="de"), w.AudioStart(16_000, 2, 1)], "unsupported_language"),
        ([w.AudioStart(12_345, 2, 1)], "invalid_audio"),
        ([w.AudioStart(16_000, 2, 1), w.AudioChunk(8_000, 2, 1, b"")], "invalid_audio"),
        ([w.AudioStart(16_000, 2, 99)], "invalid_audio"),
    ],
)
def test_a_mistake_is_told_and_the_client_may_go_on(netra: Whole, events: list[object], code: str) -> None:
    async def scene(client: w.AsyncTcpClient) -> tuple[w.Error, str]:
        for event in events:
            await client.write_event(event.event())  # type: ignore[attr-defined]
        told = w.Error.from_event((await until(client, "error"))[-1])
        await client.write_event(w.Ping().event())
        return told, (await until(client, "pong"))[-1].type

    error, after = with_client(netra, scene)
    assert error.code == code
    assert error.text
    assert after == "pong"


def test_too_long_sound_is_refused(netra: Whole) -> None:
    async def scene(client: w.AsyncTcpClient) -> str | None:
        await client.write_event(w.AudioStart(8_000, 1, 1).event())
        for _ in range(7):
            await client.write_event(w.AudioChunk(8_000, 1, 1, b"\x80" * 80_000).event())
        return w.Error.from_event((await until(client, "error"))[-1]).code

    assert with_client(netra, scene) == "audio_too_long"


@pytest.mark.parametrize(
    "bytes_",
    [
        b"no json\n",
        b"[1]\n",
        b'{"data": {}}\n',
        b'{"type": 5}\n',
        b'{"type": "ping", "data_length": 1000000000}\n',
        b'{"type": "ping", "payload_length": -1}\n',
        b'{"type": "ping", "data_length": 3}\n[1]',
        b"x" * 70_000,
        b"[" * 60_000 + b"\n",
        b"\xff\xfe\n",
    ],
    ids=lambda value: repr(value[:24]),
)
def test_what_is_not_wyoming_ends_that_client_only(netra: Whole, bytes_: bytes) -> None:
    async def main() -> list[str]:
        async with asyncio.timeout(10):
            reader, writer = await asyncio.open_connection(*netra.wyoming)
            writer.write(b'{"type": "ping"}\n' + bytes_)
            kinds = []
            while line := await reader.readline():
                head = json.loads(line)
                await reader.readexactly(head.get("data_length", 0))
                kinds.append(head["type"])
            writer.close()
            await writer.wait_closed()
            return kinds

    assert sorted(asyncio.run(main())) == ["error", "pong"]
