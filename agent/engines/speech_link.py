"""One request to a speech server and its answer as bytes. Knows HTTP; no sound and no words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

import httpx

from agent import clock
from agent.engines.server_link import ServerLink
from agent.engines.speech_server_settings import SpeechServer


class SpeechLink:
    """Shared; its connections are pooled. ``section``: of the settings, for what to say. Raises EngineMissing when no
    address is set.
    """

    def __init__(self, settings: SpeechServer, key: str, section: str) -> None:
        settings.needed(section)
        self._settings = settings
        self._link = ServerLink(settings, key, section, settings.first_s)

    @property
    def resting(self) -> bool:
        """Whether a request would be refused without asking."""
        return self._link.resting

    async def post(self, path: str, body: Callable[[], dict[str, Any]]) -> AsyncGenerator[bytes, None]:
        """The answer as it comes. ``body``: what httpx sends (``json``, or ``data`` and ``files``), made for each try.

        Raises EngineFailed: at once while the breaker is open, after the last try, or in the middle.
        """
        begun = False

        async def once(ends_us: int) -> AsyncGenerator[bytes, None]:
            nonlocal begun
            try:
                async with self._link.answer(path, body(), ends_us) as response:
                    until_us = ends_us
                    async with aclosing(response.aiter_bytes()) as pieces:  # type: ignore[type-var]
                        while True:
                            async with asyncio.timeout_at(until_us / 1_000_000):
                                piece = await anext(pieces, None)
                            if piece is None:
                                return
                            begun = begun or bool(piece)
                            yield piece
                            until_us = clock.now_us() + round(self._settings.stall_s * 1_000_000)
            except TimeoutError as error:
                raise self._link.silent(begun=begun) from error
            except httpx.HTTPError as error:
                raise (self._link.broke_off() if begun else self._link.unreachable(error)) from error

        async with aclosing(self._link.asked(once, lambda: begun)) as pieces:
            async for piece in pieces:
                yield piece

    async def close(self) -> None:
        await self._link.close()
