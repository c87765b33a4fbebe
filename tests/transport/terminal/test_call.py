"""``netra call`` over a real socket, against small servers: one speaks the documented events, others misbehave."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import numpy as np
import pytest
from websockets.asyncio.server import ServerConnection, serve

from agent.audio import SPEAKING_RATE, Pcm
from agent.errors import LineError
from tests.line import LOUD
from tests.transport.terminal.shown import Shown
from transport.terminal.call import Wish, address, call

pytestmark = pytest.mark.net
REPLY = (6000 * np.sin(np.arange(SPEAKING_RATE) / 9)).astype(np.int16)


class QuickDevice:
    """A device whose time runs 20 times as fast as real time; ends after ``frames``."""

    apart = True

    def __init__(self, frames: int = 300) -> None:
        self.frames = frames
        self.played: list[Pcm] = []

    async def run(self, heard: Callable[[Pcm], None], pull: Callable[[], Pcm]) -> None:
        for _ in range(self.frames):
            heard(LOUD)
            self.played.append(pull())
            await asyncio.sleep(0.001)


class TinyServer:
    """Answers a typed turn, and half a second of sound, with a second of its voice. Keeps what it was sent."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.path = ""
        self.authorization: str | None = ""
        self._heard = 0
        self._replies = 0

    async def talk(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.path, self.authorization = socket.request.path, socket.request.headers.get("Authorization")
        await self._send(socket, type="session.created", session={})
        async for message in socket:
            event = json.loads(message)
            self.events.append(event)
            match event["type"]:
                case "session.update":
                    await self._send(socket, type="session.updated", session=event["session"])
                case "input_audio_buffer.append":
                    self._heard += len(b64decode(event["audio"]))
                    if self._heard == SPEAKING_RATE and not self._replies:
                        await self._hear(socket)
                case "response.create":
                    await self._reply(socket)

    async def _hear(self, socket: ServerConnection) -> None:
        kind = "conversation.item.input_audio_transcription"
        await self._send(socket, type="input_audio_buffer.speech_started", audio_start_ms=0, item_id="u")
        await self._send(socket, type="input_audio_buffer.speech_stopped", audio_end_ms=500, item_id="u")
        await self._send(socket, type=f"{kind}.completed", item_id="u", content_index=0, transcript="hello")
        await self._reply(socket)

    async def _reply(self, socket: ServerConnection) -> None:
        self._replies += 1
        item = f"item_{self._replies}"
        await self._send(socket, type="response.created", response={"id": "r"})
        for part in range(4):
            pcm = REPLY[part * 6000 : (part + 1) * 6000]
            text = ("This ", "is ", "my ", "answer.")[part]
            await self._send(socket, type="response.output_audio_transcript.delta", item_id=item, delta=text)
            audio = b64encode(pcm.astype("<i2").tobytes()).decode()
            await self._send(socket, type="response.output_audio.delta", item_id=item, delta=audio)
        await self._send(socket, type="response.output_item.done", item={"id": item, "type": "message"})
        await self._send(socket, type="response.done", response={"id": "r", "status": "completed"})

    async def _send(self, socket: ServerConnection, **event: Any) -> None:
        await socket.send(json.dumps({"event_id": "event_1"} | event))


async def no_lines() -> AsyncIterator[str]:
    await asyncio.Event().wait()
    yield ""


def calling(
    talk: Callable[[ServerConnection], Awaitable[None]],
    lines: Callable[[], AsyncIterator[str]] = no_lines,
    device: QuickDevice | None = None,
    key: str = "",
) -> tuple[Shown, QuickDevice]:
    """Call a server that does ``talk`` with each socket."""
    shown, device = Shown(), device or QuickDevice()

    async def main() -> None:
        async with asyncio.timeout(15), serve(talk, "127.0.0.1", 0, ping_interval=None) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            await call(Wish(f"127.0.0.1:{port}", key=key), device, shown, lines())

    asyncio.run(main())
    return shown, device


def test_a_spoken_turn_is_heard_answered_and_played() -> None:
    server = TinyServer()
    shown, device = calling(server.talk, key="k1")
    assert shown.rows == ["you: hello", "netra: This is my answer."]
    played = np.concatenate(device.played)
    sounding = played[np.argmax(played != 0) - 1 :][:SPEAKING_RATE]
    assert np.array_equal(sounding, REPLY)
    assert (server.path, server.authorization) == ("/v1/realtime?model=netra", "Bearer k1")
    assert server.events[0]["type"] == "session.update"


def test_typed_lines_interrupt_and_are_answered() -> None:
    server = TinyServer()

    async def two() -> AsyncIterator[str]:
        await asyncio.sleep(0.1)  # until the server's first words sound
        yield "hello"
        await asyncio.sleep(0.02)
        yield "again"
        await asyncio.Event().wait()

    shown, _ = calling(server.talk, two)
    assert "you: again" in shown.rows
    kinds = [event["type"] for event in server.events if event["type"] != "input_audio_buffer.append"]
    assert kinds.count("response.create") == 2
    assert "conversation.item.truncate" in kinds
    assert shown.rows[-1] == "netra: This is my answer."


def test_a_server_that_hangs_up_is_a_sentence() -> None:
    async def reject(socket: ServerConnection) -> None:
        await socket.close(1008, "no")

    async def drain(socket: ServerConnection) -> None:
        await socket.send(json.dumps({"type": "session.created"}))
        await socket.close(1012)

    for talk, words in ((reject, "--key"), (drain, "restarts")):
        with pytest.raises(LineError, match=words):
            calling(talk)


def test_nonsense_of_a_server_is_passed_over() -> None:
    async def babble(socket: ServerConnection) -> None:
        for message in ("{", "[1]", "null", b"\xff\xfe", '{"type": 5}', "{}", "[" * 5000):
            await socket.send(message)
        await TinyServer().talk(socket)

    shown, _ = calling(babble)
    assert shown.rows[-1] == "netra: This is my answer."


def test_nobody_there_and_no_websocket_are_sentences() -> None:
    async def main(url: str) -> None:
        await call(Wish(url), QuickDevice(), Shown(), no_lines())

    with pytest.raises(LineError, match="Is the server running"):
        asyncio.run(main("127.0.0.1:9"))

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async def locked() -> None:
        server = await asyncio.start_server(plain, "127.0.0.1", 0)
        async with server:
            await main(f"127.0.0.1:{server.sockets[0].getsockname()[1]}")

    with pytest.raises(LineError, match="--key"):
        asyncio.run(locked())


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("localhost:8787", "ws://localhost:8787/v1/realtime?model=m"),
        ("https://host", "wss://host/v1/realtime?model=m"),
        ("http://host/v1/", "ws://host/v1/realtime?model=m"),
        ("wss://host/v1/realtime?model=other", "wss://host/v1/realtime?model=other"),
        ("ws://[::1]:9/realtime", "ws://[::1]:9/realtime?model=m"),
    ],
)
def test_addresses(url: str, whole: str) -> None:
    assert address(url, "m") == whole


@pytest.mark.parametrize("url", ["ftp://host", "http://", ""])
def test_no_addresses(url: str) -> None:
    with pytest.raises(LineError, match="netra call"):
        address(url, "m")
