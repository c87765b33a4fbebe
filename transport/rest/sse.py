"""Server-sent events: how they are written, and what becomes of an error after the first of them."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from agent.errors import NetraError
from transport.gate import error_body
from transport.rest.streaming import Streamed

_log = logging.getLogger(__name__)
DONE = b"data: [DONE]\n\n"


def event(data: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"


def stream(events: AsyncGenerator[bytes, None]) -> Streamed:
    """A response of events. The headers ask proxies to hand on each at once."""
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return Streamed(_guarded(events), "text/event-stream", headers)


async def _guarded(events: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """A failure in the middle is told as the API tells it: an event with an error, and no end after it."""
    try:
        async with aclosing(events):
            async for one in events:
                yield one
    except NetraError as error:
        _log.warning("stream broke: %s", error)
        yield event(error_body(error.code, str(error), 503))
