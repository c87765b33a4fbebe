"""One request to a speech server and its answer as bytes: connection, patience, further tries, the breaker.

Knows HTTP; no sound and no words. Leaving the answer early closes the connection, which is how a server learns to stop.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit

import httpx

from agent import clock
from agent.engines.breaker import Breaker
from agent.engines.speech_server_settings import SpeechServer
from agent.errors import EngineFailed

AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
"""Statuses that may be another when asked again."""
FIRST_WAIT_S = 0.2
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MOST_TOLD = 300


class _Refused(EngineFailed):
    """``again``: it may be asked again, after ``wait_s`` when the server said so."""

    def __init__(self, text: str, *, again: bool, wait_s: float | None = None) -> None:
        super().__init__(text)
        self.again, self.wait_s = again, wait_s


class SpeechLink:
    """Shared; its connections are pooled. ``section``: of the settings, for what to say. Raises EngineMissing when no
    address is set.
    """

    def __init__(self, settings: SpeechServer, key: str, section: str) -> None:
        settings.needed(section)
        self._settings, self._key, self._section = settings, key, section
        self._breaker = Breaker(settings.failures, round(settings.rest_s * 1_000_000))
        self._client: httpx.AsyncClient | None = None

    @property
    def resting(self) -> bool:
        """Whether a request would be refused without asking."""
        return self._breaker.wait_us(clock.now_us()) > 0

    async def post(self, path: str, body: Callable[[], dict[str, Any]]) -> AsyncGenerator[bytes, None]:
        """The answer as it comes. ``body``: what httpx sends (``json``, or ``data`` and ``files``), made for each try.

        Raises EngineFailed: at once while the breaker is open, after the last try, or in the middle.
        """
        now = clock.now_us()
        if not self._breaker.allows(now):
            seconds = self._breaker.wait_us(now) / 1_000_000
            raise EngineFailed(f"{self._settings.url} failed before and is left alone for {seconds:.0f} s more.")
        settled = False
        try:
            async with aclosing(self._tries(path, body, now)) as pieces:
                async for piece in pieces:
                    if not settled:
                        settled = True
                        self._breaker.succeeded()
                    yield piece
            settled = True
            self._breaker.succeeded()
        except EngineFailed as error:
            if not isinstance(error, _Refused) or error.again:  # a wrong request is no outage
                self._breaker.failed(clock.now_us())
                settled = True
            raise
        finally:
            if not settled:
                self._breaker.gave_up()

    async def _tries(self, path: str, body: Callable[[], dict[str, Any]], began_us: int) -> AsyncGenerator[bytes, None]:
        ends_us = began_us + round(self._settings.first_s * 1_000_000)
        for left in range(self._settings.retries, -1, -1):
            begun = False
            try:
                async with aclosing(self._once(path, body(), ends_us)) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
                return
            except _Refused as error:
                wait_s = FIRST_WAIT_S * 2 ** (self._settings.retries - left) if error.wait_s is None else error.wait_s
                late = clock.now_us() + round(wait_s * 1_000_000) >= ends_us
                if not error.again or not left or late or begun:
                    raise
            await asyncio.sleep(wait_s)

    async def _once(self, path: str, body: dict[str, Any], ends_us: int) -> AsyncGenerator[bytes, None]:
        settings, begun = self._settings, False
        try:
            request = self._open().build_request("POST", path, **body)
            async with asyncio.timeout_at(ends_us / 1_000_000):
                response = await self._open().send(request, stream=True)
            try:
                if response.status_code != 200:
                    async with asyncio.timeout_at(ends_us / 1_000_000):
                        said = (await response.aread()).decode(errors="replace")
                    raise self._refusal(response.status_code, said, response.headers.get("retry-after"))
                until_us = ends_us
                async with aclosing(response.aiter_bytes()) as pieces:  # type: ignore[type-var]
                    while True:
                        async with asyncio.timeout_at(until_us / 1_000_000):
                            piece = await anext(pieces, None)
                        if piece is None:
                            return
                        begun = begun or bool(piece)
                        yield piece
                        until_us = clock.now_us() + round(settings.stall_s * 1_000_000)
            finally:
                await response.aclose()
        except TimeoutError as error:
            waited = settings.stall_s if begun else settings.first_s
            raise EngineFailed(f"{settings.url} said nothing for {waited:g} s.") from error
        except httpx.HTTPError as error:
            if begun:
                raise _Refused(f"{settings.url} broke off in the middle of its answer.", again=True) from error
            reason = str(error) or type(error).__name__
            text = f"Nobody answers at {settings.url} ({reason}). Start the server, or check {self._section}.url."
            raise _Refused(text, again=True) from error

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            settings = self._settings
            self._client = httpx.AsyncClient(
                base_url=settings.url,
                headers={"Authorization": f"Bearer {self._key}"} if self._key else {},
                timeout=httpx.Timeout(None, connect=settings.connect_s),
                limits=httpx.Limits(max_connections=256, max_keepalive_connections=32),
                trust_env=urlsplit(settings.url).hostname not in LOOPBACK,
            )
        return self._client

    def _refusal(self, status: int, said: str, retry_after: str | None) -> _Refused:
        hint = {
            401: f" Put the key into the environment variable {self._settings.key_variable}.",
            403: f" Put a key that may into the environment variable {self._settings.key_variable}.",
            404: f" Check {self._section}.url and {self._section}.model.",
        }.get(status, "")
        wait_s = float(retry_after) if retry_after and retry_after.isdecimal() else None
        text = f"{self._settings.url} refused ({status}): {told_in(said)}{hint}"
        return _Refused(text, again=status in AGAIN, wait_s=wait_s)

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()


def told_in(said: str) -> str:
    """The message of an error's body, in one line."""
    try:
        told = json.loads(said)
        message = (
            told["error"]["message"] if isinstance(told.get("error"), dict) else told.get("error") or told["detail"]
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        message = said
    return " ".join(str(message).split())[:MOST_TOLD] or "no reason was given"
