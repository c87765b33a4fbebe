"""The child: one recogniser in a process of its own, behind a small wire on stdin and stdout.

Knows the wire and the Recognizer protocol; which recogniser it runs is told by the first message. Ends with its stdin.
A message is a header (length of the rest, operation, stream, request) and a payload; streams are served side by side,
the requests of one stream in order. It is nicer than its parent: sound and events come first.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import signal
import struct
import sys
from enum import IntEnum
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from agent.engines.protocols import LanguageListener, RecognitionStream, Recognizer, TimedWord, Transcript

HEADER = struct.Struct("<IBII")
"""Bytes after the length field, operation, stream, request."""
REST = HEADER.size - 4
NICER_BY = 10
MOST_BYTES = 64 * 1024 * 1024


class Op(IntEnum):
    """Requests and answers. FEED carries int16 samples, EXPECT a language's code; DONE and FAILED answer; BUILD carries
    JSON. SPEAK (JSON), CHUNK (a piece of its sound) and STOP (a request is given up) are a voice's.
    """

    BUILD = 0
    FEED = 1
    FINISH = 2
    DROP = 3
    CLOSE = 4
    DONE = 5
    FAILED = 6
    SPEAK = 7
    STOP = 8
    CHUNK = 9
    EXPECT = 10


def message(op: Op, stream: int, request: int, payload: bytes = b"") -> bytes:
    return HEADER.pack(REST + len(payload), op, stream, request) + payload


def plain(transcript: Transcript | None) -> bytes:
    """A transcript as JSON; empty for None."""
    if transcript is None:
        return b""
    words = [[word.text, word.start, word.end] for word in transcript.words]
    fields = [transcript.text, transcript.final, transcript.confidence, transcript.coverage, transcript.alternatives]
    return json.dumps([*fields, words]).encode()


def parsed(payload: bytes) -> Transcript | None:
    """What ``plain`` wrote."""
    if not payload:
        return None
    text, final, confidence, coverage, alternatives, words = json.loads(payload)
    timed = tuple(TimedWord(*word) for word in words)
    return Transcript(text, final, confidence, coverage, tuple(alternatives), timed)


class _Serving:
    """All streams of the parent, each with its own queue and task."""

    def __init__(self, recognizer: Recognizer, out: BinaryIO, group: asyncio.TaskGroup) -> None:
        self._recognizer, self._out, self._group = recognizer, out, group
        self._queues: dict[int, asyncio.Queue[tuple[Op, int, bytes]]] = {}

    def take(self, op: Op, stream: int, request: int, payload: bytes) -> None:
        if stream not in self._queues:
            queue: asyncio.Queue[tuple[Op, int, bytes]] = asyncio.Queue()
            self._queues[stream] = queue
            self._group.create_task(self._serve(stream, self._recognizer.stream(), queue))
        self._queues[stream].put_nowait((op, request, payload))

    async def _serve(self, number: int, stream: RecognitionStream, queue: asyncio.Queue[tuple[Op, int, bytes]]) -> None:
        while True:
            op, request, payload = await queue.get()
            try:
                answer = plain(await self._do(stream, op, payload))
                self._send(message(Op.DONE, number, request, answer))
            except Exception as error:  # the engine border: the parent is told, the other streams go on
                self._send(message(Op.FAILED, number, request, repr(error).encode()))
            if op is Op.CLOSE:
                del self._queues[number]
                return

    async def _do(self, stream: RecognitionStream, op: Op, payload: bytes) -> Transcript | None:
        match op:
            case Op.FEED:
                return await stream.feed(np.frombuffer(payload, np.int16))
            case Op.FINISH:
                return await stream.finish()
            case Op.DROP:
                await stream.drop()
            case Op.CLOSE:
                await stream.close()
            case Op.EXPECT:
                if isinstance(stream, LanguageListener):
                    stream.expect(payload.decode())
            case _:
                raise ValueError(f"{op!r} is no request")
        return None

    def _send(self, data: bytes) -> None:
        self._out.write(data)
        self._out.flush()


async def read_message(reader: asyncio.StreamReader) -> tuple[Op, int, int, bytes]:
    """The next message. Raises IncompleteReadError at the end of the pipe, ValueError when it is none."""
    length, op, stream, request = HEADER.unpack(await reader.readexactly(HEADER.size))
    if not REST <= length <= MOST_BYTES:
        raise ValueError(f"a message of {length} bytes")
    return Op(op), stream, request, await reader.readexactly(length - REST)


def built(payload: bytes) -> Any:
    """The engine named by "place" ("module:class") from its "options"; a "cache_dir" is a path."""
    told: dict[str, Any] = json.loads(payload)
    module, _, member = told["place"].partition(":")
    options = told["options"]
    if "cache_dir" in options:
        options["cache_dir"] = Path(options["cache_dir"])
    return getattr(importlib.import_module(module), member)(**options)


async def serve(source: BinaryIO, out: BinaryIO) -> None:
    """Until ``source`` ends."""
    reader = asyncio.StreamReader(limit=MOST_BYTES)
    loop = asyncio.get_running_loop()
    pipe, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), source)
    try:
        _, _, request, payload = await read_message(reader)
        try:
            recognizer: Recognizer = built(payload)
        except Exception as error:  # the engine border: whatever is missing or broken is the parent's to say
            out.write(message(Op.FAILED, 0, request, str(error).encode()))
            out.flush()
            return
        out.write(message(Op.DONE, 0, request))
        out.flush()
        async with asyncio.TaskGroup() as group:
            serving = _Serving(recognizer, out, group)
            with contextlib.suppress(asyncio.IncompleteReadError):
                while True:
                    serving.take(*await read_message(reader))
            os._exit(0)  # the parent is gone: nobody waits for what is under way
    except (asyncio.IncompleteReadError, BrokenPipeError):
        return
    finally:
        pipe.close()


def main() -> None:
    """Whatever the engine prints goes to stderr: stdout is the wire."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with contextlib.suppress(OSError):
        os.nice(NICER_BY)
    asyncio.run(serve(sys.stdin.buffer, out))


if __name__ == "__main__":
    main()
