"""The rules that cross parts: typing, stop, mute, lost lines, odd order."""

from __future__ import annotations

import pytest

from agent.core import commands as c
from agent.core import events as e
from agent.core.floor import TurnSettings
from agent.core.states import State
from agent.core.turn import APOLOGY
from tests.agent.core.talk import Talk, kinds, reached, speaking


def test_typing_while_speaking_drops_the_speech_and_asks_the_text() -> None:
    talk = Talk()
    talk.speak(500, "read")
    got = talk.tell(e.TextTyped("what time is it"))
    assert kinds(got) == ["DropUtterance", "StartReply"]
    assert talk.state is State.THINKING
    assert talk.got(c.ShowSaid) == [c.ShowSaid(1, ""), c.ShowSaid(2, "what time is it", typed=True)]


def test_typing_over_a_reply_replaces_it() -> None:
    talk, turn = speaking()
    got = talk.tell(e.TextTyped("what time is it"))
    assert kinds(got) == ["CancelReply", "EndReply", "StartReply"]
    assert talk.got(c.CancelReply)[-1] == c.CancelReply(turn, "replaced")


def test_blank_text_is_no_question() -> None:
    talk = Talk()
    assert talk.tell(e.TextTyped("  ")) == [c.Ignore("TextTyped", "IDLE")]


@pytest.mark.parametrize("state", [one for one in State if one is not State.CLOSED])
def test_the_stop_button_silences_at_once_everywhere(state: State) -> None:
    talk = reached(state)
    talk.tell(e.StopPressed())
    assert talk.state is (State.LISTENING if state in (State.LISTENING, State.OVERLAP) else State.IDLE)
    alive = {one.turn for one in talk.got(c.StartReply)} - {one.turn for one in talk.got(c.CancelReply)}
    assert not alive, "whoever is speaking goes on, but no reply does"


@pytest.mark.parametrize("state", [one for one in State if one is not State.CLOSED])
def test_a_line_lost_anywhere_leaves_an_idle_session_that_can_go_on(state: State) -> None:
    talk = reached(state)
    talk.tell(e.LineLost())
    assert talk.state is State.IDLE
    assert talk.core.deadline() is None
    talk.tell(e.LineAttached())
    talk.ask("what time is it")
    assert talk.got(c.StartReply)[-1].text == "what time is it"


def test_closing_anywhere_is_the_end() -> None:
    for state in State:
        talk = reached(state) if state is not State.CLOSED else Talk()
        talk.tell(e.Closed())
        assert (talk.state, talk.core.deadline()) == (State.CLOSED, None)
        assert talk.tell(e.TextTyped("hello")) == [c.Ignore("TextTyped", "CLOSED")]


def test_muting_in_mid_speech_ends_the_turn_with_the_words_so_far() -> None:
    talk = Talk()
    talk.speak(800, "what time is it")
    talk.tell(e.Muted(True))
    assert talk.got(c.ShowState)[-1] == c.ShowState("muted")
    talk.wait(600)
    assert talk.got(c.StartReply)[-1].text == "what time is it"


def test_muting_after_the_question_does_not_lose_it() -> None:
    talk = Talk()
    talk.utter("what time is it")
    talk.tell(e.Muted(True))
    talk.wait(400)
    assert talk.got(c.ReleaseReply)


def test_a_muted_microphone_starts_nothing() -> None:
    talk = Talk()
    talk.tell(e.Muted(True))
    assert talk.tell(e.SpeechLikely(0), e.SpeechStarted(1, 0)) == [
        c.Ignore("SpeechLikely", "IDLE"),
        c.Ignore("SpeechStarted", "IDLE"),
    ]
    talk.tell(e.Muted(False))
    talk.ask()


def test_a_muted_microphone_does_not_keep_a_reply_down() -> None:
    talk, turn = speaking()
    talk.speak(300)
    talk.tell(e.Muted(True))
    assert kinds(talk.wait(500)) == ["DropUtterance", "Unduck"]
    assert talk.got(c.Unduck) == [c.Unduck(turn)]


def test_a_link_that_dies_in_mid_speech_is_resolved_by_the_clock() -> None:
    talk = Talk()
    talk.speak(800, "what time is it")
    talk.wait(2_000)
    assert talk.state is State.PAUSING
    talk.wait(2_000)
    assert talk.got(c.StartReply)[-1].text == "what time is it"


def test_speech_that_comes_back_after_a_gap_goes_on() -> None:
    talk = Talk()
    talk.speak(800, "what time")
    talk.wait(2_100)
    talk.tell(e.SpeechLasted(14_000))
    assert talk.state is State.LISTENING
    talk.fall_silent()
    talk.words("what time is it")
    talk.wait(400)
    assert talk.got(c.StartReply)[-1].text == "what time is it"


def test_a_line_that_comes_while_a_reply_is_made_counts() -> None:
    talk = Talk(attached=False)
    talk.tell(e.TextTyped("hello"), e.LineAttached())
    talk.tell(e.ReplyFailed(2, "broken"))
    talk.wait(0)
    assert [one.text for one in talk.got(c.SayAloud)] == [APOLOGY]


def test_time_that_goes_back_counts_as_standing_still() -> None:
    talk = Talk()
    talk.utter("read the text")
    talk.core.receive(e.PictureSeen("p"), now=0)
    talk.core.tick(0)
    deadline = talk.core.deadline()
    assert deadline is not None
    assert deadline >= talk.us


def test_a_deadline_that_nobody_ticked_is_due_now() -> None:
    talk = Talk()
    talk.utter("read the text")
    talk.core.receive(e.PictureSeen("p"), now=talk.us + 9_000_000)
    assert talk.core.deadline() == talk.us + 9_000_000


@pytest.mark.parametrize("name", ["silence_watch_ms", "think_timeout_ms", "stall_timeout_ms", "listener_delay_ms"])
def test_impossible_settings_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        TurnSettings(**{name: -1})  # type: ignore[arg-type]
