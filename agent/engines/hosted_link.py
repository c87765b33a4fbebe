"""The parent's side of an engine in a process of its own: started, written to, heard, ended.

Knows the wire's frames. Does not know what is asked, nor who waits for which answer.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

from agent.engines import hosted_child as wire
from agent.engines.hosted_child import Op
from agent.errors import EngineFailed

CLOSE_S = 2.0


class Child(asyncio.SubprocessProtocol):
    """One process. ``answered``: of each message its kind, its request's number and what it holds; ``ended``: told
    once, when the process is gone.
    """

    def __init__(self, answered: Callable[[Op, int, bytes], None], ended: Callable[[], None]) -> None:
        self.gone = False
        self._answered, self._ended = answered, ended
        self._exited = asyncio.Event()
        self._unread = bytearray()
        self._transport: asyncio.SubprocessTransport | None = None

    async def start(self, module: str) -> None:
        """Run this module. It ends with this process: its stdin is closed then."""
        self._transport, _ = await asyncio.get_running_loop().subprocess_exec(
            lambda: self, sys.executable, "-m", module,
            stderr=None, cwd=Path(__file__).parents[2], start_new_session=True,
        )  # fmt: skip

    @property
    def pid(self) -> int:
        """0 before it was started."""
        return self._transport.get_pid() if self._transport is not None else 0

    def send(self, op: Op, stream: int, request: int, payload: bytes = b"") -> None:
        """Raises EngineFailed when the process is gone."""
        writer = self._transport.get_pipe_transport(0) if self._transport is not None else None
        if self.gone or writer is None:
            raise EngineFailed("the process ended")
        cast(asyncio.WriteTransport, writer).write(wire.message(op, stream, request, payload))

    def forget(self) -> None:
        """It is gone, or of no use: let go of its pipes."""
        self.gone = True
        if self._transport is not None:
            self._transport.close()

    async def close(self) -> None:
        """Let it end by itself, for CLOSE_S at most; then it is made to."""
        transport = self._transport
        if transport is None:
            return
        writer = transport.get_pipe_transport(0)
        if writer is not None:
            writer.close()
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._exited.wait()
        except TimeoutError:
            transport.kill()
            await self._exited.wait()
        transport.close()

    # --- asyncio.SubprocessProtocol -----------------------------------------------------------------------------

    def pipe_data_received(self, fd: int, data: bytes | str) -> None:
        if fd != 1:
            return
        self._unread += cast(bytes, data)
        at = 0
        while len(self._unread) - at >= wire.HEADER.size:
            length, op, _, request = wire.HEADER.unpack_from(self._unread, at)
            end = at + length + wire.HEADER.size - wire.REST
            if len(self._unread) < end:
                break
            self._answered(Op(op), request, bytes(memoryview(self._unread)[at + wire.HEADER.size : end]))
            at = end
        del self._unread[:at]

    def process_exited(self) -> None:
        self.gone = True
        self._exited.set()
        self._ended()
