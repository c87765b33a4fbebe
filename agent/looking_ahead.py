"""Looks while the user still speaks: from "read the" on it is clear that there is something to read.

The skill that the words so far ask for is run, and what it answers is thrown away: what the eyes found for it is kept
by them, for the answer that is really given. Knows words so far and skills without effects on anything; does not know
pictures, and says nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from agent.core import events as e
from agent.engines.protocols import Brain
from agent.errors import NetraError
from agent.skills.skill import Situation, Skill

log = logging.getLogger(__name__)

SLOW = frozenset({"read_text", "scan_code", "describe"})
"""Skills whose look takes longer than the wait for the end of a turn. None of them needs an argument."""
SURE = 0.7
"""So sure at least of what is asked for: "read the" is 0.9, "what does this" 0.6."""


class LookingAhead:
    """Of one session. ``group``: where a look is carried on; None while there is none."""

    def __init__(
        self,
        brain: Brain,
        situation: Callable[[], Situation],
        group: Callable[[], asyncio.TaskGroup | None],
    ) -> None:
        self._foresee: Callable[[str], tuple[str, float] | None] | None = getattr(brain, "foresee", None)
        self._situation, self._group = situation, group
        self._words = self._looked = ""
        self._look: asyncio.Task[Any] | None = None

    def heard(self, event: e.Event) -> None:
        """A fact from the microphone. One look at a time, and of each kind one in an utterance."""
        if isinstance(event, e.SpeechStarted):
            self._words = self._looked = ""
        if not isinstance(event, e.PartialHeard) or self._foresee is None or event.text == self._words:
            return
        self._words = event.text
        name, sure = self._foresee(event.text) or ("", 0.0)
        if name in SLOW and sure >= SURE and name != self._looked and (self._look is None or self._look.done()):
            group, situation = self._group(), self._situation()
            skill = next((each for each in situation.skills if each.name == name), None)
            if group is not None and skill is not None and situation.eyes.in_view():
                self._looked = name
                self._look = group.create_task(_run(skill, situation))

    def close(self) -> None:
        """The session is over."""
        if self._look is not None:
            self._look.cancel()


async def _run(skill: Skill, situation: Situation) -> None:
    try:
        await skill(situation, {})
    except NetraError as error:  # the answer will say so, if it is still so
        log.info("looking ahead found nothing: %s", error)
