"""A line to a server with OpenAI's API: pooled connections, patience, further tries, a breaker, and faults in words.

Knows HTTP. Does not know what is asked or answered. Leaving an answer early closes its connection, which is how a
server learns to stop.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import httpx

from agent import clock
from agent.engines.breaker import Breaker
from agent.errors import EngineFailed

T = TypeVar("T")
AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
"""Statuses that may be another when asked again."""
FIRST_WAIT_S = 0.2
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MOST_TOLD = 300


class Server(Protocol):
    """What settings of a server hold."""

    @property
    def url(self) -> str: ...
    @property
    def key_variable(self) -> str: ...
    @property
    def connect_s(self) -> float: ...
    @property
    def stall_s(self) -> float: ...
    @property
    def retries(self) -> int: ...
    @property
    def failures(self) -> int: ...
    @property
    def rest_s(self) -> float: ...


class Refused(EngineFailed):
    """``again``: it may be asked again, after ``wait_s`` when the server said so. ``status``: 0 where it broke."""

    def __init__(self, text: str, *, again: bool, wait_s: float | None = None, status: int = 0) -> None:
        super().__init__(text)
        self.again, self.wait_s, self.status = again, wait_s, status


class ServerLink:
    """Shared. ``section``: of the settings, for what to say. ``first_s``: patience from the request to the first of the
    answer, all tries included.
    """

    def __init__(self, server: Server, key: str, section: str, first_s: float) -> None:
        self._server, self._key, self._section, self._first_s = server, key, section, first_s
        self._breaker = Breaker(server.failures, round(server.rest_s * 1_000_000))
        self._client: httpx.AsyncClient | None = None

    @property
    def resting(self) -> bool:
        """Whether a request would be refused without asking."""
        return self._breaker.wait_us(clock.now_us()) > 0

    async def asked(
        self, once: Callable[[int], AsyncGenerator[T, None]], begun: Callable[[], bool]
    ) -> AsyncGenerator[T, None]:
        """What ``once(ends_us)`` gives, tried again while nothing has ``begun`` and there is time until ``ends_us``.

        Raises EngineFailed: at once while the breaker is open, after the last try, or in the middle.
        """
        now = clock.now_us()
        if not self._breaker.allows(now):
            seconds = self._breaker.wait_us(now) / 1_000_000
            raise EngineFailed(f"{self._server.url} failed before and is left alone for {seconds:.0f} s more.")
        settled = False
        try:
            async with aclosing(self._tries(once, begun, now)) as pieces:
                async for piece in pieces:
                    if not settled:
                        settled = True
                        self._breaker.succeeded()
                    yield piece
            settled = True
            self._breaker.succeeded()
        except EngineFailed as error:
            if not isinstance(error, Refused) or error.again:  # a wrong request is no outage
                self._breaker.failed(clock.now_us())
                settled = True
            raise
        finally:
            if not settled:
                self._breaker.gave_up()

    async def _tries(
        self, once: Callable[[int], AsyncGenerator[T, None]], begun: Callable[[], bool], began_us: int
    ) -> AsyncGenerator[T, None]:
        ends_us = began_us + round(self._first_s * 1_000_000)
        for left in range(self._server.retries, -1, -1):
            try:
                async with aclosing(once(ends_us)) as pieces:
                    async for piece in pieces:
                        yield piece
                return
            except Refused as error:
                wait_s = FIRST_WAIT_S * 2 ** (self._server.retries - left) if error.wait_s is None else error.wait_s
                late = clock.now_us() + round(wait_s * 1_000_000) >= ends_us
                if not error.again or not left or late or begun():
                    raise
            await asyncio.sleep(wait_s)

    @asynccontextmanager
    async def answer(self, path: str, body: dict[str, Any], ends_us: int) -> AsyncIterator[httpx.Response]:
        """The answer to a POST, once its head is there by ``ends_us``; closed in the end. ``body``: as httpx sends it.

        Raises Refused for any status but 200, TimeoutError.
        """
        client = self.open()
        request = client.build_request("POST", path, **body)
        async with asyncio.timeout_at(ends_us / 1_000_000):
            response = await client.send(request, stream=True)
        try:
            if response.status_code != 200:
                async with asyncio.timeout_at(ends_us / 1_000_000):
                    said = (await response.aread()).decode(errors="replace")
                raise self.refusal(response.status_code, said, response.headers.get("retry-after"))
            yield response
        finally:
            await response.aclose()

    def open(self) -> httpx.AsyncClient:
        """The pool of connections."""
        if self._client is None:
            server = self._server
            self._client = httpx.AsyncClient(
                base_url=server.url,
                headers={"Authorization": f"Bearer {self._key}"} if self._key else {},
                timeout=httpx.Timeout(None, connect=server.connect_s),
                limits=httpx.Limits(max_connections=256, max_keepalive_connections=32),
                trust_env=urlsplit(server.url).hostname not in LOOPBACK,
            )
        return self._client

    def refusal(self, status: int, said: str, retry_after: str | None) -> Refused:
        """A status other than 200, in words with what to do."""
        hint = {
            401: f" Put the key into the environment variable {self._server.key_variable}.",
            403: f" Put a key that may into the environment variable {self._server.key_variable}.",
            404: f" Check {self._section}.url and {self._section}.model.",
        }.get(status, "")
        wait_s = _seconds(retry_after or "")
        text = f"{self._server.url} refused ({status}): {told_in(said)}{hint}"
        return Refused(text, again=status in AGAIN, wait_s=wait_s, status=status)

    def silent(self, *, begun: bool) -> EngineFailed:
        """It said nothing for as long as there is patience."""
        waited = self._server.stall_s if begun else self._first_s
        return EngineFailed(f"{self._server.url} said nothing for {waited:g} s.")

    def broke_off(self) -> Refused:
        return Refused(f"{self._server.url} broke off in the middle of its answer.", again=True)

    def unreachable(self, error: Exception) -> Refused:
        reason = str(error) or type(error).__name__
        text = f"Nobody answers at {self._server.url} ({reason}). Start the server, or check {self._section}.url."
        return Refused(text, again=True)

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()


def _seconds(retry_after: str) -> float | None:
    """None where it is a date, or no time at all."""
    try:
        wait_s = float(retry_after)
    except ValueError:
        return None
    return wait_s if 0 <= wait_s < 1e9 else None


def told_in(body: Any) -> str:
    """The message in an error's body, whatever its shape, in one line."""
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except ValueError:
            return " ".join(body.split())[:MOST_TOLD] or "no reason was given"
    error = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(error, dict):
        error = error.get("message") or error.get("detail") or error
    return " ".join(str(error).split())[:MOST_TOLD]
