"""A server of one's own in a child process, for the demo, the bench and tests. Knows how to start it and how to
end it.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from agent.errors import LineError

START_S = 120.0
"""The first start builds the recogniser's models; later ones take a few seconds."""


@dataclass(slots=True)
class Running:
    """A server that runs: its address, its process, and the last lines it printed."""

    url: str
    process: asyncio.subprocess.Process
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=200))

    @property
    def pid(self) -> int:
        return self.process.pid


@asynccontextmanager
async def server(arguments: Sequence[str] = (), *, cores: set[int] | None = None) -> AsyncIterator[Running]:
    """``netra serve --port 0 …`` until the scope is left. ``cores``: the processors it may use.

    Raises LineError with what it printed when it does not start.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "transport", "serve", "--port", "0", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,  # a Ctrl-C at the terminal is ours to hand on
    )
    if cores:
        os.sched_setaffinity(process.pid, cores)
    running = Running("", process)
    try:
        running.url = await _address(running)
        async with asyncio.TaskGroup() as group:
            draining = group.create_task(_drain(running))
            try:
                yield running
            finally:
                draining.cancel()
    finally:
        await _end(process)


async def _address(running: Running) -> str:
    assert running.process.stdout is not None
    with suppress(TimeoutError):
        async with asyncio.timeout(START_S):
            async for line in running.process.stdout:
                text = line.decode(errors="replace").rstrip()
                running.lines.append(text)
                if found := re.search(r"(http://\S+:\d+)", text):
                    return found[1].replace("localhost", "127.0.0.1")
    raise LineError("The server did not start. It printed:\n" + "\n".join(running.lines))


async def _drain(running: Running) -> None:
    assert running.process.stdout is not None
    async for line in running.process.stdout:
        running.lines.append(line.decode(errors="replace").rstrip())


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
