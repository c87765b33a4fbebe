"""A recogniser that lives in a process of its own, as a Recognizer: its work never holds this process's interpreter.

Knows the child's wire and how to start it again. Does not know which recogniser it is: the registry says. PocketSphinx
holds Python's lock while it decodes; in one process with many sessions that broke their sound (half of all packets late
at 12 sessions on one core).
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, cast

from agent.audio import Pcm
from agent.engines import hosted_child as wire
from agent.engines.hosted_child import Op
from agent.engines.protocols import RecognitionStream, Transcript
from agent.errors import EngineFailed

log = logging.getLogger(__name__)
CLOSE_S = 2.0
FEED_SAMPLES = 960
"""Sound for each request: 60 ms. One request for each frame cost the event loop 4 % of a core at 12 sessions."""


class _Pipe(asyncio.SubprocessProtocol):
    """The child's end of the wire: answers arrive, requests wait for them by number."""

    def __init__(self) -> None:
        self.waiting: dict[int, asyncio.Future[bytes]] = {}
        self.exited = asyncio.Event()
        self.gone = False
        self._unread = b""

    def pipe_data_received(self, fd: int, data: bytes | str) -> None:
        if fd != 1:
            return
        self._unread += cast(bytes, data)
        while len(self._unread) >= wire.HEADER.size:
            length, op, _, request = wire.HEADER.unpack_from(self._unread)
            end = length + wire.HEADER.size - wire.REST
            if len(self._unread) < end:
                return
            payload, self._unread = self._unread[wire.HEADER.size : end], self._unread[end:]
            waiting = self.waiting.pop(request, None)
            if waiting is None or waiting.done():
                continue
            if op == Op.DONE:
                waiting.set_result(payload)
            else:
                waiting.set_exception(EngineFailed(payload.decode(errors="replace")))

    def process_exited(self) -> None:
        self.gone = True
        self.exited.set()
        for waiting in self.waiting.values():
            if not waiting.done():
                waiting.set_exception(EngineFailed("the recogniser's process ended"))
        self.waiting.clear()


class HostedRecognizer:
    """Recognizer. ``place``: "module:class" of the real one, ``options``: what it is built from (JSON, and paths).

    The child starts with ``start`` or on first use, again when it ended, and ends with this process.
    """

    def __init__(
        self,
        name: str,
        place: str,
        options: Mapping[str, Any],
        languages: Sequence[str] = ("en",),
        word_times: bool = False,
    ) -> None:
        """``languages``: codes of those that it hears. ``word_times``: whether it tells them."""
        self.name = name
        self.languages = tuple(languages)
        self.word_times = word_times
        self._build = json.dumps({"place": place, "options": dict(options)}, default=str).encode()
        self._pipe: _Pipe | None = None
        self._transport: asyncio.SubprocessTransport | None = None
        self._starting = asyncio.Lock()
        self._requests = count(1)
        self._streams = count(1)

    async def start(self) -> None:
        """Start the child and wait until its models are there. Raises EngineFailed."""
        await self._ready()

    @property
    def child_pid(self) -> int:
        """The child's process id; 0 while there is none."""
        return self._transport.get_pid() if self._transport is not None else 0

    def stream(self) -> RecognitionStream:
        return HostedStream(self, next(self._streams))

    async def close(self) -> None:
        """End the child."""
        transport, pipe, self._transport, self._pipe = self._transport, self._pipe, None, None
        if transport is None or pipe is None:
            return
        writer = transport.get_pipe_transport(0)
        if writer is not None:
            writer.close()
        try:
            async with asyncio.timeout(CLOSE_S):
                await pipe.exited.wait()
        except TimeoutError:
            transport.kill()
        transport.close()

    # For streams only:

    async def ask(self, op: Op, stream: int, payload: bytes = b"") -> bytes:
        """One request and its answer. Raises EngineFailed."""
        pipe = await self._ready()
        return await self._send(pipe, op, stream, payload)

    async def _ready(self) -> _Pipe:
        async with self._starting:
            if self._pipe is not None and not self._pipe.gone:
                return self._pipe
            if self._transport is not None:
                self._transport.close()
            self._transport, pipe = await asyncio.get_running_loop().subprocess_exec(
                _Pipe, sys.executable, "-m", "agent.engines.hosted_child", stderr=None, start_new_session=True
            )
            self._pipe = pipe
            await self._send(pipe, Op.BUILD, 0, self._build)
            return pipe

    async def _send(self, pipe: _Pipe, op: Op, stream: int, payload: bytes) -> bytes:
        transport = self._transport
        writer = transport.get_pipe_transport(0) if transport is not None else None
        if pipe.gone or writer is None:
            raise EngineFailed("the recogniser's process ended")
        request = next(self._requests)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        pipe.waiting[request] = answer
        cast(asyncio.WriteTransport, writer).write(wire.message(op, stream, request, payload))
        try:
            return await answer
        finally:
            pipe.waiting.pop(request, None)


class HostedStream:
    """RecognitionStream of one line. A broken child costs the words of this utterance, not the line."""

    def __init__(self, recognizer: HostedRecognizer, number: int) -> None:
        self._recognizer, self._number = recognizer, number
        self._used = False
        self._held: list[Pcm] = []
        self._held_samples = 0
        self._expected = ""

    def expect(self, language: str) -> None:
        """See LanguageListener: told with the next sound."""
        self._expected = language

    async def feed(self, pcm: Pcm) -> Transcript | None:
        self._held.append(pcm)
        self._held_samples += len(pcm)
        return await self._give() if self._held_samples >= FEED_SAMPLES else None

    async def _give(self) -> Transcript | None:
        sound = b"".join(pcm.tobytes() for pcm in self._held)
        self._forget()
        if self._expected:
            language, self._expected = self._expected, ""
            await self._ask(Op.EXPECT, language.encode())
        return wire.parsed(await self._ask(Op.FEED, sound))

    def _forget(self) -> None:
        self._held, self._held_samples = [], 0

    async def finish(self) -> Transcript:
        if self._held:
            await self._give()
        found = wire.parsed(await self._ask(Op.FINISH))
        return found or Transcript("", final=True, confidence=0.0, coverage=0.0)

    async def drop(self) -> None:
        self._forget()
        if self._used:
            await self._ask(Op.DROP)

    async def close(self) -> None:
        if self._used:
            await self._ask(Op.CLOSE)

    async def _ask(self, op: Op, payload: bytes = b"") -> bytes:
        self._used = True
        try:
            return await self._recognizer.ask(op, self._number, payload)
        except EngineFailed as error:
            log.warning("recogniser: %s", error)
            return b""
