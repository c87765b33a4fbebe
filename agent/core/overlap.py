"""A sound over the reply: the reply is lowered, falls silent, and then either comes back or is cut.

Functions over the Floor. Knows the steps; the judgement itself is ``bargein``'s. What turns out to be speech becomes
the user's turn.
"""

from __future__ import annotations

from agent.core import commands as c
from agent.core import reply as replies
from agent.core import user_turn
from agent.core.asked import is_answer, wanted
from agent.core.bargein import Verdict, judge_at_end, judge_unresolved, judge_while_speaking
from agent.core.floor import Floor
from agent.core.own_words import is_own
from agent.core.progress import Overlap
from agent.core.question import together
from agent.core.states import State
from agent.core.user_turn import MUTED_MS, louder
from agent.core.words import is_stop


def duck(floor: Floor) -> Overlap:
    """Something begins to sound: lower the reply, which is heard no less clearly for it if nothing follows."""
    assert floor.reply is not None
    overlap = floor.overlap = Overlap(quiet=not floor.settings.interrupts)
    if not overlap.quiet:
        floor.emit(c.Duck(floor.reply.turn))
    floor.state = State.OVERLAP
    _await_verdict(floor)
    return overlap


def speech_started(floor: Floor, start: int) -> None:
    """It is speech."""
    overlap = floor.overlap or duck(floor)
    if not overlap.undecided:
        overlap.start = start
        if floor.reply is not None:
            overlap.ledger, overlap.played_from = floor.reply.ledger, floor.reply.ledger.played
    overlap.open, overlap.samples, overlap.text, overlap.level = True, 0, "", None
    floor.turn_at = floor.after(floor.settings.silence_watch_ms)


def lasted(floor: Floor, samples: int, level: float | None = None) -> None:
    """The speech goes on."""
    overlap = floor.overlap
    assert overlap is not None
    if overlap.open:
        overlap.samples, overlap.level = samples, louder(overlap.level, level)
        floor.turn_at = floor.after(floor.settings.silence_watch_ms)
        _judge(floor, overlap)


def stopped(floor: Floor, at: int, end: int) -> None:
    """The speech is over; its words are still to come."""
    overlap = floor.overlap
    assert overlap is not None
    if overlap.open:
        _close(floor, overlap, end, floor.silent_since(at, end))
        _await_verdict(floor)


def unlikely(floor: Floor) -> None:
    """It was no speech."""
    overlap = floor.overlap
    assert overlap is not None
    if not overlap.undecided:
        come_back(floor)


def partial(floor: Floor, text: str) -> None:
    """Words of it so far."""
    overlap = floor.overlap
    assert overlap is not None
    if overlap.undecided:
        overlap.text = text
        _judge(floor, overlap)


def final(
    floor: Floor, text: str, coverage: float, alternatives: tuple[str, ...], finality: float | None = None
) -> None:
    """All words of the oldest utterance that waits for them."""
    overlap = floor.overlap
    assert overlap is not None
    if not overlap.undecided:
        return
    samples = overlap.stopped[0] if overlap.stopped else overlap.samples
    settings, strange = floor.settings.barge_in, _is_strange(floor, overlap, text)
    overlap.text = ""
    if overlap.quiet and not is_stop(text):
        del overlap.stopped[:1]
        if judge_at_end(settings, text, samples, coverage, strange=strange) is Verdict.CANCEL:
            overlap.said.append(text)
        if not overlap.undecided and not floor.likely:
            come_back(floor)
        return
    if is_answer(text) and _question_was_heard(floor):
        take_turn(floor)
        user_turn.final(floor, text, coverage, alternatives, finality)
        return
    if judge_at_end(settings, text, samples, coverage, strange=strange) is Verdict.CANCEL:
        take_turn(floor)
        user_turn.final(floor, text, coverage, alternatives, finality)
        return
    del overlap.stopped[:1]
    if not overlap.undecided and not floor.likely:
        come_back(floor)


def muted(floor: Floor) -> None:
    """The microphone was switched off: what was said until now is all there is to judge."""
    overlap = floor.overlap
    assert overlap is not None
    if overlap.open:
        _close(floor, overlap, overlap.start + overlap.samples, floor.now)
    if overlap.undecided:
        floor.turn_at = floor.after(MUTED_MS)
    else:
        come_back(floor)


def due(floor: Floor) -> None:
    """No verdict came in time: decide by what is known."""
    overlap = floor.overlap
    assert overlap is not None
    settings = floor.settings.barge_in
    if overlap.quiet and overlap.undecided:
        _wait_for_the_end(floor, overlap)
        return
    strange = _is_strange(floor, overlap, overlap.text)
    verdict = judge_unresolved(settings, overlap.text, overlap.samples, strange=strange)
    if overlap.undecided and verdict is Verdict.CANCEL:
        if overlap.open:
            _close(floor, overlap, overlap.start + overlap.samples, floor.now)
        take_turn(floor)
        return
    if overlap.undecided:
        floor.emit(c.DropUtterance())
    floor.likely = False
    come_back(floor)


def come_back(floor: Floor) -> None:
    """It was nothing: full volume again, from the sample at which the reply fell silent."""
    assert floor.reply is not None
    if floor.overlap is None or not floor.overlap.quiet:
        floor.emit(c.Unduck(floor.reply.turn))
    floor.overlap = floor.turn_at = None
    floor.state = State.SPEAKING
    replies.watch(floor)


def take_turn(floor: Floor) -> None:
    """The reply is cut and the user has the turn, with what was already said over it.

    Before a word of the answer was heard, they are still asking: the question is carried along.
    """
    overlap, reply = floor.overlap, floor.reply
    assert overlap is not None
    assert reply is not None
    carried = together(reply.unanswered(floor.listener_delay))
    replies.cut(floor, "spoken_over")
    floor.overlap = None
    user_turn.take_over(floor, overlap, carried)


def reply_gone(floor: Floor) -> None:
    """The reply ended under the overlap: speech over its last words is a turn of its own."""
    overlap = floor.overlap
    floor.overlap = floor.turn_at = None
    if overlap is not None and overlap.undecided:
        user_turn.take_over(floor, overlap)


def _judge(floor: Floor, overlap: Overlap) -> None:
    """Is what is heard so far a barge-in?"""
    assert floor.reply is not None
    if overlap.quiet and not is_stop(overlap.text):
        return
    strange = _is_strange(floor, overlap, overlap.text)
    verdict = judge_while_speaking(floor.settings.barge_in, overlap.text, overlap.samples, strange=strange)
    if verdict is Verdict.CANCEL:
        take_turn(floor)
    elif verdict is Verdict.HELD and not overlap.held:
        overlap.held = True
        floor.emit(c.Hold(floor.reply.turn))
        replies.watch(floor)
    elif verdict is Verdict.DUCKED and overlap.held and overlap.samples >= floor.settings.barge_in.unhold_samples:
        overlap.held = False
        floor.emit(c.Unhold(floor.reply.turn))
        replies.watch(floor)


def _is_strange(floor: Floor, overlap: Overlap, text: str) -> bool:
    """Whether it is not the user: the agent itself, or a voice so much softer that it is from elsewhere in the room."""
    if is_own(text, overlap.echoed):
        return True
    usual, now, least = floor.voice_level, overlap.level, floor.settings.barge_in.distant_db
    return usual is not None and now is not None and 0 < least <= usual - now


def committed(floor: Floor) -> None:
    """The client says that what is said over the reply is a turn, and over."""
    if floor.overlap is not None and floor.overlap.undecided:
        take_turn(floor)
        user_turn.committed(floor)


def cleared(floor: Floor) -> None:
    """The client wants what is said over the reply forgotten."""
    floor.emit(c.DropUtterance())
    come_back(floor)


def _wait_for_the_end(floor: Floor, overlap: Overlap) -> None:
    """Nothing cuts this reply. What was said over it waits; words that never came do not."""
    floor.turn_at = None
    if overlap.stopped and not overlap.open:
        overlap.stopped.clear()
        floor.emit(c.DropUtterance())
    if not overlap.undecided:
        come_back(floor)


def _question_was_heard(floor: Floor) -> bool:
    """Whether the reply asks something and all of that was heard but its last word at most: "yes" answers it then."""
    assert floor.reply is not None
    ledger = floor.reply.ledger
    if not floor.reply.written or wanted(ledger.text) == "nothing":
        return False
    return len(ledger.unheard(0).split()) <= 1


def _close(floor: Floor, overlap: Overlap, end: int, silent_since: int) -> None:
    overlap.open = False
    overlap.stopped.append(overlap.samples)
    overlap.end, overlap.silent_since = end, silent_since


def _await_verdict(floor: Floor) -> None:
    floor.turn_at = floor.after(floor.settings.barge_in.verdict_timeout_ms)
