"""The command line: ``netra serve``, ``talk``, ``call``, ``look``, ``read``, ``demo``, ``doctor``, ``bench`` …

Knows options and exit codes: 0 well, 1 it went wrong, 2 wrong use or settings. Parts are imported when their
command runs.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.logging import RichHandler

from agent.errors import EngineMissing, NetraError, SettingsError

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported: many sessions share the cores

cli = typer.Typer(
    name="netra",
    help="A real-time voice-and-vision agent that you run yourself.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
out, err = Console(), Console(stderr=True)

Profile = Annotated[str | None, typer.Option(help="Which parts answer: embedded (default), laptop or gpu.")]
Config = Annotated[Path | None, typer.Option(help="A TOML file with settings; see `netra settings`.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log what happens.")]


class Device(StrEnum):
    """Where neural engines are measured."""

    CUDA = "cuda"
    CPU = "cpu"


@cli.command()
def serve(
    profile: Profile = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on; default: 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="TCP port; default: 8787.")] = None,
    open_to_lan: Annotated[
        bool,
        typer.Option(
            "--lan", help="For phones in this network: over HTTPS, with a certificate of its own; shows a QR code."
        ),
    ] = False,
    config: Config = None,
    verbose: Verbose = False,
) -> None:
    """Start the agent and print the page's address. Ctrl-C ends it."""
    from agent.settings import load
    from transport import app, lan

    _log(verbose)
    settings = load(profile, config, overrides={"server.host": host, "server.port": port})
    settings = lan.checked_certificate(lan.open_to_the_network(settings, host) if open_to_lan else settings)
    listener, wyoming = app.listen(settings), app.listen_for_wyoming(settings)
    key = app.first_key(settings)
    with err.status("Preparing") as status:

        def ready(address: str) -> None:
            status.stop()
            if wyoming is not None:
                host, number = wyoming.getsockname()[:2]
                out.print(f"Wyoming listens at tcp://{host}:{number}.")
            if key is not None:
                out.print(f"A key is needed. This is yours; it is not shown again: [bold]{key}[/bold]", soft_wrap=True)
                address += f"/#key={key}"
            if open_to_lan:
                out.print(lan.invitation(settings, listener.getsockname()[1], key), highlight=False, soft_wrap=True)
            out.print(f"Netra is ready. Open [bold]{address}[/bold] in a browser. Ctrl-C ends it.", soft_wrap=True)

        asyncio.run(
            app.serve(
                settings,
                listener,
                progress=lambda text: status.update(f"Preparing {text}"),
                ready=ready,
                wyoming=wyoming,
            )
        )


@cli.command()
def demo(
    out_dir: Annotated[Path, typer.Option("--out", help="Folder for the sound and the picture.")] = Path("demo-out"),
    profile: Profile = None,
    config: Config = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """A scripted person talks with a real server over WebRTC; exits non-zero if the conversation went wrong."""
    from agent.settings import load
    from transport.demo.run import run_demo

    _log(verbose)
    settings = load(profile, config)
    arguments = [*(["--profile", profile] if profile else []), *(["--config", str(config)] if config else [])]
    raise typer.Exit(run_demo(settings, out_dir, arguments, as_json=as_json, console=out))


@cli.command()
def doctor(profile: Profile = None, config: Config = None, as_json: Json = False) -> None:
    """What is installed, which engines each profile would use and why, and a self-test of each engine."""
    from agent.settings import load
    from transport import doctor as examination

    _log(False)
    settings = load(profile, config)
    diagnosis = asyncio.run(examination.examine(settings.profile, settings))
    if as_json:
        _print_json(examination.to_json(diagnosis))
    else:
        examination.render(diagnosis, out)
    raise typer.Exit(0 if diagnosis.healthy else 1)


@cli.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A recording: a .jsonl file made with record.on.")], as_json: Json = False
) -> None:
    """Run a recorded session through a new core and name the first difference."""
    from dataclasses import asdict

    from agent.replay import replay as run

    replayed = run(file)
    if as_json:
        _print_json(asdict(replayed))
    else:
        out.print(str(replayed), highlight=False)
    raise typer.Exit(0 if replayed.same else 1)


@cli.command()
def timeline(
    recording: Annotated[Path, typer.Argument(help="A recording: a .jsonl file made with record.on.")],
    picture: Annotated[
        Path | None, typer.Option("-o", "--out", help="Where to draw it, .svg or .png; default: beside it, .svg.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Draw a recorded session: who spoke when, what was understood, guessed, said and heard."""
    from transport.timeline import run

    run(recording, picture, as_json=as_json, console=out)


@cli.command()
def bench(
    only: Annotated[list[str] | None, typer.Argument(help="Parts to run; none: all. See --list.")] = None,
    turns: Annotated[int, typer.Option(min=1, help="Turns for each delay that is measured.")] = 20,
    as_json: Json = False,
    listed: Annotated[bool, typer.Option("--list", help="List the parts.")] = False,
    on_gpu: Annotated[
        bool, typer.Option("--gpu", help="The neural engines, at their real sizes on random weights: no downloads.")
    ] = False,
    device: Annotated[Device | None, typer.Option(help="With --gpu: where they run; default: cuda.")] = None,
    small: Annotated[bool, typer.Option("--small", help="With --gpu: models that a processor can carry.")] = False,
) -> None:
    """Measure what the README says, on this machine, and print it as a table."""
    from transport.bench import suite

    _log(False)
    parts = suite.PARTS
    if on_gpu:
        from transport.bench import gpu, neural

        parts = gpu.parts(neural.device_of(device or Device.CUDA), neural.SMALL if small else neural.FULL)
    elif device is not None or small:
        raise typer.BadParameter("--device and --small go with --gpu.")
    raise typer.Exit(suite.run(only or [], turns=turns, as_json=as_json, listed=listed, console=out, parts=parts))


@cli.command()
def key(
    do: Annotated[str, typer.Argument(help="make, list or revoke.")] = "list",
    key_id: Annotated[str, typer.Argument(metavar="[ID]", help="Which key to revoke.")] = "",
    role: Annotated[str, typer.Option(help="For a new key: user, viewer (captions only) or admin.")] = "user",
    name: Annotated[str, typer.Option(help="For a new key: whose it is.")] = "",
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make, list or revoke the keys that other machines enter with. A running server follows at once."""
    from agent.settings import load
    from transport import key_desk

    raise typer.Exit(key_desk.run(load(None, config), do, key_id, role=role, name=name, as_json=as_json, console=out))


@cli.command()
def models(
    do: Annotated[str, typer.Argument(help="list, pull, verify or remove.")] = "list",
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="From the list; laptop or gpu: all of that profile; or OWNER/NAME."),
    ] = None,
    endpoint: Annotated[
        str, typer.Option(envvar="HF_ENDPOINT", help="The hub they come from.")
    ] = "https://huggingface.co",
    config: Config = None,
    as_json: Json = False,
) -> None:
    """The weights of neural engines: list them, pull (goes on where it stopped), verify or remove. HF_TOKEN is used."""
    from agent.settings import load
    from transport.models import desk

    settings, token = load(None, config), os.environ.get("HF_TOKEN", "")
    do_them = (do, names or [])
    raise typer.Exit(desk.run(settings, *do_them, endpoint=endpoint, token=token, as_json=as_json, console=out))


@cli.command()
def look(
    picture: Annotated[Path, typer.Argument(help="A picture: jpeg, png, webp, gif, avif or bmp.")],
    question: Annotated[str, typer.Argument(help="What to answer.")] = "What do you see?",
    profile: Profile = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Answer one question about a picture; exits non-zero where the picture does not allow it."""
    _look(picture, question, profile, config, only_text=False, as_json=as_json)


@cli.command()
def read(
    picture: Annotated[Path, typer.Argument(help="A picture: jpeg, png, webp, gif, avif or bmp.")],
    profile: Profile = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print the text in a picture, row by row; exits non-zero where none can be read."""
    _look(picture, "Read the text.", profile, config, only_text=True, as_json=as_json)


def _look(
    picture: Path, question: str, profile: str | None, config: Path | None, *, only_text: bool, as_json: bool
) -> None:
    from agent.settings import load
    from transport import looking

    _log(False)
    loaded = load(profile, config)
    with err.status("Preparing") as status:
        result = asyncio.run(looking.look(loaded, picture, question, lambda text: status.update(f"Preparing {text}")))
    raise typer.Exit(looking.show(result, out, only_text=only_text, as_json=as_json))


File = Annotated[Path | None, typer.Option(help="A recording in the place of the microphone; nothing is played.")]
Save = Annotated[Path | None, typer.Option(help="Write what Netra says to this wav file.")]
Microphone = Annotated[str | None, typer.Option(help="Number or part of the name of a microphone.")]
Speaker = Annotated[str | None, typer.Option(help="Number or part of the name of a loudspeaker.")]
Headphones = Annotated[bool, typer.Option("--headphones", help="You wear headphones: interrupt by speaking.")]
Plain = Annotated[bool, typer.Option("--plain", help="Lines only, no meters: for screen readers and files.")]
Devices = Annotated[bool, typer.Option("--devices", help="List the sound devices and end.")]


@cli.command()
def talk(
    file: File = None,
    save: Save = None,
    microphone: Microphone = None,
    speaker: Speaker = None,
    headphones: Headphones = False,
    devices: Devices = False,
    profile: Profile = None,
    config: Config = None,
    plain: Plain = False,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Talk with Netra at this machine's microphone and loudspeaker: no server, no network."""
    from agent.settings import load
    from transport.terminal import commands

    _log(verbose)
    if devices:
        commands.list_devices(out)
        return
    choices = commands.Choices(file, save, microphone, speaker, headphones, plain, as_json)
    commands.run_talk(load(profile, config), choices, out, err)


@cli.command()
def call(
    url: Annotated[
        str, typer.Argument(help="A Realtime server: localhost:8787, https://host, wss://host/v1/realtime.")
    ],
    key: Annotated[str, typer.Option(envvar="NETRA_KEY", help="The server's key, where it wants one.")] = "",
    model: Annotated[str, typer.Option(help="The model to ask the server for.")] = "netra",
    voice: Annotated[str, typer.Option(help="A voice of the server's.")] = "",
    speed: Annotated[float | None, typer.Option(min=0.25, max=3.0, help="How fast the server should speak.")] = None,
    file: File = None,
    save: Save = None,
    microphone: Microphone = None,
    speaker: Speaker = None,
    headphones: Headphones = False,
    plain: Plain = False,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Call a server of OpenAI's Realtime protocol, Netra's or another, from this terminal."""
    from transport.terminal import commands
    from transport.terminal.call import Wish

    _log(verbose)
    choices = commands.Choices(file, save, microphone, speaker, headphones, plain, as_json)
    commands.run_call(Wish(url, key, model, voice, speed), choices, out)


@cli.command()
def settings(profile: Profile = None, config: Config = None, as_json: Json = False) -> None:
    """Every option with its value and meaning."""
    from agent.options import explain
    from agent.settings import load

    loaded = load(profile, config)
    if as_json:
        _print_json(loaded.model_dump(mode="json"))
        return
    for key, value, meaning in explain(loaded):
        out.print(f"[bold]{key}[/bold] = {json.dumps(value)}", highlight=False)
        if meaning:
            out.print(f"    {meaning}", highlight=False, markup=False)


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2, default=str) + "\n")


def _log(verbose: bool) -> None:
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(name)s: %(message)s",
        handlers=[RichHandler(console=err, show_path=False, rich_tracebacks=False)],
        force=True,
    )


def main() -> None:
    """The entry point. Whatever Netra knows how to say is one sentence, not a traceback."""
    try:
        cli()
    except SettingsError as error:
        err.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(2)
    except EngineMissing as error:
        err.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        err.print("`netra doctor` with the same --profile and --config names all that is missing.", highlight=False)
        sys.exit(1)
    except NetraError as error:
        err.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(1)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in ("agent", "transport"):
            raise
        err.print(f"[red]The package {error.name!r} is missing. Run `make install` (or: pip install -e .).[/red]")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
