"""What a session does to the world: acts when an answer is really given, and only after a yes where one is needed.

Knows the question that waits for a yes and how long it may. Does not know how commands travel (``House``) nor how a
person is reached, and decides nothing: skills do.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

from agent import ports
from agent.language.saying import say
from agent.onlooker import Household
from agent.skills.house import the
from agent.skills.skill import Act, ActConfirmed, Answer, AskFirst, CallPerson, Deed, Pending
from agent.skills.wording import sentence

ENDS_IT = frozenset({"deny", "stop", "goodbye"})
"""Skills after which nothing waits any more. Any other answer in between makes a later yes mean nothing."""


class Acting:
    """For one session. ``announce`` is told what could not be done after all; ``clock``: microseconds; ``call`` has the
    person asked; ``show``: the person's line.
    """

    def __init__(
        self,
        house: Household | None,
        announce: Callable[[str], None],
        clock: Callable[[], int],
        call: Callable[[CallPerson], None] = lambda _: None,
        show: Callable[[ports.Report], None] = lambda _: None,
    ) -> None:
        self.house = house
        self.pending: Pending | None = None
        self._announce, self._clock, self._call, self._show = announce, clock, call, show
        self._numbers = itertools.count(1)

    def given(self, answer: Answer) -> None:
        """This answer is really being said."""
        pending, self.pending, confirmed = self.pending, None, False
        for effect in answer.effects:
            match effect:
                case Act():
                    self._act(effect)
                case AskFirst(acts=acts, question=question, within_s=within_s):
                    until = self._clock() + int(within_s * 1_000_000)
                    self.pending = Pending(next(self._numbers), acts, question, until)
                    self._show(ports.QuestionAsked(question, within_s))
                case ActConfirmed(number=number) if pending is not None and pending.number == number:
                    confirmed = True
                    for act in pending.acts:
                        self._act(act)
                case _:
                    pass
        if self.pending is not None or pending is None:
            return
        if pending.alive:
            self._show(ports.QuestionAsked("", 0.0))
        if not confirmed and answer.skill not in ENDS_IT:
            self.pending = replace(pending, alive=False)

    def forget(self) -> None:
        """Somebody else may be there now: nothing waits for a yes."""
        self.pending = None

    def _act(self, act: Deed) -> None:
        if isinstance(act, CallPerson):
            self._call(act)
        elif self.house is not None:
            self.house.act(act, lambda: self._announce(_not_done(act)))


def _not_done(act: Act) -> str:
    thing = the(act.thing)
    return sentence(say("the house could not be reached, so I don't know whether {thing} took that", thing=thing))
