"""The command line: ``netra serve``, ``demo``, ``doctor``, ``replay``, ``bench``, ``key``, ``settings``.

Knows options and exit codes: 0 well, 1 it went wrong, 2 wrong use or settings. Parts are imported when their
command runs.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.logging import RichHandler

from agent.errors import NetraError, SettingsError

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported: many sessions share the cores

cli = typer.Typer(
    name="netra",
    help="A real-time voice-and-vision agent that you run yourself.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
out, err = Console(), Console(stderr=True)

Profile = Annotated[str | None, typer.Option(help="Which parts answer; default: embedded.")]
Config = Annotated[Path | None, typer.Option(help="A TOML file with settings; see `netra settings`.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log what happens.")]


@cli.command()
def serve(
    profile: Profile = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on; default: 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="TCP port; default: 8787.")] = None,
    config: Config = None,
    verbose: Verbose = False,
) -> None:
    """Start the agent and print the page's address. Ctrl-C ends it."""
    from agent.settings import load
    from transport import app

    _log(verbose)
    settings = load(profile, config, overrides={"server.host": host, "server.port": port})
    listener = app.listen(settings)
    key = app.first_key(settings)
    with err.status("Preparing") as status:

        def ready(address: str) -> None:
            status.stop()
            if key is not None:
                out.print(f"A key is needed. This is yours; it is not shown again: [bold]{key}[/bold]", soft_wrap=True)
                address += f"/#key={key}"
            out.print(f"Netra is ready. Open [bold]{address}[/bold] in a browser. Ctrl-C ends it.", soft_wrap=True)

        asyncio.run(
            app.serve(settings, listener, progress=lambda text: status.update(f"Preparing {text}"), ready=ready)
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
def bench(
    only: Annotated[list[str] | None, typer.Argument(help="Parts to run; none: all. See --list.")] = None,
    turns: Annotated[int, typer.Option(min=1, help="Turns for each delay that is measured.")] = 20,
    as_json: Json = False,
    listed: Annotated[bool, typer.Option("--list", help="List the parts.")] = False,
) -> None:
    """Measure what the README says, on this machine, and print it as a table."""
    from transport.bench import suite

    _log(False)
    raise typer.Exit(suite.run(only or [], turns=turns, as_json=as_json, listed=listed, console=out))


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
        err.print(f"[red]{error}[/red]", highlight=False)
        sys.exit(2)
    except NetraError as error:
        err.print(f"[red]{error}[/red]", highlight=False)
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
