"""A synthesiser that lives in a process of its own, as a Synthesizer: its work never holds this process's interpreter.

Knows the child's wire and how to start it again. Does not know which voice it is: the registry says.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias, cast

from agent.engines import hosted_child as wire
from agent.engines.hosted_child import Op
from agent.engines.hosted_voice_child import unpack
from agent.engines.protocols import SpeechChunk, Voice
from agent.errors import EngineFailed

CLOSE_S = 2.0
ENDED = "the voice's process ended"

_Answer: TypeAlias = tuple[Op, bytes]


class _Pipe(asyncio.SubprocessProtocol):
    """The child's end of the wire: answers go to the queues of their requests."""

    def __init__(self) -> None:
        self.waiting: dict[int, asyncio.Queue[_Answer]] = {}
        self.exited = asyncio.Event()
        self.gone = False
        self._unread = bytearray()

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
            if (queue := self.waiting.get(request)) is not None:
                queue.put_nowait((Op(op), bytes(memoryview(self._unread)[at + wire.HEADER.size : end])))
            at = end
        del self._unread[:at]

    def process_exited(self) -> None:
        self.gone = True
        self.exited.set()
        for queue in self.waiting.values():
            queue.put_nowait((Op.FAILED, ENDED.encode()))


class HostedSynthesizer:
    """Synthesizer. ``place``: "module:class" of the real one, ``options``: what it is built from (JSON).

    ``languages``: codes of those that it speaks; ``voices``: told before the child is there. The child starts with
    ``start`` or on first use, again when it ended, and ends with this process.
    """

    def __init__(
        self,
        name: str,
        place: str,
        options: Mapping[str, Any],
        *,
        sample_rate: int,
        languages: Sequence[str],
        voices: Sequence[str] = (),
    ) -> None:
        self.name, self.sample_rate, self.languages = name, sample_rate, tuple(languages)
        self._build = json.dumps({"place": place, "options": dict(options)}).encode()
        self._voices = tuple(voices)
        self._pipe: _Pipe | None = None
        self._transport: asyncio.SubprocessTransport | None = None
        self._starting = asyncio.Lock()
        self._requests = count(1)

    @property
    def child_pid(self) -> int:
        """The child's process id; 0 while there is none."""
        return self._transport.get_pid() if self._transport is not None else 0

    def voices(self) -> Sequence[str]:
        return self._voices

    async def start(self) -> None:
        """Start the child and wait until its models are there. Raises EngineFailed."""
        await self._ready()

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[SpeechChunk, None]:
        """See Synthesizer. A child that breaks before the first sound is asked once more. Raises EngineFailed."""
        payload = json.dumps({"text": text, "voice": asdict(voice)}).encode()
        begun = False
        for attempt in (1, 2):
            pipe = await self._ready()
            request = self._ask(pipe, Op.SPEAK, payload)
            queue = pipe.waiting[request]
            done = False
            try:
                while True:
                    op, body = await queue.get()
                    if op is Op.CHUNK:
                        begun = True
                        yield unpack(body)
                        continue
                    done = True
                    if op is Op.DONE:
                        return
                    if begun or attempt == 2 or not pipe.gone:
                        raise EngineFailed(f"{self.name}: {body.decode(errors='replace')}")
                    break
            finally:
                del pipe.waiting[request]
                if not done and not pipe.gone:
                    self._send(pipe, Op.STOP, request)

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

    async def _ready(self) -> _Pipe:
        async with self._starting:
            if self._pipe is not None and not self._pipe.gone:
                return self._pipe
            if self._transport is not None:
                self._transport.close()
            self._transport, pipe = await asyncio.get_running_loop().subprocess_exec(
                _Pipe, sys.executable, "-m", "agent.engines.hosted_voice_child",
                stderr=None, cwd=Path(__file__).parents[2], start_new_session=True,
            )  # fmt: skip
            self._pipe = pipe
            request = self._ask(pipe, Op.BUILD, self._build)
            op, body = await pipe.waiting[request].get()
            del pipe.waiting[request]
            if op is not Op.DONE:
                pipe.gone = True
                raise EngineFailed(f"{self.name}: {body.decode(errors='replace')}")
            self._voices = tuple(json.loads(body)["voices"])
            return pipe

    def _ask(self, pipe: _Pipe, op: Op, payload: bytes) -> int:
        request = next(self._requests)
        pipe.waiting[request] = asyncio.Queue()
        if pipe.gone:
            pipe.waiting[request].put_nowait((Op.FAILED, ENDED.encode()))
        else:
            self._send(pipe, op, request, payload)
        return request

    def _send(self, pipe: _Pipe, op: Op, request: int, payload: bytes = b"") -> None:
        transport = self._transport
        writer = transport.get_pipe_transport(0) if transport is not None else None
        if writer is not None and not pipe.gone:
            cast(asyncio.WriteTransport, writer).write(wire.message(op, 0, request, payload))
