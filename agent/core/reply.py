"""The life of one reply: started, voiced, played; then finished, cut or given up. Functions over the Floor.

Knows the ledger and the time a reply may take. Does not know what the user does meanwhile: when a reply is gone,
``turn`` says who is next.
"""

from __future__ import annotations

from agent.core import commands as c
from agent.core.floor import Floor
from agent.core.progress import Reply
from agent.core.question import Question
from agent.core.states import State

APOLOGY = "Sorry, something went wrong. Please ask again."
LATE = "Sorry, that took too long. Please ask again."


def start(floor: Floor, question: Question, *, guess: bool = False) -> None:
    """Answer this. A guess is made in silence, whoever has the floor; anything else is thought about for all to see."""
    turn = floor.next_turn()
    floor.reply = Reply(turn, question, guess=guess)
    floor.emit(c.StartReply(
        turn, question.text, question.coverage, question.alternatives, question.typed, guess, question.ask,
        question.first,
    ))  # fmt: skip
    if not guess:
        floor.unanswered.clear()
        _think(floor)


def announce(floor: Floor) -> None:
    """Say what waits to be said: an apology first, then the oldest announcement."""
    floor.reply = Reply(floor.next_turn(), None)
    if floor.apology:
        text = floor.apology
    else:
        floor.reply.announced = floor.announcements.popleft()
        text = floor.reply.announced.text
    floor.emit(c.SayAloud(floor.reply.turn, text))
    _think(floor)


def speak_up(floor: Floor, text: str) -> None:
    """Say this by itself, once: it is not said again when it is cut."""
    floor.reply = Reply(floor.next_turn(), None)
    floor.emit(c.SayAloud(floor.reply.turn, text))
    _think(floor)


def release(floor: Floor) -> None:
    """The guess was right. It may have broken meanwhile, or have nothing to say."""
    assert floor.reply is not None
    floor.reply.guess = False
    floor.unanswered.clear()
    _think(floor)
    if floor.reply.failed:
        give_up(floor, "failed", APOLOGY)
        return
    floor.emit(c.ReleaseReply(floor.reply.turn))
    if floor.reply.over:
        _finish(floor)
    elif floor.reply.ledger.voiced:
        floor.state = State.SPEAKING
        watch(floor)


def voiced(floor: Floor, words: tuple[tuple[str, int], ...], samples: int) -> None:
    """More of it was given to the speaker."""
    assert floor.reply is not None
    floor.reply.ledger.voice(words, samples)
    if floor.reply.guess:
        return
    watch(floor)
    if floor.state is State.THINKING and floor.reply.ledger.voiced:
        floor.state = State.SPEAKING


def written(floor: Floor) -> None:
    """All of it was given to the speaker."""
    assert floor.reply is not None
    floor.reply.written = True
    if floor.reply.over and not floor.reply.guess:
        _finish(floor)


def played(floor: Floor, samples: int, *, drained: bool) -> None:
    """``samples`` of it left for the listener."""
    reply = floor.reply
    assert reply is not None
    before = reply.ledger.played
    reply.ledger.play(samples)
    reply.drained = reply.drained or drained
    if reply.over:
        _finish(floor)
    elif reply.ledger.played > before:
        watch(floor)


def failed(floor: Floor) -> None:
    """It broke. A guess keeps that to itself until it would have been said."""
    assert floor.reply is not None
    if floor.reply.guess:
        floor.reply.failed = True
    else:
        give_up(floor, "failed", APOLOGY)


def give_up(floor: Floor, reason: c.CancelReason, apology: str) -> None:
    """It failed or never came: end it and say so, unless it answered nobody (then an apology would never end)."""
    assert floor.reply is not None
    if floor.reply.question is not None:
        floor.apology = apology
    cut(floor, reason)


def cut(floor: Floor, reason: c.CancelReason) -> None:
    """Cancel the reply that lives, if one does. An announcement of which nothing was heard will be said again."""
    reply = floor.reply
    if reply is None:
        return
    floor.emit(c.CancelReply(reply.turn, reason))
    if reply.announced is not None and reason in ("spoken_over", "went_on", "replaced", "line_lost"):
        lost = reply.ledger.unheard(floor.listener_delay) if reason == "line_lost" else ""
        waiting = len(floor.announcements)
        if (lost or not reply.ledger.heard(floor.listener_delay)) and waiting < floor.settings.max_announcements:
            floor.announcements.appendleft(reply.announced)
    _close(floor, "failed" if reason in ("failed", "late") else "cancelled", reason)


def truncated(floor: Floor, turn: int, samples: int) -> None:
    """The listener heard only so much of reply ``turn``, which may be over."""
    if floor.reply is not None and floor.reply.turn == turn:
        floor.reply.ledger.cut(samples)
        return
    for number, ledger in floor.ledgers:
        if number == turn:
            ledger.cut(samples)
            delay = floor.listener_delay
            floor.context.shorten(turn, ledger.heard(delay), ledger.unheard(delay))


def watch(floor: Floor) -> None:
    """Sound must move while there is some to play; else the brain has its own, longer, time. A held one has any."""
    assert floor.reply is not None
    if floor.overlap is not None and floor.overlap.held:
        floor.reply_at = None
        return
    settings, ledger = floor.settings, floor.reply.ledger
    floor.reply_at = floor.after(
        settings.stall_timeout_ms if ledger.played < ledger.voiced else settings.think_timeout_ms
    )


def _think(floor: Floor) -> None:
    floor.apology = ""
    floor.reply_at = floor.after(floor.settings.think_timeout_ms)
    floor.state = State.THINKING


def _finish(floor: Floor) -> None:
    """It was played to its end."""
    assert floor.reply is not None
    floor.reply.ledger.complete()
    if floor.overlap is not None and not floor.overlap.quiet:
        floor.emit(c.Unduck(floor.reply.turn))
    _close(floor, "completed")


def _close(floor: Floor, status: c.ReplyStatus, reason: c.CancelReason | None = None) -> None:
    """It is history now; a guess leaves no trace."""
    reply = floor.reply
    assert reply is not None
    floor.reply = floor.reply_at = None
    if reply.guess:
        return
    floor.ledgers.append((reply.turn, reply.ledger))
    floor.replied_at = floor.now
    if reply.question is not None and reply.ledger.voiced:
        floor.prompted = False
    delay = 0 if status == "completed" else floor.listener_delay
    heard, unheard = reply.ledger.heard(delay), reply.ledger.unheard(delay)
    if heard or unheard:
        interrupted = bool(unheard) or (status != "completed" and not reply.written)
        kept = floor.context.unheard if reply.question is None else ""  # a timer does not end the wish to hear the rest
        floor.context.agent_said(reply.turn, heard, unheard or kept, interrupted=interrupted)
    floor.emit(c.EndReply(reply.turn, status, heard, reply.ledger.played, reason))
