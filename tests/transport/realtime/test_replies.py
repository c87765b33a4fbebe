"""The order of events that clients of the GA API need, for ordinary turns and for any sequence of reports."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.ports import (
    Noticed,
    PictureUsed,
    ReplyEnded,
    ReplySoundStarted,
    ReplyStarted,
    ReplyText,
    Report,
    StateShown,
    TurnTimed,
    UserHeard,
    UserSaid,
    UserSpeechStarted,
    UserSpeechStopped,
)
from transport.realtime.adapter import RealtimeAdapter, WireSession


def greeted() -> RealtimeAdapter:
    numbers = itertools.count(1)
    wire = RealtimeAdapter(WireSession("sess_1"), lambda prefix: f"{prefix}_{next(numbers)}")
    wire.from_client({"type": "netra.hello"})
    return wire


def told(*reports: Report, wire: RealtimeAdapter | None = None) -> list[dict[str, Any]]:
    wire = wire or greeted()
    return [event for report in reports for event in wire.from_report(report)]


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["type"] for event in events]


def test_a_spoken_turn_and_its_answer_in_the_order_of_the_ga_api() -> None:
    events = told(
        UserSpeechStarted(1, 900),
        UserHeard(1, "what"),
        UserSpeechStopped(1, 2_100),
        UserSaid(1, "what is this"),
        ReplyStarted(1),
        ReplyText(1, "A cup"),
        ReplySoundStarted(1),
        ReplyText(1, " of tea."),
        ReplyEnded(1, "completed", "A cup of tea.", 1_200),
    )
    assert names(events) == [
        "input_audio_buffer.speech_started",
        "netra.heard",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.completed",
        "conversation.item.done",
        "response.created",
        "response.output_item.added",
        "conversation.item.added",
        "response.content_part.added",
        "response.output_audio_transcript.delta",
        "output_audio_buffer.started",
        "response.output_audio_transcript.delta",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "response.output_item.done",
        "conversation.item.done",
        "response.done",
        "output_audio_buffer.stopped",
    ]
    done = next(event for event in events if event["type"] == "response.done")["response"]
    assert done["status"] == "completed"
    assert done["output"][0]["content"] == [{"type": "output_audio", "transcript": "A cup of tea."}]
    part = next(event for event in events if event["type"] == "response.content_part.done")["part"]
    assert part == {"type": "audio", "transcript": "A cup of tea."}
    items = {event["item_id"] for event in events[:4] if "item_id" in event}
    assert len(items) == 1
    assert events[10]["previous_item_id"] in items


def test_a_cut_reply_holds_what_was_heard_and_says_how_much() -> None:
    wire = greeted()
    events = told(
        ReplyStarted(1), ReplyText(1, "A cup of tea."), ReplySoundStarted(1), ReplyEnded(1, "cancelled", "A cup", 400),
        wire=wire,
    )  # fmt: skip
    assert names(events)[-8:] == [
        "output_audio_buffer.cleared",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "response.output_item.done",
        "conversation.item.done",
        "response.done",
        "conversation.item.truncated",
    ]
    response = events[-2]["response"]
    assert (response["status"], response["status_details"]["reason"]) == ("cancelled", "turn_detected")
    assert events[-1]["audio_end_ms"] == 400
    _, (found,) = wire.from_client({"type": "conversation.item.retrieve", "item_id": events[-1]["item_id"]})
    assert found["item"]["content"][0]["transcript"] == "A cup"


def test_a_reply_stopped_by_the_client_says_so() -> None:
    wire = greeted()
    told(ReplyStarted(1), wire=wire)
    wire.from_client({"type": "response.cancel"})
    events = told(ReplyEnded(1, "cancelled", "", 0), wire=wire)
    assert next(e for e in events if e["type"] == "response.done")["response"]["status_details"] == {
        "type": "cancelled", "reason": "client_cancelled",
    }  # fmt: skip


def test_a_pause_inside_a_turn_commits_once() -> None:
    events = told(
        UserSpeechStarted(1, 0), UserSpeechStopped(1, 500), UserSpeechStarted(1, 700), UserSpeechStopped(1, 1_500),
        UserSaid(1, "read this please"),
    )  # fmt: skip
    assert names(events).count("input_audio_buffer.committed") == 1
    assert names(events).count("conversation.item.done") == 1


def test_a_turn_without_words_is_committed_with_an_empty_transcript() -> None:
    events = told(UserSpeechStarted(1, 0), UserSpeechStopped(1, 300), UserSaid(1, ""))
    assert events[-2]["transcript"] == ""
    assert "conversation.item.input_audio_transcription.delta" not in names(events)


def test_timings_and_pictures_carry_the_response_they_belong_to() -> None:
    events = told(
        PictureUsed(4, "pic_1", "ok", 120), ReplyStarted(4), ReplyEnded(4, "completed", "", 0),
        TurnTimed(4, (("endpoint", 300), ("first_sound", 480))),
    )  # fmt: skip
    created = next(event for event in events if event["type"] == "response.created")["response"]["id"]
    assert events[0]["response_id"] == created
    assert (events[-1]["response_id"], events[-1]["stages"]) == (created, {"endpoint": 300, "first_sound": 480})


TURNS = st.integers(1, 4)
TEXTS = st.sampled_from(["", "one ", "two"])
REPORTS = st.one_of(
    st.builds(StateShown, st.sampled_from(["idle", "speaking"])),
    st.builds(UserSpeechStarted, TURNS, st.integers(0, 9_000)),
    st.builds(UserSpeechStopped, TURNS, st.integers(0, 9_000)),
    st.builds(UserHeard, TURNS, TEXTS),
    st.builds(UserSaid, TURNS, TEXTS, st.booleans()),
    st.builds(ReplyStarted, TURNS),
    st.builds(ReplyText, TURNS, TEXTS),
    st.builds(ReplySoundStarted, TURNS),
    st.builds(ReplyEnded, TURNS, st.sampled_from(["completed", "cancelled", "failed"]), TEXTS, st.integers(0, 9_000)),
    st.builds(TurnTimed, TURNS, st.just((("endpoint", 1),))),
    st.builds(PictureUsed, TURNS, st.just("pic_1"), st.just("ok"), st.just(5)),
    st.builds(Noticed, st.just("code"), st.just("text")),
)


@given(st.lists(REPORTS, max_size=40))
@settings(max_examples=150, deadline=None)
def test_whatever_is_reported_the_order_holds(reports: list[Report]) -> None:
    events = told(*reports)
    assert len({event["event_id"] for event in events}) == len(events)
    opened: str | None = None
    ids: set[str] = set()
    added: list[str] = []
    done: list[str] = []
    speaking = False
    sounding = False
    for event in events:
        match event["type"]:
            case "response.created":
                assert opened is None
                opened = event["response"]["id"]
                assert opened not in ids
                ids.add(opened)
            case "response.done":
                assert opened == event["response"]["id"]
                output = event["response"]["output"]
                assert not output or done[-1] == output[-1]["id"]
                opened = None
            case "conversation.item.added":
                added.append(event["item"]["id"])
                assert added.count(event["item"]["id"]) == 1
            case "conversation.item.done":
                assert event["item"]["id"] in added
                done.append(event["item"]["id"])
                assert done.count(event["item"]["id"]) == 1
            case "input_audio_buffer.speech_started":
                assert not speaking
                speaking = True
            case "input_audio_buffer.speech_stopped":
                assert speaking
                speaking = False
            case "output_audio_buffer.started":
                assert not sounding
                sounding = True
            case "output_audio_buffer.stopped" | "output_audio_buffer.cleared":
                assert sounding
                sounding = False
            case name if name.startswith("response."):
                assert event["response_id"] == opened
    assert opened is not None or set(done) == set(added)
