"""Is it the agent's own voice that the microphone hears? One line's answer, frame by frame.

Knows what was played and when (``ports.Monitor``), and what the microphone brought, on one axis; finds the way between
them and gives the sound without the echo. Does not know voice detectors, words or turns. A line on which nothing comes
back passes as it is, and costs next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from agent.audio import FRAME_SAMPLES, HEARING_RATE, SPEAKING_RATE, Pcm
from agent.echo.delay import match
from agent.echo.history import Floats, History
from agent.echo.model import PAST, WINDOW, EchoModel
from agent.ports import Monitor
from agent.resample import Resampler

FRAMES = HEARING_RATE // FRAME_SAMPLES
"""A second."""
LONGEST_DELAY = HEARING_RATE
"""From leaving us to coming back, all buffers included."""
TAIL = HEARING_RATE * 7 // 10
"""So long a room goes on sounding."""
LOOKED_AT = 8192
"""Sound that is searched for echo: 512 ms; at the very first, half of it."""
FIRST_LOOKED_AT = 4096
SURE, FIRST_SURE = 16.0, 14.0
"""Strength of a match that is an echo; at the very first."""
STILL = 10.0
"""Strength that is enough at a delay that is known."""
STRANGE, MOSTLY = 8.0, 0.7
"""Sound that is loud for most of the time looked at, and no more like what was played than this, is somebody else."""
SAME = 160
"""A delay within 10 ms is the same, drifting."""
LATER = 24
"""The echo's power comes a little after its first sound."""
FOLLOW_EVERY, SEARCH_EVERY, FIRST_EVERY = FRAMES // 2, FRAMES // 4, FRAMES // 10
"""Frames between two searches: of an echo that is known, on a line without, and at the first words of all."""
SUSPECTED = FRAMES * 9 // 10
"""Frames of the first voice on a line during which what comes back is not believed before it is known: 0.9 s."""
LOST_AFTER = 5 * FRAMES
"""Frames of voice without a sign of its echo, after which there is none any more."""
DEAF_FOR = HEARING_RATE * 7 // 10
"""Half duplex: so long after its voice left, what it said may still sound in the room: buffers, wireless, the room."""
QUIET = 6e-4
"""Below this amplitude (-64 dBFS) nothing is searched for."""


class State(Enum):
    """UNKNOWN until the agent spoke; then what it says comes back (FOUND), or doesn't (ABSENT)."""

    UNKNOWN = "unknown"
    ABSENT = "absent"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class Heard:
    """20 ms without the agent's voice: ``sound`` for the recogniser, ``judged`` for the voice detector. ``own``: it
    held the agent's voice and nobody else's.
    """

    sound: Pcm
    judged: Pcm
    own: bool = False


class OwnVoice:
    """One line. ``monitor`` None: it is not known what is played, and everything passes. ``half_duplex``: nothing is
    heard while the agent speaks; ``cancels`` off: everything is, as it comes.
    """

    def __init__(self, monitor: Monitor | None, *, cancels: bool = True, half_duplex: bool = False) -> None:
        self.half_duplex = half_duplex
        self._cancels = cancels
        self._monitor = monitor
        self._resampler = Resampler(SPEAKING_RATE, HEARING_RATE, live=True)
        self._played = History(LONGEST_DELAY + LOOKED_AT + HEARING_RATE // 2)
        self._mic = History(LOOKED_AT + WINDOW)
        self._offset: int | None = None
        self._voice_until = -HEARING_RATE * 60
        self._state = State.UNKNOWN
        self._delay = 0
        self._model = EchoModel()
        self._voiced = self._unseen = self._since_search = 0
        self._stranger = False

    @property
    def state(self) -> State:
        return self._state

    @property
    def delay_ms(self) -> int:
        """From leaving us to coming back; 0 while no echo is known."""
        return self._delay * 1000 // HEARING_RATE if self._state is State.FOUND else 0

    def hear(self, pcm: Pcm, at: int) -> Heard:
        """The next frame; ``at``: position of its first sample on the line's axis."""
        end = at + len(pcm)
        self._follow_played(end)
        if self.half_duplex and end <= self._voice_until + DEAF_FOR:
            return Heard(np.zeros_like(pcm), np.zeros_like(pcm), own=True)
        if self.half_duplex or not self._cancels:
            return Heard(pcm, pcm)
        reach = self._delay if self._state is State.FOUND else LONGEST_DELAY
        if end > self._voice_until + reach + TAIL:
            return Heard(pcm, pcm)
        sound = pcm / 32768
        self._mic.put(at, sound)
        voiced = self._voice_until >= end - LONGEST_DELAY
        self._voiced += voiced
        self._since_search += 1
        if voiced and float(np.mean(np.square(sound))) > QUIET**2:
            self._search(end)
        if self._state is State.FOUND:
            return self._without_echo(pcm, end)
        if self._state is State.UNKNOWN:
            if self._voiced <= SUSPECTED and not self._stranger:
                return Heard(pcm, np.zeros_like(pcm), own=True)
            self._state = State.ABSENT
        return Heard(pcm, pcm)

    # --- what was played --------------------------------------------------------------------------------------------

    def _follow_played(self, now: int) -> None:
        """Take what has left. Its positions are counted on the microphone's axis: at the first sight of both they are
        at the same place.
        """
        if self._monitor is None:
            return
        for at, pcm in self._monitor.taken():
            begin = at * HEARING_RATE // SPEAKING_RATE
            if self._offset is None:
                self._offset = now - begin - len(pcm) * HEARING_RATE // SPEAKING_RATE
            begin += self._offset
            sound = self._resampler.push(pcm)
            self._played.put(begin, sound / 32768)
            if pcm.any():
                self._voice_until = begin + len(sound)

    # --- the way between both ---------------------------------------------------------------------------------------

    def _search(self, end: int) -> None:
        """Look where the microphone's last sound comes from, when it is time."""
        every = {State.UNKNOWN: FIRST_EVERY, State.ABSENT: SEARCH_EVERY, State.FOUND: FOLLOW_EVERY}[self._state]
        if self._since_search < every:
            return
        self._since_search = 0
        length = FIRST_LOOKED_AT if self._state is State.UNKNOWN else LOOKED_AT
        heard = self._mic.get(end - length, end)
        found = match(heard, self._played.get(end - length - LONGEST_DELAY, end))
        self._stranger = found.strength < STRANGE and float(np.mean(np.abs(heard) > QUIET)) > MOSTLY
        if self._state is State.FOUND:
            self._follow(found.delay, found.strength, end)
        elif found.strength > (FIRST_SURE if self._state is State.UNKNOWN else SURE):
            self._found(found.delay, end)

    def _follow(self, delay: int, strength: float, end: int) -> None:
        if strength > STILL and abs(delay - self._delay) <= SAME:
            self._delay += (delay - self._delay) // 2
            self._unseen = 0
        elif strength > SURE:
            self._found(delay, end)
        elif self._unseen > LOST_AFTER:
            self._state = State.ABSENT

    def _found(self, delay: int, end: int) -> None:
        self._state, self._delay, self._unseen = State.FOUND, delay, 0
        self._model = EchoModel()
        ends = range(end - LOOKED_AT + WINDOW, end + 1, FRAME_SAMPLES)
        self._model.learn([self._echo_at(at) for at in ends], [self._mic.get(at - WINDOW, at) for at in ends])

    def _echo_at(self, end: int) -> Floats:
        """What was played and comes back until ``end``."""
        end = end - self._delay - LATER
        return self._played.get(end - WINDOW, end)

    def _without_echo(self, pcm: Pcm, end: int) -> Heard:
        step = self._model.step(self._echo_at(end), self._mic.get(end - WINDOW, end), self._mic.get(end - PAST, end))
        if not step.echo and step.sound is step.judged:
            return Heard(pcm, pcm)
        self._unseen += step.echo and not step.near
        return Heard(_pcm(step.sound), _pcm(step.judged), own=step.echo and not step.near)


def _pcm(sound: Floats) -> Pcm:
    return np.clip(np.rint(sound * 32768), -32768, 32767).astype(np.int16)
