"""The house behind the broker: last readings by topic, commands as messages. Implements ``agent.onlooker.Household``.

Knows things and payloads. Does not decide what is done: skills do, and the session asks first where that is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agent.house.settings import Mqtt
from agent.house.things import Thing
from agent.skills.skill import Act, Reading
from transport.mqtt.outbox import Outbox, Post

MAX_BYTES = 65_536
"""A state longer than this is none."""


class Readings:
    """What each thing last told. Shared by everyone who looks at the house."""

    def __init__(self, things: tuple[Thing, ...], clock: Callable[[], int]) -> None:
        self._clock = clock
        self._by_topic: dict[str, list[Thing]] = {}
        self._last: dict[int, Reading] = {}
        for thing in things:
            if thing.state_topic:
                self._by_topic.setdefault(thing.state_topic, []).append(thing)

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(self._by_topic)

    def take(self, topic: str, payload: bytes) -> bool:
        """A message of a thing; False when it is none. One that holds no state changes nothing."""
        things = self._by_topic.get(topic)
        if things is None:
            return False
        if len(payload) <= MAX_BYTES:
            text = payload.decode("utf-8", errors="replace")
            for thing in things:
                if (told := thing.told(text)) is not None:
                    self._last[id(thing)] = Reading(told, self._clock())
        return True

    def of(self, thing: Thing) -> Reading | None:
        return self._last.get(id(thing))


@dataclass(frozen=True, slots=True)
class BrokerHouse:
    """``asks_first``: somebody is there whose yes counts."""

    settings: Mqtt
    readings: Readings
    outbox: Outbox
    asks_first: bool = True

    @property
    def things(self) -> tuple[Thing, ...]:
        return self.settings.things

    @property
    def reachable(self) -> bool:
        return self.outbox.connected

    @property
    def confirm_words(self) -> tuple[str, ...]:
        return self.settings.confirm_words

    @property
    def confirm_s(self) -> float:
        return self.settings.confirm_s

    def reading(self, thing: Thing) -> Reading | None:
        return self.readings.of(thing)

    def act(self, act: Act, failed: Callable[[], None]) -> None:
        thing = act.thing
        self.outbox.put_act(Post(thing.command_topic, thing.payload(act.verb), thing.qos, thing.retain, failed))
