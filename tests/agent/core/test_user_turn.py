"""The user's turn: plain, paused, gone on with."""

from __future__ import annotations

from agent.core import commands as c
from agent.core import events as e
from agent.core.context import AgentLine, UserLine
from agent.core.states import State
from agent.core.turn import TurnCore
from tests.agent.core.talk import ROOMY, Talk, kinds, speaking


def test_a_plain_turn_from_literals() -> None:
    core = TurnCore(ROOMY)
    core.receive(e.LineAttached(), now=0)
    core.receive(e.SpeechLikely(16_000), now=1_000_000)
    core.receive(e.SpeechStarted(17_536, 11_200), now=1_096_000)
    core.receive(e.PartialHeard("read the"), now=1_500_000)
    core.receive(e.SpeechStopped(35_072, 32_000), now=2_192_000)
    core.receive(e.FinalHeard("read the text", 0.9, ("read the test",)), now=2_240_000)
    assert core.state is State.GUESSING
    assert core.deadline() == 2_360_000, "360 ms after the last sound"
    core.tick(2_360_000)
    core.receive(e.Voiced(2, (("Exit.", 12_000),), 12_000), now=2_400_000)
    core.receive(e.ReplyWritten(2), now=2_400_000)
    core.receive(e.SoundPlayed(2, 12_000, drained=True), now=2_900_000)
    assert core.commands() == [
        c.ShowState("listening"),
        c.ShowSpeech(1, started=True, at=11_200),
        c.ShowHeard(1, "read the"),
        c.ShowSpeech(1, started=False, at=32_000),
        c.ShowHeard(1, "read the text"),
        c.StartReply(2, "read the text", 0.9, ("read the test",), guess=True),
        c.ShowSaid(1, "read the text"),
        c.ReleaseReply(2),
        c.ShowState("thinking"),
        c.ShowState("speaking"),
        c.EndReply(2, "completed", "Exit.", 12_000),
        c.ShowState("listening"),
    ]
    assert core.context.lines == (UserLine(1, "read the text"), AgentLine(2, "Exit."))
    assert core.deadline() is None


def test_a_pause_inside_a_sentence_withdraws_the_guess_without_a_trace() -> None:
    talk = Talk()
    talk.utter("i want to")
    assert talk.state is State.GUESSING
    talk.wait(200)
    assert kinds(talk.speak(300, "read the text")) == ["CancelReply"]
    assert talk.got(c.CancelReply) == [c.CancelReply(2, "went_on")]
    assert talk.got(c.EndReply) == []
    assert talk.core.context.lines == ()
    talk.fall_silent()
    talk.words("read the text")
    talk.wait(400)
    assert talk.got(c.StartReply)[-1].text == "i want to read the text"
    assert talk.core.context.lines == (UserLine(1, "i want to read the text"),)


def test_an_unfinished_sentence_gets_a_longer_wait_than_a_finished_one() -> None:
    talk = Talk()
    talk.utter("read the")
    talk.wait(600)
    assert talk.state is State.GUESSING
    talk.wait(100)
    assert talk.state is State.THINKING


def test_a_sound_that_may_be_speech_delays_the_end_but_not_for_ever() -> None:
    talk = Talk()
    talk.utter("read the text")
    talk.wait(50)
    talk.tell(e.SpeechLikely(0))
    talk.wait(150)
    assert talk.state is State.GUESSING
    talk.wait(300)
    assert talk.state is State.THINKING


def test_when_the_delaying_sound_was_nothing_the_turn_ends_at_once() -> None:
    talk = Talk()
    talk.utter("read the text")
    talk.tell(e.SpeechLikely(0))
    talk.wait(200)
    talk.tell(e.SpeechUnlikely(0))
    talk.wait(0)
    assert talk.state is State.THINKING


def test_a_sound_without_words_asks_nothing() -> None:
    talk = Talk()
    talk.utter("", ms=200)
    talk.wait(600)
    assert talk.state is State.IDLE
    assert talk.got(c.StartReply) == []
    assert talk.got(c.ShowSaid) == [c.ShowSaid(1, "")]


def test_a_short_sound_whose_words_are_hardly_believed_asks_nothing() -> None:
    talk = Talk()
    talk.utter("the", ms=300, coverage=0.1)
    talk.wait(600)
    assert (talk.state, talk.got(c.StartReply)) == (State.IDLE, [])


def test_uh_huh_to_a_silent_agent_is_an_answer() -> None:
    talk = Talk()
    talk.utter("uh-huh", ms=450)
    talk.wait(400)
    assert [one.text for one in talk.got(c.StartReply)] == ["uh-huh"]


def test_words_of_an_utterance_that_come_after_the_next_one_began_are_kept() -> None:
    talk = Talk()
    talk.speak(500)
    talk.fall_silent()
    talk.speak(300)
    talk.tell(e.FinalHeard("read the text"))
    assert talk.state is State.LISTENING
    talk.fall_silent()
    talk.words("on the door")
    talk.wait(1_000)
    assert talk.got(c.StartReply)[-1].text == "read the text on the door"


def test_the_end_waits_for_the_words_of_every_utterance_that_stopped() -> None:
    talk = Talk()
    talk.speak(500)
    talk.fall_silent()
    talk.speak(300)
    talk.fall_silent()
    talk.tell(e.FinalHeard("read"))
    assert talk.state is State.PAUSING
    talk.tell(e.FinalHeard("the text"))
    talk.wait(500)
    assert talk.got(c.StartReply)[-1].text == "read the text"


def test_a_recogniser_that_never_ends_leaves_the_words_so_far() -> None:
    talk = Talk()
    talk.speak(800, "what time is it")
    talk.fall_silent()
    assert "DropUtterance" in kinds(talk.wait(2_000))
    assert talk.got(c.StartReply)[-1].text == "what time is it"


def test_going_on_before_any_sound_of_the_answer_joins_the_question() -> None:
    talk = Talk()
    first = talk.ask("what is this")
    assert "CancelReply" in kinds(talk.speak(600, "in my hand"))
    assert talk.got(c.EndReply)[-1] == c.EndReply(first, "cancelled", "", 0, "went_on")
    talk.fall_silent()
    talk.words("in my hand")
    talk.wait(1_000)
    assert talk.got(c.StartReply)[-1].text == "what is this in my hand"


def test_going_on_before_any_word_of_the_answer_was_heard_joins_the_question() -> None:
    talk = Talk()
    turn = talk.ask("what is this")
    talk.answer(turn, "A", "cup")
    talk.play(turn, 100)
    talk.utter("in my hand")
    talk.wait(1_000)
    assert talk.got(c.StartReply)[-1].text == "what is this in my hand"


def test_after_a_word_was_heard_it_is_a_new_question() -> None:
    talk, turn = speaking()
    talk.play(turn, 700)
    talk.utter("what time is it")
    talk.wait(1_000)
    assert talk.got(c.StartReply)[-1].text == "what time is it"


def test_a_cough_while_it_thinks_leaves_the_question_as_it_was() -> None:
    talk = Talk()
    talk.ask("what is this")
    talk.utter("", ms=300)
    talk.wait(1_000)
    assert talk.got(c.StartReply)[-1].text == "what is this"


def test_okay_while_it_thinks_leaves_the_question_as_it_was() -> None:
    talk = Talk()
    talk.ask("what is this")
    talk.utter("okay", ms=300)
    talk.wait(1_000)
    assert talk.got(c.StartReply)[-1].text == "what is this"


def test_stop_before_the_answer_takes_the_question_back() -> None:
    talk = Talk()
    talk.ask("what is this")
    talk.utter("stop", ms=400)
    talk.wait(1_000)
    assert talk.got(c.StartReply)[-1].text == "stop"


def test_a_typed_question_survives_a_cough_and_gives_way_to_words() -> None:
    talk = Talk()
    talk.tell(e.TextTyped("what is this"))
    talk.utter("", ms=300)
    talk.wait(1_000)
    assert talk.got(c.StartReply)[-1] == c.StartReply(4, "what is this", typed=True, guess=True)
    talk.utter("what time is it")
    talk.wait(1_000)
    assert talk.got(c.StartReply)[-1].text == "what time is it"
