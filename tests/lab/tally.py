"""What happened in conversations, in numbers that can be added up. Knows records; judges nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from agent.audio import SPEAKING_RATE
from agent.core import commands as c
from agent.core import events as e
from tests.lab import script as s
from tests.lab.record import Record, read
from tests.lab.stage import Run

BIN_MS = 10


@dataclass(slots=True)
class Spread:
    """Times in milliseconds, in bins of BIN_MS, so that millions of them can be added."""

    bins: Counter[int] = field(default_factory=Counter)

    def add(self, us: int) -> None:
        self.bins[max(0, us) // (BIN_MS * 1000)] += 1

    def at(self, share: float) -> int:
        """The time that this share of them does not exceed."""
        wanted, seen = share * self.bins.total(), 0
        for bin_, count in sorted(self.bins.items()):
            seen += count
            if seen >= wanted:
                return (bin_ + 1) * BIN_MS
        return 0

    def __str__(self) -> str:
        if not self.bins:
            return "none"
        return f"p50 {self.at(0.5)}, p95 {self.at(0.95)}, most {self.at(1.0)} ms"


@dataclass(slots=True)
class Tally:
    """``hours``: simulated hours by mood; ``spoken_s``: seconds in which the user, a noise or the agent sounded.

    ``ducked``: from the first sound over a reply to its lowering; ``stopped``: from the first sound of words that ended
    it to that; ``resumed``: from the end of a sound that did not, to full volume.
    """

    counts: Counter[str] = field(default_factory=Counter)
    hours: Counter[str] = field(default_factory=Counter)
    spoken_s: Counter[str] = field(default_factory=Counter)
    ducked: Spread = field(default_factory=Spread)
    stopped: Spread = field(default_factory=Spread)
    resumed: Spread = field(default_factory=Spread)

    def add(self, other: Tally) -> None:
        self.counts += other.counts
        self.hours += other.hours
        self.spoken_s += other.spoken_s
        self.ducked.bins += other.ducked.bins
        self.stopped.bins += other.stopped.bins
        self.resumed.bins += other.resumed.bins


def tally(run: Run, mood: str) -> Tally:
    record, counts = read(run.flight.lines), Counter[str]()
    counts["conversations"] = counts[f"conversations: {mood}"] = 1
    counts["facts"] = sum(record.counts[one.__name__] for one in e.Event.__args__)
    counts["ticks"] = record.counts["NoneType"]
    counts["commands"] = sum(record.counts[one.__name__] for one in c.Command.__args__)
    counts["ignored"] = record.counts["Ignore"]
    counts["turns"] = sum(bool(turn.text) for _, turn in record.said)
    counts["typed turns"] = sum(turn.typed for _, turn in record.said)
    counts["turns without words"] = sum(not turn.text for _, turn in record.said)
    real = record.real
    counts["replies"] = len(real)
    counts["said by itself"] = sum(reply.aloud for reply in real)
    counts["guesses"] = run.counts.guesses
    counts["guesses used"] = run.counts.guesses_used
    counts["ducks"], counts["holds"] = len(record.ducks), record.counts["Hold"]
    counts["resumes"] = sum(duck.back for duck in record.ducks)
    for reply in record.replies.values():
        if reply.cancel is not None and (reply.real_us is not None or reply.cancel.reason != "went_on"):
            counts[f"cancelled: {reply.cancel.reason}"] += 1
    spoken = Counter[str]()
    for done in run.done:
        if isinstance(done.what, s.Say | s.Noise):
            spoken["user" if isinstance(done.what, s.Say) else "noise"] += (done.ended_us - done.began_us) / 1e6  # type: ignore[assignment]
    for _, person in run.people:
        spoken["agent"] += sum(person.speaker.left.values()) / SPEAKING_RATE  # type: ignore[assignment]
    result = Tally(counts, Counter({mood: (run.ended_us - run.began_us) / 3.6e9}), spoken)  # type: ignore[dict-item]
    _time(run, record, result)
    return result


def _time(run: Run, record: Record, result: Tally) -> None:
    """How quickly it was lowered, cut and brought back, where no stall or slow recogniser of the script delayed it."""
    if any(isinstance(one.what, s.StallMicrophone) for one in run.done) or run.script.engines.final_ms > 250:
        return
    sounds = sorted((one.began_us, one.ended_us) for one in run.done if isinstance(one.what, s.Say | s.Noise))
    at = 0
    for duck in record.ducks:
        sounded_us = record.replies[duck.turn].sounded_us
        while at < len(sounds) and sounds[at][1] < duck.began_us:
            at += 1
        if at == len(sounds) or sounded_us is None or duck.ended_us is None:
            continue
        began_us = sounds[at][0]
        if sounded_us <= began_us <= duck.began_us:  # it began while nothing else sounded, and this is its first duck
            result.ducked.add(duck.began_us - began_us)
            if not duck.back and duck.held_us is not None:
                result.stopped.add(duck.held_us - began_us)
        if duck.back and duck.held_us is not None and record.replies[duck.turn].over_us != duck.ended_us:
            ends = [end for begin, end in sounds[at : at + 8] if begin < duck.ended_us]
            if ends:  # none: what lowered it had been cut off in the script
                result.resumed.add(duck.ended_us - max(ends))
        at += began_us < duck.began_us
