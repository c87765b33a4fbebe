"""Replies that fail, come late, or end; and what the agent says by itself."""

from __future__ import annotations

import pytest

from agent.core import commands as c
from agent.core import events as e
from agent.core.context import UserLine
from agent.core.floor import TurnSettings
from agent.core.states import State
from agent.core.turn import APOLOGY, LATE
from tests.agent.core.talk import Talk, kinds, reached, speaking


def test_a_brain_that_fails_apologises_once() -> None:
    talk = Talk()
    turn = talk.ask()
    talk.tell(e.ReplyFailed(turn, "broken"))
    assert talk.got(c.EndReply)[-1].status == "failed"
    talk.wait(0)
    apology = talk.got(c.SayAloud)
    assert [one.text for one in apology] == [APOLOGY]
    talk.tell(e.ReplyFailed(apology[0].turn, "broken"))
    talk.rest()
    assert len(talk.got(c.SayAloud)) == 1
    assert talk.state is State.IDLE


def test_a_guess_that_fails_is_apologised_for_only_when_it_would_have_been_said() -> None:
    talk = Talk()
    talk.utter("read the text")
    assert talk.tell(e.ReplyFailed(talk.got(c.StartReply)[-1].turn, "broken")) == []
    talk.wait(400)
    assert [one.text for one in talk.got(c.SayAloud)] == [APOLOGY]


def test_a_guess_that_fails_and_is_withdrawn_is_never_spoken_of() -> None:
    talk = Talk()
    talk.utter("read the text")
    talk.tell(e.ReplyFailed(talk.got(c.StartReply)[-1].turn, "broken"))
    talk.utter("on the door")
    talk.wait(400)
    assert talk.got(c.SayAloud) == []
    assert talk.got(c.StartReply)[-1].text == "read the text on the door"


def test_an_apology_that_was_overtaken_by_a_new_question_is_not_said() -> None:
    talk, turn = speaking()
    talk.speak(300)
    talk.tell(e.ReplyFailed(turn, "broken"))
    assert talk.state is State.LISTENING
    talk.fall_silent()
    talk.words("what time is it")
    talk.wait(400)
    talk.tell(e.ReplyWritten(talk.got(c.StartReply)[-1].turn))
    talk.rest()
    assert talk.got(c.SayAloud) == []


def test_a_brain_that_never_comes_is_given_up_with_a_word() -> None:
    talk = Talk()
    turn = talk.ask()
    talk.wait(30_000)
    assert talk.got(c.CancelReply)[-1] == c.CancelReply(turn, "late")
    assert [one.text for one in talk.got(c.SayAloud)] == [LATE]


def test_a_late_word_of_a_reply_that_is_over_is_ignored() -> None:
    talk, turn = speaking()
    talk.tell(e.StopPressed())
    assert talk.tell(e.Voiced(turn, (("five", 99),), 99)) == [c.Ignore("Voiced", "IDLE")]
    assert talk.tell(e.SoundPlayed(turn, 99_999, drained=True)) == [c.Ignore("SoundPlayed", "IDLE")]


def test_sound_that_does_not_move_is_given_up() -> None:
    talk, turn = speaking()
    talk.wait(5_000)
    assert talk.got(c.CancelReply)[-1] == c.CancelReply(turn, "late")


def test_a_reply_that_drained_before_it_was_said_to_be_written_is_over() -> None:
    talk = Talk()
    turn = talk.ask()
    talk.tell(e.Voiced(turn, (("Yes.", 9_000),), 9_000), e.SoundPlayed(turn, 9_000, drained=True))
    talk.tell(e.ReplyWritten(turn))
    assert talk.got(c.EndReply)[-1] == c.EndReply(turn, "completed", "Yes.", 9_000)
    assert talk.state is State.IDLE


def test_a_reply_with_nothing_to_say_ends_quietly() -> None:
    talk = Talk()
    turn = talk.ask("stop")
    talk.tell(e.ReplyWritten(turn))
    assert talk.got(c.EndReply)[-1] == c.EndReply(turn, "completed", "", 0)
    assert talk.core.context.lines == (UserLine(1, "stop"),)


def test_what_left_but_is_not_heard_yet_does_not_count() -> None:
    talk, turn = speaking("one", "two")
    talk.play(turn, 530)
    talk.tell(e.StopPressed())
    assert talk.got(c.EndReply)[-1].heard == "", "one ends at 500 ms; 60 ms are still in the listener's buffer"


@pytest.mark.parametrize("state", [one for one in State if one not in (State.CLOSED, State.IDLE)])
def test_an_announcement_waits_until_nobody_speaks(state: State) -> None:
    talk = reached(state)
    assert kinds(talk.tell(e.Announced("Time is up."))) == []
    before = talk.got(c.SayAloud)
    talk.rest()
    said = [one.text for one in talk.got(c.SayAloud)]
    assert before == []
    assert said[-1] == "Time is up.", "after whatever apology there was for a brain that is not there"


def test_an_announcement_to_a_silent_room_is_said_at_once() -> None:
    talk = Talk()
    talk.tell(e.Announced("Time is up."))
    assert kinds(talk.wait(0)) == ["SayAloud"]


def test_an_announcement_waits_for_a_sound_that_may_be_speech() -> None:
    talk = Talk()
    talk.tell(e.SpeechLikely(0), e.Announced("Time is up."))
    assert kinds(talk.wait(299)) == []
    assert kinds(talk.wait(1)) == ["SayAloud"]


def test_an_announcement_waits_for_a_line() -> None:
    talk = Talk(attached=False)
    talk.tell(e.Announced("Time is up."))
    assert kinds(talk.wait(60_000)) == []
    talk.tell(e.LineAttached())
    assert kinds(talk.wait(0)) == ["SayAloud"]


def test_an_announcement_of_which_nothing_was_heard_is_said_again() -> None:
    talk = Talk()
    talk.tell(e.Announced("Time is up."))
    talk.wait(0)
    talk.utter("", ms=300)
    talk.wait(1_000)
    assert [one.text for one in talk.got(c.SayAloud)] == ["Time is up.", "Time is up."]


def test_an_announcement_that_was_stopped_is_not_said_again() -> None:
    talk = Talk()
    talk.tell(e.Announced("Time is up."))
    talk.wait(0)
    talk.tell(e.StopPressed())
    talk.rest()
    assert len(talk.got(c.SayAloud)) == 1


def test_an_announcement_cut_by_a_lost_line_is_said_to_the_next_one() -> None:
    talk = Talk()
    talk.tell(e.Announced("Time is up."))
    talk.wait(0)
    turn = talk.got(c.SayAloud)[0].turn
    talk.answer(turn, "Time", "is", "up.")
    talk.play(turn, 700)
    talk.tell(e.LineLost(), e.LineAttached())
    talk.wait(0)
    assert len(talk.got(c.SayAloud)) == 2


def test_what_is_of_a_moment_is_said_in_that_moment_or_not_at_all() -> None:
    talk = Talk()
    talk.tell(e.Announced("A door.", until=talk.us + 2_000_000))
    assert kinds(talk.wait(0)) == ["SayAloud"]
    talk, _ = speaking("one", "two")
    talk.tell(e.Announced("A door.", until=talk.us + 2_000_000))
    talk.tell(e.Announced("Time is up."))
    talk.wait(2_500)
    talk.rest()
    said = [one.text for one in talk.got(c.SayAloud)]
    assert "A door." not in said
    assert said[-1] == "Time is up.", "after the apology for the reply that never moved"


def test_what_is_of_a_moment_and_was_cut_is_not_said_again_later() -> None:
    talk = Talk()
    talk.tell(e.Announced("A door.", until=talk.us + 500_000))
    talk.wait(0)
    talk.utter("", ms=300)
    talk.wait(1_000)
    talk.rest()
    assert len(talk.got(c.SayAloud)) == 1


def test_too_many_announcements_drop_the_oldest() -> None:
    talk = Talk(TurnSettings(max_announcements=2), attached=False)
    talk.tell(*(e.Announced(text) for text in "abc"))
    talk.tell(e.LineAttached())
    talk.rest()
    assert [one.text for one in talk.got(c.SayAloud)] == ["b", "c"]


def test_an_announcement_does_not_end_the_wish_to_hear_the_rest() -> None:
    talk, turn = speaking("one", "two")
    talk.play(turn, 700)
    talk.tell(e.StopPressed(), e.Announced("Time is up."))
    talk.wait(0)
    ring = talk.got(c.SayAloud)[-1].turn
    talk.answer(ring, "Time", "is", "up.")
    talk.play(ring, 1_500, drained=True)
    assert talk.core.context.unheard == "two"
