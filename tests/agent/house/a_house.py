"""The house of these tests."""

from __future__ import annotations

from agent.house.things import Thing

THINGS = tuple(
    Thing.model_validate(one)
    for one in (
        {"name": "kitchen light", "room": "kitchen", "kind": "light", "command_topic": "h/1", "state_topic": "s/1"},
        {"name": "light", "room": "bedroom", "kind": "light", "command_topic": "h/2", "state_topic": "s/2"},
        {"name": "lamp", "room": "bedroom", "kind": "light", "command_topic": "h/3", "state_topic": "s/3"},
        {"name": "fan", "kind": "switch", "command_topic": "h/4", "state_topic": "s/4"},
        {"name": "front door", "kind": "lock", "command_topic": "h/5", "state_topic": "s/5"},
        {"name": "front door", "kind": "contact", "state_topic": "s/6"},
        {"name": "blinds", "room": "living room", "kind": "cover", "command_topic": "h/7", "state_topic": "s/7"},
        {"name": "house alarm", "kind": "alarm", "command_topic": "h/8", "state_topic": "s/8"},
        {"name": "movie night", "kind": "scene", "command_topic": "h/9"},
        {"name": "temperature", "room": "bedroom", "kind": "sensor", "state_topic": "s/10", "unit": "°C"},
        {"name": "Zwybee plug 2", "kind": "switch", "command_topic": "h/11"},
    )
)
