"""Microphone → voice detection → gate → recognition → facts. One Hearing carries one line.

Knows frames, windows, the pre-roll and the order of sound. Does not decide anything about turns: it tells what it
hears as core events, through ``tell``. The gate runs inline on every frame; recognition runs in its own task behind a
bounded queue, so that a slow recogniser never delays the ducking.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, assert_never

import numpy as np

from agent import clock
from agent.audio import HEARING_RATE, AudioFrame, Pcm
from agent.core import events as e
from agent.core.gate import Closed, Gate, GateSettings, GateSignal, Likely, Opened, Paused, Unlikely
from agent.echo.own_voice import Heard, OwnVoice
from agent.engines.protocols import LanguageListener, RecognitionStream, Transcript, VoiceDetector
from agent.errors import EngineError
from agent.humming import LONGEST_S, MM_HMM, hummed
from agent.language.saying import ENGLISH
from agent.ports import Microphone

log = logging.getLogger(__name__)
T = TypeVar("T")

LASTED_SAMPLES = HEARING_RATE // 10
"""SpeechLasted is told for every so much speech (100 ms)."""

YOUNG_SAMPLES = HEARING_RATE // 3
"""and with every window of speech younger than this: that is when a reply that is spoken over falls silent."""

BACKLOG_S = 20
"""Sound that may wait for the recogniser; beyond it the oldest is dropped, and counted."""

CLOSE_S = 2.0
"""How long a recogniser may take to close its stream; a line does not wait longer for it."""

CONCEAL_FRAMES = 3
"""A lost frame repeats the one before, fading; longer holes are silence."""


JUDGE_WITHIN_S = 0.2
"""A judgement of the voice that is not there by then is done without."""


@dataclass(frozen=True, slots=True)
class _Sound:
    utterance: int
    pcm: Pcm


@dataclass(frozen=True, slots=True)
class _Finish:
    utterance: int
    tail: Pcm


_Work: TypeAlias = _Sound | _Finish


class Hearing:
    """Hears one line. ``tell`` is called on the event loop with each fact, in order."""

    def __init__(
        self,
        detector: VoiceDetector,
        recognition: RecognitionStream,
        settings: GateSettings,
        tell: Callable[[e.Event], None],
        *,
        judge: Callable[[Pcm], Awaitable[float]] | None = None,
        judged_s: float = 2.0,
        max_utterance_s: float = 30.0,
        keep: Callable[[Pcm], None] = lambda _: None,
        own_voice: OwnVoice | None = None,
    ) -> None:
        """``keep`` is given all sound that is heard (a recorder's, with consent). ``judge`` tells of the last
        ``judged_s`` of an utterance how much it sounds like an end. ``own_voice`` takes the agent's own out of it.
        """
        self._voice = detector.stream()
        self._window = detector.window_samples
        self._recognition = recognition
        self._settings = settings
        self._gate = Gate(settings)
        self._tell = tell
        self._keep = keep
        self._judge = judge
        self._judged = int(judged_s * HEARING_RATE)
        self._tail_samples = max(self._judged, int(LONGEST_S * HEARING_RATE) + 1)
        self._longest = int(max_utterance_s * HEARING_RATE)
        self._pending: Pcm = np.zeros(0, np.int16)
        self._ring: deque[Pcm] = deque()
        self._ring_samples = 0
        self._heard = 0
        self._work: deque[_Work] = deque()
        self._waiting_samples = 0
        self._wake = asyncio.Event()
        self._call: asyncio.Timeout | None = None
        self._utterance = 0
        self._open = False
        self._opened_at = self._started = 0
        self._dropped_until = -1
        self._lasted = 0
        self._loudest = 0.0
        self._conceal = 0
        self._last: Pcm | None = None
        self._muted = False
        self._own_voice, self._expected = own_voice, ENGLISH
        self.dropped_samples = 0

    async def listen(self, microphone: Microphone) -> None:
        """Hear this microphone until it ends."""
        try:
            async with asyncio.TaskGroup() as group:
                recognising = group.create_task(self._recognise())
                async for frame in microphone.frames():
                    if not self._muted:
                        self._take(frame)
                recognising.cancel()
        finally:
            with suppress(TimeoutError, EngineError):
                async with asyncio.timeout(CLOSE_S):
                    await self._recognition.close()

    def mute(self, on: bool) -> None:
        """Hear nothing, or hear again from a clean start."""
        if on and not self._muted:
            self.forget()
        self._muted = on

    def expect(self, language: str) -> None:
        """The conversation is in this language: the recogniser is told, if it can use that. A conversation that never
        left English tells nothing: who speaks another language to it is found out by the sound.
        """
        if language != self._expected and isinstance(self._recognition, LanguageListener):
            self._recognition.expect(language)
        self._expected = language

    def half_duplex(self, on: bool) -> None:
        """Hear nothing while the agent speaks, or hear all the time."""
        if self._own_voice is not None:
            self._own_voice.half_duplex = on

    def forget(self) -> None:
        """Begin anew: nothing was heard so far."""
        self.drop()
        self._gate = Gate(self._settings)
        self._voice.reset()
        self._pending = np.zeros(0, np.int16)
        self._ring.clear()
        self._ring_samples = self._heard = 0
        self._open, self._last = False, None

    def settle(self) -> None:
        """The utterance in progress is over, whatever the voice does; its words are told soon."""
        for signal in self._gate.finish():
            self._on_signal(signal)

    def judge_by(self, settings: GateSettings) -> None:
        """Take sound for speech by these from now on."""
        self._settings = settings
        self._gate.change(settings)

    def drop(self) -> None:
        """Forget the utterance in progress: no more words of it will be told, and a recogniser that is still at it (or
        hangs) is not waited for.
        """
        self._dropped_until = self._utterance
        self._work.clear()
        self._waiting_samples = 0
        self._wake.set()
        if self._call is not None and self._call.when() is None:
            self._call.reschedule(clock.now_us() / 1_000_000)

    # --- sound in -------------------------------------------------------------------------------------------------

    def _take(self, frame: AudioFrame) -> None:
        pcm = self._conceal_loss(frame)
        self._keep(pcm)
        heard = Heard(pcm, pcm) if self._own_voice is None else self._own_voice.hear(pcm, frame.at_sample)
        self._remember(heard.sound)
        if self._open:
            self._send(_Sound(self._utterance, heard.sound))
        self._pending = np.concatenate((self._pending, heard.judged))
        while len(self._pending) >= self._window:
            window, self._pending = self._pending[: self._window], self._pending[self._window :]
            self._gate_window(window)

    def _conceal_loss(self, frame: AudioFrame) -> Pcm:
        if not frame.lost:
            self._conceal, self._last = 0, frame.pcm
            return frame.pcm
        self._conceal += 1
        if self._last is None or self._conceal > CONCEAL_FRAMES:
            return frame.pcm
        return (self._last * (0.7**self._conceal)).astype(np.int16)

    def _remember(self, pcm: Pcm) -> None:
        """Keep the last sound for the pre-roll: a little more than the gate may ask for."""
        settings = self._settings
        keep = settings.preroll_samples + settings.open_samples + 4 * self._window
        keep = max(keep, self._tail_samples + settings.close_samples + 4 * self._window)
        self._ring.append(pcm)
        self._ring_samples += len(pcm)
        self._heard += len(pcm)
        while self._ring_samples - len(self._ring[0]) >= keep:
            self._ring_samples -= len(self._ring.popleft())

    def _gate_window(self, window: Pcm) -> None:
        for signal in self._gate.push(self._voice.probability(window), self._window):
            self._on_signal(signal)
        if self._open:
            self._loudest = max(self._loudest, float(np.mean(np.square(window, dtype=np.float32))))
            spoken = self._gate.speech_samples
            if spoken - self._lasted >= (LASTED_SAMPLES if spoken > YOUNG_SAMPLES else 1):
                self._lasted = spoken
                self._tell(e.SpeechLasted(spoken, round(10 * float(np.log10(self._loudest / 32768**2 + 1e-12)), 1)))
            if self._heard - self._opened_at > self._longest:
                self._cut_long()

    def _on_signal(self, signal: GateSignal) -> None:
        match signal:
            case Likely(at=at):
                self._tell(e.SpeechLikely(at))
            case Unlikely(at=at):
                self._tell(e.SpeechUnlikely(at))
            case Opened(at=at, start=start):
                self._begin(start)
                self._tell(e.SpeechStarted(at, start))
            case Paused(at=at, end=end):
                self._tell(e.SpeechPaused(at, end))
            case Closed(at=at, end=end):
                self._end(end)
                self._tell(e.SpeechStopped(at, end))
            case _:
                assert_never(signal)

    def _begin(self, start: int) -> None:
        self._utterance += 1
        self._started = start
        self._open, self._lasted, self._opened_at, self._loudest = True, 0, self._heard, 0.0
        ring = np.concatenate(list(self._ring))
        back = min(len(ring), max(0, self._heard - start))
        if back:
            self._send(_Sound(self._utterance, ring[len(ring) - back :]))

    def _end(self, end: int) -> None:
        self._open = False
        self._send(_Finish(self._utterance, self._tail(end)))

    def _tail(self, end: int) -> Pcm:
        """The last sound of this utterance, up to ``end``."""
        ring = np.concatenate(list(self._ring))
        first = self._heard - len(ring)
        begin = max(self._started, end - self._tail_samples, first)
        return ring[begin - first : max(begin, end) - first]

    def _hums(self) -> bool:
        """Whether the utterance in progress is a hum so far: its words are none, then."""
        return self._open and hummed(self._tail(self._heard))

    def _cut_long(self) -> None:
        """Speech without a pause for very long: what is known so far is settled, and the next utterance begins."""
        self._tell(e.SpeechStopped(self._heard, self._heard))
        self._end(self._heard)
        self._begin(self._heard)
        self._tell(e.SpeechStarted(self._heard, self._heard))

    def _send(self, work: _Work) -> None:
        self._work.append(work)
        if isinstance(work, _Sound):
            self._waiting_samples += len(work.pcm)
            while self._waiting_samples > BACKLOG_S * HEARING_RATE and isinstance(self._work[0], _Sound):
                oldest = self._work.popleft()
                assert isinstance(oldest, _Sound)
                self._waiting_samples -= len(oldest.pcm)
                self.dropped_samples += len(oldest.pcm)
        self._wake.set()

    # --- words out ------------------------------------------------------------------------------------------------

    async def _recognise(self) -> None:
        """Feed the recogniser in order. Sound that waited is given in one piece. Where it breaks, the words that it
        knew by then are the utterance's.
        """
        inside, known = 0, Transcript("")
        while True:
            if inside and inside <= self._dropped_until:
                await self._ask(self._recognition.drop())
                inside, known = 0, Transcript("")
            if not self._work:
                self._wake.clear()
                await self._wake.wait()
                continue
            work = self._work.popleft()
            if isinstance(work, _Sound):
                pcm = self._gather(work)
                if work.utterance <= self._dropped_until:
                    continue
                inside = work.utterance
                partial = await self._ask(self._recognition.feed(pcm))
                if partial is not None and inside > self._dropped_until:
                    known = partial
                    self._tell(e.PartialHeard(MM_HMM if self._hums() else partial.text))
            elif work.utterance > self._dropped_until:
                found, finality = await self._finish(work.tail)
                found = found or known
                if work.utterance > self._dropped_until:
                    self._tell(e.FinalHeard(found.text, found.coverage, found.alternatives, finality))
                    inside, known = 0, Transcript("")

    async def _ask(self, call: Coroutine[Any, Any, T]) -> T | None:
        """What the recogniser answers; None when it broke, or ``drop`` came first."""
        try:
            async with asyncio.timeout(None) as self._call:
                return await call
        except TimeoutError:
            return None
        except EngineError as error:
            log.warning("the recogniser broke: %s", error)
            return None
        finally:
            self._call = None

    async def _finish(self, tail: Pcm) -> tuple[Transcript | None, float | None]:
        """The last words, if they came, and how the voice ended; one does not wait for the other to begin."""
        async with asyncio.TaskGroup() as group:
            judging = group.create_task(self._finality(tail))
            found = await self._ask(self._recognition.finish())
        if found is not None and found.text and hummed(tail):
            found = Transcript(MM_HMM, final=True)
        return found, judging.result()

    async def _finality(self, tail: Pcm) -> float | None:
        if self._judge is None or not len(tail):
            return None
        try:
            async with asyncio.timeout(JUDGE_WITHIN_S):
                return await self._judge(tail[-self._judged :])
        except (EngineError, TimeoutError):  # the words alone must do
            return None

    def _gather(self, first: _Sound) -> Pcm:
        pieces = [first.pcm]
        while self._work and isinstance(self._work[0], _Sound) and self._work[0].utterance == first.utterance:
            more = self._work.popleft()
            assert isinstance(more, _Sound)
            pieces.append(more.pcm)
        pcm = np.concatenate(pieces) if len(pieces) > 1 else first.pcm
        self._waiting_samples -= len(pcm)
        return pcm
