"""What an app directs: wishes for replies, tools of its own, lines and pictures it brings, replies beside the talk.

Implements ``ports.Directions`` for one session. Knows what is wanted and what is still unanswered. Does not decide
when anyone speaks (the core does) nor how a reply is made (``speaking``).
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections import OrderedDict
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Literal, assert_never

from agent import ports
from agent.core import events as e
from agent.engines.protocols import Call, CallTool, Question, Said, Text
from agent.errors import NetraError
from agent.knowing import informed
from agent.language.saying import follow
from agent.oneshot import harmless
from agent.picture import Picture
from agent.seeing import Seeing
from agent.skills.skill import translated
from agent.speaking import Means, call_skill, worded
from agent.wishes import ToolResult, Wishes

MAX_ASIDES = 8
"""Replies beside the conversation at a time; one more fails."""
MAX_CALLS = 256
"""Calls whose answer may still come."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A reply that was asked for."""

    ask: int
    wishes: Wishes


class Directions:
    """``tell`` the core, ``show`` the person's line; ``group`` is the session's scope while it runs."""

    def __init__(
        self,
        tell: Callable[[e.Event], None],
        show: Callable[[ports.Report], None],
        group: Callable[[], asyncio.TaskGroup | None],
        listening: Callable[[], bool],
        means: Means,
        seeing: Seeing,
    ) -> None:
        self.wishes = Wishes()
        self._tell, self._show, self._group, self._listening = tell, show, group, listening
        self._means, self._seeing = means, seeing
        self._numbers = itertools.count(-1, -1)
        self._asked: dict[int, Asked] = {}
        self._waiting: Asked | None = None
        self._unanswered: list[str] = []
        self._names: OrderedDict[str, str] = OrderedDict()
        self._results: list[ToolResult] = []
        self._shown = False
        self._asides = 0
        self._calls = 0

    # --- ports.Directions -------------------------------------------------------------------------------------

    def wish(self, wishes: Wishes) -> None:
        self.wishes = wishes

    def respond(self, ask: int, wishes: Wishes, text: str = "") -> None:
        asked = Asked(ask, wishes)
        if text:
            self._unanswered.append(text)
        if self._listening():
            self._waiting = asked
        else:
            self._want(asked)

    def respond_aside(self, ask: int, wishes: Wishes, text: str, history: tuple[ports.Remembered, ...] | None) -> None:
        group = self._group()
        turn = next(self._numbers)
        self._show(ports.ReplyStarted(turn, ask))
        if group is None or self._asides >= MAX_ASIDES:
            self._show(ports.ReplyEnded(turn, "failed", "", 0))
            return
        said = self._means.situation().history
        if history is not None:
            said = tuple(Said(line.who, line.text, line.interrupted) for line in history)
        self._asides += 1
        question = Question(text, typed=True, history=said, wishes=wishes, shown=self._shown)
        group.create_task(self._reply_aside(turn, question), name=f"aside {turn}")

    def bring(self, who: Literal["user", "agent"], text: str, after: int | None = None) -> int:
        number = next(self._numbers)
        if who == "agent":  # a history that is brought along: what came before it was answered
            self._results.clear()
            self._unanswered.clear()
        self._tell(e.LineBrought(number, who, text, after))
        return number

    def forget(self, number: int) -> None:
        self._tell(e.LineForgotten(number))

    def answer_tool(self, call_id: str, output: str) -> None:
        self._results.append(ToolResult(call_id, self._names.pop(call_id, ""), output))
        del self._results[:-MAX_CALLS]

    def see(self, picture: Picture) -> None:
        self._shown = True
        self._seeing.show(picture)

    # --- the session's side -----------------------------------------------------------------------------------

    def said(self, text: str) -> None:
        """A turn of the user is over; perhaps nobody answers it but when asked."""
        if text:
            self._unanswered.append(text)
            del self._unanswered[:-16]

    def settle(self) -> None:
        """Nobody speaks any more: what was asked for meanwhile is wanted now, unless a reply took it along."""
        if self._waiting is not None and not self._listening():
            asked, self._waiting = self._waiting, None
            self._want(asked)

    def question(self, question: Question, ask: int, *, guess: bool) -> tuple[Question, Asked]:
        """The question with all that the app wished for it. A guess leaves everything as it is."""
        asked = self._asked.pop(ask, None) or self._waiting or Asked(0, self.wishes)
        whole = Question(
            question.text, question.coverage, question.typed, question.alternatives, question.history,
            asked.wishes, tuple(self._results) if asked.ask else (), self._shown,
        )  # fmt: skip
        if not guess:
            self.taken()
            if asked.ask:
                self._results.clear()
        return whole, asked

    def taken(self) -> int:
        """A reply begins for real: it answers all that was said. Gives the number of what waited to be asked, or 0."""
        waiting, self._waiting = self._waiting, None
        self._unanswered.clear()
        self._shown = False
        return waiting.ask if waiting else 0

    def called(self, turn: int, name: str, arguments: dict[str, Any]) -> None:
        """A reply calls the app's tool."""
        self._calls += 1
        call_id = f"call_{abs(turn)}_{self._calls}"
        self._names[call_id] = name
        while len(self._names) > MAX_CALLS:
            self._names.popitem(last=False)
        self._show(ports.ToolCalled(turn, call_id, name, json.dumps(arguments, ensure_ascii=False)))

    # --- inside -----------------------------------------------------------------------------------------------

    def _want(self, asked: Asked) -> None:
        self._asked[asked.ask] = asked
        while len(self._asked) > MAX_CALLS:
            del self._asked[next(iter(self._asked))]
        self._tell(e.ReplyWanted(" ".join(self._unanswered), asked.ask))

    async def _reply_aside(self, turn: int, question: Question) -> None:
        """The scope of a reply beside the conversation: whatever breaks in it is told as its end."""
        follow(lambda: self._means.situation().manner.language)
        status: Literal["completed", "failed"] = "completed"
        text = ""
        try:
            situation = self._means.situation()
            question = informed(question, situation, situation.eyes)
            async with aclosing(self._means.brain.reply(question)) as thoughts:  # type: ignore[type-var]
                async for thought in thoughts:
                    match thought:
                        case Text(text=words):
                            more = words
                        case Call(skill=name, arguments=arguments, heard=heard):
                            answer, _ = await call_skill(self._means, name, arguments)
                            more = worded(translated(harmless(answer)), self._means.situation().manner.detail)
                            if heard is not None:
                                heard(more)
                                more = ""
                        case CallTool(tool=name, arguments=arguments):
                            self.called(turn, name, arguments)
                            more = ""
                        case _:
                            assert_never(thought)
                    if more:
                        more = f" {more}" if text else more
                        text += more
                        self._show(ports.ReplyText(turn, more))
        except NetraError as error:
            log.warning("aside %d failed: %s", turn, error)
            status = "failed"
        except Exception:  # border: a reply beside the conversation must not end it
            log.exception("aside %d broke", turn)
            status = "failed"
        finally:
            self._asides -= 1
        self._show(ports.ReplyEnded(turn, status, text, 0))
