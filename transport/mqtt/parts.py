"""What MQTT needs of a session. Promises only; ``agent.session.Session`` keeps them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeAlias

from agent.onlooker import Household, Onlooker
from agent.picture import Picture
from agent.ports import Directions, Line
from agent.skills.skill import Look, Manner, Purpose


class Sight(Protocol):
    async def look(self, purpose: Purpose) -> Look: ...

    def picture(self, picture_id: str) -> Picture | None: ...


class LiveSession(Protocol):
    """Somebody talks with it."""

    @property
    def id(self) -> str: ...

    @property
    def eyes(self) -> Sight: ...

    @property
    def manner(self) -> Manner: ...

    def announce(self, text: str) -> None: ...

    def adjust(self, manner: Manner) -> None: ...

    def stop(self, *, everything: bool = False) -> None: ...

    def mute(self, on: bool) -> None: ...

    def half_duplex(self, on: bool) -> None: ...

    def look(self, on: bool) -> None: ...


class HouseSession(LiveSession, Protocol):
    """The house's own: questions by message, nobody speaks."""

    @property
    def directions(self) -> Directions: ...

    async def attend(self, line: Line) -> None: ...

    def say(self, text: str) -> None: ...


OpenHouse: TypeAlias = Callable[[str, Household, Onlooker], AbstractAsyncContextManager[HouseSession]]
"""A running session with this id, for as long as the scope lasts."""
