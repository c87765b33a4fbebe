"""What the Realtime protocol costs: the adapter's own time for each event, and the first sound over either line.

Knows events and clocks. Does not know what is said.
"""

from __future__ import annotations

import asyncio
import base64
import json
import statistics
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from agent.clock import now_us, stopwatch_us
from agent.errors import LineError
from agent.ports import (
    ReplyEnded,
    ReplySoundStarted,
    ReplyStarted,
    ReplyText,
    ReplyWords,
    Report,
    UserHeard,
    UserSaid,
    UserSpeechStarted,
    UserSpeechStopped,
)
from transport.bench import hostile
from transport.bench.figures import Row, part, rounded
from transport.bench.stage import Bench, serving
from transport.client import CallerSettings, Client
from transport.realtime.adapter import RealtimeAdapter, WireSession

ADDED_MS = 1.0
APART_MS = 30.0
MESSAGES = 10_000
TURNS = 300
QUESTIONS = ("what time is it", "what day is it today", "hello", "how are you")


async def wire(bench: Bench) -> list[Row]:
    """The part's rows."""
    bench.tell("the adapter's own time")
    rows = [adapter_row(adapter_ms())]
    bench.tell("first sound over WebSocket and WebRTC")
    async with serving() as running:
        rows.append(apart_row(*await first_sounds(running.url, bench.turns)))
    for way in ("websocket", "webrtc"):
        bench.tell(f"{MESSAGES} random and hostile messages over {way}")
        rows.append(hostile_row(way, await hostile.attack(MESSAGES, 1, way)))
    return rows


def adapter_ms(turns: int = TURNS) -> list[float]:
    """Milliseconds that the adapter takes for each event of so many turns, from text to commands or back to text."""
    adapter = RealtimeAdapter(WireSession("sess_bench"), ahead=True)
    append = json.dumps({"type": "input_audio_buffer.append", "audio": base64.b64encode(bytes(4_800)).decode()})
    sound = base64.b64encode(bytes(9_600)).decode()
    took: list[float] = []

    def timed(work: Callable[[], list[dict[str, Any]]]) -> None:
        began = stopwatch_us()
        for event in work():
            json.dumps(event)
        took.append((stopwatch_us() - began) / 1000)

    for turn in range(1, 2 * turns, 2):
        for _ in range(10):
            timed(lambda: adapter.from_client(append)[1])
        for report in _reports(turn):
            timed(lambda report=report: adapter.from_report(report))  # type: ignore[misc]
            if isinstance(report, ReplyWords):
                for _ in range(5):
                    timed(lambda turn=turn: adapter.sound(turn + 1, sound, 4_800))  # type: ignore[misc]
        timed(lambda turn=turn: adapter.finished(turn + 1))  # type: ignore[misc]
    return took


def _reports(turn: int) -> tuple[Report, ...]:
    reply = turn + 1
    return (
        UserSpeechStarted(turn, 0), UserHeard(turn, "what time"), UserSpeechStopped(turn, 900),
        UserSaid(turn, "what time is it"), ReplyStarted(reply), ReplyText(reply, "It is late. "),
        ReplyWords(reply, (("It ", 4_800), ("is ", 9_600), ("late.", 24_000))), ReplySoundStarted(reply),
        ReplyText(reply, "Good night."), ReplyEnded(0, "completed", "", 0),
    )  # fmt: skip


async def first_sounds(url: str, turns: int) -> tuple[list[float], list[float]]:
    """Milliseconds from a typed question to the first sound: over WebSocket at the client; over WebRTC when it leaves
    the server, which is the figure less its media path. In turn, so that both meet the same machine.
    """
    over_socket: list[float] = []
    over_webrtc: list[float] = []
    async with Client(CallerSettings(url)) as client, connect(url.replace("http", "ws") + "/v1/realtime") as socket:
        await client.wait_for("netra.session")
        for turn in range(turns):
            words = QUESTIONS[turn % len(QUESTIONS)]
            over_socket.append(await _over_socket(socket, words))
            mark = len(client.told)
            client.type_text(words)
            timings = await client.wait_for("netra.timings", start=mark)
            over_webrtc.append(float(timings.event["stages"]["sound_out"]))
            client.send({"type": "response.cancel"})
            await asyncio.sleep(0.3)
    return over_socket, over_webrtc


async def _over_socket(socket: ClientConnection, words: str) -> float:
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": words}]}
    began = now_us()
    await socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
    await socket.send(json.dumps({"type": "response.create"}))
    first = 0.0
    async with asyncio.timeout(10):
        async for text in socket:
            kind = json.loads(text)["type"]
            if kind == "response.output_audio.delta" and not first:
                first = (now_us() - began) / 1000
            if kind == "response.done":
                await socket.send(json.dumps({"type": "response.cancel"}))
                return first
    raise LineError("The line ended before an answer came.")


def adapter_row(took: list[float]) -> Row:
    p50, p99 = part(took, 50), part(took, 99)
    return Row(
        "added by the adapter, each event", f"p50 {p50:.3f}, p99 {p99:.3f} ms",
        {"p50_ms": round(p50, 3), "p99_ms": round(p99, 3), "count": len(took)}, f"p99 ≤ {ADDED_MS:.0f} ms",
        p99 <= ADDED_MS, f"{len(took)} measured",
    )  # fmt: skip


def apart_row(over_socket: list[float], over_webrtc: list[float]) -> Row:
    first, other = statistics.median(over_socket), statistics.median(over_webrtc)
    return Row(
        "typed to first sound, WebSocket (WebRTC without its media path)", f"p50 {first:.0f} ({other:.0f}) ms",
        {"websocket_p50_ms": rounded(first), "webrtc_p50_ms": rounded(other), "count": len(over_socket)},
        f"within {APART_MS:.0f} ms", abs(first - other) <= APART_MS, f"{len(over_socket)} of each",
    )  # fmt: skip


def hostile_row(way: str, outcome: hostile.Outcome) -> Row:
    return Row(
        f"random and hostile messages over {way}", f"{outcome.messages}, {outcome.sessions_left} sessions left",
        {"messages": outcome.messages, "errors": outcome.errors, "sessions_left": outcome.sessions_left,
         "grown_mb": outcome.grown_mb, "answered_after": outcome.answered},
        "answers after, none left, no leak", outcome.well, f"{outcome.grown_mb:+.1f} MB",
    )  # fmt: skip
