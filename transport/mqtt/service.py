"""MQTT as a whole: the connection, the house behind it, its own conversation, for as long as a scope lasts.

Asked by ``transport.housekeeping`` only. Imports aiomqtt, which is an extra: whoever imports this says what to install.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import metadata

from agent.clock import now_us
from agent.house.settings import Mqtt
from agent.skills.skill import Manner
from transport.mqtt.asking import Asking
from transport.mqtt.discovery import device
from transport.mqtt.events import packed
from transport.mqtt.household import BrokerHouse, Readings
from transport.mqtt.hub import HOUSE, Hub
from transport.mqtt.link import Link
from transport.mqtt.outbox import Outbox, Post
from transport.mqtt.parts import OpenHouse
from transport.mqtt.topics import OFFLINE, ONLINE, Topics


@dataclass(frozen=True, slots=True)
class OnMqtt:
    """``hub``: sessions join it; ``house``: what sessions with a person in them act on."""

    hub: Hub
    house: BrokerHouse


@asynccontextmanager
async def on_mqtt(settings: Mqtt, manner: Manner, open_house: OpenHouse) -> AsyncIterator[OnMqtt]:
    """Connected, or trying to be, for as long as the scope lasts. ``manner``: how sessions speak at first.

    Raises SettingsError when a certificate can't be read.
    """
    topics = Topics(settings.topic, settings.discovery_prefix)
    outbox = Outbox(now_us)
    if settings.discovery:
        told = device(
            topics,
            settings.name,
            metadata.version("netra"),
            transcripts=settings.transcripts,
            snapshot=settings.snapshot,
            look=settings.look,
        )
        outbox.put_state(topics.discovery, packed(**told))
    outbox.put_state(topics.available, ONLINE)
    readings = Readings(settings.things, now_us)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="snapshots") as pool:
        hub = Hub(settings, topics, outbox, readings, manner, now_us, pool)
        house = BrokerHouse(settings, readings, outbox)
        asking = Asking(
            lambda: open_house(HOUSE, BrokerHouse(settings, readings, outbox, asks_first=False), hub.onlooker(HOUSE)),
            hub.answered,
            hub.picture,
            settings.ask_timeout_s,
        )
        hub.ask, hub.hush = asking.ask, asking.stop
        link = Link(
            settings,
            outbox,
            hub.receive,
            commands=tuple(topics.taken),
            states=(*readings.topics, *([topics.birth] if settings.discovery else [])),
            goodbye=Post(topics.available, OFFLINE, qos=1, retain=True),
        )
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(link.run(), name="mqtt"), group.create_task(asking.run(), name="mqtt house")]
            try:
                yield OnMqtt(hub, house)
            finally:
                for task in running:
                    task.cancel()
