"""What a person is told of a command of the core. Knows both vocabularies; changes nothing."""

from __future__ import annotations

from typing import assert_never

from agent import ports
from agent.audio import HEARING_RATE, SPEAKING_RATE, samples_to_us
from agent.core import commands as c


def shown(command: c.Command) -> ports.Report | None:
    """The report that goes with it, if one does."""
    match command:
        case c.ShowState(state=state):
            return ports.StateShown(state)
        case c.ShowSpeech(turn=turn, started=started, at=at):
            at_ms = samples_to_us(at, HEARING_RATE) // 1000
            return (ports.UserSpeechStarted if started else ports.UserSpeechStopped)(turn, at_ms)
        case c.ShowHeard(turn=turn, text=text):
            return ports.UserHeard(turn, text)
        case c.ShowSaid(turn=turn, text=text, typed=typed):
            return ports.UserSaid(turn, text, typed)
        case c.EndReply(turn=turn, status=status, heard=heard, samples=samples, reason=reason):
            played_ms = samples_to_us(samples, SPEAKING_RATE) // 1000
            return ports.ReplyEnded(turn, status, heard, played_ms, reason or "")
        case c.StartReply(guess=guess):
            return ports.Moved("guess") if guess else None
        case c.ReleaseReply():
            return ports.Moved("guess_used")
        case c.CancelReply():
            return ports.Moved("cancel")
        case c.Duck():
            return ports.Moved("duck")
        case c.Hold():
            return ports.Moved("hold")
        case c.Unhold():
            return ports.Moved("duck")
        case c.Unduck():
            return ports.Moved("back")
        case c.SayAloud() | c.DropUtterance() | c.Ignore():
            return None
        case _:
            assert_never(command)
