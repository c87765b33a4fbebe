"""The core's context as others want it: for a page that comes back, and for a brain. Knows lines; keeps nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from agent import ports
from agent.core import commands as c
from agent.core.context import AgentLine, ContextLine, PictureLine, UserLine
from agent.engines.protocols import Question, Said


def remembered(lines: Iterable[ContextLine]) -> tuple[ports.Remembered, ...]:
    """The words of the conversation."""
    found = []
    for line in lines:
        match line:
            case UserLine(turn=turn, text=text):
                found.append(ports.Remembered(turn, "user", text))
            case AgentLine(turn=turn, text=text, interrupted=interrupted):
                found.append(ports.Remembered(turn, "agent", text, interrupted))
            case PictureLine():
                pass
            case _:
                assert_never(line)
    return tuple(found)


def said(lines: Iterable[ContextLine]) -> tuple[Said, ...]:
    """The conversation so far; pictures stand with the words after which they were seen."""
    found: list[Said] = []
    for line in lines:
        match line:
            case UserLine(text=text):
                found.append(Said("user", text))
            case AgentLine(text=text, interrupted=interrupted):
                found.append(Said("agent", text, interrupted))
            case PictureLine(picture=picture):
                if found:
                    found[-1] = replace(found[-1], pictures=(*found[-1].pictures, picture))
            case _:
                assert_never(line)
    return tuple(found)


def questions(command: c.StartReply, lines: Iterable[ContextLine]) -> tuple[Question, ...]:
    """What a reply answers, in order, each knowing the conversation before all of it: what was typed, or said in a
    turn that is over, is among the last lines already.
    """
    asked = [(one.text, one.coverage, one.typed, one.alternatives) for one in command.first]
    asked.append((command.text, command.coverage, command.typed, command.alternatives))
    known, left = list(said(lines)), [text for text, *_ in asked]
    while known and known[-1].who == "user" and (at := _asks(left, known[-1].text)) is not None:
        left[at] = left[at].removesuffix(known.pop().text).rstrip()
    return tuple(Question(*one, tuple(known)) for one in asked)


def _asks(texts: list[str], line: str) -> int | None:
    """Which of these texts, the last first, ends in this line."""
    return next((at for at in reversed(range(len(texts))) if texts[at].endswith(line)), None)
