"""Talk from elsewhere in the room, over a reply: by how loud the user's own turns are."""

from __future__ import annotations

from agent.core import commands as c
from agent.core import events as e
from agent.core.bargein import BargeInSettings
from agent.core.states import State
from agent.core.turn import TurnSettings
from tests.agent.core.talk import ROOMY, Talk, kinds


def speaking(own_db: float | None = -22.0, settings: TurnSettings = ROOMY) -> tuple[Talk, int]:
    """A reply sounds, to a question that was asked this loud."""
    talk = Talk(settings)
    talk.speak(500, "read the text")
    talk.tell(e.SpeechLasted(12_000, own_db))
    talk.fall_silent()
    talk.words("read the text")
    talk.wait(400)
    return talk, sounding(talk)


def sounding(talk: Talk) -> int:
    """The answer that was begun last sounds; its number."""
    turn = talk.got(c.StartReply)[-1].turn
    talk.answer(turn, *["word"] * 20)
    talk.play(turn, 300)
    assert talk.state is State.SPEAKING
    return turn


def over(talk: Talk, text: str, level: float, ms: int = 1_000) -> None:
    """Somebody says this over it."""
    at = talk.us * 16 // 1000
    talk.tell(e.SpeechLikely(at))
    talk.wait(96)
    talk.tell(e.SpeechStarted(at + 1_536, at))
    for spoken in range(100, ms + 1, 100):
        talk.wait(100)
        talk.tell(e.SpeechLasted(spoken * 16, level), e.PartialHeard(text))
    talk.fall_silent()
    talk.words(text)


def test_talk_from_across_the_room_lowers_the_reply_and_does_not_end_it() -> None:
    talk, turn = speaking()
    over(talk, "so i told her we could meet", -37.0, ms=2_000)
    assert talk.state is State.SPEAKING
    assert talk.got(c.Unduck) == [c.Unduck(turn)]
    assert talk.got(c.Hold) == [], "it never falls silent"
    assert talk.got(c.CancelReply) == []


def test_the_same_words_near_by_end_it() -> None:
    talk, turn = speaking()
    over(talk, "so i told her we could meet", -26.0)
    assert talk.got(c.CancelReply) == [c.CancelReply(turn, "spoken_over")]


def test_stop_counts_from_everywhere() -> None:
    talk, turn = speaking()
    over(talk, "stop", -45.0, ms=300)
    assert c.CancelReply(turn, "spoken_over") in talk.all


def test_the_user_who_begins_to_speak_over_the_talk_is_heard() -> None:
    talk, turn = speaking()
    over_there = talk.us * 16 // 1000
    talk.tell(e.SpeechLikely(over_there), e.SpeechStarted(over_there + 1_536, over_there))
    talk.tell(e.SpeechLasted(8_000, -38.0), e.PartialHeard("so i told her"))
    assert talk.state is State.OVERLAP
    talk.wait(100)
    assert "CancelReply" in kinds(talk.tell(e.SpeechLasted(12_000, -23.0)))
    assert talk.got(c.CancelReply) == [c.CancelReply(turn, "spoken_over")]


def test_nobody_is_far_while_the_user_has_not_been_heard_yet_or_when_it_is_switched_off() -> None:
    switched_off = TurnSettings(endpoint=ROOMY.endpoint, barge_in=BargeInSettings(distant_db=0))
    for talk, turn in (speaking(None), speaking(settings=switched_off)):
        over(talk, "so i told her we could meet", -45.0)
        assert talk.got(c.CancelReply) == [c.CancelReply(turn, "spoken_over")]


def test_the_user_may_move_away_little_by_little() -> None:
    talk, _ = speaking()
    for level in (-26.0, -30.0, -33.0):
        talk.rest()
        talk.speak(500, "read the text")
        talk.tell(e.SpeechLasted(12_000, level))
        talk.fall_silent()
        talk.words("read the text")
        talk.wait(400)
    turn = sounding(talk)
    over(talk, "what time is it", -35.0)
    assert c.CancelReply(turn, "spoken_over") in talk.all


def test_what_is_said_over_a_reply_does_not_teach_how_loud_the_user_is() -> None:
    talk, _ = speaking(-22.0)
    over(talk, "yes i will be there", -28.0)  # turned away a little: still believed
    talk.wait(2_000)
    turn = sounding(talk)
    over(talk, "put it on the table", -30.0)
    assert turn not in [cancel.turn for cancel in talk.got(c.CancelReply)]


def test_who_cut_a_reply_and_goes_on_before_an_answer_teaches_nothing() -> None:
    talk, turn = speaking(-22.0)
    over(talk, "honey can you close", -28.0)
    assert c.CancelReply(turn, "spoken_over") in talk.all
    talk.wait(600)
    assert talk.state is State.THINKING
    talk.speak(500, "the door")
    talk.tell(e.SpeechLasted(12_000, -28.0))
    talk.fall_silent()
    talk.words("the door")
    talk.wait(600)
    sounding(talk)
    over(talk, "put it on the table", -30.0)
    assert talk.state is State.SPEAKING, "8 dB below the user's own turn"
