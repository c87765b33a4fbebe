"""What an app directs: wishes for replies, tools of its own, lines and pictures it brings, replies beside the talk.

Implements ``ports.Directions`` for one session. Knows what is wished for which reply. Does not decide when anyone
speaks nor what a reply answers (the core does), nor how it is made (``speaking``).
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections import OrderedDict
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
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


class Directions:
    """``tell`` the core, ``show`` the person's line; ``group`` is the session's scope while it runs."""

    def __init__(
        self,
        tell: Callable[[e.Event], None],
        show: Callable[[ports.Report], None],
        group: Callable[[], asyncio.TaskGroup | None],
        means: Means,
        seeing: Seeing,
    ) -> None:
        self.wishes = Wishes()
        self._tell, self._show, self._group = tell, show, group
        self._means, self._seeing = means, seeing
        self._numbers = itertools.count(-1, -1)
        self._asked: dict[int, Wishes] = {}
        self._names: OrderedDict[str, str] = OrderedDict()
        self._results: list[ToolResult] = []
        self._shown = False
        self._asides = 0
        self._calls = 0

    # --- ports.Directions -------------------------------------------------------------------------------------

    def wish(self, wishes: Wishes) -> None:
        self.wishes = wishes

    def respond(self, ask: int, wishes: Wishes, text: str = "") -> None:
        self._asked[ask] = wishes
        while len(self._asked) > MAX_CALLS:
            del self._asked[next(iter(self._asked))]
        self._tell(e.ReplyWanted(text, ask))

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

    def wishes_for(self, ask: int) -> Wishes:
        """What was wished for the reply with this number; 0: what is wished for all."""
        return self._asked.get(ask, self.wishes)

    def directed(self, questions: tuple[Question, ...], ask: int) -> tuple[Question, ...]:
        """The questions of one reply with all that the app wished for it; what its tools answered goes with the last.
        Leaves everything as it is.
        """
        wishes = self.wishes_for(ask)
        *first, last = (replace(one, wishes=wishes, shown=self._shown) for one in questions)
        return (*first, replace(last, results=tuple(self._results) if ask else ()))

    def taken(self, ask: int) -> None:
        """The reply with this number begins for real. One that was asked for before answers along with it: its own is
        over as it begins, so that nobody waits for it.
        """
        self._shown = False
        if not ask:
            return
        self._results.clear()
        for other in [number for number in self._asked if number < ask]:
            turn = next(self._numbers)
            self._show(ports.ReplyStarted(turn, other))
            self._show(ports.ReplyEnded(turn, "cancelled", "", 0, "replaced"))
            del self._asked[other]
        self._asked.pop(ask, None)

    def called(self, turn: int, name: str, arguments: dict[str, Any]) -> None:
        """A reply calls the app's tool."""
        self._calls += 1
        call_id = f"call_{abs(turn)}_{self._calls}"
        self._names[call_id] = name
        while len(self._names) > MAX_CALLS:
            self._names.popitem(last=False)
        self._show(ports.ToolCalled(turn, call_id, name, json.dumps(arguments, ensure_ascii=False)))

    # --- inside -----------------------------------------------------------------------------------------------

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
