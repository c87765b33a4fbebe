"""The wire, without a wire: clients' messages, the session object, and what is never answered with an error."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.ports import (
    EyePaced,
    LanguageShown,
    MannerChanged,
    Noticed,
    Remembered,
    ReplyEnded,
    ReplyStarted,
    ReplyText,
    StateShown,
    UserSaid,
)
from agent.wishes import Wishes
from transport.realtime import commands as ask
from transport.realtime.adapter import Offers, RealtimeAdapter, WireSession


def adapter(*, greeted: bool = False) -> RealtimeAdapter:
    numbers = itertools.count(1)
    made = RealtimeAdapter(WireSession("sess_1"), lambda prefix: f"{prefix}_{next(numbers)}")
    if greeted:
        made.from_client({"type": "netra.hello"})
    return made


def typed(text: Any, **item: Any) -> dict[str, Any]:
    content = [{"type": "input_text", "text": text}]
    return {"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content": content} | item}


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["type"] for event in events]


def test_session_created_holds_the_whole_effective_session() -> None:
    (event,) = adapter().opened()
    session = event["session"]
    assert event["type"] == "session.created"
    assert event["event_id"]
    assert (session["id"], session["object"], session["type"]) == ("sess_1", "realtime.session", "realtime")
    assert session["output_modalities"] == ["audio"]
    assert session["audio"]["input"]["format"] == {"type": "audio/pcm", "rate": 24000}
    assert session["audio"]["input"]["turn_detection"]["type"] == "server_vad"
    assert {"format", "voice", "speed"} == session["audio"]["output"].keys()
    assert {"model", "instructions", "tools", "tool_choice", "max_output_tokens"} <= session.keys()


def test_session_update_is_laid_over_deeply_and_echoed_in_full() -> None:
    wire = adapter()
    update = {"type": "session.update", "session": {"audio": {"input": {"turn_detection": {"threshold": 0.7}}}}}
    _, (event,) = wire.from_client(update)
    detection = event["session"]["audio"]["input"]["turn_detection"]
    assert event["type"] == "session.updated"
    assert (detection["threshold"], detection["silence_duration_ms"]) == (0.7, 500)
    assert event["session"]["audio"]["output"]["speed"] == 1.0


def test_null_switches_the_detector_off_and_another_type_replaces_it() -> None:
    wire = adapter()
    off = {"turn_detection": None}
    _, (event,) = wire.from_client({"type": "session.update", "session": {"audio": {"input": off}}})
    assert event["session"]["audio"]["input"]["turn_detection"] is None
    semantic = {"type": "semantic_vad"}
    _, (event,) = wire.from_client(
        {"type": "session.update", "session": {"audio": {"input": {"turn_detection": semantic}}}}
    )
    assert event["session"]["audio"]["input"]["turn_detection"] == {
        "type": "semantic_vad", "eagerness": "auto", "create_response": True, "interrupt_response": True,
    }  # fmt: skip


def test_only_documented_keys_are_echoed_and_a_voice_is_a_name() -> None:
    patch = {
        "strange": 1,
        "audio": {
            "input": {"transcription": {"model": "m", "odd": 1}},
            "output": {"voice": {"id": "anna"}},
        },
    }
    _, (event,) = adapter().from_client({"type": "session.update", "session": patch})
    session = event["session"]
    assert "strange" not in session
    assert session["audio"]["input"]["transcription"] == {"model": "m", "language": None, "prompt": None}
    assert session["audio"]["output"]["voice"] == "anna"


def test_speed_is_handed_on_once() -> None:
    wire = adapter()
    update = {"type": "session.update", "session": {"audio": {"output": {"speed": 2.5}}}}
    assert wire.from_client(update)[0] == [ask.SetSpeed(2.5)]
    assert wire.from_client(update)[0] == []


@pytest.mark.parametrize("patch", [{"audio": {"output": {"speed": 9}}}, {"audio": 3}, {"output_modalities": ["smell"]}])
def test_a_wrong_value_is_an_error_that_names_the_key_and_changes_nothing(patch: dict[str, Any]) -> None:
    wire = adapter()
    commands, (event,) = wire.from_client({"type": "session.update", "session": patch, "event_id": "e7"})
    assert commands == []
    assert event["type"] == "error"
    assert event["error"]["code"] == "invalid_value"
    assert event["error"]["event_id"] == "e7"
    assert event["error"]["param"].startswith("session.")
    assert wire.opened()[0]["session"]["audio"]["output"]["speed"] == 1.0


@pytest.mark.parametrize(
    "message", ["{", "", b"\xff\xfe", "[" * 100_000, "3", "[]", "null", '{"no":"type"}', '{"type":7}']
)
def test_what_is_no_event_is_an_error(message: str | bytes) -> None:
    commands, events = adapter().from_client(message)
    assert commands == []
    assert names(events) == ["error"]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "made.up", "deep": {"er": 1}},
        {"type": "input_audio_buffer.append", "audio": "AAAA"},
        {"type": "netra.unknown"},
        {"type": "netra.still.unknown"},
        {"type": "conversation.item.truncate", "item_id": "unknown", "content_index": 0, "audio_end_ms": 100},
        {"type": "session.close"},
    ],
)
def test_what_is_harmless_is_not_answered(event: dict[str, Any]) -> None:
    assert adapter().from_client(event) == ([], [])


@pytest.mark.parametrize("kind", ["response.cancel", "output_audio_buffer.clear"])
def test_stopping_when_nothing_is_said_is_no_error(kind: str) -> None:
    assert adapter().from_client({"type": kind}) == ([ask.Stop()], [])


def test_a_typed_turn_is_an_item_and_then_a_response() -> None:
    wire = adapter()
    commands, events = wire.from_client(typed("what is this", id="mine"))
    assert commands == [ask.Bring("mine", "user", "what is this")]
    assert names(events) == ["conversation.item.added", "conversation.item.done"]
    assert events[0]["item"]["id"] == "mine"
    assert wire.from_client({"type": "response.create"}) == ([ask.Respond(1, Wishes(), "what is this")], [])


def test_items_before_one_response_are_one_turn() -> None:
    wire = adapter()
    for text in ("first", "second"):
        wire.from_client(typed(text))
    assert wire.from_client({"type": "response.create"})[0] == [ask.Respond(1, Wishes(), "first second")]
    assert wire.from_client({"type": "response.create"})[0] == [ask.Respond(2, Wishes(), "")]


def test_metadata_of_a_response_comes_back_with_it() -> None:
    wire = adapter()
    wire.from_client(typed("hi"))
    wire.from_client({"type": "response.create", "response": {"metadata": {"topic": "x"}}})
    events = wire.from_report(ReplyStarted(1, ask=1)) + wire.from_report(ReplyEnded(1, "completed", "", 0))
    told = [event["response"]["metadata"] for event in events if "response" in event]
    assert told == [{"topic": "x"}, {"topic": "x"}]
    assert wire.from_report(ReplyStarted(2))[0]["response"]["metadata"] is None


def test_our_events_are_for_those_who_said_hello() -> None:
    stranger, friend = adapter(), adapter(greeted=True)
    for report in (StateShown("idle"), Noticed("x", "A sentence.")):
        assert stranger.from_report(report) == []
        assert len(friend.from_report(report)) == 1
    assert stranger.still_wanted("r", 100) == []
    assert friend.still_wanted("r", 100)[0]["max_side"] == 100


def test_a_ping_is_answered_with_the_same_t() -> None:
    _, (event,) = adapter().from_client({"type": "netra.ping", "t": 12.5})
    assert (event["type"], event["t"]) == ("netra.pong", 12.5)


def test_hello_is_answered_with_the_session_and_its_history_when_it_is_resumed() -> None:
    wire = adapter()
    assert wire.from_client('{"type":"netra.hello"}') == ([ask.Greet()], [])
    assert names(wire.welcome(())) == ["netra.session"]
    wire.from_report(StateShown("listening"))
    wire.resumed = True
    said = [Remembered(1, "user", "hi"), Remembered(1, "agent", "hel", interrupted=True)]
    session, history, state = wire.welcome(said)
    assert (session["session_id"], session["resumed"], session["voice_rate"]) == ("sess_1", True, 1.0)
    assert (session["voices"], session["person"], session["manner"]["rate"]) == ([], "", 1.0)
    assert state["state"] == "listening"
    assert history["items"][1] == {"role": "assistant", "text": "hel", "interrupted": True, "language": "en"}


def test_the_pace_of_the_eye_is_told_when_it_changes_and_after_hello() -> None:
    wire = adapter()
    assert wire.from_report(EyePaced(4.0)) == [], "nobody said hello yet"
    wire.from_client('{"type":"netra.hello"}')
    _, eye = wire.welcome(())
    assert (eye["type"], eye["pictures_per_second"]) == ("netra.eye", 4.0)
    (eye,) = wire.from_report(EyePaced(2.0))
    assert (eye["type"], eye["pictures_per_second"]) == ("netra.eye", 2.0)


def test_only_a_voice_that_is_there_is_spoken_with_and_any_name_is_echoed() -> None:
    wire = RealtimeAdapter(WireSession("sess_1", offers=Offers(("en-us", "en-gb"))))
    for name, spoken in (("en-gb", "en-gb"), ("marin", "")):
        patch = {"audio": {"output": {"voice": name}}}
        commands, (updated,) = wire.from_client({"type": "session.update", "session": patch})
        assert commands == [ask.SetManner(voice=spoken)]
        assert updated["session"]["audio"]["output"]["voice"] == name


def test_a_speed_can_be_wished_back_after_words_changed_it() -> None:
    wire = adapter()
    wish = {"type": "session.update", "session": {"audio": {"output": {"speed": 1.25}}}}
    assert wire.from_client(wish)[0] == [ask.SetSpeed(1.25)]
    assert wire.from_client(wish)[0] == []
    wire.from_report(MannerChanged(2.0, 1.0, "normal", ""))
    assert wire.from_client(wish)[0] == [ask.SetSpeed(1.25)]


def test_a_manner_that_changed_is_told() -> None:
    (event,) = adapter(greeted=True).from_report(MannerChanged(1.25, 1.0, "brief", ""))
    assert {key: event[key] for key in ("type", "rate", "volume", "detail", "voice")} == {
        "type": "netra.manner", "rate": 1.25, "volume": 1.0, "detail": "brief", "voice": "",
    }  # fmt: skip


def test_each_line_of_the_history_has_the_language_it_was_said_in() -> None:
    wire = adapter(greeted=True)
    wire.from_report(ReplyText(2, "Hello."))
    told = wire.from_report(LanguageShown("id"))
    assert told == [{"type": "netra.language", "event_id": told[0]["event_id"], "language": "id"}]
    wire.from_report(UserSaid(3, "jam berapa"))
    wire.from_report(ReplyText(4, "Sekarang jam 4."))
    again = RealtimeAdapter(wire.session)  # the page comes back
    again.greeted = again.resumed = True
    again.from_report(LanguageShown("id"))
    lines = [Remembered(turn, "agent", "…") for turn in (2, 3, 4, 5)]
    _, history, language = again.welcome(lines)
    assert [item["language"] for item in history["items"]] == ["en", "id", "id", "id"]
    assert language["language"] == "id"


@pytest.mark.parametrize(
    ("event", "command"),
    [
        ({"type": "netra.mute", "on": True}, ask.Mute(True)),
        ({"type": "netra.half_duplex", "on": True}, ask.HalfDuplex(True)),
        ({"type": "netra.light", "on": True}, ask.Tones(True)),
        ({"type": "netra.stop"}, ask.Stop(everything=True)),
        ({"type": "netra.language", "language": "id"}, ask.SpeakIn("id")),
        ({"type": "netra.camera", "on": False}, ask.Look(False)),
        ({"type": "response.cancel"}, ask.Stop()),
        ({"type": "netra.manner", "volume": 0.5}, ask.SetManner(volume=0.5)),
        ({"type": "netra.manner", "detail": "brief"}, ask.SetManner(detail="brief")),
        (
            {"type": "netra.still.begin", "request": "r", "mime": "image/png", "bytes": 5, "chunks": 1},
            ask.StillBegin("r", "image/png", 5, 1),
        ),
        ({"type": "netra.still.chunk", "request": "r", "index": 0, "data": "eA=="}, ask.StillChunk("r", 0, "eA==")),
        ({"type": "netra.still.failed", "request": "r", "reason": "dark"}, ask.StillFailed("r", "dark")),
    ],
)
def test_our_own_events_are_commands(event: dict[str, Any], command: ask.Command) -> None:
    assert adapter().from_client(json.dumps(event)) == ([command], [])


@pytest.mark.parametrize(
    "event",
    [
        {"type": "netra.mute"},
        {"type": "netra.half_duplex", "on": 1},
        {"type": "netra.light", "level": 3},
        {"type": "netra.language", "language": 1},
        {"type": "netra.mute", "on": "yes"},
        {"type": "netra.manner", "volume": 2},
        {"type": "netra.manner", "detail": "chatty"},
        {"type": "netra.still.begin", "request": "r", "mime": "image/png", "bytes": "5", "chunks": 1},
        {"type": "netra.still.chunk", "request": 3, "index": 0, "data": ""},
        {"type": "session.update", "session": None},
        {"type": "conversation.item.create", "item": 4},
        {"type": "conversation.item.create", "item": {"type": "message", "role": "pope", "content": []}},
        {"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content": "text"}},
        {"type": "conversation.item.create", "item": {"type": "function_call_output", "output": "{}"}},
        {"type": "conversation.item.truncate", "item_id": "x", "audio_end_ms": "soon"},
        {"type": "input_audio_buffer.append", "audio": 5},
        {"type": "response.create", "response": {"output_modalities": ["smell"]}},
        {"type": "response.create", "response": {"metadata": "x"}},
        {"type": "response.create", "response": []},
        typed(3),
    ],
)
def test_a_field_of_the_wrong_type_is_an_error(event: dict[str, Any]) -> None:
    commands, (answer,) = adapter().from_client(event)
    assert commands == []
    assert answer["error"]["code"] == "invalid_value"


def test_items_can_be_retrieved_and_an_unknown_one_has_the_tolerated_code() -> None:
    wire = adapter()
    wire.from_client(typed("hi", id="mine"))
    _, (found,) = wire.from_client({"type": "conversation.item.retrieve", "item_id": "mine"})
    assert found["item"]["content"][0]["text"] == "hi"
    _, (missing,) = wire.from_client({"type": "conversation.item.retrieve", "item_id": "other"})
    assert missing["error"]["code"] == "item_retrieve_invalid_item_id"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KINDS = st.sampled_from(
    ["session.update", "conversation.item.create", "conversation.item.retrieve", "response.create", "response.cancel",
     "netra.hello", "netra.ping", "netra.mute", "netra.camera", "netra.still.begin", "netra.still.chunk", "other",
     "conversation.item.truncate", "conversation.item.delete", "input_audio_buffer.append", "input_audio_buffer.commit",
     "input_audio_buffer.clear", "output_audio_buffer.clear"]
)  # fmt: skip
KEYS = st.sampled_from(
    ["session", "item", "item_id", "response", "on", "t", "request", "mime", "bytes", "chunks", "data", "audio",
     "audio_end_ms", "previous_item_id"]
)  # fmt: skip


@given(st.lists(st.tuples(KINDS, st.dictionaries(KEYS, JSON, max_size=4)), max_size=6))
@settings(max_examples=60, deadline=None)
def test_nothing_a_client_sends_breaks_the_adapter(messages: list[tuple[str, dict[str, Any]]]) -> None:
    wire = adapter()
    seen = set()
    for kind, fields in messages:
        _, events = wire.from_client(json.dumps(fields | {"type": kind}))
        for event in events + wire.opened():
            json.dumps(event)
            assert event["event_id"] not in seen
            seen.add(event["event_id"])
