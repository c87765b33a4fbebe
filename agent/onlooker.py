"""What looks on at a session and may act for it: the other side of MQTT. Promises only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from agent.ports import Report
from agent.skills.skill import Act, Answer, House


class Onlooker(Protocol):
    """Told what a session tells its line, whether it has one or not. Never blocks, never raises."""

    def show(self, report: Report) -> None: ...

    def given(self, answer: Answer) -> None:
        """This answer of a skill is really being said."""
        ...


class Household(House, Protocol):
    """A house that can be acted on."""

    def act(self, act: Act, failed: Callable[[], None]) -> None:
        """Have it done now or not at all; ``failed`` is told when it could not be sent. Returns at once."""
        ...
