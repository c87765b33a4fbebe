"""Runs the demo: starts a server, lets the person talk, prints and saves what happened, and says whether it went
well.
"""

from __future__ import annotations

import asyncio
import json
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from agent.audio import HEARING_RATE, SPEAKING_RATE, Pcm
from agent.engines import registry
from agent.resample import Resampler
from agent.settings import Settings
from transport.client import CallerSettings, Client
from transport.demo import pictures, script, timeline
from transport.demo.person import Person
from transport.running import server

STAGES = ("final_text", "endpoint", "first_words", "first_sound", "sound_out")


def run_demo(settings: Settings, folder: Path, arguments: list[str], *, as_json: bool, console: Console) -> int:
    """Run it and give the exit code: 0 all scenes went as they should, 1 at least one did not."""
    shown = Console(stderr=True) if as_json else console
    scenes, person, spoken, heard, start = asyncio.run(_converse(settings, arguments, shown))
    folder.mkdir(parents=True, exist_ok=True)
    _save(folder, spoken, heard)
    timeline.draw(folder / "timeline.png", spoken, heard, SPEAKING_RATE, start, scenes)
    del person
    good = all(not scene.wrong for scene in scenes)
    if as_json:
        json.dump(
            {"good": good, "folder": str(folder), "scenes": [_plain(scene) for scene in scenes]}, sys.stdout, indent=2
        )
        sys.stdout.write("\n")
    else:
        console.print(_table(scenes))
        console.print(f"Sound and timeline are in {folder}/")
        console.print(
            "[green]The conversation went well.[/green]" if good else "[red]The conversation went wrong.[/red]"
        )
    return 0 if good else 1


async def _converse(
    settings: Settings, arguments: list[str], console: Console
) -> tuple[list[script.Scene], Person, Pcm, Pcm, int]:
    voice = registry.build("synthesizer", settings.speaking.synthesizer, settings)
    try:
        with console.status("Starting a server"):
            async with server(arguments) as running:
                console.print(f"A server of its own runs at {running.url}; a scripted person calls it over WebRTC.\n")
                picture = pictures.coloured_object()
                async with Client(CallerSettings(running.url, camera=picture)) as client:
                    person = Person(client, voice)
                    scenes = await script.play(person, lambda scene: _say(console, scene))
                    start, heard = client.recording()
                    spoken = _spoken(person, start, len(heard))
    finally:
        await voice.close()
    return scenes, person, spoken, heard, start


def _say(console: Console, scene: script.Scene) -> None:
    exchange = scene.exchange
    if scene.before:
        console.print(f"[blue]  person[/blue]  {scene.before}", highlight=False)
    label = {"speech": "person", "typed": "types", "barge-in": "over it"}.get(exchange.kind, "over it")
    console.print(f"[blue]{label:>8}[/blue]  {exchange.said}", highlight=False)
    if exchange.heard not in ("", exchange.said, scene.before):
        console.print(f"          [dim]heard: {exchange.heard}[/dim]", highlight=False)
    cut = " —" if exchange.status == "cancelled" else ""
    delay = f" [dim]({exchange.delay_ms} ms)[/dim]" if exchange.delay_ms is not None else ""
    console.print(f"[yellow]   agent[/yellow]  {exchange.reply}{cut}{delay}", highlight=False)
    for note in scene.notes:
        console.print(f"          [dim]{note}[/dim]", highlight=False)
    for complaint in scene.wrong:
        console.print(f"          [red]wrong: {complaint}[/red]", highlight=False)


def _table(scenes: list[script.Scene]) -> Table:
    table = Table(title="Milliseconds from the end of the person's speech", title_justify="left")
    table.add_column("scene")
    for stage in STAGES:
        table.add_column(stage.replace("_", " "), justify="right")
    table.add_column("heard by the person", justify="right")
    for scene in scenes:
        exchange = scene.exchange
        if exchange.stages and exchange.first_sound_us > 0:
            cells = [str(exchange.stages.get(stage, "")) for stage in STAGES]
            table.add_row(scene.title, *cells, str(exchange.delay_ms))
    return table


def _plain(scene: script.Scene) -> dict[str, Any]:
    exchange = scene.exchange
    return {
        "title": scene.title, "said": exchange.said, "kind": exchange.kind, "heard": exchange.heard,
        "reply": exchange.reply,
        "status": exchange.status, "delay_ms": exchange.delay_ms, "stages": exchange.stages, "wrong": scene.wrong,
        "notes": scene.notes,
    }  # fmt: skip


def _spoken(person: Person, start_us: int, samples: int) -> Pcm:
    """The person's side on the agent's axis, at SPEAKING_RATE."""
    sound = np.zeros(samples, np.int16)
    for _, at_us, pcm in person.said:
        resampler = Resampler(HEARING_RATE, SPEAKING_RATE)
        piece = np.concatenate((resampler.push(pcm), resampler.flush()))
        at = max(0, (at_us - start_us) * SPEAKING_RATE // 1_000_000)
        piece = piece[: max(0, samples - at)]
        sound[at : at + len(piece)] = piece
    return sound


def _save(folder: Path, spoken: Pcm, heard: Pcm) -> None:
    for name, channels in (("person", [spoken]), ("agent", [heard]), ("conversation", [spoken, heard])):
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(len(channels))
            file.setsampwidth(2)
            file.setframerate(SPEAKING_RATE)
            file.writeframes(np.stack(channels, axis=1).astype("<i2").tobytes())
