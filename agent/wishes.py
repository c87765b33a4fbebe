"""What an app that talks with the agent may wish for its replies: instructions, tools of its own, voice or text only.

Plain data. Does not know wires, brains or how a wish is met.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Tool:
    """Something the app does itself when it is called. ``parameters``: a JSON schema of an object."""

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What the app answered to a call; ``output`` is its text, often JSON."""

    call_id: str
    name: str
    output: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """``tool_choice``: "auto", "none", "required", or the name of one tool. ``aloud`` False: text only."""

    instructions: str = ""
    tools: tuple[Tool, ...] = ()
    tool_choice: str = "auto"
    aloud: bool = True
