"""One conversation as the checks look at it, and what several of them ask of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.lab import script as s
from tests.lab.record import Record, read
from tests.lab.stage import Done, Run

SLACK_US = 600_000
"""What windows, frames and the network may add to any wait that is promised."""


@dataclass(slots=True)
class Case:
    """A run and what its flight tells."""

    run: Run
    record: Record = field(init=False)
    stalls_us: int = field(init=False)

    def __post_init__(self) -> None:
        self.record = read(self.run.flight.lines)
        stalls = (one for one in self.run.done if isinstance(one.what, s.StallMicrophone | s.StallSpeaker))
        self.stalls_us = sum(one.ended_us - one.began_us for one in stalls)

    @property
    def said(self) -> list[Done]:
        return [one for one in self.run.done if isinstance(one.what, s.Say)]

    def taken_away(self, since: int, until: int) -> bool:
        """Whether something took words away between these instants."""
        return any(since <= now <= until for _, now, _ in self.record.breaks)


def plan_of(case: Case, text: str) -> s.Reply:
    named = s.tokens(text)
    for step in case.run.script.person:
        if named and isinstance(step.what, s.Say | s.Type) and named[-1] in s.tokens(step.what.text):
            return step.what.reply
    return s.Reply()
