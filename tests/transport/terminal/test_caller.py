"""The client's side of the Realtime protocol, event by event, without sockets."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.audio import SPEAKING_RATE, Pcm
from tests.line import LOUD, QUIET
from tests.transport.terminal.shown import Shown
from transport.terminal.caller import MOST_UNSENT, Caller


def tone(seconds: float) -> Pcm:
    return (8000 * np.sin(np.arange(int(seconds * SPEAKING_RATE)) / 10)).astype(np.int16)


def delta(seconds: float, item: str = "item_1") -> dict[str, Any]:
    data = b64encode(tone(seconds).tobytes()).decode()
    return {"type": "response.output_audio.delta", "item_id": item, "delta": data}


def words(text: str, item: str = "item_1") -> dict[str, Any]:
    return {"type": "response.output_audio_transcript.delta", "item_id": item, "delta": text}


def done(item: str = "item_1") -> dict[str, Any]:
    return {"type": "response.output_item.done", "item": {"id": item, "type": "message"}}


STARTED = {"type": "input_audio_buffer.speech_started"}


def caller(**options: Any) -> tuple[Caller, Shown]:
    shown = Shown()
    made = Caller(shown, **({"apart": True} | options))
    made.receive({"type": "session.created", "session": {}})
    made.unsent.clear()
    return made, shown


def sent(made: Caller, kind: str) -> list[dict[str, Any]]:
    return [event for event in made.unsent if event["type"] == kind]


def test_it_says_what_it_wants_once_the_server_is_there() -> None:
    made = Caller(Shown(), apart=True, voice="coral", speed=1.5)
    made.heard(LOUD)
    assert not made.unsent  # nothing before session.created
    made.receive({"type": "session.created"})
    [update] = made.unsent
    audio = update["session"]["audio"]
    assert update["session"]["type"] == "realtime"
    assert audio["input"]["format"] == audio["output"]["format"] == {"type": "audio/pcm", "rate": 24_000}
    assert (audio["output"]["voice"], audio["output"]["speed"]) == ("coral", 1.5)


def test_the_microphone_goes_out_at_24_khz() -> None:
    made, shown = caller()
    for _ in range(50):
        made.heard(LOUD)
    sound = b"".join(b64decode(event["audio"]) for event in sent(made, "input_audio_buffer.append"))
    assert len(sound) == 2 * SPEAKING_RATE
    assert shown.loudest["you"] > -25


def test_a_reply_is_played_and_told_when_it_was_heard() -> None:
    made, shown = caller()
    for event in (words("It's "), delta(0.1), words("noon."), delta(0.1), done()):
        made.receive(event)
    assert shown.rows == []
    played = np.concatenate([made.pull() for _ in range(11)])
    assert np.array_equal(played[: int(0.2 * SPEAKING_RATE)], np.concatenate((tone(0.1), tone(0.1))))
    assert shown.rows == ["netra: It's noon."]
    assert not made.speaking


def test_speaking_over_it_silences_and_truncates_to_what_was_played() -> None:
    made, shown = caller()
    for event in (words("one two three four five six seven eight"), delta(2.0), done()):
        made.receive(event)
    for _ in range(50):
        made.pull()
    made.receive(STARTED)
    [cut] = sent(made, "conversation.item.truncate")
    assert (cut["item_id"], cut["content_index"]) == ("item_1", 0)
    assert cut["audio_end_ms"] == pytest.approx(1000, abs=10)
    made.pull()  # the fade
    assert not made.pull().any()
    assert shown.rows == ["netra: one two three four (cut)"]


def test_what_comes_after_the_cut_is_a_reply_of_its_own() -> None:
    made, shown = caller()
    made.receive(delta(1.0))
    made.receive(STARTED)
    for event in (words("Yes.", "item_2"), delta(0.04, "item_2"), done("item_2")):
        made.receive(event)
    for _ in range(4):
        made.pull()
    assert shown.rows[-1] == "netra: Yes."


def test_speech_while_nothing_sounds_cuts_nothing() -> None:
    made, shown = caller()
    made.receive(STARTED)
    assert not made.unsent
    assert shown.rows == []


def test_captions_of_what_the_person_says() -> None:
    made, shown = caller()
    kind = "conversation.item.input_audio_transcription"
    made.receive({"type": f"{kind}.delta", "delta": "what time"})
    made.receive({"type": f"{kind}.completed", "transcript": " what time is it "})
    assert shown.live == ["you: what time"]
    assert shown.rows == ["you: what time is it"]


def test_typed_lines_are_turns_and_an_empty_one_stops() -> None:
    made, shown = caller()
    made.type(" hello ")
    item, create = made.unsent
    assert item["item"]["content"] == [{"type": "input_text", "text": "hello"}]
    assert create == {"type": "response.create"}
    made.unsent.clear()
    made.receive(delta(1.0))
    made.type("")
    assert [event["type"] for event in made.unsent] == ["conversation.item.truncate", "response.cancel"]
    assert shown.rows[0] == "you: hello"


def test_a_written_reply_is_shown_at_its_end() -> None:
    made, shown = caller()
    made.receive({"type": "response.output_text.delta", "item_id": "i", "delta": "Only words."})
    made.receive(done("i"))
    assert shown.rows == ["netra: Only words."]


def test_errors_are_sentences() -> None:
    made, shown = caller()
    made.receive({"type": "error", "error": {"message": "Too loud."}})
    failed = {"status": "failed", "status_details": {"error": {"message": "No voice."}}}
    made.receive({"type": "response.done", "response": failed})
    made.receive({"type": "response.done", "response": {"status": "failed"}})
    assert shown.rows[:2] == ["The server says: Too loud.", "The reply failed: No voice."]
    assert len(shown.rows) == 3


def test_without_headphones_its_own_voice_is_not_sent_back() -> None:
    made, _ = caller(apart=False)
    made.receive(delta(1.0))
    made.pull()
    made.heard(LOUD)
    last = sent(made, "input_audio_buffer.append")[-1]
    assert not any(b64decode(last["audio"]))


def test_a_socket_that_is_stuck_costs_old_sound_only() -> None:
    made, _ = caller()
    made.type("keep this")
    for _ in range(2 * MOST_UNSENT):
        made.heard(QUIET)
    assert len(made.unsent) == MOST_UNSENT
    assert sent(made, "conversation.item.create")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
TYPES = st.sampled_from(
    ["error", "session.created", "response.output_audio.delta", "response.output_audio_transcript.delta",
     "response.output_item.done", "response.done", "input_audio_buffer.speech_started", "x"]
)  # fmt: skip
KEYS = st.sampled_from(["item_id", "delta", "item", "response", "error", "transcript"])


@given(st.lists(st.builds(lambda kind, rest: rest | {"type": kind}, TYPES, st.dictionaries(KEYS, JSON)), max_size=8))
@settings(deadline=None, max_examples=60)
def test_no_event_of_a_server_breaks_it(events: list[dict[str, Any]]) -> None:
    made, _ = caller()
    for event in events:
        made.receive(event)
        made.pull()
        made.heard(LOUD)
