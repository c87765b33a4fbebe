"""Sound out: one voice of queued turns, cut into 20 ms Opus packets.

``Voice`` is pure: what the next 20 ms hold, exact to the sample. ``LineSpeaker`` makes it the Speaker of
``agent.ports``, ``LineTrack`` sends it. Encoding is inline (0.05 ms a frame): nothing waits in an executor.
Knows turns as numbers only. Does not know why a voice is ducked, held or cleared.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, TypeAlias

import av
import numpy as np
import numpy.typing as npt
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from agent.audio import SPEAKING_RATE, Pcm
from agent.clock import now_us
from agent.ports import Played
from transport.metronome import Beat, Grid, Metronome
from transport.opus import PACKET_MS, WIRE_RATE, OpusEncoder
from transport.short_way import ShortWayOut

FRAME = SPEAKING_RATE * PACKET_MS // 1000
FADE = SPEAKING_RATE * 5 // 1000
DUCKED = 10 ** (-18 / 20)
MAX_QUEUED = SPEAKING_RATE * 3
PACKET_TICKS = WIRE_RATE * PACKET_MS // 1000
"""Of RTP's clock."""
REPORT_EVERY = 5
"""Frames between two reports while sound plays: 100 ms."""
Left: TypeAlias = Callable[[int, Pcm | None], None]
_FADE_OUT: npt.NDArray[np.float32] = np.linspace(1.0, 0.0, FADE, dtype=np.float32)


@dataclass(slots=True)
class _Turn:
    number: int
    chunks: deque[Pcm] = field(default_factory=deque)
    queued: int = 0
    played: int = 0
    ended: bool = False


class Voice:
    """Queued sound of turns, faded and counted. Every sample leaves exactly once, or is dropped by ``clear``."""

    def __init__(self) -> None:
        self.queued = 0
        self._turns: deque[_Turn] = deque()
        self._reports: list[Played] = []
        self._tail: Pcm | None = None
        self._gain = 1.0
        self._wanted_gain = 1.0
        self._hold: Literal["open", "closing", "shut", "opening"] = "open"
        self._sounding = False
        self._unreported = 0

    def push(self, turn: int, pcm: Pcm) -> None:
        if len(pcm) == 0:
            return
        entry = self._entry(turn)
        entry.chunks.append(pcm)
        entry.queued += len(pcm)
        self.queued += len(pcm)

    def end(self, turn: int) -> None:
        entry = self._entry(turn)
        entry.ended = True
        if entry is self._turns[0]:
            self._drain()

    def duck(self, on: bool) -> None:
        self._wanted_gain = DUCKED if on else 1.0

    def hold(self, on: bool) -> None:
        match self._hold, on:
            case "open", True if self._sounding:
                self._hold = "closing"
            case (("open" | "opening"), True):
                self._hold = "shut"
                self._report()
            case "closing", False:
                self._hold = "open"
            case "shut", False:
                self._hold = "opening"
            case _:
                pass

    def clear(self) -> None:
        """What fades out (5 ms) is counted as played: it leaves with the next packet."""
        if self._turns and self._sounding and self._hold in ("open", "closing"):
            pcm = self._take(FADE)
            self._tail = _scaled(pcm, _FADE_OUT[: len(pcm)] * self._gain)
        if self._turns:
            self._report()
        self._turns.clear()
        self.queued = 0
        self._hold = "open"
        self._gain = self._wanted_gain = 1.0
        self._sounding = False

    def pull(self) -> Pcm | None:
        """The next 20 ms at SPEAKING_RATE; None: silence."""
        tail, self._tail = self._tail, None
        start = 0 if tail is None else len(tail)
        sound = self._next_sound(FRAME - start)
        if tail is None and len(sound) == FRAME:
            return sound
        if start + len(sound) == 0:
            return None
        out = np.zeros(FRAME, dtype=np.int16)
        if tail is not None:
            out[:start] = tail
        out[start : start + len(sound)] = sound
        return out

    def position(self) -> Played | None:
        """The turn that sounds now and how much of it has left; None: nothing is queued."""
        return Played(self._turns[0].number, self._turns[0].played) if self._turns else None

    def reports(self) -> list[Played]:
        """What has been reported since the last call."""
        reports, self._reports = self._reports, []
        return reports

    def _next_sound(self, samples: int) -> Pcm:
        if self._hold == "shut" or not self._turns:
            self._gain, self._sounding = self._wanted_gain, False
            return np.zeros(0, dtype=np.int16)
        closing = self._hold == "closing"
        pcm = self._take(min(samples, FADE) if closing else samples)
        first = len(pcm) > 0 and self._turns[0].played == len(pcm)
        pcm = self._shaped(pcm)
        self._sounding = len(pcm) > 0 and not closing
        self._unreported += 1
        if closing or first or (self._sounding and self._unreported >= REPORT_EVERY):
            self._report()
        self._drain()
        return pcm

    def _shaped(self, pcm: Pcm) -> Pcm:
        hold, self._hold = self._hold, "shut" if self._hold == "closing" else "open"
        if len(pcm) == 0:
            self._gain = self._wanted_gain
            return pcm
        if hold == "open" and self._gain == self._wanted_gain == 1.0:
            return pcm
        gains = np.linspace(self._gain, self._wanted_gain, len(pcm), dtype=np.float32)
        if hold == "closing":
            gains *= _FADE_OUT[: len(pcm)]
        elif hold == "opening":
            rise = min(FADE, len(pcm))
            gains[:rise] *= _FADE_OUT[::-1][:rise]
        self._gain = self._wanted_gain
        return _scaled(pcm, gains)

    def _take(self, samples: int) -> Pcm:
        while len(self._turns) > 1 and self._turns[0].queued == 0:  # a turn that was never ended gives way
            self._report()
            self._turns.popleft()
        turn = self._turns[0]
        parts: list[Pcm] = []
        wanted = samples
        while wanted and turn.chunks:
            chunk = turn.chunks[0]
            if len(chunk) <= wanted:
                parts.append(turn.chunks.popleft())
            else:
                parts.append(chunk[:wanted])
                turn.chunks[0] = chunk[wanted:]
            wanted -= len(parts[-1])
        taken = samples - wanted
        turn.queued -= taken
        turn.played += taken
        self.queued -= taken
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int16)

    def _entry(self, turn: int) -> _Turn:
        for entry in self._turns:
            if entry.number == turn:
                return entry
        self._turns.append(_Turn(turn))
        return self._turns[-1]

    def _drain(self) -> None:
        while self._turns and self._turns[0].ended and self._turns[0].queued == 0:
            turn = self._turns.popleft()
            self._reports.append(Played(turn.number, turn.played, drained=True))
            self._unreported = 0

    def _report(self) -> None:
        if self._turns:
            self._reports.append(Played(self._turns[0].number, self._turns[0].played))
            self._unreported = 0


def _scaled(pcm: Pcm, gains: npt.NDArray[np.float32]) -> Pcm:
    scaled: Pcm = np.rint(pcm * gains).astype(np.int16)
    return scaled


class LineSpeaker:
    """``agent.ports.Speaker`` of one line. After ``close`` sound is dropped and nothing waits."""

    def __init__(self) -> None:
        self._voice = Voice()
        self._room = asyncio.Event()
        self._waiting: deque[Played] = deque(maxlen=256)
        self._told = asyncio.Event()
        self._closed = False

    async def play(self, turn: int, pcm: Pcm) -> None:
        if self._closed:
            return
        self._voice.push(turn, pcm)
        while self._voice.queued > MAX_QUEUED and not self._closed:
            self._room.clear()
            await self._room.wait()

    def end(self, turn: int) -> None:
        if not self._closed:
            self._voice.end(turn)
            self._tell()

    def duck(self, on: bool) -> None:
        self._voice.duck(on)

    def hold(self, on: bool) -> None:
        self._voice.hold(on)
        self._tell()

    def clear(self) -> None:
        self._voice.clear()
        self._tell()
        self._room.set()

    def position(self) -> Played | None:
        return self._voice.position()

    async def played(self) -> AsyncIterator[Played]:
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            if self._closed:
                return
            self._told.clear()
            await self._told.wait()

    def pull(self) -> Pcm | None:
        """The track takes the next 20 ms: from now on they count as played."""
        pcm = self._voice.pull()
        if pcm is not None:
            self._tell()
            if self._voice.queued <= MAX_QUEUED:
                self._room.set()
        return pcm

    def close(self) -> None:
        self._closed = True
        self._room.set()
        self._told.set()

    def _tell(self) -> None:
        if reports := self._voice.reports():
            self._waiting.extend(reports)
            self._told.set()


@dataclass(slots=True)
class Pace:
    """How well the 20 ms grid was kept. ``late``: frames that left more than one frame behind. ``skipped``: slots
    given up."""

    sent: int = 0
    late: int = 0
    skipped: int = 0

    def count(self, beat: Beat) -> int:
        """A frame that leaves now; gives how many slots it is after the one before."""
        self.sent += 1
        self.late += beat.late
        self.skipped += beat.skipped
        return 1 + beat.skipped


class PacketStream:
    """What is sent in each 20 ms: sound as it is pulled, encoded, or a packet of silence.

    ``pull`` gives 20 ms at the encoder's rate, or None for silence; ``left`` is told what leaves in which slot.
    """

    SILENT_FRAMES = 5
    """Real encoder frames after the sound has ended; from then on the last one is sent again."""

    def __init__(self, pull: Callable[[], Pcm | None], encoder: OpusEncoder, left: Left = lambda *_: None) -> None:
        self._left = left
        self._pull = pull
        self._encoder = encoder
        self._silence: Pcm = np.zeros(encoder.rate * PACKET_MS // 1000, dtype=np.int16)
        self._silent = 0
        self._quiet_packet = b""

    def next(self, slot: int) -> bytes:
        """The payload of the packet for this slot."""
        pcm = self._pull()
        self._left(slot, pcm)
        if pcm is not None:
            self._silent = 0
            return self._encoder.encode(pcm)
        if self._silent < self.SILENT_FRAMES:
            self._silent += 1
            self._quiet_packet = self._encoder.encode(self._silence)
        return self._quiet_packet


class PacedTrack(MediaStreamTrack):
    """An outgoing audio track at a pace of its own, whose packets aiortc sends as they are."""

    kind = "audio"

    def __init__(self, packets: PacketStream) -> None:
        super().__init__()
        self.pace = Pace()
        self._packets = packets
        self._grid: Grid | None = None
        self._slot = 0

    @property
    def start_us(self) -> int | None:
        """When the first packet was due; None: nobody has asked for it."""
        return self._grid.start_us if self._grid is not None else None

    async def recv(self) -> av.Packet[Any]:
        if self.readyState != "live":
            raise MediaStreamError
        if self._grid is None:
            self._grid = Grid(now_us())
        elif (wait_us := self._grid.wait_us(now_us())) > 0:
            await asyncio.sleep(wait_us / 1_000_000)
        self._slot += self.pace.count(self._grid.take(now_us()))
        packet: av.Packet[Any] = av.Packet(self._packets.next(self._slot - 1))
        packet.pts = (self._slot - 1) * PACKET_TICKS
        packet.time_base = _WIRE_TIME
        return packet


class LineTrack(MediaStreamTrack):
    """An outgoing audio track at the pace of all lines, whose packets take the short way.

    aiortc asks for a packet once, when it may be sent, and waits for it as long as the track lives.
    """

    kind = "audio"

    def __init__(self, packets: PacketStream, metronome: Metronome) -> None:
        super().__init__()
        self.pace = Pace()
        self._packets = packets
        self._metronome = metronome
        self._way: ShortWayOut | None = None
        self._stopped = asyncio.Event()
        self._slot = 0

    def goes(self, way: ShortWayOut) -> None:
        """Send on this way from the moment aiortc asks."""
        self._way = way

    async def recv(self) -> av.Packet[Any]:
        if self.readyState == "live" and self._way is not None:
            self._way.open()
            self._metronome.join(self)
            await self._stopped.wait()
        raise MediaStreamError

    def stop(self) -> None:
        super().stop()
        self._metronome.leave(self)
        self._stopped.set()

    def play(self, beat: Beat) -> None:
        """The metronome's: send what is due."""
        assert self._way is not None
        self._slot += self.pace.count(beat)
        self._way.send(self._packets.next(self._slot - 1), (self._slot - 1) * PACKET_TICKS)


_WIRE_TIME = Fraction(1, WIRE_RATE)
