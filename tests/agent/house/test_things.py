"""Things have names one can say, payloads, states in words, and a yes before they open."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from agent.errors import SettingsError
from agent.house.settings import Mqtt
from agent.house.things import Thing
from agent.options import explain
from agent.settings import load

WORDS = Mqtt().confirm_words


def thing(name: str, kind: str = "switch", **more: Any) -> Thing:
    commands = {} if kind in ("sensor", "contact") else {"command_topic": "home/x/set"}
    return Thing.model_validate({"name": name, "kind": kind, "state_topic": "home/x", **commands, **more})


@pytest.mark.parametrize(
    ("one", "payload", "said"),
    [
        (thing("light", "light"), "ON", "on"),
        (thing("light", "light", field="state"), '{"state": "OFF"}', "off"),
        (thing("light", "light", field="a.1.b"), '{"a": [0, {"b": true}]}', "on"),
        (thing("light", "light", field="state"), '{"other": 1}', None),
        (thing("light", "light", field="state"), "not json", None),
        (thing("light", "light", states={"2": "dimmed"}), "2", "dimmed"),
        (thing("door", "lock"), "LOCKED", "locked"),
        (thing("window", "contact", field="contact"), '{"contact": true}', "closed"),
        (thing("window", "contact"), "on", "open"),
        (thing("heat", "sensor", unit="°C"), "21.46", "21.5 degrees"),
        (thing("heat", "sensor", unit="°C"), "-3", "minus 3 degrees"),
        (thing("heat", "sensor", unit="%"), "40.0", "40 percent"),
        (thing("heat", "sensor"), "a\x1b[31m\nb" + "c" * 200, "a [31m b" + "c" * 72),
        (thing("heat", "sensor"), "", None),
        (thing("heat", "sensor", field="t"), '{"t": 1e400}', "inf"),
        (thing("alarm", "alarm"), "armed_night", "armed"),
    ],
)
def test_a_payload_is_told_in_words(one: Thing, payload: str, said: str | None) -> None:
    assert one.told(payload) == said


@pytest.mark.parametrize(
    ("one", "verb", "asks"),
    [
        (thing("front door", "lock"), "unlock", True),
        (thing("front door", "lock"), "lock", False),
        (thing("garage", "cover"), "open", True),
        (thing("garage", "cover"), "close", False),
        (thing("blinds", "cover"), "open", False),
        (thing("house alarm", "alarm"), "disarm", True),
        (thing("garage light", "light"), "on", False),
        (thing("garage door", "switch"), "on", True),
        (thing("garage door", "switch"), "off", True),
        (thing("floodgate", "switch"), "on", True),
        (thing("padlock", "switch"), "on", True),
        (thing("water", "switch", command_topic="home/main_valve/set"), "on", True),
        (thing("opener", "switch", aliases=["the door"]), "on", True),
        (thing("cuckoo clock", "switch"), "on", False),
        (thing("outdoor socket", "switch"), "on", False),
        (thing("open sesame", "scene", command_topic="home/gate"), "run", True),
        (thing("front door", "lock", confirm=False), "unlock", False),
        (thing("lamp", "light", confirm=True), "off", True),
    ],
)
def test_what_opens_asks_first(one: Thing, verb: Any, asks: bool) -> None:
    assert one.asks_first(verb, WORDS) is asks


def test_verbs_mean_what_the_thing_can_do() -> None:
    assert thing("door", "lock").meant("open") == "unlock"
    assert thing("alarm", "alarm").meant("off") == "disarm"
    assert thing("lamp", "light").meant("open") is None
    assert Thing(name="lamp", kind="light", state_topic="a").meant("on") is None
    assert thing("blinds", "cover", payloads={"open": "100"}).payload("open") == "100"
    assert thing("blinds", "cover").payload("close") == "CLOSE"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"name": ""}, "needs a name"),
        ({"name": "灯"}, "can't be said"),
        ({"name": "a b c d e f g"}, "too long"),
        ({"name": "x", "command_topic": "", "state_topic": ""}, "command_topic, a state_topic, or both"),
        ({"name": "x", "command_topic": "a/+/b"}, "wildcard"),
        ({"name": "x", "command_topic": "/a"}, "is no topic"),
        ({"name": "x", "kind": "sensor"}, "takes no commands"),
        ({"name": "x", "payloads": {"open": "1"}}, "a switch can on, off, not open"),
        ({"name": "x", "colour": "red"}, "Extra inputs"),
    ],
)
def test_a_wrong_thing_is_told_why(given: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Thing.model_validate({"command_topic": "home/x/set", **given})


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"things": [{"name": "x", "command_topic": "netra/ask"}]}, "our own topic"),
        ({"things": [{"name": "x", "state_topic": "netra/reply"}]}, "our own topic"),
        ({"things": [{"name": "Lamp", "state_topic": "a"}, {"name": "lamp", "state_topic": "b"}]}, "two things"),
        ({"password": "x"}, "needs a username"),
        ({"ca_file": "ca.pem"}, "need tls = true"),
        ({"host": "mqtt://broker"}, "address alone"),
        ({"topic": "netra/#"}, "wildcard"),
        ({"protocol": "4"}, "3.1.1"),
    ],
)
def test_wrong_settings_are_told_why(given: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Mqtt.model_validate(given)


def test_a_password_is_never_shown() -> None:
    environ = {"NETRA_MQTT__USERNAME": "me", "NETRA_MQTT__PASSWORD": "1234"}
    settings = load(environ=environ)
    assert settings.mqtt.password.get_secret_value() == "1234"
    assert "1234" not in str([value for _, value, _ in explain(settings)])
    assert "1234" not in settings.model_dump_json()
    with pytest.raises(SettingsError) as wrong:
        load(environ={"NETRA_MQTT__PASSWORD": "1234"})
    assert "1234" not in str(wrong.value)


def test_every_part_of_a_thing_has_a_meaning() -> None:
    assert [name for name, field in Thing.model_fields.items() if not field.description] == []
