"""Run a recording through a new core and name the first command that differs.

Knows the recorder's lines. Does not know what any of them means. The core has no clock and no chance in it, so a
recording that was made with the same rules gives the same commands, line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from agent.core import commands as c
from agent.core import events as e
from agent.core.turn import TurnCore, TurnSettings
from agent.errors import RecordingError
from agent.recorder import COMMANDS, EVENTS, FORMAT, version


@dataclass(frozen=True, slots=True)
class Difference:
    """At line ``line`` of the file ``expected`` was recorded, and the new core gave ``got``; "" is nothing."""

    line: int
    now: int
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay showed. ``truncated``: the recording ends before its session did, as that of a killed process.
    ``recorded_by``, ``here``: versions of Netra.
    """

    file: str
    session: str
    recorded_by: str
    here: str
    facts: int
    ticks: int
    commands: int
    truncated: bool
    difference: Difference | None

    @property
    def same(self) -> bool:
        return self.difference is None

    def __str__(self) -> str:
        counts = f"{self.facts} facts, {self.ticks} ticks, {self.commands} commands"
        lines = [f"{self.file}: session {self.session}, recorded by version {self.recorded_by}: {counts}."]
        if self.truncated:
            lines.append("It ends before the session did.")
        if self.difference is None:
            lines.append("The same commands again.")
        else:
            lines += [
                f"The first difference is at line {self.difference.line}, {self.difference.now / 1e6:.3f} s:",
                f"  recorded: {self.difference.expected or 'nothing more'}",
                f"  now:      {self.difference.got or 'nothing more'}",
            ]
            if self.recorded_by != self.here:
                lines.append(f"This is version {self.here}: its rules may rightly differ.")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Step:
    """One line: a fact, a tick (None), or a command, with its number and time."""

    line: int
    now: int
    what: e.Event | c.Command | None
    is_command: bool


def replay(path: Path) -> Replayed:
    """Run the recording at ``path`` through a new core. Raises RecordingError when it is none, or is damaged."""
    lines, truncated = _lines(path)
    last: _Step | None = None
    header, settings = _header(path, lines[0])
    core = TurnCore(settings)
    waiting: list[c.Command] = []
    counts = {"facts": 0, "ticks": 0, "commands": 0}
    difference: Difference | None = None
    for step in _steps(path, lines[1:]):
        if step.is_command:
            counts["commands"] += 1
            got = waiting.pop(0) if waiting else None
            if difference is None and got != step.what:
                difference = Difference(step.line, step.now, str(step.what), "" if got is None else str(got))
        else:
            if waiting and difference is None:
                difference = Difference(step.line, step.now, "", str(waiting[0]))
            if difference is None:
                waiting = _fed(core, step)
            last = step
            counts["ticks" if step.what is None else "facts"] += 1
    truncated = truncated or last is None or not isinstance(last.what, e.Closed)
    if waiting and difference is None and not truncated:
        difference = Difference(len(lines) + 1, 0, "", str(waiting[0]))
    return Replayed(
        str(path), str(header.get("session", "")), str(header["netra"]), version(),
        counts["facts"], counts["ticks"], counts["commands"], truncated, difference,
    )  # fmt: skip


def _fed(core: TurnCore, step: _Step) -> list[c.Command]:
    if step.what is None:
        core.tick(step.now)
    else:
        core.receive(step.what, step.now)  # type: ignore[arg-type]  # no command: the caller looked
    return core.commands()


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


def _header(path: Path, line: str) -> tuple[dict[str, Any], TurnSettings]:
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
    try:
        return header, TypeAdapter(TurnSettings).validate_python(header["turn"])
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(str(part) for part in fault["loc"])
        raise RecordingError(
            f"{path}: line 1: setting turn.{key} is not one of this version ({fault['msg']}). "
            f"Replay it with Netra {header['netra']}."
        ) from None


def _steps(path: Path, lines: list[str]) -> Iterator[_Step]:
    for number, line in enumerate(lines, start=2):
        try:
            yield _step(number, json.loads(line))
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            reason = str(error).splitlines()[0]
            raise RecordingError(
                f"{path}: line {number} is damaged or of another version ({reason}). "
                "Replay it with the version that recorded it, or cut the file off before this line."
            ) from None


def _step(number: int, line: dict[str, Any]) -> _Step:
    now = line["now"]
    if not isinstance(now, int):
        raise TypeError("now is no whole number")
    if line.get("tick") is True:
        return _Step(number, now, None, is_command=False)
    kind, known = ("command", COMMANDS) if "command" in line else ("event", EVENTS)
    name = line[kind]
    if name not in known:
        raise ValueError(f"there is no {kind} {name!r}")
    unknown = set(line["with"]) - {field.name for field in fields(known[name])}
    if unknown:
        raise ValueError(f"{name} has no {', '.join(sorted(unknown))}")
    return _Step(number, now, _adapter(known[name]).validate_python(line["with"]), is_command=kind == "command")


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _foreign(path: Path) -> RecordingError:
    return RecordingError(f"{path} is not a recording of Netra. Recordings are the .jsonl files of record.directory.")
