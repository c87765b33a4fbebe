"""A conversation as lanes over time, from the facts and commands of a recording. Pure; milliseconds from its first.

Knows what the core's events and commands tell of who spoke when. Does not know files, nor how lanes are drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, TypeAlias

from agent.core import commands as c
from agent.core import events as e

Step: TypeAlias = tuple[int, e.Event | c.Command | None]
"""(microseconds, fact, command or None for a deadline that passed), in the order in which they were recorded."""

LaneName: TypeAlias = Literal["speech", "words", "state", "guesses", "agent", "heard"]
LANES: tuple[LaneName, ...] = ("speech", "words", "state", "guesses", "agent", "heard")

SPEAKING_PER_MS = 24
"""Samples of a reply in one millisecond."""
GAP_MS = 180
"""Reports of played sound come about every 100 ms: with more between two there was silence."""


@dataclass(frozen=True, slots=True)
class Span:
    """``kind`` by lane: speech "speech", "likely" (it was none) · words "said", "nothing", "typed" · state its name ·
    guesses "used", "thrown" · agent "full", "ducked", "held" (silent, to go on) · heard "completed", "cancelled",
    "failed". ``text``: the words.
    """

    start_ms: int
    end_ms: int
    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at an instant: ``kind`` "duck", "hold", "back", "cancel", "stop", "typed", "muted", "unmuted",
    "line lost", "line", "announced", "failed", "picture", "commit", "clear"; ``text`` says more.
    """

    at_ms: int
    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """``words``: each word of the agent that was remembered as heard, when it had been said."""

    duration_ms: int
    lanes: dict[LaneName, tuple[Span, ...]]
    marks: tuple[Mark, ...]
    words: tuple[Mark, ...]


def timeline(steps: Iterable[Step]) -> Timeline:
    """All of a recording; of one that breaks off, as far as it goes."""
    drawing = _Drawing()
    before: Step | None = None
    for now, what in steps:
        if isinstance(what, c.Ignore) and before is not None:
            before = None  # the fact before had no meaning
            continue
        if before is not None:
            drawing.take(*before)
        before = (now, what)
    if before is not None:
        drawing.take(*before)
    return drawing.finish()


@dataclass(slots=True)
class _Reply:
    """``sound``: intervals in which it sounded. ``words``: (text, end sample). ``played``: samples reported so far."""

    turn: int
    question: str
    guess_ms: int | None
    real: bool
    voiced: int = 0
    played: int = 0
    words: list[tuple[str, int]] = field(default_factory=list)
    sound: list[tuple[int, int, int]] = field(default_factory=list)
    """(start, end, samples played at the end)."""


class _Drawing:
    """What is going on, and what is known of it so far."""

    def __init__(self) -> None:
        self._start_us: int | None = None
        self._ms = 0
        self._lanes: dict[LaneName, list[Span]] = {name: [] for name in LANES}
        self._marks: list[Mark] = []
        self._words: list[Mark] = []
        self._speech_ms: int | None = None
        self._spoke_ms = 0
        self._likely_ms: int | None = None
        self._user: tuple[int, int] | None = None
        self._user_speaks = False
        self._awaited = 0
        self._fact_before: e.Event | None = None
        self._reply: _Reply | None = None
        self._levels: list[tuple[int, str]] = []
        self._over = False
        self._closed = False
        self._state, self._state_ms = "idle", 0

    def take(self, now_us: int, what: e.Event | c.Command | None) -> None:
        """One line."""
        if self._start_us is None:
            self._start_us = now_us
        self._ms = max(self._ms, (now_us - self._start_us) // 1000)
        if isinstance(what, _COMMANDS):
            self._command(what)
        elif what is not None:
            self._fact(what)  # type: ignore[arg-type]  # no command: the line above looked
            self._fact_before = what  # type: ignore[assignment]
        else:
            self._fact_before = None
        self._note_state()

    def finish(self) -> Timeline:
        """Everything, ended where the recording ends."""
        if self._speech_ms is not None:
            self._add("speech", self._speech_ms, "speech")
        if self._user is not None:
            self._add("words", self._user[1], "nothing")
        if self._reply is not None and self._reply.real:
            self._add_sound(self._reply)
        elif self._reply is not None and self._reply.guess_ms is not None:
            self._add("guesses", self._reply.guess_ms, "thrown", self._reply.question)
        self._add("state", self._state_ms, self._state)
        lanes = {name: tuple(sorted(spans, key=_by_start)) for name, spans in self._lanes.items()}
        return Timeline(self._ms, lanes, tuple(self._marks), tuple(self._words))

    # --- facts ------------------------------------------------------------------------------------------------

    def _fact(self, fact: e.Event) -> None:
        match fact:
            case e.SpeechLikely():
                self._likely_ms = self._ms
            case e.SpeechUnlikely():
                self._end_likely()
            case e.SpeechStarted():
                self._speech_ms = self._spoke_ms = self._ms if self._likely_ms is None else self._likely_ms
                self._likely_ms = None
                self._user_speaks = True
            case e.SpeechLasted():
                if self._user is not None and not self._user_speaks:
                    self._awaited = max(0, self._awaited - 1)  # what was taken for its end was none
                self._user_speaks = True
            case e.FinalHeard():
                self._awaited = max(0, self._awaited - 1)
            case e.SpeechStopped(at=at, end=end):
                if self._speech_ms is not None:
                    self._add("speech", self._speech_ms, "speech", end_ms=self._ms - max(0, at - end) // 16)
                self._speech_ms = None
            case e.Voiced(turn=turn, words=words, samples=samples):
                if self._reply is not None and self._reply.turn == turn:
                    self._reply.words += words
                    self._reply.voiced = max(self._reply.voiced, samples)
            case e.SoundPlayed(turn=turn, samples=samples):
                if self._reply is not None and self._reply.turn == turn:
                    self._play(self._reply, samples)
            case e.Muted(on=on):
                self._end_speech()
                self._mark("muted" if on else "unmuted")
            case e.LineLost():
                self._end_speech()
                self._mark("line lost")
            case e.LineAttached():
                self._mark("line")
            case e.TextTyped(text=text):
                self._mark("typed", text)
            case e.Announced(text=text):
                self._mark("announced", text)
            case e.StopPressed():
                self._mark("stop")
            case e.ReplyFailed(code=code):
                self._mark("failed", code)
            case e.PictureSeen(picture=picture, note=note):
                self._mark("picture", note or picture)
            case e.Committed():
                self._mark("commit")
            case e.Cleared():
                self._mark("clear")
            case e.Closed():
                self._closed = True
            case _:
                pass

    def _end_likely(self) -> None:
        if self._likely_ms is not None:
            self._add("speech", self._likely_ms, "likely")
        self._likely_ms = None

    def _end_speech(self) -> None:
        self._end_likely()
        if self._speech_ms is not None:
            self._add("speech", self._speech_ms, "speech")
        self._speech_ms = None

    def _play(self, reply: _Reply, samples: int) -> None:
        """So much of it has left by now: it sounded until now, for as long as that takes."""
        new = min(samples, reply.voiced) - reply.played
        if new <= 0:
            return
        reply.played += new
        start = self._ms - new // SPEAKING_PER_MS
        if reply.sound and start - reply.sound[-1][1] <= GAP_MS:
            start = reply.sound.pop()[0]
        reply.sound.append((max(0, start), self._ms, reply.played))

    # --- commands ---------------------------------------------------------------------------------------------

    def _command(self, command: c.Command) -> None:
        match command:
            case c.ShowSpeech(turn=turn, started=started):
                if started:
                    self._user = (turn, self._spoke_ms)
                elif not isinstance(self._fact_before, e.FinalHeard):
                    self._awaited += 1
                self._user_speaks = started
            case c.ShowSaid(turn=turn, text=text, typed=typed):
                self._end_turn(turn, text, typed=typed)
            case c.StartReply(turn=turn, text=text, guess=guess):
                self._reply = _Reply(turn, text, self._ms if guess else None, not guess)
            case c.SayAloud(turn=turn):
                self._reply = _Reply(turn, "", None, real=True)
            case c.ReleaseReply():
                if self._reply is not None:
                    self._end_guess(self._reply, "used")
            case c.CancelReply(reason=reason):
                if self._reply is not None and self._reply.real:
                    self._mark("cancel", reason.replace("_", " "))
                self._over = False
                if self._reply is not None and not self._reply.real:
                    self._end_guess(self._reply, "thrown")
                    self._reply = None
            case c.EndReply():
                self._end_reply(command)
            case c.Duck():
                self._over = True
                self._mark("duck")
                self._levels.append((self._ms, "ducked"))
            case c.Hold():
                self._mark("hold")
                self._levels.append((self._ms, "held"))
            case c.Unhold():
                self._levels.append((self._ms, "ducked"))
            case c.Unduck():
                self._over = False
                self._mark("back")
                self._levels.append((self._ms, "full"))
            case _:
                pass

    def _end_turn(self, turn: int, text: str, *, typed: bool) -> None:
        began = self._user[1] if self._user is not None and self._user[0] == turn else self._ms
        kind = "typed" if typed else "said" if text else "nothing"
        self._add("words", began, kind, text)
        self._user, self._awaited = None, 0

    def _end_guess(self, reply: _Reply, kind: str) -> None:
        if reply.guess_ms is not None:
            self._add("guesses", reply.guess_ms, kind, reply.question)
        reply.guess_ms, reply.real = None, kind == "used"

    def _end_reply(self, end: c.EndReply) -> None:
        reply, self._reply, self._over = self._reply, None, False
        if reply is None:
            return
        self._play(reply, end.samples)
        self._add_sound(reply)
        began = reply.sound[0][0] if reply.sound else self._ms
        if end.heard or reply.sound or end.status == "failed":
            self._add("heard", began, end.status, end.heard)
        self._add_words(reply, end.heard)

    def _add_sound(self, reply: _Reply) -> None:
        """Its sound, cut where its level changed; what is held is silence that belongs to it."""
        changes = [(0, "full"), *self._levels, (self._ms, "full")]
        for (start, level), (end, _) in pairwise(changes):
            if level == "held":
                self._lanes["agent"].append(Span(start, end, "held"))
                continue
            for began, ended, _ in reply.sound:
                if min(end, ended) > max(start, began):
                    self._lanes["agent"].append(Span(max(start, began), min(end, ended), level))
        self._levels.clear()

    def _add_words(self, reply: _Reply, heard: str) -> None:
        left = heard
        for text, sample in reply.words:
            word = text.strip()
            if not word or not left.startswith(word):
                if word:
                    return
                continue
            left = left[len(word) :].lstrip()
            for _, ended, played in reply.sound:
                if played >= sample:
                    at = ended - (played - sample) // SPEAKING_PER_MS
                    self._words.append(Mark(max(0, at), "heard", word))
                    break

    # --- what both add ------------------------------------------------------------------------------------------

    def _note_state(self) -> None:
        state = self._now()
        if state != self._state:
            self._add("state", self._state_ms, self._state)
            self._state, self._state_ms = state, self._ms

    def _now(self) -> str:
        if self._closed:
            return "closed"
        if self._reply is not None and self._reply.real:
            return "overlap" if self._over else "speaking" if self._reply.voiced else "thinking"
        if self._user is None:
            return "idle"
        if self._user_speaks:
            return "listening"
        return "pausing" if self._reply is None or self._awaited else "guessing"

    def _add(self, lane: LaneName, start_ms: int, kind: str, text: str = "", *, end_ms: int | None = None) -> None:
        end_ms = self._ms if end_ms is None else end_ms
        if lane != "state" or end_ms > start_ms:
            self._lanes[lane].append(Span(start_ms, max(start_ms, end_ms), kind, text))

    def _mark(self, kind: str, text: str = "") -> None:
        self._marks.append(Mark(self._ms, kind, text))


def _by_start(span: Span) -> tuple[int, int]:
    return span.start_ms, span.end_ms


_COMMANDS = c.Command.__args__
