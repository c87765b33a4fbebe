"""The core's context as others want it: for a page that comes back, and for a brain. Knows lines; keeps nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from agent import ports
from agent.core import commands as c
from agent.core.context import AgentLine, ContextLine, PictureLine, UserLine
from agent.engines.protocols import Said


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


def before(command: c.StartReply, lines: Iterable[ContextLine]) -> tuple[Said, ...]:
    """The conversation before this question: a typed one is its last line already, a spoken one is not yet."""
    known = said(lines)
    last = known[-1] if known else None
    asked = command.typed and last is not None and last.who == "user" and command.text.endswith(last.text)
    return known[:-1] if asked else known
