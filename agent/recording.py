"""Reads what the flight recorder wrote: the header, and one step for each line.

Knows the recorder's lines and how they may be damaged. Does not know what any of them means.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from agent.core import commands as c
from agent.core import events as e
from agent.core.turn import TurnSettings
from agent.errors import RecordingError
from agent.recorder import COMMANDS, EVENTS, FORMAT


@dataclass(frozen=True, slots=True)
class Step:
    """One line: a fact, a tick (None), or a command, with its number in the file and its time in microseconds."""

    line: int
    now: int
    what: e.Event | c.Command | None
    is_command: bool


@dataclass(frozen=True, slots=True)
class Recording:
    """``lines``: of the file, the header included. ``cut_off``: the last one is not whole."""

    path: Path
    header: dict[str, Any]
    steps: tuple[Step, ...]
    lines: int
    cut_off: bool

    @property
    def settings(self) -> TurnSettings:
        """The settings of its core. Raises RecordingError when this version has others."""
        try:
            return TypeAdapter(TurnSettings).validate_python(self.header["turn"])
        except ValidationError as error:
            fault = error.errors()[0]
            key = ".".join(str(part) for part in fault["loc"])
            raise RecordingError(
                f"{self.path}: line 1: setting turn.{key} is not one of this version ({fault['msg']}). "
                f"Replay it with Netra {self.header['netra']}."
            ) from None


def read(path: Path) -> Recording:
    """The recording at ``path``. Raises RecordingError when it is none, or is damaged."""
    lines, cut_off = _lines(path)
    header = _header(path, lines[0])
    return Recording(path, header, tuple(_steps(path, lines[1:])), len(lines), cut_off)


def _lines(path: Path) -> tuple[list[str], bool]:
    """All whole lines, and whether one more was cut off."""
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise RecordingError(f"{path} can't be read ({error.strerror}). Give the path of a .jsonl recording.") from None
    lines = text.split("\n")
    last = lines.pop()
    if not lines:
        raise _foreign(path)
    return lines, bool(last)


def _header(path: Path, line: str) -> dict[str, Any]:
    try:
        header = json.loads(line)
    except ValueError:
        raise _foreign(path) from None
    if not isinstance(header, dict) or "netra" not in header or "turn" not in header:
        raise _foreign(path)
    if header.get("format") != FORMAT:
        raise RecordingError(
            f"{path} is a recording of format {header.get('format')}, and this is a player of format {FORMAT}. "
            f"Replay it with Netra {header['netra']}."
        )
    return header


def _steps(path: Path, lines: list[str]) -> list[Step]:
    steps = []
    for number, line in enumerate(lines, start=2):
        try:
            steps.append(_step(number, json.loads(line)))
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            reason = str(error).splitlines()[0]
            raise RecordingError(
                f"{path}: line {number} is damaged or of another version ({reason}). "
                "Replay it with the version that recorded it, or cut the file off before this line."
            ) from None
    return steps


def _step(number: int, line: dict[str, Any]) -> Step:
    now = line["now"]
    if not isinstance(now, int):
        raise TypeError("now is no whole number")
    if line.get("tick") is True:
        return Step(number, now, None, is_command=False)
    kind, known = ("command", COMMANDS) if "command" in line else ("event", EVENTS)
    name = line[kind]
    if name not in known:
        raise ValueError(f"there is no {kind} {name!r}")
    unknown = set(line["with"]) - {field.name for field in fields(known[name])}
    if unknown:
        raise ValueError(f"{name} has no {', '.join(sorted(unknown))}")
    return Step(number, now, _adapter(known[name]).validate_python(line["with"]), is_command=kind == "command")


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _foreign(path: Path) -> RecordingError:
    return RecordingError(f"{path} is not a recording of Netra. Recordings are the .jsonl files of record.directory.")
