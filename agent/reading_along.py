"""Lets a brain read along while the user speaks: kept pictures and words so far, with what is known of the moment.

Knows when something new is there. Does not know what a brain makes of it; most make nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from agent import ports
from agent.core import events as e
from agent.engines.protocols import Brain, Question
from agent.knowing import informed
from agent.looking_ahead import LookingAhead
from agent.picture import Picture
from agent.skills.skill import Situation
from agent.wishes import Wishes


class ReadingAlong:
    """Of one session. ``situation`` and ``wishes`` are asked when something new is there. ``group``: where the eyes
    look ahead of the words; None while there is none.
    """

    def __init__(
        self,
        brain: Brain,
        session: str,
        situation: Callable[[], Situation],
        wishes: Callable[[], Wishes],
        group: Callable[[], asyncio.TaskGroup | None] = lambda: None,
    ) -> None:
        attend = getattr(brain, "attention", None)
        self._attention: Any = attend(session) if attend is not None else None
        self._ahead = LookingAhead(brain, situation, group)
        self._situation, self._wishes = situation, wishes

    def saw(self, picture: Picture, why: str) -> None:
        """A picture was kept. One of the same scene, kept for its age, has nothing new to read."""
        if self._attention is not None and why != "aged":
            self._attention.saw(picture, self._question(""))

    def heard(self, event: e.Event) -> None:
        """A fact from the microphone: words so far are of interest."""
        self._ahead.heard(event)
        if self._attention is not None and isinstance(event, e.PartialHeard | e.FinalHeard) and event.text.strip():
            self._attention.heard(self._question(event.text))

    def shown(self, report: ports.Report) -> None:
        """After a reply the conversation is another: what is in view is fed again behind it while nobody speaks."""
        if self._attention is not None and isinstance(report, ports.ReplyEnded):
            self._attention.settled(self._question(""))

    def close(self) -> None:
        """The session is over."""
        self._ahead.close()
        if self._attention is not None:
            self._attention.close()

    def _question(self, words: str) -> Question:
        situation = self._situation()
        question = Question(words, history=situation.history, wishes=self._wishes())
        return informed(question, situation, situation.eyes)
