"""What every kind of line is to the registry of sessions. Knows promises only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from agent.ports import Conversation, Report
from transport.realtime.adapter import RealtimeAdapter

Also: TypeAlias = Callable[[Report], None]
"""Told every report that the line was told, for those who look on."""


class Carrier(Protocol):
    """Carries one session for a while. ``ahead``: its sound travels as events."""

    id: str
    ahead: bool

    async def run(
        self,
        conversation: Conversation,
        adapter: RealtimeAdapter,
        on_connected: Callable[[], None] = ...,
        also: Also | None = None,
    ) -> None:
        """Carry the conversation until either side ends it. Always closes what it carries it over."""
        ...

    async def close(self) -> None:
        """For one that will not be run."""
        ...

    def hang_up(self, reason: str, code: int = ...) -> None:
        """End it soon. ``code``: a WebSocket's close code; other lines have none."""
        ...
