"""The user's turn: it begins, pauses, goes on, and ends when the pause is long enough for its words.

Functions over the Floor. Knows utterances, words and waits. Does not know the sound over a reply, which only becomes
a turn in ``take_over``.
"""

from __future__ import annotations

from agent.core import commands as c
from agent.core import reply as replies
from agent.core.asked import wanted
from agent.core.endpoint import Evidence, is_whole, wait_ms
from agent.core.floor import Floor
from agent.core.own_words import LATE_MS, LATE_SAMPLES, is_own
from agent.core.progress import Overlap, UserTurn
from agent.core.question import Question, together
from agent.core.states import State
from agent.core.words import is_stop

LIKELY_MS = 320
"""A sound that may be speech delays the end of a turn by so much at most: longer than any onset takes to confirm."""

MUTED_MS = 500
"""How long to wait for the last words of a microphone that was switched off, or of a turn that the client ended."""

ONSET_MS = 96
"""So long has someone been speaking already when it is confirmed."""

MOST_TYPED = 16
"""So many typed questions may wait for the end of a turn; the oldest is dropped beyond."""

LONGEST_PAUSE_MS = 2_000
"""Who goes on later than that has begun something new: nothing is learned from it."""


def speech_started(floor: Floor, start: int) -> None:
    """Speech is confirmed, and no reply sounds: a new turn, or the one before goes on."""
    match floor.state:
        case State.THINKING:
            assert floor.reply is not None
            carried = floor.reply.question
            replies.cut(floor, "went_on")
            if floor.ended_at:
                _learn(floor, floor.ended_at)
            _begin(floor, start, carried).over = floor.over
        case State.PAUSING | State.GUESSING:
            assert floor.user is not None
            replies.cut(floor, "went_on")
            if is_whole(floor.user.text):
                _learn(floor, floor.user.silent_since)
            floor.user.samples, floor.user.presumed, floor.user.paused, floor.user.at = 0, False, False, start
            floor.state = State.LISTENING
        case _:
            _begin(floor, start)
    _watch(floor)


def louder(one: float | None, other: float | None) -> float | None:
    """The louder of two levels, as far as they are known."""
    return max((level for level in (one, other) if level is not None), default=None)


def lasted(floor: Floor, samples: int, level: float | None = None) -> None:
    """Speech goes on; after a pause that nobody told of, too."""
    user = floor.user
    assert user is not None
    if user.presumed:
        user.presumed = False
        del user.stopped[-1:]
        floor.state = State.LISTENING
    if floor.state is State.LISTENING:
        if samples > user.samples:
            user.paused = False
            replies.cut(floor, "went_on")
        user.at += max(0, samples - user.samples)
        user.samples, user.level = samples, louder(user.level, level)
        _watch(floor)


def paused(floor: Floor) -> None:
    """A silence that may be the end, if what is known so far is all."""
    user = floor.user
    assert user is not None
    user.paused = True
    _foresee(floor, user)


def stopped(floor: Floor, at: int, end: int) -> None:
    """Silence is confirmed: the turn pauses, its last words are still to come."""
    user = floor.user
    assert user is not None
    if floor.state is State.LISTENING:
        user.stopped.append(user.samples)
        _pause(floor, end, floor.silent_since(at, end))
        floor.turn_at = floor.after(floor.settings.endpoint.final_timeout_ms)
    elif user.presumed:
        user.presumed, user.silent_since = False, floor.silent_since(at, end)


def muted(floor: Floor) -> None:
    """The user switched the microphone off: what was said until now is the turn."""
    if floor.state is State.LISTENING:
        _presume_stopped(floor)
    if floor.state is State.PAUSING and floor.turn_at is not None:
        floor.turn_at = min(floor.turn_at, floor.after(MUTED_MS))


def partial(floor: Floor, text: str) -> None:
    """Words so far."""
    user = floor.user
    assert user is not None
    if floor.state is State.LISTENING or user.stopped:
        user.partial = text
        floor.emit(c.ShowHeard(user.turn, user.text))
        if user.paused:
            _foresee(floor, user)


def final(
    floor: Floor, text: str, coverage: float, alternatives: tuple[str, ...], finality: float | None = None
) -> None:
    """The words of the oldest utterance that waits for them. When none waits any more, the pause can be measured."""
    user = floor.user
    assert user is not None
    samples = user.stopped[0] if user.stopped else user.samples
    if _is_noise(floor, text, coverage, samples) or (is_own(text, user.echoed) and not is_stop(text)):
        text = ""
    user.settle(text, coverage, alternatives)
    user.finality = finality
    floor.emit(c.ShowHeard(user.turn, user.text))
    if floor.state is State.PAUSING and not user.stopped:
        _settled(floor, user)
    else:
        _doubt(floor, user)
        if floor.state is State.PAUSING:  # a recogniser that is behind goes on telling
            floor.turn_at = floor.after(floor.settings.endpoint.final_timeout_ms)


def committed(floor: Floor) -> None:
    """The client says that the turn is over: it ends as soon as its last words are known."""
    user = floor.user
    assert user is not None
    if floor.state is State.LISTENING:
        _presume_stopped(floor)
    user.committed = True
    if floor.state is State.GUESSING or not user.stopped:
        end(floor)
    elif floor.turn_at is None or floor.turn_at > floor.after(floor.settings.endpoint.final_timeout_ms):
        floor.turn_at = floor.after(floor.settings.endpoint.final_timeout_ms)


def asked(floor: Floor, text: str, ask: int) -> None:
    """A reply is wanted while the user has the turn: it comes when they are done, to what was typed and to what they
    say. One that is being made in a guess knew nothing of that.
    """
    user = floor.user
    assert user is not None
    user.ask = ask
    if text.strip():
        user.typed.append(Question(text, typed=True))
        del user.typed[:-MOST_TYPED]
    question = user.question
    if floor.state is not State.GUESSING or question is None:
        _foresee(floor, user)
    elif floor.reply is None or floor.reply.question != question:
        replies.cut(floor, "went_on")
        replies.start(floor, question, guess=True)


def cleared(floor: Floor) -> None:
    """The client wants what was said in this turn forgotten."""
    floor.emit(c.DropUtterance())
    replies.cut(floor, "replaced")
    drop(floor)


def _settled(floor: Floor, user: UserTurn) -> None:
    """All words are known: the turn is over, or its answer is begun while the pause may still become its end."""
    question = user.question
    if user.committed:
        end(floor)
        return
    _doubt(floor, user)
    floor.turn_at = _end_at(floor, user)
    if floor.turn_at is not None:
        floor.turn_at = max(floor.now, floor.turn_at)
        if floor.turn_at <= floor.now:
            end(floor)
            return
    if floor.reply is None and question is not None and _is_answered(floor, user):
        replies.start(floor, question, guess=True)
    if floor.reply is not None:
        floor.state = State.GUESSING


def _foresee(floor: Floor, user: UserTurn) -> None:
    """Begin to answer the words so far while the last ones may still come: most often they are there already."""
    settings, question = floor.settings, user.question
    if floor.reply is not None and floor.reply.question != question:
        replies.cut(floor, "went_on")
    awaited = len(user.stopped) - (floor.state is State.PAUSING)
    wanted_now = settings.foresees and _is_answered(floor, user) and not settings.push and not awaited
    if floor.reply is None and question is not None and wanted_now and user.paused and is_whole(user.text):
        replies.start(floor, question, guess=True)


def _is_answered(floor: Floor, user: UserTurn) -> bool:
    """Whether this turn gets a reply: by itself, or because an app wants one."""
    return floor.settings.answers or bool(user.ask)


def _doubt(floor: Floor, user: UserTurn) -> None:
    """Throw away an answer to other words than these, or to words that are not believed now.

    It was begun from words alone: how sure the recogniser is of them, and what else they may be, came after.
    """
    guess, question, settings = floor.reply, user.question, floor.settings.endpoint
    if guess is None or guess.question == question:
        return
    if guess.question is not None and question is not None and guess.question.asks_as(question):
        if question.coverage == 1.0 and not question.alternatives:
            return
        if question.coverage >= settings.sure_coverage and (guess.understood or 0.0) >= settings.sure_understood:
            return
    replies.cut(floor, "went_on")


def understood(floor: Floor, confidence: float) -> None:
    """How well what was said so far can be answered as it is: it may be all, or lack something."""
    user = floor.user
    assert user is not None
    assert floor.reply is not None
    floor.reply.understood = confidence
    if floor.state is State.GUESSING:
        _await_end(floor, user)


def unlikely(floor: Floor) -> None:
    """The sound that delayed the end of the turn was nothing."""
    if floor.state is State.GUESSING:
        assert floor.user is not None
        _await_end(floor, floor.user)


def taken_otherwise(floor: Floor) -> None:
    """Turns are taken another way from now on: a pause in progress, too."""
    user = floor.user
    if user is not None and not user.stopped and floor.state in (State.PAUSING, State.GUESSING):
        _await_end(floor, user)


def due(floor: Floor) -> None:
    """A deadline of the turn passed."""
    user = floor.user
    assert user is not None
    latest = latest_end(floor, user)
    if floor.state is State.LISTENING:
        _presume_stopped(floor)
    elif floor.state is State.GUESSING and floor.likely and latest is not None and floor.now < latest:
        floor.turn_at = latest
    elif user.stopped:
        while user.stopped:
            user.settle(user.partial, user.coverage)
        floor.emit(c.DropUtterance())
        if floor.settings.push and not user.committed:
            floor.turn_at = None
        else:
            end(floor)
    else:
        end(floor)


def end(floor: Floor) -> None:
    """The turn is over: the guess is released, or a reply starts, or there is nothing to answer."""
    user = floor.user
    assert user is not None
    _doubt(floor, user)
    floor.user, floor.turn_at, floor.over = None, None, user.over
    asked, whole = wanted(floor.context.last_said), is_whole(user.text)
    floor.context.user_said(user.turn, user.text)
    floor.emit(c.ShowSaid(user.turn, user.text))
    _learn_level(floor, user)
    floor.ended_at = user.silent_since if whole and asked != "number" and not user.committed else 0
    if floor.ended_at:
        floor.patience.ended()
    question = user.question
    if not _is_answered(floor, user):
        replies.cut(floor, "replaced")
        floor.state = State.IDLE
        if user.text:
            floor.unanswered.append(user.text)
    elif floor.reply is not None:
        replies.release(floor)
    elif question is not None:
        replies.start(floor, question)


def drop(floor: Floor) -> None:
    """Forget the turn in progress, but not what was typed meanwhile."""
    if floor.user is not None:
        floor.emit(c.ShowSaid(floor.user.turn, ""))
        before = floor.waiting.parts if floor.waiting is not None else ()
        floor.waiting = together((*before, *floor.user.typed), floor.user.ask) or floor.waiting
    floor.user = floor.turn_at = None


def take_over(floor: Floor, overlap: Overlap, carried: Question | None = None) -> None:
    """What was said over the reply is the user's turn now."""
    user = _begin(floor, overlap.start, carried, overlap.text)
    user.settled += overlap.said
    user.samples, user.stopped, user.level = overlap.samples, overlap.stopped, overlap.level
    user.echoed, user.over = overlap.echoed, True
    user.at = overlap.start + overlap.samples
    if overlap.open:
        _watch(floor)
    elif overlap.said and not overlap.stopped:
        _pause(floor, overlap.end, overlap.silent_since)
        floor.turn_at = floor.now
    else:
        _pause(floor, overlap.end, overlap.silent_since)
        floor.turn_at = floor.after(floor.settings.endpoint.final_timeout_ms)


def latest_end(floor: Floor, user: UserTurn) -> int | None:
    """When the turn ends even if a sound that may be speech has begun; None: the client says when."""
    end_at = _end_at(floor, user)
    return None if end_at is None else end_at + LIKELY_MS * 1000


def _begin(floor: Floor, start: int, carried: Question | None = None, text: str = "") -> UserTurn:
    user = floor.user = UserTurn(floor.next_turn(), carried, partial=text, at=start)
    if floor.ledgers and floor.now - floor.replied_at <= (LATE_MS + ONSET_MS) * 1000:
        ledger = floor.ledgers[-1][1]
        user.echoed = ledger.around(ledger.played - 2 * LATE_SAMPLES, ledger.played)
    floor.emit(c.ShowSpeech(user.turn, started=True, at=start))
    if text:
        floor.emit(c.ShowHeard(user.turn, text))
    floor.state = State.LISTENING
    return user


def _pause(floor: Floor, at: int, silent_since: int) -> None:
    user = floor.user
    assert user is not None
    user.at, user.silent_since, user.paused = at, silent_since, True
    floor.emit(c.ShowSpeech(user.turn, started=False, at=at))
    floor.state = State.PAUSING


def _presume_stopped(floor: Floor) -> None:
    """Nothing more is told of the speech: take it for over, and wait for its words as usual."""
    user = floor.user
    assert user is not None
    user.presumed = True
    user.stopped.append(user.samples)
    _pause(floor, user.at, floor.now)
    floor.turn_at = floor.after(floor.settings.endpoint.final_timeout_ms)


def _watch(floor: Floor) -> None:
    floor.turn_at = floor.after(floor.settings.silence_watch_ms)


def _end_at(floor: Floor, user: UserTurn) -> int | None:
    if floor.settings.push:
        return None
    evidence = Evidence(
        user.text, user.finality, wanted(floor.context.last_said), floor.patience.wait_ms,
        floor.reply.understood if floor.reply is not None else None, user.alternatives, user.coverage,
    )  # fmt: skip
    return user.silent_since + wait_ms(floor.settings.endpoint, evidence) * 1000


def _await_end(floor: Floor, user: UserTurn) -> None:
    end_at = _end_at(floor, user)
    floor.turn_at = None if end_at is None else max(floor.now, end_at)


def _learn_level(floor: Floor, user: UserTurn) -> None:
    """How loud the user's own turns are. What was said over a reply may have been somebody else's."""
    if user.text and user.level is not None and (floor.voice_level is None or not user.over):
        floor.voice_level = user.level if floor.voice_level is None else (floor.voice_level + user.level) / 2


def _learn(floor: Floor, silent_since: int) -> None:
    """The speaker went on after a pause that could have been the end."""
    pause = (floor.now - silent_since) // 1000 - ONSET_MS
    if pause <= LONGEST_PAUSE_MS:
        floor.patience.went_on(pause)


def _is_noise(floor: Floor, text: str, coverage: float, samples: int) -> bool:
    """A very short sound whose words the recogniser itself hardly believes: a cough, a door. "Stop" is never noise.

    Longer ones are words that were not understood: silence would be no answer to who asked.
    """
    limits = floor.settings.barge_in
    return coverage < limits.min_coverage and samples < limits.short_samples and not is_stop(text)
