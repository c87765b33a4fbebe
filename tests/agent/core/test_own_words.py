"""The agent's own words in its microphone: neither an interruption nor a question. A person's are both."""

from __future__ import annotations

import pytest

from agent.core import commands as c
from agent.core import events as e
from agent.core.ledger import Ledger
from agent.core.own_words import is_own
from agent.core.states import State
from tests.agent.core.talk import Talk

SAID = ("You", "can", "say", "read", "the", "text", "or", "what", "colour", "is", "this")


@pytest.mark.parametrize(
    ("heard", "said", "own"),
    [
        ("read the text", "can say read the text or", True),
        ("read the test", "can say read the text or", False),
        ("say read the text or", "can say read the next or", True),
        ("the text read", "read the text", False),
        ("what time is it", "read the text or what colour is this", False),
        ("", "read the text", False),
        ("read the text", "", False),
        ("Read, the TEXT!", "read the text", True),
    ],
)
def test_words_in_their_order_are_its_own(heard: str, said: str, own: bool) -> None:
    assert is_own(heard, said) is own


def test_the_ledger_knows_which_words_sounded_between_two_samples() -> None:
    ledger = Ledger()
    ledger.voice(tuple((f"w{at} ", at * 1_000) for at in range(1, 9)), 8_000)
    assert ledger.around(2_500, 4_500) == "w3 w4 w5"
    assert ledger.around(-500, 500) == "w1"
    assert ledger.around(7_500, 9_000) == "w8"
    assert ledger.around(8_000, 9_000) == ""


def reciting(ms: int = 2_600) -> tuple[Talk, int]:
    """It says SAID, a word every 500 ms; ``ms`` have left."""
    talk = Talk()
    turn = talk.ask("what can you do")
    talk.answer(turn, *SAID)
    for at in range(100, ms + 1, 100):
        talk.wait(100)
        talk.play(turn, at)
    return talk, turn


def over(talk: Talk, turn: int, text: str, ms: int = 900) -> None:
    """This is heard while the reply goes on."""
    at = talk.us * 16 // 1000
    played = 2_600
    talk.tell(e.SpeechLikely(at), e.SpeechStarted(at + 1_536, at))
    for spoken in range(100, ms + 1, 100):
        talk.wait(100)
        played += 100 if spoken < 200 else 0
        talk.play(turn, played)
        talk.tell(e.SpeechLasted(spoken * 16), e.PartialHeard(text))
    talk.fall_silent()
    talk.words(text)


def test_what_it_is_saying_now_does_not_interrupt_it() -> None:
    talk, turn = reciting()
    over(talk, turn, "the text")
    assert talk.got(c.CancelReply) == []
    assert talk.got(c.Unduck) == [c.Unduck(turn)]
    assert talk.state is State.SPEAKING


def test_other_words_and_those_it_said_before_interrupt_it() -> None:
    for words in ("what time is it", "you can say"):
        talk, turn = reciting()
        over(talk, turn, words)
        assert talk.got(c.CancelReply) == [c.CancelReply(turn, "spoken_over")], words


def test_stop_is_never_its_own() -> None:
    talk = Talk()
    turn = talk.ask("what can you do")
    talk.answer(turn, "say", "stop", "to", "silence", "me")
    talk.wait(900)
    talk.play(turn, 900)
    at = talk.us * 16 // 1000
    talk.tell(e.SpeechLikely(at), e.SpeechStarted(at + 1_536, at), e.SpeechLasted(3_000), e.PartialHeard("stop"))
    assert talk.got(c.CancelReply) == [c.CancelReply(turn, "spoken_over")]


def spoken_to_its_end() -> Talk:
    talk, turn = reciting(5_400)
    talk.play(turn, 5_500, drained=True)
    assert talk.state is State.IDLE
    return talk


def test_its_last_words_in_the_room_are_no_question() -> None:
    talk = spoken_to_its_end()
    talk.wait(100)
    talk.utter("colour is this", ms=500)
    talk.wait(2_000)
    assert [said.text for said in talk.got(c.ShowSaid)] == ["what can you do", ""]
    assert len(talk.got(c.EndReply)) == 1
    assert talk.state is State.IDLE


def test_the_same_words_a_second_later_are_one() -> None:
    talk = spoken_to_its_end()
    talk.wait(1_000)
    talk.utter("what colour is this", ms=800)
    talk.wait(1_000)
    assert talk.got(c.StartReply)[-1].text == "what colour is this"
    assert talk.state is State.THINKING
