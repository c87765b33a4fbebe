"""A flight's lines, put together into turns, replies and ducks. Knows what belongs together; judges nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from agent.core import commands as c
from agent.core import events as e

Line = tuple[int, e.Event | c.Command | None]
HEARING = (
    e.SpeechLikely, e.SpeechUnlikely, e.SpeechStarted, e.SpeechLasted, e.SpeechStopped, e.PartialHeard, e.FinalHeard,
)  # fmt: skip


@dataclass(slots=True)
class TurnRecord:
    """The user's turn. Microseconds; ``touched_us``: the last fact from the microphone before it was over."""

    turn: int
    began_us: int
    touched_us: int
    said_us: int | None = None
    text: str = ""
    typed: bool = False


@dataclass(slots=True)
class ReplyRecord:
    """A reply. ``real_us``: since when it was no guess. ``alive_us``: its last sound or word. ``at``, ``over_at``: the
    lines at which it began and was over. ``first``: the questions that it answers before ``text``.
    """

    turn: int
    text: str
    at: int
    started_us: int
    aloud: bool = False
    guess: bool = False
    typed: bool = False
    real_us: int | None = None
    voiced_us: int | None = None
    sounded_us: int | None = None
    alive_us: int = 0
    cancel: c.CancelReply | None = None
    end: c.EndReply | None = None
    over_us: int | None = None
    over_at: int = 0
    first: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """All that it answers, in order."""
        return (*self.first, self.text)


@dataclass(slots=True)
class DuckRecord:
    """``heard_us``: the last fact from the microphone before it ended. ``back``: it ended in full volume."""

    turn: int
    began_us: int
    held_us: int | None = None
    heard_us: int = 0
    ended_us: int | None = None
    back: bool = False


@dataclass(slots=True)
class Record:
    """``said``: indexes of the turns in the order in which they ended. ``facts``: (line, now, fact)."""

    turns: dict[int, TurnRecord] = field(default_factory=dict)
    replies: dict[int, ReplyRecord] = field(default_factory=dict)
    ducks: list[DuckRecord] = field(default_factory=list)
    said: list[tuple[int, TurnRecord]] = field(default_factory=list)
    breaks: list[tuple[int, int, e.Event]] = field(default_factory=list)
    """What takes words or replies away: typed text, stop, mute, a lost line, the end."""
    announced: list[tuple[int, str]] = field(default_factory=list)
    modes: list[tuple[int, e.TurnsChanged]] = field(default_factory=list)
    cuts: list[tuple[int, int, int]] = field(default_factory=list)
    commits: list[int] = field(default_factory=list)
    """When turns were said to be over by hand, on the clock."""
    """(line, reply, samples): the client said that no more of it were heard."""
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def real(self) -> list[ReplyRecord]:
        return [reply for reply in self.replies.values() if reply.real_us is not None]


def read(lines: Iterable[Line]) -> Record:
    record = Record()
    user: TurnRecord | None = None
    duck: DuckRecord | None = None
    for at, (now, what) in enumerate(lines):
        record.counts[type(what).__name__] += 1
        if isinstance(what, HEARING):
            if user is not None:
                user.touched_us = now
            if duck is not None:
                duck.heard_us = now
            continue
        match what:
            case e.Voiced(turn=turn, samples=samples) if turn in record.replies:
                reply = record.replies[turn]
                reply.alive_us = now
                if samples and reply.voiced_us is None:
                    reply.voiced_us = now
            case e.SoundPlayed(turn=turn, samples=samples) if turn in record.replies:
                reply = record.replies[turn]
                reply.alive_us = now
                if samples and reply.sounded_us is None:
                    reply.sounded_us = now
            case e.TextTyped() | e.StopPressed() | e.Muted() | e.LineLost() | e.Cleared() | e.Closed():
                record.breaks.append((at, now, what))
            case e.Announced(text=text):
                record.announced.append((now, text))
            case e.TurnsChanged():
                record.modes.append((now, what))
            case e.Committed():
                record.commits.append(now)
                if user is not None:
                    user.touched_us = now
            case e.Truncated(turn=turn, samples=samples):
                record.cuts.append((at, turn, samples))
            case c.StartReply(turn=turn, text=text, typed=typed, guess=guess, first=before):
                first = tuple(one.text for one in before)
                reply = ReplyRecord(turn, text, at, now, typed=typed, guess=guess, alive_us=now, first=first)
                record.replies[turn] = reply
                if not guess:
                    reply.real_us = now
            case c.SayAloud(turn=turn, text=text):
                record.replies[turn] = ReplyRecord(turn, text, at, now, aloud=True, real_us=now, alive_us=now)
            case c.ReleaseReply(turn=turn):
                record.replies[turn].real_us = record.replies[turn].alive_us = now
            case c.CancelReply(turn=turn):
                reply = record.replies[turn]
                reply.cancel, reply.over_us, reply.over_at = what, now, at
                if duck is not None:
                    duck.ended_us, duck = now, None
            case c.EndReply(turn=turn):
                reply = record.replies[turn]
                reply.end, reply.over_us, reply.over_at = what, now, at
                if reply.real_us is None:  # a guess that had broken before its turn was over
                    reply.real_us = now
            case c.Duck(turn=turn):
                duck = DuckRecord(turn, now, heard_us=now)
                record.ducks.append(duck)
            case c.Hold() if duck is not None:
                duck.held_us = now
            case c.Unduck() if duck is not None:
                duck.ended_us, duck.back, duck = now, True, None
            case c.ShowSpeech(turn=turn, started=True):
                user = record.turns[turn] = TurnRecord(turn, now, now)
            case c.ShowSaid(turn=turn, text=text, typed=typed):
                over = record.turns.setdefault(turn, TurnRecord(turn, now, now))
                over.said_us, over.text, over.typed = now, text, typed
                record.said.append((at, over))
                user = None if over is user else user
            case _:
                pass
    return record
