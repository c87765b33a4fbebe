"""Turns by meaning, habit, button and wish: what changes when a turn ends, and what does not."""

from __future__ import annotations

import pytest

from agent.core import commands as c
from agent.core import events as e
from agent.core.context import AgentLine, UserLine
from agent.core.states import State
from agent.core.turn import TurnSettings
from tests.agent.core.talk import Talk, kinds, speaking


def waited(talk: Talk) -> float:
    """Milliseconds from the last sound until the turn is over, all its words being known."""
    begun = talk.us
    for _ in range(400):
        if talk.state in (State.THINKING, State.SPEAKING):
            break
        talk.wait(10)
    return (talk.us - begun) / 1000 + 252  # as Talk has it: 192 ms to be sure of the silence, 60 to the words


def asked(question: str) -> Talk:
    """The agent has said this, all of it was heard."""
    talk = Talk(TurnSettings())
    turn = talk.ask()
    talk.answer(turn, *question.split(), ms=200)
    talk.play(turn, 200 * len(question.split()), drained=True)
    assert talk.state is State.IDLE
    return talk


def test_a_whole_sentence_is_answered_as_soon_as_its_words_are_known() -> None:
    talk = Talk(TurnSettings())
    talk.utter("read the text")
    assert talk.state is State.GUESSING, "as well heard as may be, and nobody has said yet that it makes sense"
    assert waited(talk) <= 290


def test_a_dictated_number_is_waited_for_and_a_yes_is_not() -> None:
    talk = asked("What is the phone number?")
    talk.utter("four two")
    assert waited(talk) >= 1_400
    talk = asked("Shall I read it?")
    talk.utter("yes", coverage=0.3)
    assert talk.state is State.THINKING
    talk = Talk(TurnSettings())
    talk.utter("yes", coverage=0.3)
    assert waited(talk) >= 270


def test_words_that_make_sense_are_not_waited_for_though_badly_heard() -> None:
    talk = Talk(TurnSettings())
    talk.utter("read the text", coverage=0.3)
    assert talk.state is State.GUESSING
    guess = talk.got(c.StartReply)[-1].turn
    talk.tell(e.Understood(guess, 0.5))
    assert kinds(talk.wait(0)) == []
    talk.tell(e.Understood(guess, 0.95))
    assert kinds(talk.wait(0)) == ["ReleaseReply"]


def test_the_voice_moves_the_wait() -> None:
    waits = []
    for finality in (0.0, None, 1.0):
        talk = Talk(TurnSettings())
        talk.speak(800, "read the")
        talk.fall_silent()
        talk.wait(60)
        talk.tell(e.FinalHeard("read the", finality=finality))
        waits.append(waited(talk))
    assert waits[0] > waits[1] > waits[2]
    assert waits[0] - waits[2] == pytest.approx(300, abs=20)


def test_who_pauses_in_the_middle_is_given_time_after_doing_so_twice() -> None:
    talk = Talk(TurnSettings())
    for _ in range(2):
        talk.utter("read the text")
        talk.wait(150)
        talk.utter("of the letter please")
        turn = talk.got(c.StartReply)[-1].turn
        talk.answer(turn, "here", ms=100)
        talk.play(turn, 100, drained=True)
    talk.utter("read the text")
    assert talk.state is State.GUESSING
    assert waited(talk) > 420


def test_push_to_talk_ends_when_the_client_says_so_and_not_before() -> None:
    talk = Talk(TurnSettings())
    talk.tell(e.TurnsChanged(push=True))
    talk.utter("read the text")
    talk.wait(20_000)
    assert talk.state is State.GUESSING, "the answer is prepared meanwhile"
    assert "ReleaseReply" in kinds(talk.tell(e.Committed()))
    assert talk.core.context.lines[-1] == UserLine(1, "read the text")


def test_a_commit_in_the_middle_of_speech_waits_for_the_words() -> None:
    talk = Talk(TurnSettings())
    talk.tell(e.TurnsChanged(push=True))
    talk.speak(600, "read the")
    talk.tell(e.SpeechStopped(16_000, 16_000))
    talk.tell(e.Committed())
    assert talk.state is State.PAUSING
    talk.words("read the text")
    assert talk.state is State.THINKING
    assert talk.core.context.lines[-1] == UserLine(1, "read the text")


def test_a_commit_whose_words_never_come_takes_what_is_known() -> None:
    talk = Talk(TurnSettings())
    talk.tell(e.TurnsChanged(push=True))
    talk.speak(600, "read the text")
    talk.tell(e.Committed())
    talk.wait(2_500)
    assert talk.core.context.lines[-1] == UserLine(1, "read the text")


def test_a_commit_of_nothing_is_nothing() -> None:
    talk = Talk(TurnSettings())
    talk.tell(e.Committed())
    assert talk.state is State.IDLE
    assert not talk.got(c.StartReply)


def test_what_is_cleared_was_never_said() -> None:
    talk = Talk(TurnSettings())
    talk.tell(e.TurnsChanged(push=True))
    talk.utter("read the text")
    assert kinds(talk.tell(e.Cleared())) == ["DropUtterance", "CancelReply"]
    talk.wait(5_000)
    assert talk.state is State.IDLE
    assert talk.core.context.lines == ()


def test_an_app_that_answers_by_itself_is_not_forestalled() -> None:
    talk = Talk(TurnSettings())
    talk.tell(e.TurnsChanged(answers=False))
    talk.utter("read the text")
    talk.wait(2_000)
    assert talk.state is State.IDLE
    assert not talk.got(c.StartReply)
    assert talk.core.context.lines == (UserLine(1, "read the text"),)


def test_a_reply_that_must_not_be_interrupted_is_heard_whole_and_the_words_over_it_are_answered_after() -> None:
    talk = Talk(TurnSettings())
    talk.tell(e.TurnsChanged(interrupts=False))
    turn = talk.ask()
    talk.answer(turn, "one", "two", "three", "four")
    talk.play(turn, 300)
    talk.utter("what time is it")
    assert kinds(talk.all)[-1] != "CancelReply"
    assert not {"Duck", "Hold", "CancelReply"} & set(kinds(talk.all))
    talk.wait(2_000)
    assert talk.state is State.OVERLAP
    talk.play(turn, 2_000, drained=True)
    talk.wait(10)
    assert talk.got(c.StartReply)[-1].text == "what time is it"
    assert AgentLine(turn, "one two three four") in talk.core.context.lines


def test_stop_is_instant_even_then() -> None:
    talk = Talk(TurnSettings())
    talk.tell(e.TurnsChanged(interrupts=False))
    turn = talk.ask()
    talk.answer(turn, "one", "two", "three", "four")
    talk.play(turn, 300)
    assert "CancelReply" in kinds(talk.speak(500, "stop"))


def test_yes_over_the_last_word_of_a_question_answers_it() -> None:
    talk, turn = speaking("shall", "i", "read", "it?")
    talk.play(turn, 1_700)
    talk.utter("yes", ms=400)
    assert "CancelReply" in kinds(talk.all)
    talk.wait(400)
    assert talk.got(c.StartReply)[-1].text == "yes"


def test_yes_in_the_middle_of_it_is_listening() -> None:
    talk, turn = speaking("shall", "i", "read", "it", "now", "please?")
    talk.play(turn, 600)
    talk.utter("yes", ms=400)
    assert "CancelReply" not in kinds(talk.all)
    assert talk.state is State.SPEAKING


def test_silence_is_broken_once() -> None:
    talk = Talk(TurnSettings(prompt_ms=5_000, prompt="Still here."))
    talk.wait(60_000)
    assert not talk.got(c.SayAloud), "nobody has begun to talk"
    for _ in range(2):
        turn = talk.ask()
        talk.answer(turn, "here")
        talk.play(turn, 500, drained=True)
        talk.all.clear()
        talk.wait(4_900)
        assert not talk.got(c.SayAloud)
        talk.wait(200)
        [prompt] = talk.got(c.SayAloud)
        assert prompt.text == "Still here."
        talk.answer(prompt.turn, "still", "here")
        talk.play(prompt.turn, 1_000, drained=True)
        talk.wait(600_000)
        assert len(talk.got(c.SayAloud)) == 1, "never twice"


def test_a_prompt_that_is_spoken_over_does_not_come_again() -> None:
    talk = Talk(TurnSettings(prompt_ms=5_000, prompt="Still here."))
    turn = talk.ask()
    talk.answer(turn, "here")
    talk.play(turn, 500, drained=True)
    talk.wait(5_001)
    prompt = talk.got(c.SayAloud)[0]
    talk.answer(prompt.turn, "still", "here")
    talk.utter("stop", ms=500)
    talk.tell(e.ReplyWritten(talk.got(c.StartReply)[-1].turn))
    talk.wait(30_000)
    assert len(talk.got(c.SayAloud)) == 1


def test_the_client_knows_best_how_much_was_heard() -> None:
    talk, turn = speaking("one", "two", "three", "four")
    talk.play(turn, 1_600)
    talk.utter("what is that", ms=900)
    assert AgentLine(turn, "one two three", interrupted=True) in talk.core.context.lines
    talk.tell(e.Truncated(turn, 700 * 24))
    assert AgentLine(turn, "one", interrupted=True) in talk.core.context.lines
    assert talk.core.context.unheard == "two three four"
    talk.tell(e.Truncated(turn, 1_900 * 24))
    assert AgentLine(turn, "one", interrupted=True) in talk.core.context.lines, "it never grows again"
    talk.tell(e.Truncated(turn, 0))
    assert not [line for line in talk.core.context.lines if isinstance(line, AgentLine)]


def test_a_truncated_reply_that_goes_on_keeps_its_bound() -> None:
    talk, turn = speaking("one", "two", "three", "four")
    talk.tell(e.Truncated(turn, 600 * 24))
    talk.play(turn, 2_000, drained=True)
    assert talk.core.context.lines[-1] == AgentLine(turn, "one", interrupted=True)
