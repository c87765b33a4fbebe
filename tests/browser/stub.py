"""A server that speaks docs/wire.md by script: the page's states can be driven one by one, without a mind behind them.

Serves the real page under the strictest content policy it promises to work with. Knows nothing of `agent`, `transport`.
"""

from __future__ import annotations

import asyncio
import base64
import fractions
import io
import json
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aioice.ice
import numpy as np
import uvicorn
from aiortc import MediaStreamTrack, RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcconfiguration import RTCConfiguration
from av import AudioFrame, VideoFrame
from PIL import Image
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATIENCE_S = 40.0
"""So long a test waits for what should be there at once: a busy machine can stand still for seconds."""
FRONTEND = Path(__file__).parents[2] / "frontend"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)


class StrictHeaders:
    """The security headers of the real server, at their strictest."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", POLICY.encode())]
            await send(message)

        await self.app(scope, receive, with_policy)


class Tone(MediaStreamTrack):
    """A 440 Hz voice that can be switched on and off. 20 ms frames, 48 kHz mono."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self.on = False
        self._at = 0
        self._begun = time.monotonic()

    async def recv(self) -> AudioFrame:
        at = self._at
        self._at += 960
        await asyncio.sleep(max(0.0, self._begun + at / 48000 - time.monotonic()))
        wave = np.sin(2 * np.pi * 440 * np.arange(at, at + 960) / 48000) * (12000 if self.on else 0)
        frame = AudioFrame.from_ndarray(wave.astype(np.int16)[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48000, at, fractions.Fraction(1, 48000)
        return frame


class StubServer:
    """Start, drive from the test's thread, stop. Only what `answers` says is answered by itself."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.calls: list[str | None] = []
        self.hangups: list[str] = []
        self.pictures: list[tuple[int, int]] = []
        self.taken_s: list[float] = []
        self.loudness: list[float] = []
        self.reset()
        self._peer: RTCPeerConnection | None = None
        self._channel: RTCDataChannel | None = None
        self._tone: Tone | None = None
        self._watching: list[asyncio.Task[None]] = []
        self._arrived = threading.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._ready = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def reset(self) -> None:
        """As new: pongs, a session for every hello, no history, calls are taken."""
        self.pongs = True
        self.session = True
        self.offers: dict[str, Any] = {}
        self.refusal: tuple[int, str] | None = None
        self.history: list[dict[str, Any]] | None = None
        self.received.clear()
        self.calls.clear()
        self.hangups.clear()
        self.pictures.clear()
        self.taken_s.clear()
        self.loudness.clear()

    # --- the test's thread

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10), "the stub did not start"

    def stop(self) -> None:
        self._on_loop(self._answering.set)
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        assert not self._thread.is_alive(), "the stub did not stop"
        self._socket.close()

    def send(self, *events: dict[str, Any]) -> None:
        for event in events:
            self._on_loop(lambda event=event: self._say(event))

    def answer_calls(self, on: bool) -> None:
        """Let calls in, or keep them waiting for their answer."""
        self._on_loop(self._answering.set if on else self._answering.clear)

    def tone(self, on: bool) -> None:
        def switch() -> None:
            assert self._tone is not None
            self._tone.on = on

        self._on_loop(switch)

    def drop(self) -> None:
        """Close the connection from the server's side."""
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)

    def wait_for_pictures(self, count: int, timeout_s: float = PATIENCE_S) -> list[tuple[int, int]]:
        """Width and height of the frames that the always-open eye has sent so far."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.pictures) >= count, timeout_s), "no pictures came"
            return list(self.pictures)

    def wait_for_gap(self, low_s: float, high_s: float, of: int = 6, timeout_s: float = PATIENCE_S) -> None:
        """Until that many pictures of the call were on average so far apart, by the page's own clock."""

        def apart() -> float:
            return (self.taken_s[-1] - self.taken_s[-1 - of]) / of if len(self.taken_s) > of else -1.0

        with self._arrived:
            found = self._arrived.wait_for(lambda: low_s <= apart() <= high_s, timeout_s)
            assert found, f"pictures are {apart():.2f} s apart"

    def wait_for_sound(self, timeout_s: float = PATIENCE_S) -> None:
        """Until the microphone has brought something that is not silence."""
        with self._arrived:
            loud = self._arrived.wait_for(lambda: max(self.loudness, default=0) > 500, timeout_s)
            assert loud, f"only silence in {len(self.loudness)} frames"

    def wait_for(self, kind: str, count: int = 1, timeout_s: float = PATIENCE_S) -> dict[str, Any]:
        """The `count`-th received event of this type."""

        def found() -> list[dict[str, Any]]:
            return [event for event in self.received if event["type"] == kind]

        with self._arrived:
            assert self._arrived.wait_for(lambda: len(found()) >= count, timeout_s), f"no {kind} in {self.received}"
            return found()[count - 1]

    def still_size(self, request: str) -> tuple[int, int]:
        """Width and height of the picture that was sent in pieces."""
        chunks = [event for event in self.received if event["type"] == "netra.still.chunk"]
        pieces = [chunk for chunk in chunks if chunk["request"] == request]
        data = b"".join(base64.b64decode(piece["data"]) for piece in sorted(pieces, key=lambda piece: piece["index"]))
        with Image.open(io.BytesIO(data)) as picture:
            return picture.size

    def _on_loop(self, act: Callable[[], None]) -> None:
        assert self._loop is not None
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (act(), done.set()))
        assert done.wait(5)

    # --- the server's loop

    async def _serve(self) -> None:
        hosts, aioice.ice.get_host_addresses = aioice.ice.get_host_addresses, lambda use_ipv4, use_ipv6: ["127.0.0.1"]
        self._loop, self._stop, self._answering = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        self._answering.set()
        app = Starlette(
            routes=[
                Route("/v1/realtime/calls", self._call, methods=["POST"]),
                Route("/v1/realtime/calls/{call}/hangup", self._hangup, methods=["POST"]),
                Mount("/", StaticFiles(directory=FRONTEND, html=True)),
            ],
            middleware=[Middleware(StrictHeaders)],
        )
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        async with asyncio.TaskGroup() as self._tasks:
            serving = self._tasks.create_task(server.serve(sockets=[self._socket]))
            self._ready.set()
            await self._stop.wait()
            await self._close()
            server.should_exit = True
            await serving
        aioice.ice.get_host_addresses = hosts

    async def _call(self, request: Request) -> Response:
        self.calls.append(request.query_params.get("resume"))
        await self._answering.wait()
        if self.refusal:
            status, text = self.refusal
            error = {"type": "server_error", "code": "busy", "message": text, "param": None}
            return JSONResponse({"error": error}, status)
        await self._close()
        offer = (await request.body()).decode()
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        peer.on("datachannel", self._opened)
        peer.on("track", self._watch)
        lines = [line for line in offer.splitlines() if ".local" not in line and line != "a=end-of-candidates"]
        await peer.setRemoteDescription(RTCSessionDescription("\r\n".join(lines) + "\r\n", "offer"))
        self._tone = Tone()
        peer.addTrack(self._tone)
        await peer.setLocalDescription(await peer.createAnswer())
        self._peer = peer
        place = {"Location": f"/v1/realtime/calls/rtc_{len(self.calls)}"}
        return Response(peer.localDescription.sdp, 201, place, media_type="application/sdp")

    async def _hangup(self, request: Request) -> Response:
        self.hangups.append(f"{request.path_params['call']}?{request.url.query}")
        return Response(status_code=200)

    async def _close(self) -> None:
        for watching in self._watching:  # the tracks of a peer that never connected don't end by themselves
            watching.cancel()
        self._watching.clear()
        peer, self._peer, self._channel = self._peer, None, None
        if peer:
            await peer.close()

    def _opened(self, channel: RTCDataChannel) -> None:
        self._channel = channel
        channel.on("message", lambda data: self._take(json.loads(data)))

    def _watch(self, track: MediaStreamTrack) -> None:
        watching = self._look(track) if track.kind == "video" else self._listen(track)
        self._watching.append(self._tasks.create_task(watching))

    async def _listen(self, track: MediaStreamTrack) -> None:
        while track.readyState == "live":
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            assert isinstance(frame, AudioFrame)
            with self._arrived:
                self.loudness.append(float(np.abs(frame.to_ndarray()).max()))
                self._arrived.notify_all()

    async def _look(self, track: MediaStreamTrack) -> None:
        self.taken_s.clear()
        while track.readyState == "live":
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            assert isinstance(frame, VideoFrame)
            with self._arrived:
                self.pictures.append((frame.width, frame.height))
                self.taken_s.append(frame.time)
                self._arrived.notify_all()

    def _say(self, event: dict[str, Any]) -> None:
        assert self._channel is not None, "no page is on the line"
        self._channel.send(json.dumps({"event_id": "event_0", **event}))

    def _take(self, event: dict[str, Any]) -> None:
        if event["type"] == "netra.ping":
            if self.pongs:
                self._say({"type": "netra.pong", "t": event["t"]})
            return
        if event["type"] == "netra.hello" and self.session:
            resumed = self.calls[-1] is not None
            about = {"resumed": resumed, "profile": "embedded", "voice_rate": 1.0, **self.offers}
            self._say({"type": "netra.session", "session_id": "sess_1", **about})
            if self.history is not None:
                self._say({"type": "netra.history", "items": self.history})
        with self._arrived:
            self.received.append(event)
            self._arrived.notify_all()
