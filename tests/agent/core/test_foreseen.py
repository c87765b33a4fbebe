"""An answer that is begun at the first pause of the voice: used when its words were all, gone without trace if not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core import commands as c
from agent.core import events as e
from agent.core.context import UserLine
from agent.core.states import State
from tests.agent.core.talk import ROOMY, Talk, kinds


def pausing(text: str = "read the text", talk: Talk | None = None) -> Talk:
    """The voice is silent for 96 ms after these words."""
    talk = talk or Talk()
    talk.speak(800, text)
    end = talk.us * 16 // 1000
    talk.wait(96)
    talk.tell(e.SpeechPaused(end + 1_536, end))
    return talk


def closing(talk: Talk, text: str, coverage: float = 1.0, others: tuple[str, ...] = ()) -> list[c.Command]:
    """The pause was the end of the utterance, and these its words."""
    end = talk.us * 16 // 1000 - 1_536
    talk.wait(96)
    talk.tell(e.SpeechStopped(end + 3_072, end))
    talk.wait(20)
    return talk.tell(e.FinalHeard(text, coverage, others))


def test_the_answer_is_begun_in_the_first_pause_and_used_at_the_end() -> None:
    talk = pausing()
    assert talk.state is State.LISTENING
    assert talk.got(c.StartReply) == [c.StartReply(2, "read the text", guess=True)]
    closing(talk, "read the text")
    assert talk.state is State.GUESSING
    talk.tell(e.Voiced(2, (("Exit.", 12_000),), 12_000))
    talk.wait(400)
    assert talk.state is State.SPEAKING
    assert talk.got(c.StartReply) == [c.StartReply(2, "read the text", guess=True)]
    assert talk.got(c.ReleaseReply) == [c.ReleaseReply(2)]


def test_who_goes_on_within_the_pause_is_listened_to() -> None:
    talk = pausing()
    talk.wait(40)
    assert kinds(talk.tell(e.SpeechLasted(16_000))) == ["CancelReply"]
    assert talk.got(c.CancelReply) == [c.CancelReply(2, "went_on")]
    assert talk.got(c.EndReply) == []
    assert talk.core.context.lines == ()


def test_another_last_word_begins_another_answer() -> None:
    talk = pausing("what is this")
    talk.tell(e.PartialHeard("what is this colour"))
    begun = [(start.turn, start.text) for start in talk.got(c.StartReply)]
    assert begun == [(2, "what is this"), (3, "what is this colour")]
    closing(talk, "what is this thing")
    assert [start.text for start in talk.got(c.StartReply)][-1] == "what is this thing"
    assert [cancel.turn for cancel in talk.got(c.CancelReply)] == [2, 3]
    talk.wait(400)
    assert talk.core.context.lines == (UserLine(1, "what is this thing"),)


@pytest.mark.parametrize("text", ["", "read the", "i want to um", "can you tell me what"])
def test_words_that_call_for_more_are_not_answered_early(text: str) -> None:
    assert pausing(text).got(c.StartReply) == []


@pytest.mark.parametrize(
    ("coverage", "others", "understood", "kept"),
    [
        (1.0, (), None, True),
        (0.9, (), 0.9, True),
        (0.9, ("read the test",), 0.9, True),
        (0.9, ("read the test",), None, False),
        (0.9, (), 0.5, False),
        (0.4, (), 0.9, False),
    ],
)
def test_words_that_are_less_believed_in_the_end_are_answered_anew(
    coverage: float, others: tuple[str, ...], understood: float | None, kept: bool
) -> None:
    talk = pausing()
    if understood is not None:
        talk.tell(e.Understood(2, understood))
    closing(talk, "read the text", coverage, others)
    talk.wait(500)
    starts = talk.got(c.StartReply)
    assert len(starts) == (1 if kept else 2)
    assert kept or starts[-1] == c.StartReply(3, "read the text", coverage, others, guess=starts[-1].guess)


@pytest.mark.parametrize("way", [{"foresees": False}, {"answers": False}, {"push": True}])
def test_it_can_be_switched_off_and_is_off_where_nobody_is_answered_unasked(way: dict[str, bool]) -> None:
    talk = Talk(replace(ROOMY, **way))  # type: ignore[arg-type]
    assert pausing(talk=talk).got(c.StartReply) == []


def test_an_utterance_whose_words_are_still_to_come_is_waited_for() -> None:
    talk = Talk()
    talk.speak(800, "what is")
    talk.fall_silent()
    pausing("this colour", talk)
    assert talk.got(c.StartReply) == []


def test_how_well_it_is_understood_moves_the_wait() -> None:
    waits = []
    for confidence in (0.9, 0.6):
        talk = pausing(talk=Talk(replace(ROOMY, endpoint=replace(ROOMY.endpoint, complete_ms=300, heard_ms=300))))
        closing(talk, "read the text", 0.9)
        talk.tell(e.Understood(talk.got(c.StartReply)[-1].turn, confidence))
        waits.append((talk.core.deadline() or 0) - talk.us)
    assert waits[1] - waits[0] == 220_000


def test_typing_forgets_it() -> None:
    talk = pausing()
    assert "CancelReply" in kinds(talk.tell(e.TextTyped("hello")))
    assert talk.state is State.THINKING


def test_a_guess_that_breaks_early_is_told_only_when_it_would_have_been_said() -> None:
    talk = pausing()
    assert kinds(talk.tell(e.ReplyFailed(2, "broken"))) == []
    closing(talk, "read the text")
    talk.wait(400)
    assert [end.status for end in talk.got(c.EndReply)] == ["failed"]
