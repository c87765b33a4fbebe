"""A recogniser that lives in a process of its own, as a Recognizer: its work never holds this process's interpreter.

Knows its requests and when to start it again. Does not know which recogniser it is: the registry says. PocketSphinx
holds Python's lock while it decodes; in one process with many sessions that broke their sound (half of all packets late
at 12 sessions on one core).
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any, TypeAlias

from agent.audio import Pcm
from agent.engines import hosted_child as wire
from agent.engines.hosted_child import Op
from agent.engines.hosted_link import Child
from agent.engines.protocols import RecognitionStream, Transcript
from agent.errors import EngineFailed

log = logging.getLogger(__name__)
FEED_SAMPLES = 960
"""Sound for each request: 60 ms. One request for each frame cost the event loop 4 % of a core at 12 sessions."""


_Waiting: TypeAlias = dict[int, "asyncio.Future[bytes]"]
"""Requests of one child by number."""


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
        self._child: Child | None = None
        self._waiting: _Waiting = {}
        self._starting = asyncio.Lock()
        self._requests = count(1)
        self._streams = count(1)

    async def start(self) -> None:
        """Start the child and wait until its models are there. Raises EngineFailed."""
        await self._ready()

    @property
    def child_pid(self) -> int:
        """The child's process id; 0 while there is none."""
        return self._child.pid if self._child is not None else 0

    def stream(self) -> RecognitionStream:
        return HostedStream(self, next(self._streams))

    async def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            await child.close()

    # For streams only:

    async def ask(self, op: Op, stream: int, payload: bytes = b"") -> bytes:
        """One request and its answer. Raises EngineFailed."""
        return await self._send(*await self._ready(), op, stream, payload)

    async def _ready(self) -> tuple[Child, _Waiting]:
        async with self._starting:
            if self._child is not None and not self._child.gone:
                return self._child, self._waiting
            if self._child is not None:
                self._child.forget()
            waiting: _Waiting = {}
            child = Child(partial(_answered, waiting), partial(_ended, waiting))
            await child.start("agent.engines.hosted_child")
            self._child, self._waiting = child, waiting
            await self._send(child, waiting, Op.BUILD, 0, self._build)
            return child, waiting

    async def _send(self, child: Child, waiting: _Waiting, op: Op, stream: int, payload: bytes) -> bytes:
        request = next(self._requests)
        child.send(op, stream, request, payload)
        waiting[request] = asyncio.get_running_loop().create_future()
        try:
            return await waiting[request]
        finally:
            waiting.pop(request, None)


def _answered(waiting: _Waiting, op: Op, request: int, payload: bytes) -> None:
    answer = waiting.pop(request, None)
    if answer is None or answer.done():
        return
    if op is Op.DONE:
        answer.set_result(payload)
    else:
        answer.set_exception(EngineFailed(payload.decode(errors="replace")))


def _ended(waiting: _Waiting) -> None:
    for answer in waiting.values():
        if not answer.done():
            answer.set_exception(EngineFailed("the recogniser's process ended"))
    waiting.clear()


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
