"""``netra call`` and ``netra serve``, the real ones: a typed question, its answer on the wire, an interruption."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest

from agent.audio import HEARING_RATE
from tests.transport.terminal.shown import Shown
from tests.transport.whole_server import Whole
from transport.terminal.call import Wish, call
from transport.terminal.devices import FileDevice

pytestmark = pytest.mark.net


def test_a_conversation_with_a_whole_server(netra: Whole) -> None:
    """In real time, because the server's turns are: about six seconds."""
    shown = Shown()
    device = FileDevice(np.zeros(5 * HEARING_RATE, np.int16), patience_s=1.0)

    async def lines() -> AsyncIterator[str]:
        await asyncio.sleep(0.5)
        yield "What time is it?"
        while not any(row.startswith("netra:") for row in shown.rows):  # noqa: ASYNC110  a socket's pace
            await asyncio.sleep(0.02)
        yield "What can you do?"
        while not any(row.startswith("netra: You") for row in shown.live):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.8)
        yield ""
        await asyncio.Event().wait()

    async def main() -> None:
        async with asyncio.timeout(30):
            await call(Wish(netra.url, speed=1.5), device, shown, lines())

    asyncio.run(main())
    assert shown.rows[0] == "you: What time is it?"
    assert shown.rows[1].startswith("netra: It's ")
    assert shown.rows[2] == "you: What can you do?"
    assert shown.rows[3].endswith("(cut)")
    assert shown.loudest["netra"] > -40
    assert not [row for row in shown.rows if "server says" in row]
