"""One request to a chat server and its stream of words. Knows HTTP; no questions, no tools."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

import httpx

from agent import clock
from agent.engines.chat_lacks import lack_of
from agent.engines.chat_stream import ChatStream, StreamFailed
from agent.engines.event_lines import Lines, TooLong
from agent.engines.server_link import Refused, ServerLink
from agent.errors import EngineFailed
from agent.thinking.settings import ChatServer

CHECK_S = 5.0
LAST_S = 1.0
"""So long the connection is kept for what may follow the end of an answer: then it can be used again."""


class ChatLink:
    """Shared; its connections are pooled."""

    def __init__(self, settings: ChatServer, key: str) -> None:
        self._settings = settings
        self._link = ServerLink(settings, key, "thinking.server", settings.first_token_s)

    async def models(self) -> list[str]:
        """Names that the server lists. Raises EngineFailed."""
        try:
            answer = await self._link.open().get("/models", timeout=CHECK_S)
        except httpx.HTTPError as error:
            raise EngineFailed(str(self._link.unreachable(error))) from error
        if answer.status_code != 200:
            raise self._link.refusal(answer.status_code, answer.text, None)
        try:
            return [str(one["id"]) for one in answer.json()["data"]]
        except (ValueError, KeyError, TypeError) as error:
            no_server = f"{self._settings.url} is no OpenAI-compatible server: check thinking.server.url."
            raise EngineFailed(no_server) from error

    async def listed(self) -> list[str]:
        """The same within a reply: refused at once while the server is left alone. Raises EngineFailed."""

        async def once(_: int) -> AsyncGenerator[list[str], None]:
            yield await self.models()

        async with aclosing(self._link.asked(once, lambda: False)) as answers:
            return await anext(answers)

    async def stream(self, body: Mapping[str, Any], into: ChatStream) -> AsyncGenerator[str, None]:
        """The text of the answer as it comes; calls are found in ``into`` afterwards.

        Raises EngineFailed: at once while the breaker is open, after the last try, or in the middle.
        """

        def once(ends_us: int) -> AsyncGenerator[str, None]:
            return self._once(body, into, ends_us)

        async with aclosing(self._link.asked(once, lambda: into.alive)) as pieces:
            async for text in pieces:
                yield text

    async def _once(self, body: Mapping[str, Any], into: ChatStream, ends_us: int) -> AsyncGenerator[str, None]:
        settings = self._settings
        try:
            async with self._link.answer("/chat/completions", {"json": body}, ends_us) as response:
                until_us, last_us = ends_us, 0
                async with aclosing(_lines(response)) as lines:
                    while not into.done:
                        async with asyncio.timeout_at((last_us or until_us) / 1_000_000):
                            line = await anext(lines, None)
                        if line is None:
                            into.end()
                            break
                        for text in into.line(line):
                            yield text
                        if into.finish and not last_us:  # all that may come is its bill
                            last_us = clock.now_us() + round(LAST_S * 1_000_000)
                        if into.alive and line and not line.startswith(":"):  # a gateway's comments are no tokens
                            until_us = clock.now_us() + round(settings.stall_s * 1_000_000)
                if not into.done and not into.finish and "html" in response.headers.get("content-type", ""):
                    text = f"{settings.url} answers with a web page: check thinking.server.url."
                    raise Refused(text, again=False)
        except Refused as error:
            error.again = error.again and not lack_of(error.status, str(error), body)
            raise
        except TimeoutError as error:
            if not into.finish:
                raise self._link.silent(begun=into.alive) from error
        except (StreamFailed, TooLong) as error:
            raise Refused(f"{settings.url} failed: {error}", again=not into.alive) from error
        except httpx.HTTPError as error:
            if not into.finish:
                raise (self._link.broke_off() if into.alive else self._link.unreachable(error)) from error
        if not into.done and not into.finish:
            raise self._link.broke_off()

    async def close(self) -> None:
        await self._link.close()


async def _lines(response: httpx.Response) -> AsyncGenerator[str, None]:
    lines = Lines()
    async with aclosing(response.aiter_bytes()) as pieces:  # type: ignore[type-var]
        async for piece in pieces:
            for line in lines.push(piece):
                yield line
    for line in lines.flush():
        yield line
