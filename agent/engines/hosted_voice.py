"""A synthesiser that lives in a process of its own, as a Synthesizer: its work never holds this process's interpreter.

Knows its requests and when to start it again. Does not know which voice it is: the registry says.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from itertools import count
from typing import Any, TypeAlias

from agent.engines.hosted_child import Op
from agent.engines.hosted_link import Child
from agent.engines.hosted_voice_child import unpack
from agent.engines.protocols import SpeechChunk, Voice
from agent.errors import EngineFailed

ENDED = "the voice's process ended"

_Answer: TypeAlias = tuple[Op, bytes]


_Waiting: TypeAlias = dict[int, "asyncio.Queue[_Answer]"]
"""Requests of one child by number."""


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
        self._child: Child | None = None
        self._waiting: _Waiting = {}
        self._starting = asyncio.Lock()
        self._requests = count(1)

    @property
    def child_pid(self) -> int:
        """The child's process id; 0 while there is none."""
        return self._child.pid if self._child is not None else 0

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
            child, waiting = await self._ready()
            request = self._ask(child, waiting, Op.SPEAK, payload)
            queue = waiting[request]
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
                    if begun or attempt == 2 or not child.gone:
                        raise EngineFailed(f"{self.name}: {body.decode(errors='replace')}")
                    break
            finally:
                del waiting[request]
                if not done and not child.gone:
                    child.send(Op.STOP, 0, request)

    async def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            await child.close()

    async def _ready(self) -> tuple[Child, _Waiting]:
        async with self._starting:
            if self._child is not None and not self._child.gone:
                return self._child, self._waiting
            if self._child is not None:
                self._child.forget()
            waiting: _Waiting = {}
            child = Child(partial(_answered, waiting), partial(_ended, waiting))
            await child.start("agent.engines.hosted_voice_child")
            self._child, self._waiting = child, waiting
            request = self._ask(child, waiting, Op.BUILD, self._build)
            op, body = await waiting[request].get()
            del waiting[request]
            if op is not Op.DONE:
                child.gone = True
                raise EngineFailed(f"{self.name}: {body.decode(errors='replace')}")
            self._voices = tuple(json.loads(body)["voices"])
            return child, waiting

    def _ask(self, child: Child, waiting: _Waiting, op: Op, payload: bytes) -> int:
        request = next(self._requests)
        waiting[request] = asyncio.Queue()
        if child.gone:
            waiting[request].put_nowait((Op.FAILED, ENDED.encode()))
        else:
            child.send(op, 0, request, payload)
        return request


def _answered(waiting: _Waiting, op: Op, request: int, payload: bytes) -> None:
    if (queue := waiting.get(request)) is not None:
        queue.put_nowait((op, payload))


def _ended(waiting: _Waiting) -> None:
    for queue in waiting.values():
        queue.put_nowait((Op.FAILED, ENDED.encode()))
