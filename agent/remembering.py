"""The conversation so far in the words of those who ask for it. Reads the core's context; changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from agent.core.context import AgentLine, ContextLine, PictureLine, UserLine
from agent.engines.protocols import Said
from agent.ports import Remembered


def remembered(lines: Iterable[ContextLine]) -> tuple[Remembered, ...]:
    """For a page: words only."""
    found: list[Remembered] = []
    for line in lines:
        match line:
            case UserLine(turn=turn, text=text):
                found.append(Remembered(turn, "user", text))
            case AgentLine(turn=turn, text=text, interrupted=interrupted):
                found.append(Remembered(turn, "agent", text, interrupted))
            case PictureLine():
                pass
            case _:
                assert_never(line)
    return tuple(found)


def said(lines: Iterable[ContextLine]) -> tuple[Said, ...]:
    """For brains and skills; pictures stand with the words after which they were seen."""
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
