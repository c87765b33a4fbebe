"""The child: one synthesiser in a process of its own, behind the same small wire as a recogniser (``hosted_child``).

Knows the wire and the Synthesizer protocol; which voice it is, is told by the first message. Ends with its stdin.
Requests are served side by side; STOP closes a request's iterator at once, and no more is sent for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import struct
import sys
from contextlib import aclosing
from typing import BinaryIO

import numpy as np

from agent.engines.hosted_child import MOST_BYTES, Op, built, message, read_message
from agent.engines.protocols import SpeechChunk, Synthesizer, Voice, WordMark

COUNT, WORD = struct.Struct("<I"), struct.Struct("<II")
NICER_BY = 5
"""Nicer than the parent, whose sound and events come first, and less so than a recogniser."""


def pack(chunk: SpeechChunk) -> bytes:
    """Payload of CHUNK: number of words, (end_char, end_sample) of each, int16 samples."""
    words = b"".join(WORD.pack(word.end_char, word.end_sample) for word in chunk.words)
    return COUNT.pack(len(chunk.words)) + words + chunk.pcm.astype("<i2").tobytes()


def unpack(payload: bytes) -> SpeechChunk:
    """What ``pack`` wrote."""
    count = COUNT.unpack_from(payload)[0]
    at = COUNT.size + count * WORD.size
    words = tuple(WordMark(*word) for word in WORD.iter_unpack(payload[COUNT.size : at]))
    return SpeechChunk(np.frombuffer(payload, "<i2", offset=at), words)


class _Serving:
    """All open requests, a task each."""

    def __init__(self, voice: Synthesizer, out: BinaryIO, group: asyncio.TaskGroup) -> None:
        self._voice, self._out, self._group = voice, out, group
        self._open: dict[int, asyncio.Task[None]] = {}

    def take(self, op: Op, request: int, payload: bytes) -> None:
        match op:
            case Op.SPEAK:
                task = self._group.create_task(self._speak(request, payload))
                self._open[request] = task
                task.add_done_callback(lambda _: self._open.pop(request, None))
            case Op.STOP:
                if (open_task := self._open.get(request)) is not None:
                    open_task.cancel()
            case _:
                self._send(Op.FAILED, request, f"{op!r} is no request".encode())

    async def _speak(self, request: int, payload: bytes) -> None:
        try:
            told = json.loads(payload)
            async with aclosing(self._voice.speak(told["text"], Voice(**told["voice"]))) as chunks:  # type: ignore[type-var]
                async for chunk in chunks:
                    self._send(Op.CHUNK, request, pack(chunk))
        except Exception as error:  # the engine border: the parent is told, the other requests go on
            self._send(Op.FAILED, request, str(error).encode())
        else:
            self._send(Op.DONE, request)

    def _send(self, op: Op, request: int, payload: bytes = b"") -> None:
        self._out.write(message(op, 0, request, payload))
        self._out.flush()


async def serve(source: BinaryIO, out: BinaryIO) -> None:
    """Until ``source`` ends. The answer to BUILD tells the rate, the voices and the languages, as JSON."""
    reader = asyncio.StreamReader(limit=MOST_BYTES)
    pipe, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), source)
    try:
        _, _, request, payload = await read_message(reader)
        try:
            voice: Synthesizer = built(payload)
            if (warm := getattr(voice, "warm", None)) is not None:
                await warm()
        except Exception as error:  # the engine border: whatever is missing or broken is the parent's to say
            out.write(message(Op.FAILED, 0, request, str(error).encode()))
            out.flush()
            return
        told = {"voices": list(voice.voices()), "sample_rate": voice.sample_rate}
        out.write(message(Op.DONE, 0, request, json.dumps(told).encode()))
        out.flush()
        async with asyncio.TaskGroup() as group:
            serving = _Serving(voice, out, group)
            with contextlib.suppress(asyncio.IncompleteReadError):
                while True:
                    op, _, number, body = await read_message(reader)
                    serving.take(op, number, body)
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
