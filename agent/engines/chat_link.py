"""One request to a chat server and its stream: connection, patience, further tries. Knows HTTP; no questions, no tools.

Leaving the stream early closes the connection, which is how a server learns to stop generating.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit

import httpx

from agent import clock
from agent.engines.breaker import Breaker
from agent.engines.chat_stream import ChatStream, StreamFailed, told_in
from agent.errors import EngineFailed
from agent.thinking.settings import ChatServer

AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
"""Statuses that may be another when asked again."""
FIRST_WAIT_S = 0.2
CHECK_S = 5.0
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class _Refused(EngineFailed):
    """``again``: it may be asked again, after ``wait_s`` when the server said so."""

    def __init__(self, text: str, *, again: bool, wait_s: float | None = None) -> None:
        super().__init__(text)
        self.again, self.wait_s = again, wait_s


class ChatLink:
    """Shared; its connections are pooled."""

    def __init__(self, settings: ChatServer, key: str) -> None:
        self._settings = settings
        self._key = key
        self._breaker = Breaker(settings.failures, round(settings.rest_s * 1_000_000))
        self._client: httpx.AsyncClient | None = None

    async def models(self) -> list[str]:
        """Names that the server lists. Raises EngineFailed."""
        try:
            answer = await self._open().get("/models", timeout=CHECK_S)
        except httpx.HTTPError as error:
            raise EngineFailed(self._unreachable(error)) from error
        if answer.status_code != 200:
            raise self._refusal(answer.status_code, answer.text, None)
        try:
            return [str(one["id"]) for one in answer.json()["data"]]
        except (ValueError, KeyError, TypeError) as error:
            no_server = f"{self._settings.url} is no OpenAI-compatible server: check thinking.server.url."
            raise EngineFailed(no_server) from error

    async def stream(self, body: Mapping[str, Any], into: ChatStream) -> AsyncGenerator[str, None]:
        """The text of the answer as it comes; calls are found in ``into`` afterwards.

        Raises EngineFailed: at once while the breaker is open, after the last try, or in the middle.
        """
        now = clock.now_us()
        if not self._breaker.allows(now):
            seconds = self._breaker.wait_us(now) / 1_000_000
            raise EngineFailed(f"{self._settings.url} failed before and is left alone for {seconds:.0f} s more.")
        settled = False
        try:
            async with aclosing(self._tries(body, into, now)) as pieces:
                async for text in pieces:
                    if not settled:
                        settled = True
                        self._breaker.succeeded()
                    yield text
            settled = True
            self._breaker.succeeded()
        except EngineFailed as error:
            if not (isinstance(error, _Refused) and not error.again):  # a wrong request is no outage
                self._breaker.failed(clock.now_us())
                settled = True
            raise
        finally:
            if not settled:
                self._breaker.gave_up()

    async def _tries(self, body: Mapping[str, Any], into: ChatStream, began_us: int) -> AsyncGenerator[str, None]:
        ends_us = began_us + round(self._settings.first_token_s * 1_000_000)
        for left in range(self._settings.retries, -1, -1):
            try:
                async with aclosing(self._once(body, into, ends_us)) as pieces:
                    async for text in pieces:
                        yield text
                return
            except _Refused as error:
                wait_s = FIRST_WAIT_S * 2 ** (self._settings.retries - left) if error.wait_s is None else error.wait_s
                late = clock.now_us() + round(wait_s * 1_000_000) >= ends_us
                if not error.again or not left or late or into.alive:
                    raise
            await asyncio.sleep(wait_s)

    async def _once(self, body: Mapping[str, Any], into: ChatStream, ends_us: int) -> AsyncGenerator[str, None]:
        settings = self._settings
        try:
            request = self._open().build_request("POST", "/chat/completions", json=body)
            async with asyncio.timeout_at(ends_us / 1_000_000):
                response = await self._open().send(request, stream=True)
            try:
                if response.status_code != 200:
                    async with asyncio.timeout_at(ends_us / 1_000_000):
                        said = (await response.aread()).decode(errors="replace")
                    raise self._refusal(response.status_code, said, response.headers.get("retry-after"))
                stall_us = ends_us
                async with aclosing(response.aiter_lines()) as lines:  # type: ignore[type-var]
                    while not into.done:
                        async with asyncio.timeout_at(stall_us / 1_000_000):
                            line = await anext(lines, None)
                        if line is None:
                            break
                        for text in into.line(line):
                            yield text
                        if into.alive and line:
                            stall_us = clock.now_us() + round(settings.stall_s * 1_000_000)
            finally:
                await response.aclose()
        except TimeoutError as error:
            waited = settings.stall_s if into.alive else settings.first_token_s
            raise EngineFailed(f"{settings.url} said nothing for {waited:g} s.") from error
        except StreamFailed as error:
            raise _Refused(f"{settings.url} failed: {error}", again=not into.alive) from error
        except httpx.HTTPError as error:
            raise _Refused(self._unreachable(error), again=True) from error
        if not into.done and not into.finish:
            raise _Refused(f"{settings.url} broke off in the middle of its answer.", again=True)

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
        told = told_in(said)
        hint = {
            401: f" Put the key into the environment variable {self._settings.key_variable}.",
            403: f" Put a key that may into the environment variable {self._settings.key_variable}.",
            404: " Check thinking.server.url and thinking.server.model.",
        }.get(status, "")
        wait_s = float(retry_after) if retry_after and retry_after.isdecimal() else None
        return _Refused(f"{self._settings.url} refused ({status}): {told}{hint}", again=status in AGAIN, wait_s=wait_s)

    def _unreachable(self, error: Exception) -> str:
        reason = str(error) or type(error).__name__
        return f"Nobody answers at {self._settings.url} ({reason}). Start the server, or check thinking.server.url."

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()
