"""Payloads become orders or a sentence; reports become messages; the outbox is bounded; discovery is what HA takes."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import ports
from agent.skills.people import NO_FACE
from agent.skills.skill import Answer
from tests.virtual import run_virtual
from transport.mqtt.discovery import device
from transport.mqtt.events import found, overall, told
from transport.mqtt.orders import Ask, BadOrder, SayAloud, SetDetail, SetNumber, SetSwitch, Stop, order
from transport.mqtt.outbox import MAX_ACTS, MAX_EVENT_AGE_US, MAX_EVENTS, Outbox, Post
from transport.mqtt.topics import COMMANDS, SETTINGS, Topics

TOPICS = Topics("netra")


@pytest.mark.parametrize(
    ("name", "payload", "wanted"),
    [
        ("ask", b"what time is it", Ask("what time is it")),
        ("ask", b'{"text": " what\\ntime ", "id": 7}', Ask("what time", "7")),
        ("ask", '{"text": "é", "id": null}'.encode(), Ask("é")),
        ("look", b"", Ask("what do you see", look=True)),
        ("look", b'{"id": "x"}', Ask("what do you see", "x", look=True)),
        ("say", b"Dinner", SayAloud("Dinner")),
        ("stop", b"anything", Stop()),
        ("rate", b"1.5", SetNumber("rate", 1.5)),
        ("volume", b" 0.1 ", SetNumber("volume", 0.1)),
        ("detail", b"BRIEF", SetDetail("brief")),
        ("listening", b"on", SetSwitch("listening", True)),
        ("looking", b"OFF", SetSwitch("looking", False)),
    ],
)
def test_what_is_meant_is_ordered(name: str, payload: bytes, wanted: object) -> None:
    assert order(name, payload) == wanted


@pytest.mark.parametrize(
    ("name", "payload", "why"),
    [
        ("ask", b"", "empty"),
        ("ask", b"\x00\x01", "empty"),
        ("ask", b"\xff", "UTF-8"),
        ("ask", b"{", "JSON"),
        ("ask", b"a" * 1001, "longer than 1000"),
        ("ask", b"a" * 8193, "longer than 8192"),
        ("ask", b'{"text": 3}', "is to be a text"),
        ("rate", b"nan", "0.5 to 3.0"),
        ("rate", b"3.01", "0.5 to 3.0"),
        ("volume", b"-1", "0.1 to 1.0"),
        ("detail", b"more", "brief, normal, detailed"),
        ("listening", b"1", "ON or OFF"),
        ("dance", b"", "no command"),
    ],
)
def test_what_is_wrong_is_said(name: str, payload: bytes, why: str) -> None:
    with pytest.raises(BadOrder, match=why):
        order(name, payload)


@given(st.sampled_from((*COMMANDS, *SETTINGS)), st.binary(max_size=300))
def test_any_bytes_are_an_order_or_a_bad_one(name: str, payload: bytes) -> None:
    done: object = None
    with suppress(BadOrder):
        done = order(name, payload)
    assert not isinstance(done, Ask | SayAloud) or done.text.isprintable()


# --- what is told -----------------------------------------------------------------------------------------------------


def messages(report: ports.Report, *, transcripts: bool = True) -> dict[str, dict[str, object]]:
    return {topic: json.loads(payload) for topic, payload in told(TOPICS, "s", report, transcripts=transcripts)}


def test_a_turn_is_words_and_an_event() -> None:
    said = ports.UserSaid(3, "what time is it")
    assert messages(said) == {
        "netra/transcript": {"session": "s", "turn": 3, "text": "what time is it", "typed": False},
        "netra/event": {"event_type": "turn", "session": "s", "turn": 3, "typed": False},
    }
    assert list(messages(said, transcripts=False)) == ["netra/event"]
    assert messages(ports.UserSaid(3, "")) == {}
    assert messages(ports.UserHeard(3, "wh")) == {}


def test_a_reply_that_was_spoken_over_is_a_barge_in() -> None:
    cut = messages(ports.ReplyEnded(4, "cancelled", "It is", 300, "spoken_over"))
    assert cut["netra/event"] == {"event_type": "barge_in", "session": "s", "turn": 4}
    assert "netra/event" not in messages(ports.ReplyEnded(4, "cancelled", "It is", 300, "stopped"))
    assert messages(ports.ReplyEnded(-1, "completed", "an app's own question", 0)) == {}


@pytest.mark.parametrize(
    ("answer", "event"),
    [
        (Answer("It says: exit.", skill="read_text"), "reading"),
        (Answer("A link.", skill="scan_code"), "code"),
        (Answer("One person, near.", skill="people"), "person"),
        (Answer("No one.", brief=NO_FACE, skill="people"), None),
        (Answer("Move closer.", skill="read_text", kind="correction"), None),
        (Answer("It's noon.", skill="time"), None),
    ],
)
def test_what_was_found_is_an_event(answer: Answer, event: str | None) -> None:
    events = [json.loads(payload) for _, payload in found(TOPICS, "s", answer, transcripts=True)]
    assert [one["event_type"] for one in events] == ([event] if event else [])
    assert all("text" not in json.loads(one) for _, one in found(TOPICS, "s", answer, transcripts=False))


def test_one_state_stands_for_all() -> None:
    assert overall({}) == "idle"
    assert overall({"a": "listening", "b": "muted"}) == "listening"
    assert overall({"a": "listening", "b": "speaking", "c": "thinking"}) == "speaking"


# --- the outbox -------------------------------------------------------------------------------------------------------


def test_states_are_told_once_newest_value_and_again_to_a_new_broker() -> None:
    async def main() -> None:
        box = Outbox(lambda: 0)
        box.put_state("a", "1")
        box.put_state("b", "1")
        box.put_state("a", "2")
        assert [(await box.next()).payload for _ in range(2)] == ["2", "1"]
        box.opened()
        assert [(await box.next()).topic for _ in range(2)] == ["a", "b"]

    run_virtual(main())


def test_events_are_bounded_and_old_ones_are_no_news() -> None:
    async def main() -> None:
        now = 0
        box = Outbox(lambda: now)
        for number in range(MAX_EVENTS + 10):
            box.put_event("e", str(number))
        assert (await box.next()).payload == "10"
        now = MAX_EVENT_AGE_US + 1
        box.put_event("e", "new")
        assert (await box.next()).payload == "new"

    run_virtual(main())


def test_commands_to_the_house_are_sent_now_or_have_failed() -> None:
    async def main() -> None:
        failed: list[str] = []
        box = Outbox(lambda: 0)
        act = Post("lock", "UNLOCK", failed=lambda: failed.append("x"))
        box.put_act(act)
        assert failed == ["x"]
        box.opened()
        box.put_event("e", "later")
        for _ in range(MAX_ACTS + 1):
            box.put_act(act)
        assert len(failed) == 2
        assert await box.next() is act
        box.closed()
        assert len(failed) == 2 + MAX_ACTS - 1
        box.opened()
        assert (await box.next()).payload == "later"

    run_virtual(main())


# --- Home Assistant ---------------------------------------------------------------------------------------------------

NEEDED = {
    "sensor": {"state_topic"}, "event": {"state_topic", "event_types"}, "text": {"command_topic"},
    "notify": {"command_topic"}, "button": {"command_topic"}, "number": {"command_topic", "state_topic", "min", "max"},
    "select": {"command_topic", "state_topic", "options"}, "switch": {"command_topic", "state_topic"},
    "image": {"image_topic"},
}  # fmt: skip
"""What Home Assistant requires of each platform."""


def test_discovery_has_what_home_assistant_requires() -> None:
    config = device(Topics("house/netra"), "Netra", "1", transcripts=True, snapshot=True, look=True)
    assert Topics("house/netra").discovery == "homeassistant/device/house_netra/config"
    assert config["device"]["identifiers"]
    assert config["origin"]["name"]
    ids = [entity["unique_id"] for entity in config["components"].values()]
    assert len(set(ids)) == len(ids)
    for entity in config["components"].values():
        assert NEEDED[entity["platform"]] <= set(entity), entity
        for key, value in entity.items():
            if key.endswith("_topic"):
                assert value.startswith("house/netra/")


def test_entities_of_what_is_switched_off_are_not_there() -> None:
    config = device(TOPICS, "Netra", "1", transcripts=False, snapshot=False, look=False)
    assert not {"transcript", "reply", "snapshot", "look"} & set(config["components"])


def test_every_command_has_a_topic_of_its_own() -> None:
    assert len(TOPICS.taken) == len(COMMANDS) + len(SETTINGS)
    assert {TOPICS.reply, TOPICS.event, TOPICS.transcript, TOPICS.state} & set(TOPICS.taken) == set()
