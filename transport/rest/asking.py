"""One request, from its first byte to its last: how long it may take, how many at a time, what if the client leaves.

Knows time, places and disconnects. Does not know what is asked: ``read`` makes a question of a request, ``answer`` a
response of the question.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from agent.errors import NetraError, first_of
from transport.limits import Busy, NotAllowed, Refused

_log = logging.getLogger(__name__)
WAIT_S = 5.0
"""How long a request waits for a place before it is told to come again."""
MOST_READING = 16
"""Requests whose bodies are on their way at the same time."""
RETRY_S = 2


class Places:
    """How many requests are read and answered at the same time. Shared by all endpoints."""

    def __init__(self, at_once: int, timeout_s: float) -> None:
        self.timeout_s = timeout_s
        self.reading = 0
        self.answering = 0
        self.free = asyncio.Semaphore(at_once)


class Asking:
    """An endpoint as an ASGI application."""

    def __init__(
        self,
        places: Places,
        read: Callable[[Request], Awaitable[Any]],
        answer: Callable[[Any], Awaitable[Response]],
    ) -> None:
        self._places, self._read, self._answer = places, read, answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        entered = scope.get("netra.pass")
        if entered is not None and not entered.may_talk:
            raise NotAllowed("This key is for looking on only.", code="insufficient_permissions", status=403)
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            async with asyncio.timeout(self._places.timeout_s):
                asked = await self._take(Request(scope, receive))
                await _unless_gone(receive, self._give(asked, scope, noted))
        except ClientDisconnect:
            _log.info("a client left before its request was whole")
        except TimeoutError:
            if started:
                _log.warning("an answer took too long and was cut off")
                return
            message = f"The request took longer than {self._places.timeout_s:g} seconds."
            raise Refused(message, code="timeout", status=504) from None
        except Refused:
            raise
        except NetraError as error:
            if started:
                raise
            raise Refused(str(error), code=error.code, status=503) from error

    async def _take(self, request: Request) -> Any:
        places = self._places
        if places.reading >= MOST_READING:
            raise _busy()
        places.reading += 1
        try:
            return await self._read(request)
        finally:
            places.reading -= 1

    async def _give(self, asked: Any, scope: Scope, send: Send) -> None:
        places = self._places
        try:
            async with asyncio.timeout(WAIT_S):
                await places.free.acquire()
        except TimeoutError:
            raise _busy() from None
        places.answering += 1
        try:
            response = await self._answer(asked)
            await response(scope, _never, send)
        finally:
            places.answering -= 1
            places.free.release()


def _busy() -> Busy:
    message = "Too many requests at the same time. Try again in a moment."
    return Busy(message, code="too_many_requests", status=429, retry_after_s=RETRY_S)


class _Gone(Exception):
    """The client hung up; never leaves this module."""


async def _unless_gone(receive: Receive, work: Awaitable[None]) -> None:
    """Do the work, and drop it when the client hangs up: nobody would read the answer."""
    try:
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(_watch(receive))
            await work
            watching.cancel()
    except BaseExceptionGroup as failures:
        error = first_of(failures)
        if not isinstance(error, _Gone):
            raise error from None


async def _watch(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    raise _Gone


async def _never() -> Message:
    """The body was read, and ``_watch`` listens for the end."""
    await asyncio.Event().wait()
    raise AssertionError("unreachable")
