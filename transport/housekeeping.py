"""Whether there is a broker, and what that means for new sessions. The only way from the app to MQTT.

Knows the setting and the package it needs. Without it nothing of MQTT is imported.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from agent.errors import EngineMissing
from agent.onlooker import Household, Onlooker
from agent.session import Session
from agent.settings import Settings
from agent.skills.skill import Manner


class Talk(Protocol):
    """Opens a running session, in a house or without one."""

    def __call__(
        self, session_id: str, house: Household | None = None, onlooker: Onlooker | None = None
    ) -> AbstractAsyncContextManager[Session]: ...


def check(settings: Settings) -> None:
    """Before anything is built: raises EngineMissing without the package, SettingsError when a certificate can't be
    read.
    """
    if not settings.mqtt.on:
        return
    try:
        from transport.mqtt.link import tls_context
    except ModuleNotFoundError as error:
        raise EngineMissing(
            f"mqtt.on needs the package {error.name!r}, which is not installed. "
            "Run `.venv/bin/pip install -c constraints.txt -e '.[mqtt]'`, or set mqtt.on = false."
        ) from error
    if settings.mqtt.tls:
        tls_context(settings.mqtt)


@asynccontextmanager
async def told_to_the_house(
    settings: Settings, talk: Talk
) -> AsyncIterator[Callable[[str], AbstractAsyncContextManager[Session]]]:
    """How to open the session of a caller; with mqtt.on the broker is told of it, and it can act on the house.

    ``check`` first says what is missing for that.
    """
    if not settings.mqtt.on:
        yield talk
        return
    from transport.mqtt.service import on_mqtt

    async with on_mqtt(settings.mqtt, Manner(rate=settings.speaking.rate), talk) as mqtt:

        @asynccontextmanager
        async def live(session_id: str) -> AsyncIterator[Session]:
            async with talk(session_id, mqtt.house, mqtt.hub.onlooker(session_id)) as session:
                with mqtt.hub.joined(session):
                    yield session

        yield live
