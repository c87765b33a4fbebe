"""The end of a line, as the scope that carries it knows it. Does not know why it ends."""

from __future__ import annotations

import asyncio


class LineOver(Exception):
    """Ends the scope of a line; never leaves the session."""


async def leave_when(event: asyncio.Event) -> None:
    """Raises LineOver once ``event`` is set."""
    await event.wait()
    raise LineOver
