"""A webhook on this machine: takes what is posted, and answers as the test wants."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Hook:
    """``status`` of the answer, None for none at all; ``headers``: more lines of it. ``told``: bodies, ``asked``: first
    lines.
    """

    status: int | None = 200
    headers: str = ""
    port: int = 0
    told: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/help?to=anna"

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(
                int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-length")
            )
            self.asked.append(head.split("\r\n")[0])
            self.told.append(json.loads(await reader.readexactly(length)))
            if self.status is None:
                await reader.read()  # until the other side gives up
            else:
                more = f"{self.headers}\r\n" if self.headers else ""
                writer.write(f"HTTP/1.1 {self.status} X\r\n{more}Content-Length: 0\r\n\r\n".encode())
                await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def hook(**how: Any) -> AsyncIterator[Hook]:
    made = Hook(**how)
    server = await asyncio.start_server(made.take, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    async with server:
        yield made
