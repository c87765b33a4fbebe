"""A person in a room with the agent's own loudspeaker, and a brain that answers whatever it hears with a recital.

Both sit in the process of the session and on its loop: real engines, no network. Knows the ports. Does not know what is
measured, nor how an echo is recognised.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from agent import ports
from agent.audio import FRAME_SAMPLES, AudioFrame, Pcm
from agent.clock import now_us
from agent.engines.protocols import Question, Text, Thought
from agent.picture import Picture
from transport.bench.room import FRAME_S, Place, Room
from transport.monitor import PlayedSound
from transport.playout import LineSpeaker

R = TypeVar("R")

SENTENCES = (
    "I see a wooden table with a white cup in the middle, and a window on the left side behind it.",
    "It is twenty three minutes past four in the afternoon.",
    "Your timer for ten minutes has started. I will tell you when it is over.",
    "The text says: please keep this door closed at all times. Emergency exit only.",
    "There is one person in front of you, a little to the right, about two metres away.",
    "The main colour is dark blue, with some light grey near the bottom edge.",
    "Today is Tuesday, the fourteenth of October.",
    "The weather is something I can't look up here, because nothing of this leaves your house.",
    "Please hold the camera a bit higher, and keep it still.",
    "The code holds a link to a web page. It belongs to a packet of green tea, two hundred grams.",
    "There is something on the chair. It looks like a jacket, or a folded blanket.",
    "You have two timers: one for eggs with three minutes left, and one for bread with twenty.",
    "The letter is from the city library. It asks you to return three books before the end of the month.",
    "On the shelf are seven jars. The third from the left has a red lid, and its label says sugar.",
    "The kettle is on the left, next to the sink. Its light is on, so it may be hot.",
    "I can tell you the time and the date, describe what the camera shows, and read text aloud.",
    "This is a bus stop. The sign names lines forty two and one hundred and seven.",
    "The screen shows a form with four fields. The second one is marked in red: the year is missing.",
    "A good soup begins with onions, and with patience. Cut them small, and let them sweat in butter.",
    "The old road went along the river for a mile, and then climbed between fields of barley.",
    "She had been a teacher in the village for thirty years, and knew everybody's children by name.",
    "In winter the lake freezes from the shore inwards, and the boys try the ice with long poles.",
    "The train was late again, but nobody complained: the sun was out, and someone played the fiddle.",
    "First fold the paper in half, then turn the corners down, and press along the edge.",
    "The battery is almost empty. It will last for another nine minutes or so.",
    "Two people are sitting at the far end of the room. One of them is waving.",
    "The picture is a little dark. More light from the side would help me to read the small print.",
    "It is a brown dog with a blue collar, lying on a carpet with a pattern of leaves.",
    "The bill is from the fourth of May, and the sum is sixty one euros and twenty cents.",
    "If you go on in this direction, there are three steps down, with a handrail on the right.",
)


class Reciter:
    """A Brain. Whatever is asked, it says some sentences: an echo taken for a question would never go unnoticed."""

    name = "reciter"

    def __init__(self, seed: int, sentences: int) -> None:
        self._chance = random.Random(seed)
        self._count = sentences

    async def reply(self, question: Question) -> AsyncIterator[Thought]:
        yield Text(" ".join(self._chance.sample(SENTENCES, self._count)))

    async def close(self) -> None: ...


class Loudspeaker(LineSpeaker):
    """Notes when the voice was lowered and when it was held."""

    def __init__(self) -> None:
        super().__init__()
        self.ducked_us: list[int] = []
        self.held_us: list[int] = []

    def duck(self, on: bool) -> None:
        if on:
            self.ducked_us.append(now_us())
        super().duck(on)

    def hold(self, on: bool) -> None:
        if on:
            self.held_us.append(now_us())
        super().hold(on)


@dataclass(slots=True)
class _Said:
    sound: np.typing.NDArray[np.float32]
    at: int = 0


class RoomLine:
    """One line, both ways: ``line`` for the session. Each 20 ms of the loop's clock carry a frame."""

    def __init__(self, place: Place, voice: Pcm) -> None:
        self.speaker = Loudspeaker()
        self.shown: list[tuple[int, ports.Report]] = []
        self.frames_heard = 0
        monitor = PlayedSound()
        self.line = ports.Line(self, _NoCamera(), self.speaker, self, monitor)
        self._monitor = monitor
        self._room = Room(place, voice)
        self._said: deque[_Said] = deque()
        self._closed = False
        self._told = asyncio.Event()

    def say(self, sound: np.typing.NDArray[np.float32]) -> int:
        """The person begins to say this, -1..1 at HEARING_RATE, with the next frame; gives when."""
        self._said.append(_Said(sound))
        return now_us()

    def hang_up(self) -> None:
        self._closed = True
        self.speaker.close()

    def show(self, report: ports.Report) -> None:
        self.shown.append((now_us(), report))
        self._told.set()

    async def until(self, kind: type[R], since_us: int, within_s: float) -> R | None:
        """The first report of this kind shown since then; None: none came in time."""
        try:
            async with asyncio.timeout_at(since_us / 1e6 + within_s):
                while True:
                    for at, report in reversed(self.shown):
                        if at < since_us:
                            break
                        if isinstance(report, kind):
                            return report
                    self._told.clear()
                    await self._told.wait()
        except TimeoutError:
            return None

    async def frames(self) -> AsyncIterator[AudioFrame]:
        slot = 0
        while not self._closed:
            await asyncio.sleep(FRAME_S)
            played = self.speaker.pull()
            self._monitor.add(slot, played)
            yield AudioFrame(self._room.hear(played, self._near()), slot * FRAME_SAMPLES)
            slot += 1
            self.frames_heard = slot

    def _near(self) -> np.typing.NDArray[np.float32] | None:
        if not self._said:
            return None
        said = self._said[0]
        piece = said.sound[said.at : said.at + FRAME_SAMPLES]
        said.at += FRAME_SAMPLES
        if said.at >= len(said.sound):
            self._said.popleft()
        return np.pad(piece, (0, FRAME_SAMPLES - len(piece)))


class _NoCamera:
    async def pictures(self) -> AsyncIterator[Picture]:
        await asyncio.Event().wait()
        return
        yield

    async def still(self, *, max_side: int, timeout_s: float) -> Picture | None:
        return None
