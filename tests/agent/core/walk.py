"""A bounded walk over everything a conversation can get into: every abstract situation, every event, every deadline.

``python -m tests.agent.core.walk`` prints what of the table is dead or missing.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import TypeVar

from agent.core import commands as c
from agent.core import events as e
from agent.core import user_turn
from agent.core.context import Context
from agent.core.endpoint import EndpointSettings
from agent.core.floor import Floor
from agent.core.patience import Patience
from agent.core.states import TABLE, State, Tick
from agent.core.turn import TurnCore, TurnSettings
from agent.core.words import is_backchannel, is_stop

TEXTS = ("", "read the text", "uh-huh", "stop", "read the")
STEP_US = 50_000
R = TypeVar("R")


def inner(core: TurnCore) -> Floor:
    """The record inside; tests only."""
    return core._floor


def fork(core: TurnCore) -> TurnCore:
    """A core that goes on from here by itself, with an empty memory."""
    floor, twin = _twin(core._floor), copy(core)
    twin._floor = floor
    floor.context, floor.out, floor.announcements = Context(), [], deque(floor.announcements)
    floor.patience, floor.ledgers, floor.unanswered = Patience(), deque(), deque()
    if floor.user is not None:
        floor.user = _twin(floor.user)
        floor.user.settled, floor.user.stopped = floor.user.settled[-2:], floor.user.stopped[:]
        floor.user.typed = floor.user.typed[-1:]
    if floor.overlap is not None:
        floor.overlap = _twin(floor.overlap)
        floor.overlap.stopped, floor.overlap.said = floor.overlap.stopped[:], floor.overlap.said[-1:]
    if floor.reply is not None:
        floor.reply = _twin(floor.reply)
        ledger = floor.reply.ledger = copy(floor.reply.ledger)
        ledger._pieces, ledger._ends = ledger._pieces[:], ledger._ends[:]
    return twin


def _twin(record: R) -> R:
    """A copy of a record with slots, in a third of the time that ``copy`` takes."""
    twin = object.__new__(type(record))
    for name in type(record).__slots__:  # type: ignore[attr-defined]
        setattr(twin, name, getattr(record, name))
    return twin


def alphabet(core: TurnCore) -> Iterator[e.Event]:
    """Every event with every value that matters, speaking of the reply that lives."""
    reply = inner(core).reply
    turn = reply.turn if reply is not None else 10**6
    voiced = reply.ledger.voiced if reply is not None else 0
    yield from (e.LineAttached(), e.LineLost(), e.Muted(True), e.Muted(False), e.SpeechLikely(0), e.SpeechUnlikely(0))
    yield from (
        e.SpeechStarted(4_800, 0),
        e.SpeechPaused(3_000, 1_000),
        e.SpeechStopped(4_000, 1_000),
        e.SpeechStopped(40_000, 1_000),
    )
    yield from (e.SpeechLasted(samples) for samples in (1_000, 3_000, 10_000, 20_000, 50_000))
    yield from (e.PartialHeard(text) for text in TEXTS)
    yield from (e.FinalHeard(text) for text in TEXTS)
    yield from (e.FinalHeard("read", 0.1), e.TextTyped("hello"), e.StopPressed())
    yield from (e.Announced("Time is up."), e.Announced("A door.", until=1))
    yield from (e.Voiced(turn, (("one ", 4_000),), 0), e.Voiced(turn, (("one ", 4_000),), voiced + 24_000))
    yield from (e.ReplyWanted("", 1), e.ReplyWanted("what time is it", 1))
    yield from (e.LineBrought(-1, "user", "before", 0), e.LineForgotten(-1))
    yield from (e.ReplyWritten(turn), e.ReplyFailed(turn, "broken"))
    yield from (e.SoundPlayed(turn, 1_000), e.SoundPlayed(turn, 12_000), e.SoundPlayed(turn, voiced))
    yield from (e.SoundPlayed(turn, voiced, True), e.PictureSeen("p1"), e.Closed())
    yield from (e.Committed(), e.Cleared(), e.Truncated(turn, 4_000), mode(core))
    yield from (e.Understood(turn, 0.9), e.Understood(turn, 0.1))


def mode(core: TurnCore) -> e.TurnsChanged:
    """The way in which turns are taken now: to hear it again changes nothing."""
    settings = inner(core).settings
    return e.TurnsChanged(settings.push, settings.answers, settings.interrupts, prompt_ms=settings.prompt_ms)


MODES = (
    e.TurnsChanged(),
    e.TurnsChanged(push=True),
    e.TurnsChanged(answers=False),
    e.TurnsChanged(interrupts=False),
    e.TurnsChanged(answers=False, interrupts=False),
    e.TurnsChanged(prompt_ms=5_000),
)
"""Each is walked on its own."""


def situation(core: TurnCore) -> tuple[object, ...]:
    """What a situation is, forgetting numbers and words that change nothing."""
    floor = inner(core)
    user, reply, overlap = floor.user, floor.reply, floor.overlap
    long_ago = floor.now - 500_000
    return (
        mode(core), floor.prompted, floor.prompt_at is None,
        floor.state, floor.likely, floor.attached, floor.muted, bool(floor.apology), len(floor.announcements) > 0,
        floor.turn_at is None, floor.reply_at is None, (floor.turn_at or 0) <= (floor.reply_at or 0),
        floor.reply_at is not None and floor.reply_at - floor.now < 1_000_000,
        user and (user.silent_since < long_ago, floor.turn_at == user_turn.latest_end(floor, user),
                  _kind(user.text), user.carried and user.carried.typed, min(2, len(user.stopped)), user.presumed,
                  user.committed, user.paused, user.ask > 0),
        reply and (user and reply.question == user.question, (reply.understood or 0) > 0.5,
                   reply.question and reply.question.typed, reply.announced is not None, reply.guess, reply.written,
                   reply.drained, reply.failed, bool(reply.ledger.voiced), bool(reply.ledger.heard(1_440)),
                   reply.ledger.played >= reply.ledger.voiced),
        overlap and (overlap.quiet, bool(overlap.said), overlap.open, overlap.silent_since < long_ago,
                     min(2, len(overlap.stopped)), overlap.held, _kind(overlap.text)),
    )  # fmt: skip


def _kind(text: str) -> str:
    return "none" if not text else "stop" if is_stop(text) else "nod" if is_backchannel(text) else "words"


def started(way: e.TurnsChanged) -> TurnCore:
    """A conversation in which turns are taken this way, with room for a guess between the last words and the end."""
    core = TurnCore(TurnSettings(endpoint=EndpointSettings(complete_ms=360, heard_ms=360, voice_ms=100)))
    core.receive(way, 0)
    core.commands()
    return core


@dataclass
class Walked:
    arrows: dict[tuple[State, type], set[State]] = field(default_factory=lambda: defaultdict(set))
    situations: dict[tuple[object, ...], TurnCore] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def walk(limit: int = 60_000) -> Walked:
    """Breadth first from a new core in each of MODES, each abstract situation once: at most ``limit`` of them in the
    usual mode and those without interruptions, half as many in each other.
    """
    walked = Walked()
    for way in MODES:
        _walk(walked, started(way), limit if way == MODES[0] or not way.interrupts else limit // 2)
    return walked


def _walk(walked: Walked, first: TurnCore, limit: int) -> None:
    frontier = deque([first])
    walked.situations[situation(first)] = first
    most = len(walked.situations) + limit
    while frontier and len(walked.situations) < most:
        core = frontier.popleft()
        for event in (None, *alphabet(core)):
            due = core.deadline()
            if (event is None and due is None) or (event is not None and type(event) not in TABLE[core.state]):
                continue
            after = fork(core)
            now = inner(after).now + STEP_US
            if isinstance(event, e.PictureSeen) and due is not None:
                now = max(inner(after).now, due - 10_000)
            try:
                if event is None:
                    after.tick(due or now)
                else:
                    after.receive(event, now)
            except AssertionError as error:
                walked.faults.append(f"{core.state.name} + {event}: {error}")
                continue
            if any(isinstance(command, c.Ignore) for command in after.commands()):
                continue
            walked.arrows[core.state, Tick if event is None else type(event)].add(after.state)
            key = situation(after)
            if key not in walked.situations:
                walked.situations[key] = after
                frontier.append(after)


def differences(walked: Walked) -> list[str]:
    """What the table and the walk don't agree on: faults, arrows that are listed and never taken, rows that are dead,
    and arrows that are taken and not listed.
    """
    found = sorted(set(walked.faults))
    for state, row in TABLE.items():
        for event, targets in row.items():
            taken = walked.arrows.get((state, event), set())
            named = f"{state.name} + {event.__name__}"
            if not taken:
                found.append(f"{named}: this row is dead, nothing ever comes this way")
                continue
            found += [f"{named} -> {target.name}: listed and never taken" for target in _by_name(targets - taken)]
            found += [f"{named} -> {target.name}: taken and not listed" for target in _by_name(taken - targets)]
    return found


def unexpected(walked: Walked, every: int = 1) -> list[str]:
    """Facts that the table does not list for a state and that still change something there, or are not ignored, in
    ``every`` so manieth situation.
    """
    found = set()
    for core in list(walked.situations.values())[::every]:
        before = situation(core)
        for event in alphabet(core):
            if type(event) in TABLE[core.state]:
                continue
            after = fork(core)
            after.receive(event, inner(after).now)
            ignored = after.commands() == [c.Ignore(type(event).__name__, core.state.name)]
            if not ignored or situation(after) != before:
                found.add(f"{core.state.name} + {event} is not listed, and not ignored")
    return sorted(found)


def summary(walked: Walked) -> str:
    arrows = sum(len(targets) for targets in walked.arrows.values())
    listed = sum(len(targets) for row in TABLE.values() for targets in row.values())
    return f"{len(walked.situations):,} situations; {arrows} of {listed} arrows of the table taken"


def _by_name(states: set[State]) -> list[State]:
    return sorted(states, key=lambda state: state.name)


if __name__ == "__main__":
    found = walk()
    print(summary(found))  # noqa: T201
    print(*(differences(found) + unexpected(found, every=20) or ["The table is what happens."]), sep="\n")  # noqa: T201
