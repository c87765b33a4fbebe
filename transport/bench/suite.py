"""``netra bench``: the parts, one after another, and their figures beside what was asked. Measures nothing itself."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from agent.clock import stopwatch_us
from agent.errors import NetraError, first_of
from agent.settings import load
from transport.bench import aiming, aside, delays, echo, engines, overlap, sight, speech, turns
from transport.bench import load as crowds
from transport.bench import products as lists
from transport.bench import vlm as vlms
from transport.bench import wire as wires
from transport.bench.figures import Row
from transport.bench.stage import Bench, processors

Measure = Callable[[Bench], Awaitable[list[Row]]] | Callable[[Bench], list[Row]]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to run on its own. ``measure`` raises a NetraError when it can't be run here; one that is no coroutine
    has an event loop of its own.
    """

    name: str
    title: str
    measure: Measure


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a part; ``error`` "" when it ran."""

    part: str
    rows: list[Row] = field(default_factory=list)
    seconds: float = 0.0
    error: str = ""


PARTS: tuple[Part, ...] = (
    Part("delays", "end of speech to the first sound and to the final text; typed to sound", delays.delays),
    Part("barge-in", "speech over a long reply: when it is lowered, when it is silent", overlap.barge_in),
    Part("cough", 'coughs and "uh-huh" over a long reply: whether it goes on, and what is lost', overlap.coughs),
    Part("pauses", "pauses in the middle of sentences: whether the agent speaks into them", turns.pauses),
    Part("recordings", "real speakers: whether they are cut off, and how long they are waited for", turns.recordings),
    Part("background", "talk and noise in the room over a long reply", turns.background),
    Part("aside", "talk to somebody else over a long reply: whether it goes on", aside.aside),
    Part("echo", "its own voice in its microphone: whether it talks to itself, who is heard over it", echo.echo),
    Part("cuts", "interruptions on good and bad lines, and what is remembered of the reply", turns.cuts),
    Part("intents", "what is understood, from four synthetic voices and recordings", engines.intents),
    Part("speech", "Whisper tiny and base, and Kokoro: their cost, on weights without sense", speech.speech),
    Part("speech-large", "the same for Whisper large-v3-turbo, where there is a GPU or patience", speech.speech_large),
    Part("vad", "the voice detectors in noise", engines.vad),
    Part("link", "delay to the recogniser on a line that loses packets", engines.link),
    Part("wire", "the Realtime protocol: the adapter, the first sound over WebSocket, hostile messages", wires.wire),
    Part("vlm", "a vision-language model's first token with pictures in context, and how soon it is free", vlms.vlm),
    Part(
        "sight",
        "photos: spoilt ones answered, codes and print read; a word found",
        sight.sight,
    ),
    Part("aiming", "a simulated hand guided to a page: whole and read in time", aiming.aiming),
    Part("products", "a list of a million products: made ready once, and a number looked up", lists.products),
    Part("sessions", "how many conversations one core carries", crowds.sessions),
    Part("memory", "what calls leave behind in memory", crowds.memory),
    Part("startup", "from `netra serve` to the first call", crowds.startup),
)


def run(
    only: Sequence[str],
    *,
    turns: int,
    as_json: bool,
    listed: bool,
    console: Console,
    parts: Sequence[Part] = PARTS,
) -> int:
    """Run the parts named in ``only`` (none: all) and print them. Gives the exit code: 0 all ran, whether or not the
    figures are what was asked; 1 a part could not be run; 2 there is no such part."""
    if listed:
        _list(parts, as_json, console)
        return 0
    known = {part.name: part for part in parts}
    if unknown := [name for name in only if name not in known]:
        console.print(f"There is no part {unknown[0]!r}. There are: {', '.join(known)}.", highlight=False)
        return 2
    chosen = [known[name] for name in dict.fromkeys(only)] or list(parts)
    shown = Console(stderr=True) if as_json else console
    results = [_measured(part, turns, shown) for part in chosen]
    if as_json:
        _write(to_json(results))
    else:
        console.print(table(results))
        console.print(f"[dim]On {escape(_machine_in_words())}[/dim]", highlight=False)
    return 1 if any(result.error for result in results) else 0


def _measured(part: Part, turns: int, console: Console) -> Result:
    began = stopwatch_us()
    with console.status(f"{part.name}: begins") as status:

        def tell(text: str) -> None:
            status.update(f"{part.name}: {escape(text)}")
            if not console.is_terminal:  # nothing moves in a file: each step is a line, on the side
                at = (stopwatch_us() - began) / 1e6
                sys.stderr.write(f"{part.name}, {at:.0f} s: {text}\n")

        rows: list[Row] = []
        error = ""
        try:
            made = part.measure(Bench(load(), turns, tell))
            rows = made if isinstance(made, list) else asyncio.run(_awaited(made))
        except Exception as raised:  # the border: a part that can't be run does not take the others along
            cause = first_of(raised) if isinstance(raised, BaseExceptionGroup) else raised
            error = str(cause) if isinstance(cause, NetraError) else f"{type(cause).__name__}: {cause}"
    seconds = (stopwatch_us() - began) / 1e6
    told = f"[red]could not be run: {escape(error)}[/red]" if error else "done"
    console.print(f"[dim]{part.name:>9}[/dim]  {told} [dim]({seconds:.0f} s)[/dim]", highlight=False)
    return Result(part.name, rows, seconds, error)


async def _awaited(made: Awaitable[list[Row]]) -> list[Row]:
    return await made


def table(results: Sequence[Result]) -> Table:
    """Every figure, what was asked, and whether it is so."""
    made = Table(title="Measured", title_justify="left")
    for column, justify in (("figure", "left"), ("measured", "right"), ("asked", "left"), ("met", "left")):
        made.add_column(column, justify=justify)  # type: ignore[arg-type]
    words = {True: "[green]yes[/green]", False: "[red]no[/red]", None: ""}
    for result in results:
        made.add_row(f"[bold]{result.part}[/bold]")
        if result.error:
            made.add_row(f"[red]could not be run: {escape(result.error)}[/red]")
        for row in result.rows:
            figure = escape(row.figure) + (f"\n[dim]{escape(row.note)}[/dim]" if row.note else "")
            met = "[yellow]?[/yellow]" if row.target and row.met is None else words[row.met]
            made.add_row(figure, escape(row.value), escape(row.target), met)
        made.add_section()
    return made


def to_json(results: Sequence[Result]) -> dict[str, Any]:
    """For programs: the machine, every part with its rows, and how many of the figures asked for are met."""
    rows = [row for result in results for row in result.rows]
    return {
        "machine": machine(),
        "met": sum(row.met is True for row in rows),
        "missed": sum(row.met is False for row in rows),
        "parts": {
            result.part: {
                "seconds": round(result.seconds, 1),
                "error": result.error or None,
                "rows": [_plain(row) for row in result.rows],
            }
            for result in results
        },
    }


def _plain(row: Row) -> dict[str, Any]:
    return {
        "figure": row.figure, "value": row.value, "numbers": dict(row.numbers), "target": row.target or None,
        "met": row.met, "note": row.note,
    }  # fmt: skip


def machine() -> Mapping[str, Any]:
    """What the figures were taken on."""
    own, others = processors()
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "server_on": sorted(own) if own else None,
        "callers_on": sorted(others) if others else None,
        "accelerator": _accelerator(),
        "load_before": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def _accelerator() -> str | None:
    """The CUDA device, where torch was loaded and found one."""
    torch = sys.modules.get("torch")
    return str(torch.cuda.get_device_name()) if torch is not None and torch.cuda.is_available() else None


def _machine_in_words() -> str:
    found = machine()
    apart = "server and callers on cores of their own" if found["server_on"] else "server and callers on the same core"
    device = f", {found['accelerator']}" if found["accelerator"] else ""
    return f"{found['system']}, {found['processors']} processors{device}, Python {found['python']}; {apart}."


def _list(parts: Sequence[Part], as_json: bool, console: Console) -> None:
    if as_json:
        _write([{"name": part.name, "title": part.title} for part in parts])
        return
    for part in parts:
        console.print(f"[bold]{part.name:>9}[/bold]  {part.title}", highlight=False)


def _write(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2, default=str) + "\n")
