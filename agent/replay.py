"""Run a recording through a new core and name the first command that differs.

Knows the core's contract. Does not know files, nor what any command means. The core has no clock and no chance in it,
so a recording that was made with the same rules gives the same commands, line by line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agent.core import commands as c
from agent.core import events as e
from agent.core.turn import TurnCore
from agent.recorder import version
from agent.recording import Step, read


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


def replay(path: Path) -> Replayed:
    """Run the recording at ``path`` through a new core. Raises RecordingError when it is none, or is damaged."""
    recording = read(path)
    core = TurnCore(recording.settings)
    last: Step | None = None
    waiting: list[c.Command] = []
    counts = {"facts": 0, "ticks": 0, "commands": 0}
    difference: Difference | None = None
    for step in recording.steps:
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
    truncated = recording.cut_off or last is None or not isinstance(last.what, e.Closed)
    if waiting and difference is None and not truncated:
        difference = Difference(recording.lines + 1, 0, "", str(waiting[0]))
    header = recording.header
    return Replayed(
        str(path), str(header.get("session", "")), str(header["netra"]), version(),
        counts["facts"], counts["ticks"], counts["commands"], truncated, difference,
    )  # fmt: skip


def _fed(core: TurnCore, step: Step) -> list[c.Command]:
    if step.what is None:
        core.tick(step.now)
    else:
        core.receive(step.what, step.now)  # type: ignore[arg-type]  # no command: the caller looked
    return core.commands()
