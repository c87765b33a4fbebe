"""Who has the turn: facts in, commands out, no clock and no I/O. The rules of the conversation start here.

Knows the table, and which part a fact belongs to: ``user_turn``, ``overlap`` (a sound over the reply) or ``reply``.
Does not know sound, engines, prompts, or how anything is done. ``receive`` and ``tick`` never block and never raise
on odd order: what the table does not foresee, or what speaks of something that is over, is ignored here and nowhere
else, and said so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, assert_never

from agent.core import commands as c
from agent.core import events as e
from agent.core import overlap, reply, user_turn
from agent.core.context import Context
from agent.core.floor import HEARING_RATE, SPEAKING_RATE, Floor, TurnSettings
from agent.core.question import Question, then_typed
from agent.core.reply import APOLOGY, LATE
from agent.core.states import TABLE, State, Tick

__all__ = ["APOLOGY", "HEARING_RATE", "LATE", "SPEAKING_RATE", "TurnCore", "TurnSettings"]

ANNOUNCE_WAIT_MS = 300
"""A sound that may be speech delays an announcement by so much: by then it is confirmed or it was nothing."""

Shown = Literal["idle", "listening", "thinking", "speaking", "muted"]


class TurnCore:
    """One conversation. ``receive(event, now)``, ``tick(now)``, ``deadline()``, ``commands()``; ``now`` in
    microseconds, and one that goes back counts as the last.
    """

    def __init__(self, settings: TurnSettings | None = None) -> None:
        self._floor = Floor(settings or TurnSettings())
        self._shown: Shown = "idle"

    @property
    def settings(self) -> TurnSettings:
        return self._floor.settings

    @property
    def state(self) -> State:
        return self._floor.state

    @property
    def context(self) -> Context:
        return self._floor.context

    # --- the contract ----------------------------------------------------------------------------------------

    def deadline(self) -> int | None:
        """When ``tick`` is next due, never before the last step; None: not until something happens."""
        floor = self._floor
        due = [at for at in (floor.turn_at, floor.reply_at, floor.announce_at, floor.prompt_at) if at is not None]
        return max(min(due), floor.now) if due else None

    def commands(self) -> list[c.Command]:
        """Everything to be done since the last call, in order."""
        out, self._floor.out = self._floor.out, []
        return out

    def receive(self, event: e.Event, now: int) -> None:
        """Take a fact. One that the table does not foresee in this state is ignored."""
        floor = self._floor
        floor.now = max(now, floor.now)
        allowed = TABLE[floor.state].get(type(event))
        if allowed is None or _is_stale(floor, event):
            floor.emit(c.Ignore(type(event).__name__, floor.state.name))
            return
        _note_likely(floor, event)
        _take(floor, event)
        self._settle(allowed)

    def tick(self, now: int) -> None:
        """Time is ``now``: do what is due first, if anything is."""
        floor = self._floor
        floor.now = now = max(now, floor.now)
        allowed = TABLE[floor.state].get(Tick, {floor.state})
        if floor.turn_at is not None and floor.turn_at <= now:
            (overlap if floor.state is State.OVERLAP else user_turn).due(floor)
        elif floor.reply_at is not None and floor.reply_at <= now:
            reply.give_up(floor, "late", LATE)
        elif floor.announce_at is not None and floor.announce_at <= now:
            _announce(floor)
        elif floor.prompt_at is not None and floor.prompt_at <= now:
            floor.prompted = True
            reply.speak_up(floor, floor.settings.prompt)
        else:
            return
        self._settle(allowed)

    def _settle(self, allowed: set[State]) -> None:
        """After each step: who is next when nobody is left, what is shown, and when something waits to be said."""
        floor = self._floor
        if floor.reply is None and floor.user is None and floor.state is not State.CLOSED:
            floor.state = State.IDLE
            overlap.reply_gone(floor)
        if floor.state is State.SPEAKING and floor.likely:
            overlap.duck(floor)
        assert floor.state in allowed, f"{floor.state} is not among {allowed}"
        floor.drop_stale()
        if floor.state is State.IDLE and floor.attached and (floor.apology or floor.announcements or floor.waiting):
            floor.announce_at = max(floor.now, floor.announce_at or 0)
        else:
            floor.announce_at = None
        _await_silence(floor)
        shown = _shown(floor)
        if shown != self._shown:
            self._shown = shown
            floor.emit(c.ShowState(shown))


def _await_silence(floor: Floor) -> None:
    """Count the silence after a reply, while someone could speak and nobody does."""
    quiet = floor.state is State.IDLE and floor.attached and not floor.muted and floor.announce_at is None
    if not floor.settings.prompt_ms or floor.settings.push or not quiet or floor.prompted or floor.likely:
        floor.prompt_at = None
    elif floor.prompt_at is None:
        floor.prompt_at = floor.after(floor.settings.prompt_ms)


def _is_stale(floor: Floor, event: e.Event) -> bool:
    """Whether it speaks of a reply that is over or of a microphone that is off or gone, or says nothing at all."""
    match event:
        case e.Understood() | e.Voiced() | e.ReplyWritten() | e.ReplyFailed() | e.SoundPlayed():
            return floor.reply is None or event.turn != floor.reply.turn
        case e.SpeechLikely() | e.SpeechStarted() | e.SpeechLasted():
            return floor.muted or not floor.attached
        case e.TextTyped() | e.Announced():
            return not event.text.strip()
        case _:
            return False


def _note_likely(floor: Floor, event: e.Event) -> None:
    match event:
        case e.SpeechLikely():
            floor.likely = True
        case e.SpeechUnlikely() | e.SpeechStarted() | e.SpeechStopped() | e.LineLost() | e.Muted():
            floor.likely = False
        case _:
            pass


def _take(floor: Floor, event: e.Event) -> None:
    """Give the fact to the part it belongs to."""
    part = overlap if floor.overlap is not None else user_turn
    match event:
        case e.LineAttached():
            floor.attached = True
        case e.LineLost():
            floor.attached, floor.apology = False, ""
            _clear(floor, "line_lost")
            if floor.waiting is not None and not floor.waiting.parts:
                floor.waiting = None
        case e.Muted(on=on):
            floor.muted = on
            if on:
                part.muted(floor)
        case e.SpeechLikely():
            pass
        case e.SpeechUnlikely():
            part.unlikely(floor)
        case e.SpeechStarted(start=start):
            sounding = floor.state in (State.SPEAKING, State.OVERLAP)
            (overlap if sounding else user_turn).speech_started(floor, start)
        case e.SpeechLasted(samples=samples, level=level):
            part.lasted(floor, samples, level)
        case e.SpeechPaused():
            user_turn.paused(floor)
        case e.SpeechStopped(at=at, end=end):
            part.stopped(floor, at, end)
        case e.PartialHeard(text=text):
            part.partial(floor, text)
        case e.FinalHeard(text=text, coverage=coverage, alternatives=alternatives, finality=finality):
            part.final(floor, text, coverage, alternatives, finality)
        case e.TextTyped(text=text):
            _typed(floor, text)
        case e.ReplyWanted(text=text, ask=ask):
            _wanted(floor, text, ask)
        case e.LineBrought(number=number, who=who, text=text, after=after):
            if who == "agent":  # a history that is brought along: what came before it was answered
                floor.unanswered.clear()
            floor.context.brought(number, who, text, after)
        case e.LineForgotten(number=number):
            floor.context.forget(number)
        case e.Announced():
            floor.announcements.append(event)
            while len(floor.announcements) > floor.settings.max_announcements:
                floor.announcements.popleft()
        case e.StopPressed():
            _stop(floor)
        case e.TurnsChanged():
            _take_turns_like(floor, event)
        case e.Committed():
            part.committed(floor)
        case e.Cleared():
            part.cleared(floor)
        case e.Truncated(turn=turn, samples=samples):
            reply.truncated(floor, turn, samples)
        case e.Understood(confidence=confidence):
            user_turn.understood(floor, confidence)
        case e.Voiced(words=words, samples=samples):
            reply.voiced(floor, words, samples)
        case e.ReplyWritten():
            reply.written(floor)
        case e.ReplyFailed():
            reply.failed(floor)
        case e.SoundPlayed(samples=samples, drained=drained):
            reply.played(floor, samples, drained=drained)
        case e.PictureSeen(picture=picture, note=note):
            floor.context.saw(picture, note)
        case e.Closed():
            _clear(floor, "closed")
            floor.announcements.clear()
            floor.waiting = None
            floor.state = State.CLOSED
        case _:
            assert_never(event)


def _clear(floor: Floor, reason: c.CancelReason) -> None:
    """Nobody has the floor: the user's turn is forgotten, the reply is cut."""
    said = floor.user or floor.overlap
    if floor.state is State.LISTENING or (said is not None and said.stopped) or _open(floor):
        floor.emit(c.DropUtterance())
    user_turn.drop(floor)
    reply.cut(floor, reason)
    floor.overlap = None


def _typed(floor: Floor, text: str) -> None:
    before = _unanswered(floor)
    _clear(floor, "replaced")
    turn = floor.next_turn()
    floor.context.user_said(turn, text)
    floor.emit(c.ShowSaid(turn, text, typed=True))
    _answer(floor, then_typed(before, text))


def _wanted(floor: Floor, text: str, ask: int) -> None:
    """An app wants a reply. Who is speaking is heard out; a reply that is sounding ends."""
    if floor.overlap is not None and floor.overlap.undecided:
        overlap.take_turn(floor)
    if floor.user is not None:
        user_turn.asked(floor, text, ask)
        return
    before = _unanswered(floor)
    _clear(floor, "replaced")
    _answer(floor, then_typed(before, text, ask))


def _unanswered(floor: Floor) -> tuple[Question, ...]:
    """What was asked and nobody has heard a word of an answer to."""
    turns = (Question(" ".join(floor.unanswered), typed=True),) if floor.unanswered else ()
    waiting = floor.waiting.parts if floor.waiting is not None else ()
    typed = tuple(floor.user.typed) if floor.user is not None else ()
    cut = floor.reply.unanswered(floor.listener_delay) if floor.reply is not None and not floor.reply.guess else ()
    return (*turns, *waiting, *cut, *typed)


def _answer(floor: Floor, question: Question | None) -> None:
    floor.waiting = None
    reply.start(floor, question or Question("", typed=True))


def _stop(floor: Floor) -> None:
    """Silence now. Someone who speaks keeps the turn: there is nothing else to stop then but the reply."""
    floor.waiting = None
    if _open(floor):
        reply.cut(floor, "stopped")
    elif floor.state is not State.LISTENING:
        _clear(floor, "stopped")
        floor.waiting = None


def _take_turns_like(floor: Floor, wish: e.TurnsChanged) -> None:
    """Settings of the conversation in progress, for all waits and sounds that begin from now on."""
    endpoint = replace(floor.settings.endpoint, eagerness=wish.eagerness, silence_ms=wish.silence_ms)
    floor.settings = replace(
        floor.settings, endpoint=endpoint, push=wish.push, answers=wish.answers, interrupts=wish.interrupts,
        prompt_ms=wish.prompt_ms,
    )  # fmt: skip
    floor.prompt_at = None
    user_turn.taken_otherwise(floor)


def _open(floor: Floor) -> bool:
    return floor.overlap is not None and floor.overlap.open


def _announce(floor: Floor) -> None:
    if floor.likely:
        floor.likely, floor.announce_at = False, floor.after(ANNOUNCE_WAIT_MS)
        return
    floor.drop_stale()
    if floor.waiting is not None and not floor.apology:
        _answer(floor, floor.waiting)
    elif floor.apology or floor.announcements:
        reply.announce(floor)


def _shown(floor: Floor) -> Shown:
    match floor.state:
        case State.THINKING:
            return "thinking"
        case State.SPEAKING | State.OVERLAP:
            return "speaking"
        case State.CLOSED:
            return "idle"
        case _:
            return "muted" if floor.muted else "listening" if floor.attached else "idle"
