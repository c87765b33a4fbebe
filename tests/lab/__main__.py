"""The command of the laboratory: ``python -m tests.lab --help``, or ``make lab ARGS="--hours 100"``."""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests.agent.core import walk
from tests.lab import core_speed, farm
from tests.lab.generate import generate
from tests.lab.report import table
from tests.lab.script import Script, read, written

out, err = Console(), Console(stderr=True)
WIDE = 150
"""Columns of the table where nobody looks at a terminal."""
SAY_EVERY_S = 30.0


Hours = Annotated[float, typer.Option(min=0.01, help="Simulated hours of conversation.")]
Seed = Annotated[int, typer.Option(min=0, help="The first seed; the same ones give the same conversations.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; default: one for each core.")]
Out = Annotated[Path, typer.Option("--out", help="Where scripts and recordings of what goes wrong are kept.")]
Only = Annotated[int | None, typer.Option(min=0, help="Only the conversation of this seed, with its script.")]
File = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Only this script, as --only prints one.")]
CoreSpeed = Annotated[bool, typer.Option("--core-speed", help="Only how many facts a second the core takes.")]
Model = Annotated[bool, typer.Option("--model", help="Only the walk over every situation and every event.")]


def main(
    hours: Hours = 10_000.0,
    seed: Seed = 0,
    workers: Workers = None,
    folder: Out = Path("lab-out"),
    only: Only = None,
    script: File = None,
    speed: CoreSpeed = False,
    model: Model = False,
) -> None:
    """Random conversations through the real session in virtual time; non-zero exit when a rule was broken."""
    logging.disable(logging.CRITICAL)  # engines that were told to break say so
    if only is not None or script is not None:
        raise typer.Exit(_one(generate(only) if script is None else read(script.read_text("utf-8")), only, folder))
    if speed:
        raise typer.Exit(_core_speed())
    if model:
        raise typer.Exit(_model())
    harvest, took_s = _farm(hours, seed, workers or os.cpu_count() or 1, folder)
    out.print(table(harvest, took_s), width=None if out.is_terminal else WIDE)
    for finding in harvest.findings[:20]:
        out.print(str(finding), highlight=False, markup=False)
    if len(harvest.findings) > 20:
        out.print(f"... and {len(harvest.findings) - 20} more; all are in {folder}/.")
    wrong = bool(harvest.findings)
    wrong |= bool(_core_speed())
    wrong |= bool(_model())
    raise typer.Exit(int(wrong))


def _farm(hours: float, seed: int, workers: int, folder: Path) -> tuple[farm.Harvest, float]:
    began = said = time.monotonic()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        task = progress.add_task("", total=hours)

        def told(harvest: farm.Harvest) -> None:
            nonlocal said
            text = f"{harvest.hours:,.0f} of {hours:,.0f} h, {len(harvest.findings)} findings"
            progress.update(task, completed=harvest.hours, description=text)
            if not err.is_terminal and time.monotonic() - said > SAY_EVERY_S:
                said = time.monotonic()
                err.print(f"{text}, {said - began:.0f} s", highlight=False)

        harvest = farm.run(hours, seed=seed, workers=workers, folder=folder, told=told)
    return harvest, time.monotonic() - began


def _one(script: Script, seed: int | None, folder: Path) -> int:
    name = "script" if seed is None else f"seed{seed}"
    out.print(written(script), highlight=False, markup=False)
    folder.mkdir(parents=True, exist_ok=True)
    out.print(f"\nRecording: {farm.record(script, folder, name)} (see `netra timeline`)", highlight=False)
    faults = farm.faults_of(script)
    for fault in faults:
        out.print(f"broken: {fault}", highlight=False, markup=False)
    if not faults:
        out.print("Every rule held.")
    return int(bool(faults))


def _core_speed() -> int:
    speed = core_speed.measure(core_speed.facts_of())
    enough = speed.median >= core_speed.WANTED
    out.print(f"Core: {speed}; wanted: {core_speed.WANTED:,}.", highlight=False)
    return int(not enough)


def _model() -> int:
    found = walk.walk()
    faults = walk.differences(found)
    out.print(f"Model: {walk.summary(found)}", highlight=False)
    for fault in faults:
        out.print(f"  {fault}", highlight=False, markup=False)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(typer.run(main))
