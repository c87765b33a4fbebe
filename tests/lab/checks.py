"""What must hold of every conversation, whatever happened in it. Each check yields sentences about what did not.

Compares what the script did and the engines' own accounts (which words reached the recogniser, which samples left)
with what the core was told and commanded and what was shown. Knows the promises of docs/architecture.md; takes nothing
from the code that keeps them but the lists of words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from agent.core import events as e
from tests.agent.core.watched import Watched
from tests.lab import checks_of_replies as replies
from tests.lab import checks_of_turns as turns
from tests.lab.case import Case
from tests.lab.stage import Run


def it_came_to_an_end(case: Case) -> Iterator[str]:
    if case.run.failure:
        yield f"it broke: {case.run.failure}"
    elif not case.run.rested:
        yield "it was not over long after the last act"


def the_core_keeps_its_promises_and_replay_equals_record(case: Case) -> Iterator[str]:
    """The facts go through a new core under watch."""
    watched, lines = Watched(case.run.settings.turn), case.run.flight.lines
    expected, at = [], 0
    for at, (now, what) in enumerate(lines):
        if what is None or type(what).__module__ == e.__name__:
            if expected:
                yield f"line {at}: a new core also gave {expected[0]}"
                return
            try:
                expected = watched.step(what, now)  # type: ignore[arg-type]
            except AssertionError as error:
                yield f"line {at}, {what}: {error}"
                return
        elif not expected or expected[0] != what:
            yield f"line {at}: recorded {what}, a new core gave {expected[0] if expected else 'nothing'}"
            return
        else:
            expected.pop(0)
    if expected:
        yield f"line {at}: a new core also gave {expected[0]}"


def what_is_counted_is_what_was_done(case: Case) -> Iterator[str]:
    counts, record = case.run.counts, case.record
    replies = record.replies.values()
    true = {
        "replies": len(replies),
        "guesses": sum(reply.guess for reply in replies),
        "guesses_used": record.counts["ReleaseReply"],
        "interruptions": sum(reply.cancel is not None and reply.cancel.reason == "spoken_over" for reply in replies),
        "false_alarms": record.counts["Unduck"],
    }
    for name, count in true.items():
        if getattr(counts, name) != count:
            yield f"{name} were {count} and counted as {getattr(counts, name)}"


CHECKS: tuple[Callable[[Case], Iterator[str]], ...] = (
    it_came_to_an_end,
    the_core_keeps_its_promises_and_replay_equals_record,
    turns.every_word_is_taken_once,
    turns.no_turn_is_stuck,
    turns.every_turn_with_words_is_answered_at_once,
    replies.no_reply_is_stuck,
    replies.a_reply_begins_as_soon_as_its_engines_can,
    turns.a_question_that_was_cut_before_its_answer_is_asked_again,
    replies.an_apology_follows_a_failure,
    replies.what_is_remembered_was_played,
    replies.the_history_is_what_was_said_and_heard,
    replies.silence_is_broken_once,
    replies.one_voice_at_a_time,
    replies.no_duck_is_left,
    replies.noises_and_backchannels_end_no_reply,
    replies.announcements_are_said,
    what_is_counted_is_what_was_done,
    replies.what_is_shown_is_what_happened,
)


def violations(run: Run) -> list[str]:
    """What did not hold, with the name of the rule."""
    case = Case(run)
    if run.failure:
        return [f"{it_came_to_an_end.__name__}: {fault}" for fault in it_came_to_an_end(case)]
    return [f"{check.__name__}: {fault}" for check in CHECKS for fault in check(case)]
