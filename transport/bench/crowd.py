"""Many callers at a time, in a process of their own: ``python -m transport.bench.crowd URL --sessions N``.

So their work is not the server's, and they say how late they were themselves. Knows calls and sound; not the server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass

import numpy as np

from agent.audio import Pcm
from agent.clock import now_us
from agent.settings import load
from transport.bench.link import LATE_US as HEARD_US
from transport.bench.link import scene
from transport.bench.stage import voice_engine
from transport.client import RECORDING_RATE, CallerSettings, Client, Heard
from transport.demo.person import Person
from transport.opus import PACKET_MS

QUESTIONS = ("what time is it", "what day is it today", "what colour is this", "how bright is it")
EVERY_S, ANSWER_S = 6.0, 4.0
LATE_US = 20_000
"""A packet that took so much longer than the quickest of its call is late: a whole frame, as the server's own count."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """One step. ``late``: share of the agent's packets that came LATE_US behind their time or never, ``broken``:
    more than a browser's buffer hides; ``own_late``: of the callers' own packets, the share that left LATE_US late;
    shares of one core; delays in ms from end of speech."""

    sessions: int
    packets: int
    late: float
    own_late: float
    answered: int
    asked: int
    delays_ms: list[float]
    broken: float
    callers_core: float
    server_core: float = 0.0
    resident_mb: float = 0.0


async def crowd(
    url: str, sessions: int, seconds: float, questions: Sequence[Pcm], ready: Callable[[], object] = lambda: None
) -> Crowd:
    """Callers with the camera on, each asking every EVERY_S, spread evenly. ``ready``: called when all have a line."""
    async with AsyncExitStack() as stack:
        clients = []
        for _ in range(sessions):
            clients.append(await stack.enter_async_context(Client(CallerSettings(url, camera=scene()))))
            await asyncio.sleep(0.1)
        await asyncio.sleep(2.0)  # until all that was begun by connecting is over
        ready()
        heard = [len(client.heard) for client in clients]
        paces = [(client.pace.sent, client.pace.late) for client in clients]
        busy, began = os.times(), now_us()
        asked: list[list[int]] = [[] for _ in clients]
        turn = 0
        while now_us() - began < seconds * 1e6:
            index = turn % sessions
            _, end = clients[index].say_at(now_us(), questions[(turn // sessions + index) % len(questions)])
            asked[index].append(end)
            turn += 1
            await asyncio.sleep(max(0.0, (began + turn * EVERY_S * 1e6 / sessions - now_us()) / 1e6))
        await asyncio.sleep(ANSWER_S)
        spent = os.times()
        core = (spent.user + spent.system - busy.user - busy.system) / ((now_us() - began) / 1e6)
        took = [us for client, start in zip(clients, heard, strict=True) for us in client.lateness_us(start)]
        missing = sum(client.missing_packets(start) for client, start in zip(clients, heard, strict=True))
        sent = sum(c.pace.sent - before for c, (before, _) in zip(clients, paces, strict=True))
        own = sum(c.pace.late - before for c, (_, before) in zip(clients, paces, strict=True))
        ends = [(client, end) for client, each in zip(clients, asked, strict=True) for end in each]
        delays = [reply_delay_ms(client.heard, end) for client, end in ends]
    answered = [delay for delay in delays if delay is not None]
    return Crowd(
        sessions, len(took) + missing, round(late_share(took, missing), 5), round(own / max(1, sent), 5),
        len(answered), len(delays), answered, round(late_share(took, missing, HEARD_US), 5), round(core, 3),
    )  # fmt: skip


def late_share(took_us: Sequence[int], missing: int, limit_us: int = LATE_US) -> float:
    """Share of packets that took longer than the limit, or never came."""
    return (sum(us > limit_us for us in took_us) + missing) / max(1, len(took_us) + missing)


def reply_delay_ms(heard: Sequence[Heard], end_us: int, within_s: float = ANSWER_S, sound: int = 100) -> float | None:
    """From the end of speech to the first 5 ms of sound in what was heard after it; None: none came in time, or the
    agent was still speaking. ``sound``: root mean square of 16-bit samples from which it is one (-50 dBFS)."""
    step = RECORDING_RATE // 200
    for packet in heard:
        if packet.at_us < end_us - 3 * PACKET_MS * 1000:
            continue
        if packet.at_us > end_us + within_s * 1e6:
            return None
        pieces = packet.pcm[: len(packet.pcm) // step * step].reshape(-1, step).astype(np.float64)
        loud = np.flatnonzero(np.sqrt(np.mean(np.square(pieces), axis=1)) > sound)
        if len(loud):
            delay = (packet.at_us - end_us) / 1000 + int(loud[0]) * 5
            return delay if delay > 0 else None
    return None


async def _main(url: str, count: int, seconds: float) -> Crowd:
    async with voice_engine(load()) as voice:
        speaker = Person(Client(CallerSettings(url)), voice)
        questions = [await speaker.voice_of(words) for words in QUESTIONS]
    return await crowd(url, count, seconds, questions, lambda: print_line("ready"))


def print_line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m transport.bench.crowd", description="Many callers at a time.")
    parser.add_argument("url")
    parser.add_argument("--sessions", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=24.0)
    options = parser.parse_args()
    print_line(json.dumps(asdict(asyncio.run(_main(options.url, options.sessions, options.seconds)))))


if __name__ == "__main__":
    main()
