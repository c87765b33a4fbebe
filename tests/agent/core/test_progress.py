"""The records of what goes on: which question a turn asks, and when a reply is over."""

from __future__ import annotations

from agent.core.progress import Overlap, Reply, UserTurn
from agent.core.question import Question


def turn(carried: Question | None = None, *texts: str) -> UserTurn:
    user = UserTurn(1, carried)
    for text in texts:
        user.settle(text, 0.8, ("other",))
    return user


def test_utterances_of_a_turn_are_one_question() -> None:
    assert turn(None, "read", "", "the text").question == Question("read the text", 0.8, ())
    assert turn(None, "read").question == Question("read", 0.8, ("other",))
    assert turn(None, "").question is None


def test_what_was_carried_is_joined_answered_first_taken_back_or_left_alone() -> None:
    spoken, typed = Question("what is this", 0.5, ("x",)), Question("what is this", typed=True)
    assert turn(spoken, "in my hand").question == Question("what is this in my hand", 0.5)
    assert turn(spoken).question == spoken
    assert turn(spoken, "okay").question == spoken
    assert turn(spoken, "stop").question == Question("stop", 0.8, ("other",))
    assert turn(typed, "in my hand").question == Question("in my hand", 0.8, ("other",), first=(typed,))
    assert turn(typed, "stop").question == Question("stop", 0.8, ("other",))
    assert turn(typed).question == typed


def test_words_settle_the_oldest_utterance_that_waits() -> None:
    user = UserTurn(1, partial="re", stopped=[100, 200])
    user.settle("read")
    assert (user.stopped, user.partial, user.text) == ([200], "", "read")


def test_a_reply_is_over_when_all_of_it_was_played() -> None:
    reply = Reply(1, None)
    assert not reply.over
    reply.ledger.voice((("a", 10),), 10)
    reply.written = True
    assert not reply.over
    reply.ledger.play(10)
    assert reply.over


def test_a_reply_without_sound_is_over_when_it_is_written() -> None:
    assert Reply(1, None, written=True).over


def test_a_drained_speaker_is_believed_whatever_was_counted() -> None:
    reply = Reply(1, None, written=True, drained=True)
    reply.ledger.voice((("a", 10),), 10)
    assert reply.over


def test_an_overlap_is_undecided_while_speech_or_words_are_to_come() -> None:
    assert [one.undecided for one in (Overlap(), Overlap(open=True), Overlap(stopped=[1]))] == [False, True, True]
