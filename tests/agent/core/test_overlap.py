"""Sounds over the reply: barge-ins, coughs, "uh-huh", and a reply that ends under them."""

from __future__ import annotations

import pytest

from agent.core import commands as c
from agent.core import events as e
from agent.core.context import AgentLine
from agent.core.states import State
from tests.agent.core.talk import Talk, kinds, speaking


def test_a_barge_in_ducks_at_the_onset_holds_and_cancels_on_words() -> None:
    talk, turn = speaking()
    assert talk.tell(e.SpeechLikely(0)) == [c.Duck(turn)]
    assert kinds(talk.wait(96) + talk.tell(e.SpeechStarted(1_536, 0))) == []
    talk.wait(100)
    assert talk.tell(e.SpeechLasted(3_136)) == [c.Hold(turn)], "196 ms after the onset"
    talk.wait(500)
    talk.tell(e.SpeechLasted(11_500))
    talk.play(turn, 700)
    got = talk.tell(e.PartialHeard("what time"))
    assert got[:2] == [
        c.CancelReply(turn, "spoken_over"),
        c.EndReply(turn, "cancelled", "one", 700 * 24, "spoken_over"),
    ]
    assert talk.state is State.LISTENING
    assert talk.core.context.lines[-1] == AgentLine(turn, "one", interrupted=True)
    assert talk.core.context.unheard == "two three four"
    talk.fall_silent()
    talk.words("what time is it")
    talk.wait(1_000)
    assert talk.got(c.StartReply)[-1].text == "what time is it"


def test_speech_of_300_ms_silences_the_reply_and_its_words_cancel_it_at_the_end() -> None:
    talk, turn = speaking()
    assert kinds(talk.speak(300)) == ["Duck", "Hold"]
    assert kinds(talk.fall_silent()) == []
    assert kinds(talk.words("louder"))[:2] == ["CancelReply", "EndReply"]
    assert talk.state is State.GUESSING
    assert talk.got(c.CancelReply)[-1] == c.CancelReply(turn, "spoken_over")


def test_one_word_is_enough_once_the_speech_is_long() -> None:
    talk, _ = speaking()
    assert kinds(talk.speak(800, "describe")) == ["Duck", "Hold"]
    assert "CancelReply" in kinds(talk.wait(100) + talk.tell(e.SpeechLasted(15_000)))


def test_a_slow_okay_lets_the_reply_sound_again_before_it_is_over() -> None:
    talk, turn = speaking()
    assert kinds(talk.speak(350)) == ["Duck", "Hold"]
    assert talk.tell(e.PartialHeard("okay")) == [], "a sentence may begin like that"
    assert talk.tell(e.SpeechLasted(6_500)) == [c.Unhold(turn)]
    assert kinds(talk.tell(e.SpeechLasted(8_000), e.PartialHeard("okay but"))) == ["Hold"]
    assert kinds(talk.tell(e.PartialHeard("okay okay"))) == ["Unhold"]
    assert kinds(talk.fall_silent() + talk.words("okay okay")) == ["Unduck"]


def test_stop_cancels_as_soon_as_it_is_known() -> None:
    talk, turn = speaking()
    talk.speak(200)
    assert kinds(talk.tell(e.PartialHeard("stop")))[:2] == ["CancelReply", "EndReply"]
    talk.fall_silent()
    talk.words("stop")
    talk.wait(400)
    assert talk.got(c.StartReply)[-1].text == "stop"
    assert turn in [one.turn for one in talk.got(c.CancelReply)]


@pytest.mark.parametrize("text", ["", "uh-huh", "okay", "i see"])
def test_a_sound_that_means_nothing_brings_the_reply_back_and_loses_nothing(text: str) -> None:
    talk, turn = speaking()
    got = talk.speak(450, text) + talk.fall_silent() + talk.words(text)
    assert kinds(got) == ["Duck", "Hold", *(["Unhold"] if text else []), "Unduck"]
    assert talk.state is State.SPEAKING
    talk.play(turn, 2_000, drained=True)
    assert talk.got(c.EndReply)[-1] == c.EndReply(turn, "completed", "one two three four", 48_000)
    assert talk.got(c.ShowSaid)[-1].text == "read the text", "nothing was said"


def test_a_cough_that_decodes_to_words_nobody_believes_brings_the_reply_back() -> None:
    talk, turn = speaking()
    assert kinds(talk.utter("the cup", ms=400, coverage=0.1)) == ["Duck", "Hold", "Unduck"]
    assert talk.state is State.SPEAKING
    assert talk.got(c.CancelReply) == []
    assert turn == talk.got(c.Unduck)[-1].turn


def test_a_click_ducks_and_comes_back() -> None:
    talk, turn = speaking()
    assert talk.tell(e.SpeechLikely(0)) == [c.Duck(turn)]
    talk.wait(64)
    assert talk.tell(e.SpeechUnlikely(1_024)) == [c.Unduck(turn)]
    assert talk.state is State.SPEAKING


def test_a_coughing_fit_is_waited_out_and_endless_noise_is_not() -> None:
    talk, _ = speaking()
    assert kinds(talk.speak(2_500)) == ["Duck", "Hold"]
    assert "CancelReply" in kinds(talk.tell(e.SpeechLasted(49_000)))


def test_a_held_reply_is_not_given_up_for_standing_still() -> None:
    talk, turn = speaking()
    talk.speak(300)
    for at in range(80):
        talk.wait(100)
        talk.tell(e.SpeechLasted(4_800 + at), e.PartialHeard("yeah okay"))
    talk.fall_silent()
    talk.words("yeah okay")
    assert talk.state is State.SPEAKING
    assert talk.got(c.CancelReply) == []
    assert turn == talk.got(c.Unduck)[-1].turn


def test_a_verdict_that_never_comes_means_go_on() -> None:
    talk, turn = speaking()
    talk.speak(300)
    talk.fall_silent()
    assert kinds(talk.wait(1_200)) == ["DropUtterance", "Unduck"]
    assert talk.state is State.SPEAKING
    assert turn == talk.got(c.Unduck)[-1].turn


def test_long_speech_without_a_verdict_takes_the_turn_and_its_words_are_waited_for() -> None:
    talk, turn = speaking()
    talk.play(turn, 700)
    talk.speak(1_500)
    talk.fall_silent()
    talk.wait(1_300)
    assert talk.state is State.PAUSING
    talk.words("what time is it")
    assert talk.got(c.StartReply)[-1].text == "what time is it"


def test_uh_huh_and_then_words_whose_finals_come_late_are_a_barge_in() -> None:
    talk, turn = speaking()
    talk.speak(300)
    talk.fall_silent()
    talk.speak(300)
    talk.fall_silent()
    assert kinds(talk.tell(e.FinalHeard("uh-huh"))) == []
    assert kinds(talk.tell(e.FinalHeard("what is that")))[0] == "CancelReply"
    assert talk.got(c.CancelReply)[-1].turn == turn


def test_a_reply_that_finishes_under_the_overlap_hands_the_speech_over() -> None:
    talk, turn = speaking()
    talk.speak(100)
    got = talk.play(turn, 2_000, drained=True)
    assert kinds(got) == ["Unduck", "EndReply"]
    assert talk.state is State.LISTENING
    talk.fall_silent()
    talk.words("thank you")
    talk.wait(400)
    assert talk.got(c.StartReply)[-1].text == "thank you"


def test_a_reply_that_begins_while_something_sounds_begins_lowered() -> None:
    talk = Talk()
    turn = talk.ask()
    talk.tell(e.SpeechLikely(0))
    assert kinds(talk.tell(e.Voiced(turn, (("Yes.", 9_000),), 9_000))) == ["Duck"]
    assert talk.state is State.OVERLAP
