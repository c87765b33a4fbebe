"""What Home Assistant is told: one device with all its entities, in one retained message.

Knows Home Assistant's discovery of devices (2024.11 and later). Does not know what is published when.
"""

from __future__ import annotations

from typing import Any

from transport.mqtt.events import EVENTS, LONGEST_STATE
from transport.mqtt.orders import DETAILS, RATES, VOLUMES
from transport.mqtt.topics import OFFLINE, ONLINE, Topics

STATES = ("idle", "listening", "thinking", "speaking", "muted")


def device(topics: Topics, name: str, version: str, *, transcripts: bool, snapshot: bool, look: bool) -> dict[str, Any]:
    """The payload of ``topics.discovery``. ``transcripts``, ``snapshot`` and ``look``: as set."""
    node = topics.node
    entities = _always(topics)
    if transcripts:
        entities |= _words(topics)
    if snapshot:
        entities["snapshot"] = {
            "platform": "image", "name": "Snapshot", "image_topic": topics.snapshot, "content_type": "image/jpeg",
            "icon": "mdi:camera",
        }  # fmt: skip
    if look:
        entities["look"] = {
            "platform": "button", "name": "Look", "command_topic": topics.command("look"),
            "payload_press": "what do you see", "icon": "mdi:eye",
        }  # fmt: skip
    for key, entity in entities.items():
        entity["unique_id"] = f"{node}_{key}"
    return {
        "device": {"identifiers": [node], "name": name, "manufacturer": "Netra", "model": "Voice and vision agent",
                   "sw_version": version},
        "origin": {"name": "netra", "sw_version": version},
        "availability": [{"topic": topics.available, "payload_available": ONLINE, "payload_not_available": OFFLINE}],
        "components": entities,
    }  # fmt: skip


def _always(topics: Topics) -> dict[str, dict[str, Any]]:
    return {
        "state": {
            "platform": "sensor", "name": "State", "state_topic": topics.state, "device_class": "enum",
            "options": list(STATES), "icon": "mdi:account-voice",
        },
        "sessions": {
            "platform": "sensor", "name": "Sessions", "state_topic": topics.sessions, "entity_category": "diagnostic",
            "state_class": "measurement",
        },
        "event": {
            "platform": "event", "name": "Event", "state_topic": topics.event, "event_types": list(EVENTS),
            "icon": "mdi:bell-ring",
        },
        "ask": {
            "platform": "text", "name": "Ask", "command_topic": topics.command("ask"), "max": 255,
            "icon": "mdi:chat-question",
        },
        "say": {"platform": "notify", "name": "Say", "command_topic": topics.command("say")},
        "stop": {
            "platform": "button", "name": "Stop", "command_topic": topics.command("stop"), "icon": "mdi:stop",
        },
        "rate": _number(topics, "rate", "Speech rate", RATES, "mdi:speedometer"),
        "volume": _number(topics, "volume", "Volume", VOLUMES, "mdi:volume-high"),
        "detail": {
            "platform": "select", "name": "Detail", "command_topic": topics.set("detail"),
            "state_topic": topics.shown("detail"), "options": list(DETAILS), "entity_category": "config",
        },
        "listening": _switch(topics, "listening", "Listening", "mdi:microphone"),
        "looking": _switch(topics, "looking", "Looking", "mdi:camera-iris"),
    }  # fmt: skip


def _words(topics: Topics) -> dict[str, dict[str, Any]]:
    cut = f"{{{{ value_json.text[:{LONGEST_STATE}] }}}}"
    return {
        "transcript": {
            "platform": "sensor", "name": "Heard", "state_topic": topics.transcript, "value_template": cut,
            "json_attributes_topic": topics.transcript, "icon": "mdi:ear-hearing",
        },
        "reply": {
            "platform": "sensor", "name": "Said", "state_topic": topics.reply, "value_template": cut,
            "json_attributes_topic": topics.reply, "icon": "mdi:message-text",
        },
    }  # fmt: skip


def _number(topics: Topics, key: str, name: str, bounds: tuple[float, float], icon: str) -> dict[str, Any]:
    return {
        "platform": "number", "name": name, "command_topic": topics.set(key), "state_topic": topics.shown(key),
        "min": bounds[0], "max": bounds[1], "step": 0.05, "mode": "slider", "entity_category": "config", "icon": icon,
    }  # fmt: skip


def _switch(topics: Topics, key: str, name: str, icon: str) -> dict[str, Any]:
    return {
        "platform": "switch", "name": name, "command_topic": topics.set(key), "state_topic": topics.shown(key),
        "icon": icon,
    }  # fmt: skip
