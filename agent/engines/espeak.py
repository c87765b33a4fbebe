"""eSpeak NG as a Synthesizer: the voice that needs no download. The library runs in a child process.

Knows the child's wire, how to cut a long text so that it can't delay another session's short one, and where words
of *our* text end in the sound. Does not know clauses, turns or who listens. One child serves all sessions; it
starts on first use (or by ``start``), is started again when it broke, and ends with this process.
"""

from __future__ import annotations

import asyncio
import importlib.util
import re
import sys
from bisect import bisect_right
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias, cast

import numpy as np

from agent.audio import Pcm
from agent.engines import espeak_child as wire
from agent.engines.protocols import SpeechChunk, Voice, WordMark
from agent.engines.spoken_indonesian import spoken
from agent.errors import EngineFailed, EngineMissing

SAMPLE_RATE = 22_050
PIECE_CHARS = 300
"""A piece of this length is made in about 25 ms: the longest another session waits for its turn."""
SILENT_S = 5.0
"""The child answers within milliseconds; after this long without a byte it is taken for broken."""
QUIET = 48
"""Samples below this are the silence between words (the voice's own level is some thousands)."""

SPEEDS = (
    (0.5, 80), (0.59, 100), (0.71, 120), (0.83, 140), (1.0, 170), (1.17, 200), (1.45, 255), (1.7, 300),
    (1.93, 340), (2.09, 380), (2.44, 450), (2.77, 510), (3.0, 555),
)  # fmt: skip
"""(rate, eSpeak's words a minute), measured by the length of a 200-word text. Above 450 eSpeak uses sonic."""

_BREAK = re.compile(r"[.!?…。！？]+[\"')\]]*\s+|\n+")  # noqa: RUF001
_SOFT_BREAK = re.compile(r"[,;:]\s+")
_WORD = re.compile(r"[^ \t\n\r\f\v]+")
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufff0-\uffff]")


@dataclass(frozen=True, slots=True)
class EspeakSettings:
    """``voice``: an eSpeak voice ("en-us", "id", "en-us+f3") used where a Voice names none."""

    voice: str = "en-us"


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece as the child sent it: ``words`` are (1-based character, sample) where a word begins."""

    pcm: Pcm
    words: tuple[tuple[int, int], ...]
    last: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """No more comes for this request. ``lost``: the child is gone (try again), else it refused the text."""

    reason: str
    lost: bool


Reply: TypeAlias = Sound | Broken


def words_a_minute(rate: float) -> int:
    """eSpeak's speed for a speech rate; held to 0.5..3.0."""
    rates, speeds = zip(*SPEEDS, strict=True)
    return round(float(np.interp(rate, rates, speeds)))


def pieces(text: str, limit: int = PIECE_CHARS) -> Iterator[tuple[int, int]]:
    """(start, end) of the parts to synthesise one by one: whole text, or cut after sentences, commas, words."""
    start = 0
    while len(text) - start > limit:
        window = text[start : start + limit]
        cut = max((match.end() for match in _BREAK.finditer(window)), default=0)
        cut = cut or max((match.end() for match in _SOFT_BREAK.finditer(window)), default=0)
        cut = cut or window.rfind(" ") + 1 or limit
        yield start, start + cut
        start += cut
    if start < len(text):
        yield start, len(text)


class Marks:
    """Maps the child's word starts to the ends of the words of a text.

    eSpeak leaves out words it merges ("on the") and gives several events, some misplaced, inside numbers and
    symbols: only a step to a later white-space separated word counts, and it ends all words before it.
    """

    def __init__(self, text: str, said: str | None = None) -> None:
        """``said``: what is synthesised for ``text``, word for word; None: the text itself."""
        self._starts = [match.start() for match in _WORD.finditer(text if said is None else said)]
        self._ends = [match.end() for match in _WORD.finditer(text)]
        self._length = len(text)
        self._word = 0
        self._samples = 0
        self._loud = 0

    @property
    def samples(self) -> int:
        """Samples taken so far."""
        return self._samples

    def take(self, sound: Sound) -> tuple[WordMark, ...]:
        marks = []
        loud = np.flatnonzero(np.abs(sound.pcm.astype(np.int32)) > QUIET)
        for position, sample in sound.words:
            word = bisect_right(self._starts, max(position - 1, 0)) - 1
            if word > self._word:
                marks.append(WordMark(self._ends[word - 1], self._said_by(sample, loud)))
                self._word = word
        if len(loud):
            self._loud = self._samples + int(loud[-1]) + 1
        self._samples += len(sound.pcm)
        if sound.last:
            marks.append(WordMark(self._length, self._loud))
        return tuple(marks)

    def _said_by(self, sample: int, loud: np.typing.NDArray[np.intp]) -> int:
        """The end of the last audible sound before ``sample``: a pause does not belong to the word before it."""
        before = int(np.searchsorted(loud, sample - self._samples))
        if before:
            self._loud = max(self._loud, self._samples + int(loud[before - 1]) + 1)
        return self._loud


class Link(asyncio.SubprocessProtocol):
    """Frames from and to one child process. Needs no task: the event loop calls it."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[None] = loop.create_future()
        self.alive = True
        self._replies: dict[int, asyncio.Queue[Reply]] = {}
        self._buffer = bytearray()
        self._last_id = 0
        self._process: asyncio.SubprocessTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._process = cast(asyncio.SubprocessTransport, transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._buffer += data
        at = 0
        while len(self._buffer) - at >= wire.HEADER.size:
            length, kind, id = wire.HEADER.unpack_from(self._buffer, at)
            end = at + wire.HEADER.size + length
            if end > len(self._buffer):
                break
            self._received(kind, id, bytes(memoryview(self._buffer)[at + wire.HEADER.size : end]))
            at = end
        del self._buffer[:at]

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        self._broke("the eSpeak NG process ended")

    def process_exited(self) -> None:
        self._broke("the eSpeak NG process ended")
        if not self.ended.done():
            self.ended.set_result(None)

    def ask(self, payload: bytes) -> tuple[int, asyncio.Queue[Reply]]:
        self._last_id += 1
        replies: asyncio.Queue[Reply] = asyncio.Queue()
        if self.alive:
            self._replies[self._last_id] = replies
            self._send(wire.SPEAK, self._last_id, payload)
        else:
            replies.put_nowait(Broken("the eSpeak NG process ended", lost=True))
        return self._last_id, replies

    def forget(self, id: int) -> None:
        """Stop a request that is still open; nothing to do for one that is done."""
        if self._replies.pop(id, None) is not None and self.alive:
            self._send(wire.STOP, id, b"")

    def kill(self) -> None:
        """End the process at once; what waits for it is told."""
        self._broke("the eSpeak NG process did not answer")

    def _send(self, kind: int, id: int, payload: bytes) -> None:
        assert self._process is not None
        pipe = cast(asyncio.WriteTransport, self._process.get_pipe_transport(0))
        pipe.write(wire.HEADER.pack(len(payload), kind, id) + payload)

    def _received(self, kind: int, id: int, payload: bytes) -> None:
        if kind == wire.HELLO:
            rate = wire.RATE.unpack_from(payload)[0]
            if rate == SAMPLE_RATE and not self.ready.done():
                self.ready.set_result(None)
            elif rate != SAMPLE_RATE:
                self._broke(f"eSpeak NG speaks at {rate} samples a second, not {SAMPLE_RATE}")
        elif kind == wire.FAILED and id == 0:
            self._broke(payload.decode())
        elif (replies := self._replies.get(id)) is not None:
            if kind == wire.FAILED:
                replies.put_nowait(Broken(payload.decode(), lost=False))
            else:
                replies.put_nowait(_sound(payload, last=kind == wire.DONE))
            if kind != wire.SOUND:
                del self._replies[id]

    def _broke(self, reason: str) -> None:
        """The process is of no use any more: make sure that it ends, and tell those who wait."""
        self.alive = False
        if self._process is not None:
            self._process.close()
        if not self.ready.done():
            self.ready.set_exception(EngineFailed(f"{reason}; reinstall it with: pip install espeakng-loader"))
            self.ready.exception()  # looked at: nobody may be waiting
        for replies in self._replies.values():
            replies.put_nowait(Broken(reason, lost=True))
        self._replies.clear()


def _sound(payload: bytes, last: bool) -> Sound:
    count = wire.COUNT.unpack_from(payload)[0]
    at = wire.COUNT.size + count * wire.WORD.size
    words = tuple(wire.WORD.iter_unpack(payload[wire.COUNT.size : at]))
    return Sound(np.frombuffer(payload, dtype="<i2", offset=at), words, last)


class EspeakSynthesizer:
    """Synthesizer. Sound comes at 22,050 Hz in chunks of 60 ms, later 240 ms.

    A text that ends with white space is taken to go on: its last sentence or comma keeps its pause. Without it
    the sound ends where the last word does. Raises EngineMissing when the package is not installed, EngineFailed
    when the child breaks twice over the same piece.
    """

    name = "espeak"
    sample_rate = SAMPLE_RATE

    def __init__(self, settings: EspeakSettings = EspeakSettings()) -> None:
        spec = importlib.util.find_spec("espeakng_loader")
        if spec is None or not spec.submodule_search_locations:
            raise EngineMissing("eSpeak NG is not installed. Install it with: pip install espeakng-loader")
        self._settings = settings
        self._languages = Path(spec.submodule_search_locations[0]) / "espeak-ng-data" / "lang"
        self._voices: tuple[str, ...] = ()
        self._link: Link | None = None
        self._starting = asyncio.Lock()

    def voices(self) -> Sequence[str]:
        """Names for ``Voice.name``. Each may carry a variant: "+m1".."+m8", "+f1".."+f5", "+whisper"."""
        if not self._voices:
            files = (path for path in self._languages.rglob("*") if path.is_file())
            names = (re.search(r"^language\s+(\S+)", path.read_text("utf-8"), re.M) for path in files)
            self._voices = tuple(sorted({name[1] for name in names if name}))
        return self._voices

    async def start(self) -> None:
        """Start the child now rather than at the first words (about 0.1 s)."""
        await self._ready_link()

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[SpeechChunk, None]:
        """Sound of ``text`` with the ends of its words. An unknown voice falls back to its language, then to ours."""
        speed = words_a_minute(voice.rate)
        voices = tuple(dict.fromkeys(filter(None, (_one_line(voice.name), *self._of_language(voice.language)))))
        clean = _UNSPEAKABLE.sub(" ", text)
        before = 0
        for start, end in pieces(clean):
            said = spoken(clean[start:end]) if voice.language == "id" else clean[start:end]
            part, pause = _ending(said)
            payload = wire.pack_ask(speed, pause, voices, part)
            marks = Marks(clean[start:end], said)
            async with aclosing(self._make(payload)) as sounds:
                async for sound in sounds:
                    words = tuple(
                        replace(mark, end_char=mark.end_char + start, end_sample=mark.end_sample + before)
                        for mark in marks.take(sound)
                    )
                    if len(sound.pcm) or words:
                        yield SpeechChunk(sound.pcm, words)
            before += marks.samples

    async def close(self) -> None:
        """End the child and wait until it is gone."""
        link, self._link = self._link, None
        if link is not None:
            link.kill()
            await link.ended

    async def _make(self, payload: bytes) -> AsyncGenerator[Sound, None]:
        """One piece. Asks a second child when the first is lost before any sound came."""
        begun = False
        for attempt in (1, 2):
            link = await self._ready_link()
            id, replies = link.ask(payload)
            try:
                while True:
                    match await self._next(link, replies):
                        case Sound() as sound:
                            begun = True
                            yield sound
                            if sound.last:
                                return
                        case Broken(reason, lost):
                            if begun or attempt == 2 or not lost:
                                raise EngineFailed(f"Speech could not be made: {reason}.")
                            break
            finally:
                link.forget(id)

    async def _next(self, link: Link, replies: asyncio.Queue[Reply]) -> Reply:
        if not replies.empty():
            return replies.get_nowait()
        try:
            async with asyncio.timeout(SILENT_S):
                return await replies.get()
        except TimeoutError:
            link.kill()
            return Broken("the eSpeak NG process did not answer", lost=True)

    async def _ready_link(self) -> Link:
        async with self._starting:
            if self._link is None or not self._link.alive:
                # -m finds ``agent`` in the working folder even where Netra runs from its sources, not installed.
                # A session of its own: Ctrl-C in the terminal reaches the parent only.
                _, self._link = await asyncio.get_running_loop().subprocess_exec(
                    Link, sys.executable, "-m", "agent.engines.espeak_child",
                    stderr=None, cwd=Path(__file__).parents[2], start_new_session=True,
                )  # fmt: skip
            link = self._link
        try:
            async with asyncio.timeout(SILENT_S):
                await asyncio.shield(link.ready)
        except TimeoutError:
            link.kill()
            raise EngineFailed("The eSpeak NG process did not start. Reinstall espeakng-loader.") from None
        return link

    def _of_language(self, language: str) -> tuple[str, ...]:
        if not language or self._settings.voice.split("-")[0] == language:
            return (self._settings.voice, "en-us")
        return (_one_line(language), self._settings.voice, "en-us")


def _one_line(name: str) -> str:
    return re.sub(r"[\x00-\x1f\ud800-\udfff]", "", name)


def _ending(part: str) -> tuple[str, bool]:
    """What to synthesise for a piece and whether its last pause is made.

    A piece that goes on in the middle of a sentence gets a comma, so that the voice does not fall.
    """
    spoken = part.rstrip()
    if len(spoken) == len(part):
        return part, False
    if spoken.endswith((".", "!", "?", ",", ";", ":", "…")) or spoken == "":
        return part, True
    return (part if spoken[-1] in "\"')]" else spoken + ","), False
