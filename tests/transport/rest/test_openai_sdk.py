"""The official openai client, unmodified, against a whole server: what apps written for the hosted API do."""

from __future__ import annotations

import base64
import io
import json
import wave
from collections.abc import Iterator
from typing import Any

import av
import cv2
import openai
import pytest

from agent.picture import Pixels
from tests import drawn
from tests.conftest import media_path
from tests.transport.whole_server import Whole

pytestmark = pytest.mark.net

CLEAR: dict[str, Any] = {"model": "tts-1", "voice": "coral", "speed": 0.82}
"""The pace at which the recogniser hears this voice best."""


@pytest.fixture(scope="module")
def client(netra: Whole) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{netra.url}/v1", api_key="any", max_retries=0, timeout=30) as client:
        yield client


def png(pixels: Pixels) -> bytes:
    return bytes(cv2.imencode(".png", pixels[..., ::-1])[1])


def shown(pixels: Pixels, text: str = "") -> dict[str, Any]:
    url = "data:image/png;base64," + base64.b64encode(png(pixels)).decode()
    image: dict[str, Any] = {"type": "image_url", "image_url": {"url": url}}
    return {"role": "user", "content": [{"type": "text", "text": text}, image] if text else [image]}


def seconds(sound: bytes) -> float:
    with av.open(io.BytesIO(sound)) as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))


# --- speech ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["mp3", "opus", "aac", "flac", "wav"])
def test_speech_comes_in_every_format(client: openai.OpenAI, format: Any) -> None:
    sound = client.audio.speech.create(input="Hello, this is a sentence.", response_format=format, **CLEAR).content
    assert 1.5 < seconds(sound) < 3.5


def test_pcm_is_bare_samples(client: openai.OpenAI) -> None:
    wav = client.audio.speech.create(input="Hello.", response_format="wav", **CLEAR).content
    pcm = client.audio.speech.create(input="Hello.", response_format="pcm", **CLEAR).content
    assert len(pcm) / 48_000 == pytest.approx(seconds(wav), abs=0.01)


def test_speech_is_streamed_while_it_is_made(client: openai.OpenAI) -> None:
    text = "This is a rather long sentence that goes on. " * 60
    with client.audio.speech.with_streaming_response.create(input=text, response_format="pcm", **CLEAR) as response:
        pieces = list(response.iter_bytes())
    assert len(pieces) > 10
    assert sum(map(len, pieces)) > 48_000 * 60


def test_speed_changes_the_length(client: openai.OpenAI) -> None:
    slow, fast = (
        len(
            client.audio.speech.create(
                model="m", voice="netra", input="One two three.", speed=s, response_format="pcm"
            ).content
        )
        for s in (0.5, 2.0)
    )
    assert slow > 2.5 * fast


def test_speech_as_events(client: openai.OpenAI, netra: Whole) -> None:
    options: dict[str, Any] = {"input": "Hello there.", "response_format": "pcm", "stream_format": "sse"}
    with client.audio.speech.with_streaming_response.create(**options, **CLEAR) as response:
        lines = [line for line in response.iter_lines() if line]
    assert all(line.startswith("data: ") for line in lines)
    assert "speech.audio.delta" in lines[0]
    assert "speech.audio.done" in lines[-1]


def test_an_unknown_voice_is_refused_with_the_known_ones(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.audio.speech.create(model="m", voice="zorg", input="Hello")
    assert refused.value.code == "unknown_voice"
    assert refused.value.param == "voice"
    assert "alloy" in refused.value.message
    assert "en-us" in refused.value.message


# --- transcriptions --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spoken(client: openai.OpenAI) -> bytes:
    """ "What do you see? What colour is this?", as a wav file of 16 bit."""
    pcm = client.audio.speech.create(
        input="What do you see? What colour is this?", response_format="pcm", **CLEAR
    ).content
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, 24_000, 0, "NONE", "NONE"))
        out.writeframes(pcm)
    return file.getvalue()


def test_words_come_back(client: openai.OpenAI, spoken: bytes) -> None:
    heard = client.audio.transcriptions.create(model="whisper-1", file=("q.wav", spoken))
    assert "what do you see" in heard.text
    assert heard.usage is not None
    assert heard.usage.type == "duration"


def test_verbose_json_tells_segments(client: openai.OpenAI, spoken: bytes) -> None:
    heard = client.audio.transcriptions.create(
        model="whisper-1", file=("q.wav", spoken), response_format="verbose_json", timestamp_granularities=["segment"]
    )
    assert heard.language == "english"
    assert heard.segments is not None
    assert len(heard.segments) >= 2
    assert all(
        before.end <= after.start + 0.35 for before, after in zip(heard.segments, heard.segments[1:], strict=False)
    )
    assert heard.segments[-1].end <= heard.duration + 0.3


def test_subtitles_and_plain_text(client: openai.OpenAI, spoken: bytes) -> None:
    ask: Any = client.audio.transcriptions.create
    srt = ask(model="whisper-1", file=("q.wav", spoken), response_format="srt")
    assert srt.startswith("1\n00:00:0")
    assert " --> " in srt
    assert ask(model="whisper-1", file=("q.wav", spoken), response_format="vtt").startswith("WEBVTT\n\n00:00:")
    assert "what do you see" in ask(model="whisper-1", file=("q.wav", spoken), response_format="text")


def test_words_are_streamed(client: openai.OpenAI, spoken: bytes) -> None:
    events = list(client.audio.transcriptions.create(model="whisper-1", file=("q.wav", spoken), stream=True))
    assert [event.type for event in events[:-1]] == ["transcript.text.delta"] * (len(events) - 1)
    done = events[-1]
    assert done.type == "transcript.text.done"
    assert "".join(event.delta for event in events if event.type == "transcript.text.delta") == done.text


@pytest.mark.parametrize(
    ("name", "words"),
    [("describe_what_you_see.mp3", "describe what you see"), ("weather_question.wav", "what is the weather")],
)
def test_recordings_of_people(client: openai.OpenAI, name: str, words: str) -> None:
    heard = client.audio.transcriptions.create(model="whisper-1", file=media_path("speech", name))
    assert words in heard.text


# --- chat ------------------------------------------------------------------------------------------------------------


def test_a_picture_is_read(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model="gpt-4o", messages=[shown(drawn.sign("NETRA 42"), "Read the text.")])  # type: ignore[list-item]
    assert "NETRA 42" in (answer.choices[0].message.content or "")
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens > 6


def test_a_picture_without_words_is_described(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model="gpt-4o", messages=[shown(drawn.sign("HELLO"))])  # type: ignore[list-item]
    assert "HELLO" in (answer.choices[0].message.content or "")


def test_a_bad_picture_gets_a_correction_not_a_claim(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model="m", messages=[shown(drawn.plain((2, 2, 2)), "What do you see?")])  # type: ignore[list-item]
    assert "black" in (answer.choices[0].message.content or "")
    assert answer.model_extra is not None
    assert answer.model_extra["netra"]["kind"] == "correction"


def test_history_and_a_second_question_about_the_same_picture(client: openai.OpenAI) -> None:
    messages: list[Any] = [
        {"role": "system", "content": "You are terse."},
        shown(drawn.sign("OPEN"), "Read the text."),
        {"role": "assistant", "content": "It says: OPEN."},
        {"role": "user", "content": "What colour is this?"},
    ]
    answer = client.chat.completions.create(model="m", messages=messages).choices[0].message.content or ""
    assert any(colour in answer for colour in ("white", "grey", "black"))
    messages[-1] = {"role": "user", "content": "Repeat that."}
    assert "OPEN" in (client.chat.completions.create(model="m", messages=messages).choices[0].message.content or "")


def test_chunks_join_to_the_same_answer_and_count(client: openai.OpenAI) -> None:
    messages: list[Any] = [shown(drawn.sign("FIRST ROW", "SECOND ROW"), "Read the text.")]
    chunks = list(
        client.chat.completions.create(
            model="m", messages=messages, stream=True, stream_options={"include_usage": True}
        )
    )
    assert chunks[0].choices[0].delta.role == "assistant"
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert "SECOND ROW" in text
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None
    assert len({chunk.id for chunk in chunks}) == 1


def test_an_answer_is_cut_where_it_is_asked_to_be(client: openai.OpenAI) -> None:
    messages: Any = [{"role": "user", "content": "What can you do?"}]
    whole = client.chat.completions.create(model="m", messages=messages).choices[0].message.content or ""
    cut = client.chat.completions.create(model="m", messages=messages, max_completion_tokens=3).choices[0]
    assert cut.finish_reason == "length"
    assert whole.startswith(cut.message.content or "-")
    stop = whole.split()[2]
    stopped = client.chat.completions.create(model="m", messages=messages, stop=[stop]).choices[0]
    assert stopped.message.content == whole[: whole.index(stop)]


def test_a_timer_is_refused_honestly(client: openai.OpenAI) -> None:
    messages: Any = [{"role": "user", "content": "Set a timer for five minutes."}]
    answer = client.chat.completions.create(model="m", messages=messages)
    assert "can't keep a timer" in (answer.choices[0].message.content or "")


WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather in a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
IN_PARIS: list[Any] = [{"role": "user", "content": "What is the weather in Paris?"}]


def test_an_apps_tool_is_called_and_what_it_answers_is_told(client: openai.OpenAI) -> None:
    asked = client.chat.completions.create(model="m", messages=IN_PARIS, tools=[WEATHER]).choices[0]
    assert asked.finish_reason == "tool_calls"
    assert asked.message.tool_calls is not None
    [call] = asked.message.tool_calls
    assert call.type == "function"
    assert (call.function.name, json.loads(call.function.arguments)["city"].lower()) == ("get_weather", "paris")
    result = {"role": "tool", "tool_call_id": call.id, "content": '{"answer": "Sunny, 20 degrees."}'}
    messages = [*IN_PARIS, asked.message.model_dump(exclude_none=True), result]
    told = client.chat.completions.create(model="m", messages=messages, tools=[WEATHER]).choices[0]
    assert (told.finish_reason, told.message.content) == ("stop", "Sunny, 20 degrees.")


def test_a_tool_call_is_streamed(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model="m", messages=IN_PARIS, tools=[WEATHER], stream=True,
        tool_choice={"type": "function", "function": {"name": "get_weather"}},
    )  # fmt: skip
    chunks = [chunk.choices[0] for chunk in stream]
    [call] = [call for chunk in chunks for call in chunk.delta.tool_calls or ()]
    assert call.function is not None
    assert call.function.name == "get_weather"
    assert chunks[-1].finish_reason == "tool_calls"


def test_tools_that_may_not_be_called_and_that_there_are_not(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model="m", messages=IN_PARIS, tools=[WEATHER], tool_choice="none")
    assert answer.choices[0].message.tool_calls is None
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(
            model="m", messages=IN_PARIS, tools=[WEATHER], tool_choice={"type": "function", "function": {"name": "x"}}
        )
    assert refused.value.param == "tool_choice"


def test_spoken_questions_in_a_message(client: openai.OpenAI) -> None:
    sound = client.audio.speech.create(input="What do you see?", response_format="wav", **CLEAR).content
    part: Any = {"type": "input_audio", "input_audio": {"data": base64.b64encode(sound).decode(), "format": "wav"}}
    answer = client.chat.completions.create(model="m", messages=[{"role": "user", "content": [part]}])
    assert "No picture came" in (answer.choices[0].message.content or "")


# --- models ----------------------------------------------------------------------------------------------------------


def test_models_are_listed_and_found(client: openai.OpenAI) -> None:
    ids = [model.id for model in client.models.list()]
    assert ids[0] == "netra"
    assert client.models.retrieve("netra").owned_by == "netra"
    with pytest.raises(openai.NotFoundError) as refused:
        client.models.retrieve("gpt-9")
    assert "netra" in refused.value.message
