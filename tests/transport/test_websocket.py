"""A line over a WebSocket against a conversation that only notes: sound in every code, order, truncation, return."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import cv2
import numpy as np
import pytest
from loopback import Loopback, serving, tone
from websockets.asyncio.client import ClientConnection, connect

from agent.audio import HEARING_RATE, SPEAKING_RATE
from agent.ports import ReplyEnded, ReplyStarted, ReplyText, ReplyWords, TurnDetection
from transport.formats import WireDecoder, WireEncoder, WireFormat

PICTURE = "data:image/png;base64," + base64.b64encode(
    cv2.imencode(".png", np.full((1, 2, 3), 200, np.uint8))[1].tobytes()
).decode()


class Far:
    """The client's end: what came, in order."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.events: list[dict[str, Any]] = []

    async def send(self, kind: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"type": kind} | fields))

    async def until(self, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(5):
            while True:
                event = json.loads(await self.socket.recv())
                self.events.append(event)
                if event["type"] == kind:
                    return dict(event)

    async def settled(self) -> None:
        """Everything sent before was carried out."""
        await self.send("netra.ping", t=1)
        await self.until("netra.pong")


@asynccontextmanager
async def line(server: Loopback, query: str = "") -> AsyncIterator[Far]:
    async with connect(server.url.replace("http", "ws") + f"/realtime{query}", max_size=None) as socket:
        far = Far(socket)
        await far.until("session.created")
        yield far


def scene(play: Any) -> None:
    async def whole() -> None:
        async with serving() as server:
            await play(server)

    asyncio.run(whole())


@pytest.mark.parametrize("format_", ["audio/pcm", "audio/pcmu", "audio/pcma"])
def test_sound_goes_both_ways(format_: WireFormat) -> None:
    async def play(server: Loopback) -> None:
        async with line(server) as far:
            wanted = {"type": format_} | ({"rate": 24_000} if format_ == "audio/pcm" else {})
            audio = {"input": {"format": wanted}, "output": {"format": wanted}}
            await far.send("session.update", session={"type": "realtime", "audio": audio})
            await far.until("session.updated")
            server.echo.tell(ReplyStarted(1))
            encoder = WireEncoder(format_)
            sent = encoder.push(tone(0.5, SPEAKING_RATE)) + encoder.flush()
            for at in range(0, len(sent), 777):
                await far.send("input_audio_buffer.append", audio=base64.b64encode(sent[at : at + 777]).decode())
            heard = np.zeros(0, np.int16)
            decoder = WireDecoder(format_)
            while len(heard) < 0.4 * HEARING_RATE:
                event = await far.until("response.output_audio.delta")
                heard = np.concatenate((heard, decoder.push(base64.b64decode(event["delta"]))))
            assert np.abs(heard).max() == pytest.approx(8_192, rel=0.15)
            spectrum = np.abs(np.fft.rfft(heard.astype(np.float64)))
            assert np.argmax(spectrum) * HEARING_RATE / len(heard) == pytest.approx(440, abs=5)

    scene(play)


def test_commands_keep_their_order_with_the_sound_and_with_pictures() -> None:
    async def play(server: Loopback) -> None:
        async with line(server) as far:
            server.echo.echoes = False
            await far.send("session.update", session={"audio": {"input": {"turn_detection": None}}})
            silence = base64.b64encode(bytes(48_000)).decode()
            await far.send("input_audio_buffer.append", audio=silence)
            await far.send("input_audio_buffer.commit")
            await far.send("response.create")
            await far.until("input_audio_buffer.committed")
            await far.settled()
            await asyncio.sleep(0.2)
            content = [{"type": "input_text", "text": "what is this"}, {"type": "input_image", "image_url": PICTURE}]
            await far.send("conversation.item.create", item={"type": "message", "role": "user", "content": content})
            await far.send("response.create")
            await far.settled()
            async with asyncio.timeout(5):
                while server.echo.asked[-1] != ("respond", "what is this"):  # noqa: ASYNC110  decoded elsewhere
                    await asyncio.sleep(0.01)
            assert server.echo.asked == [
                ("detect", TurnDetection(by="push")), ("commit", 50), ("respond", ""), ("see", (2, 1)),
                ("bring", ("user", "what is this")), ("respond", "what is this"),
            ]  # fmt: skip

    scene(play)


def test_a_truncated_item_keeps_the_words_that_were_heard_and_the_mind_is_told() -> None:
    async def play(server: Loopback) -> None:
        async with line(server) as far:
            server.echo.echoes = False
            assert server.echo.line is not None
            server.echo.tell(ReplyStarted(4), ReplyText(4, "one two three"))
            server.echo.tell(ReplyWords(4, (("one ", 7_200), ("two ", 14_400), ("three", 21_600))))
            await server.echo.line.speaker.play(4, tone(0.9, SPEAKING_RATE))
            server.echo.line.speaker.end(4)
            done = await far.until("response.done")
            item = done["response"]["output"][0]["id"]
            await far.send("conversation.item.truncate", item_id=item, content_index=0, audio_end_ms=650)
            assert (await far.until("conversation.item.truncated"))["audio_end_ms"] == 650
            server.echo.tell(ReplyEnded(4, "cancelled", "one two", 650))
            await far.send("conversation.item.retrieve", item_id=item)
            found = await far.until("conversation.item.retrieved")
            assert found["item"]["content"] == [{"type": "output_audio", "transcript": "one two"}]
            assert server.echo.asked == [("stop", None), ("truncate", (4, 650))]
            await far.send("conversation.item.truncate", item_id=item, content_index=0, audio_end_ms=99_999)
            assert (await far.until("conversation.item.truncated"))["audio_end_ms"] == 900

    scene(play)


def test_what_is_no_event_is_an_error_and_the_line_goes_on() -> None:
    async def play(server: Loopback) -> None:
        async with line(server) as far:
            for wrong in ("{", b"\x00\xff", "[]"):
                await far.socket.send(wrong)
                assert (await far.until("error"))["error"]["type"] == "invalid_request_error"
            await far.send("input_audio_buffer.commit")
            assert (await far.until("error"))["error"]["code"] == "input_audio_buffer_commit_empty"
            await far.settled()

    scene(play)


def test_a_line_that_comes_back_finds_its_session_and_the_newer_one_wins() -> None:
    async def play(server: Loopback) -> None:
        async with line(server) as first:
            session = first.events[0]["session"]["id"]
            await first.send("session.update", session={"instructions": "Be brief."})
            await first.until("session.updated")
            async with line(server, f"?resume={session}") as second:
                assert second.events[0]["session"]["id"] == session
                assert second.events[0]["session"]["instructions"] == "Be brief."
                await first.socket.wait_closed()
                assert first.socket.close_code == 1001
                await second.settled()
                assert len(server.echoes) == 1

    scene(play)
