"""What the laboratory found, each as the least script that showed it: it must not come back."""

from __future__ import annotations

import pytest

from tests.lab.checks import violations
from tests.lab.script import BREAKS, NEVER, Clear, Engines, Noise, Reply, Say, Script, Step, Stop, Truncate, Turns, Type
from tests.lab.stage import play


def test_what_was_heard_is_exact_when_a_deadline_cuts_the_reply() -> None:
    """The voice hangs: the reply is given up by a deadline, up to 100 ms after the last report of the speaker."""
    run = play(Script((Step(Say("what is q1")),), engines=Engines(voice="hangs")))
    assert violations(run) == []


@pytest.mark.parametrize("fault", [BREAKS, NEVER])
def test_a_recogniser_that_breaks_or_hangs_costs_one_utterance_and_not_the_line(fault: int) -> None:
    """It ended the line, or was deaf for ever after."""
    run = play(Script((Step(Say("what is q1", final_ms=fault)), Step(Say("what is q2"), pause_ms=6_000))))
    assert violations(run) == []
    assert run.asked[-1][1] == "what is q2"


def test_a_recogniser_that_breaks_at_the_end_has_its_first_words_answered() -> None:
    run = play(Script((Step(Say("what is q1 today", word_ms=400, final_ms=BREAKS)),)))
    assert [text for _, text in run.asked] == ["what is q1"]


def test_speech_that_is_cut_for_its_length_sends_no_empty_sound() -> None:
    """The next utterance began with a piece of no samples."""
    words = Say("what is the colour of the very large thing on the table q1")
    settings = (("hearing.max_utterance_s", 3.0),)
    assert violations(play(Script((Step(words),), engines=Engines(final_ms=0), settings=settings))) == []


def test_a_cancelled_reply_reaches_nobody_any_more() -> None:
    """Its tasks took one step more: a piece of it sounded into the next reply."""
    question = Say("who is [1385] [977] q1 [217] [1167] um", Reply(words=14, first_ms=200, parts=3, gap_ms=715))
    assert violations(play(Script((Step(question, pause_ms=110),), engines=Engines(chunk_ms=10)))) == []


def test_a_turn_that_waits_for_the_button_ends_by_silence_when_turns_are_taken_so_again() -> None:
    """It waited for ever: a deadline was set only by the next sound."""
    steps = (Step(Turns("push")), Step(Say("what is q1"), 100), Step(Turns("voice"), 2_000))
    run = play(Script(steps))
    assert violations(run) == []
    assert [text for _, text in run.asked] == ["what is q1"]


def test_a_client_that_says_what_was_heard_adds_no_word() -> None:
    """A cut that lay between what had been counted as heard and what had been played brought a word back."""
    steps = (
        Step(Say("this", word_ms=160)), Step(Noise(413, coverage=0.05), 1_740),
        Step(Say("q8 today", word_ms=240, finality=0.9)), Step(Truncate(19)),
    )  # fmt: skip
    assert violations(play(Script(steps, engines=Engines(chunk_ms=350, judge_ms=400)))) == []


def test_an_utterance_may_be_dropped_twice() -> None:
    """The second drop, at the same instant, ended the line."""
    steps = (Step(Turns("push")), Step(Say("what is q1", final_ms=3_000)), Step(Clear(), 300), Step(Stop()))
    assert violations(play(Script(steps))) == []


def test_a_typed_question_that_comes_before_the_first_answer_leaves_it_to_be_given() -> None:
    """Whichever way the first was asked, the second took its place."""
    for first in (Type("what is q1", Reply(first_ms=1_500)), Say("what is q1", Reply(first_ms=1_500))):
        run = play(Script((Step(first), Step(Type("who is q2"), 900))))
        assert violations(run) == []
        assert [text for _, text in run.asked][-2:] == ["what is q1", "who is q2"]
