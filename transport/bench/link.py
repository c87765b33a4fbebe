"""How the line itself fares: delay under loss, sessions on one core, memory after many calls.

``python -m transport.bench.link [loss|crowd|memory] [--json]``. ``loss`` has its own server in this process, so that
both ends share a clock; ``crowd`` and ``memory`` take any running server and look at it from the client's side.
Knows calls and packets. Does not know what is said.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import uvicorn

from agent.audio import FRAME_SAMPLES, HEARING_RATE, Pcm
from agent.clock import now_us
from agent.picture import Pixels
from agent.ports import Directions, Line, Remembered, TurnDetection
from transport.calls import Calls
from transport.client import CallerSettings, Client
from transport.client_media import LossyPath
from transport.limits import Limits
from transport.web import create_app
from transport.webrtc import Reach

LATE_US = 60_000
"""A packet that took so much longer than the quickest is heard as a break: browsers hold 40 to 60 ms."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Microphone to mind. Milliseconds from a packet's sending to its frame coming out of our jitter buffer.
    ``delivered``: share of the packets whose sound came."""

    loss: float
    jitter_ms: int
    p50: float
    p90: float
    delivered: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """``late``: share of the agent's packets that came more than LATE_US behind their time, or never."""

    sessions: int
    packets: int
    late: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident megabytes of the server after the first calls, and after all of them."""

    calls: int
    before_mb: float
    after_mb: float


class _Listener:
    """A Conversation that notes when each frame came and how long it had been under way."""

    def __init__(self, session_id: str) -> None:
        self.id = session_id
        self.came: list[tuple[int, int, bool]] = []

    async def attend(self, line: Line) -> None:
        async for frame in line.microphone.frames():
            self.came.append((now_us(), frame.at_sample, frame.lost))

    def say(self, text: str) -> None: ...
    def stop(self, *, everything: bool = False) -> None: ...
    def mute(self, on: bool) -> None: ...

    def half_duplex(self, on: bool) -> None: ...
    def tones(self, on: bool) -> None: ...
    def speak_in(self, language: str) -> None: ...
    def look(self, on: bool) -> None: ...
    def turn_detection(self, wish: TurnDetection) -> None: ...
    def commit(self) -> None: ...
    def clear(self) -> None: ...
    def truncate(self, turn: int, played_ms: int) -> None: ...
    def history(self) -> tuple[Remembered, ...]:
        return ()

    @property
    def directions(self) -> Directions:
        raise LookupError("a listener is told nothing")


async def delays(path: LossyPath, seconds: float) -> Delays:
    """One call with this path, over real sockets on loopback."""
    listeners: list[_Listener] = []

    @asynccontextmanager
    async def new(session_id: str) -> AsyncIterator[_Listener]:
        listeners.append(_Listener(session_id))
        yield listeners[-1]

    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with Calls(new, limits=Limits(linger_s=0), reach=Reach(addresses=("127.0.0.1",))) as calls:
            config = uvicorn.Config(create_app(calls, page=None), log_level="warning", access_log=False, lifespan="off")
            server = uvicorn.Server(config)
            async with asyncio.TaskGroup() as group:
                group.create_task(server.serve(sockets=[listener]))
                url = f"http://127.0.0.1:{listener.getsockname()[1]}"
                async with Client(CallerSettings(url, path=path)) as client:
                    client.say_at(now_us(), murmur(seconds))
                    await asyncio.sleep(seconds)
                server.should_exit = True
    first = path.sent_us[0][0]
    sent = {((timestamp - first) & 0xFFFFFFFF) // 960: at for timestamp, at in path.sent_us}
    took = [(at - sent[sample // FRAME_SAMPLES]) / 1000 for at, sample, lost in listeners[0].came if not lost]
    p50, p90 = np.percentile(took, [50, 90])
    delivered = round(len(took) / len(sent), 4)
    return Delays(path.loss, path.jitter_us // 1000, round(float(p50), 1), round(float(p90), 1), delivered)


async def crowd(url: str, sessions: int, seconds: float, speech: Pcm | None = None) -> Crowd:
    """``sessions`` callers at once with the camera on, each speaking in turn; their own packets tell what was late."""
    sound = murmur(2.0) if speech is None else speech
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(Client(CallerSettings(url, camera=scene()))) for _ in range(sessions)
        ]
        begun = [len(client.heard) for client in clients]
        end_us = now_us() + round(seconds * 1e6)
        while now_us() < end_us:
            for client in clients:
                client.say_at(now_us(), sound)
            await asyncio.sleep(max(2.0, 2 * len(sound) / HEARING_RATE))
        late = packets = 0
        for client, start in zip(clients, begun, strict=True):
            took = client.lateness_us(start)
            missing = client.missing_packets(start)
            packets += len(took) + missing
            late += sum(us > LATE_US for us in took) + missing
    return Crowd(sessions, packets, round(late / max(1, packets), 4))


async def memory(url: str, pid: int, calls: int, warm: int = 10) -> Memory:
    """Calls made and hung up one after another, every second one with a camera."""
    before = 0.0
    for number in range(warm + calls):
        if number == warm:
            before = resident_mb(pid)
        async with Client(CallerSettings(url, camera=scene() if number % 2 else None)) as client:
            await client.wait_for("netra.session")
            await client.hang_up(end=True)
    return Memory(calls, before, resident_mb(pid))


def resident_mb(pid: int | str = "self") -> float:
    """Linux only: from /proc."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024, 1)
    raise LookupError(f"process {pid} has no resident memory")


def murmur(seconds: float) -> Pcm:
    """Something that keeps a codec as busy as a voice does."""
    t = np.arange(round(seconds * HEARING_RATE)) / HEARING_RATE
    swell = (1 + np.sin(2 * np.pi * 3 * t)) / 2
    hiss = np.random.default_rng(1).normal(0, 300, t.size)
    return (6000 * np.sin(2 * np.pi * 180 * t) * swell + hiss).astype(np.int16)


def scene() -> Pixels:
    """A picture with large coloured areas, 640x480."""
    small = np.random.default_rng(2).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    return np.repeat(np.repeat(small, 40, axis=0), 40, axis=1)


PATHS = ((0.0, 0), (0.01, 0), (0.05, 0), (0.02, 50), (0.05, 20))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m transport.bench.link", description=__doc__)
    parser.add_argument("part", choices=("loss", "crowd", "memory"))
    parser.add_argument("--url", default="http://127.0.0.1:8787", help="a running server (crowd, memory)")
    parser.add_argument("--pid", type=int, help="its process (memory)")
    parser.add_argument("--count", type=int, default=12, help="sessions or calls")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--json", action="store_true", help="JSON, one line a result")
    options = parser.parse_args(arguments)
    match options.part:
        case "loss":
            results: list[Delays | Crowd | Memory] = [
                asyncio.run(delays(LossyPath(loss, jitter * 1000), options.seconds)) for loss, jitter in PATHS
            ]
        case "crowd":
            results = [asyncio.run(crowd(options.url, options.count, options.seconds))]
        case _:
            if options.pid is None:
                parser.error("memory needs --pid")
            results = [asyncio.run(memory(options.url, options.pid, options.count))]
    for result in results:
        sys.stdout.write((json.dumps(asdict(result)) if options.json else str(result)) + "\n")


if __name__ == "__main__":
    main()
