"""``netra models``: what a person asks, and the sentences they get. Knows the catalogue, the store and the hub."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from agent.settings import Settings
from transport.models import catalogue
from transport.models.hub import Hub, ModelError
from transport.models.store import Kept, Store, as_plain, needed


def run(
    settings: Settings, do: str, names: Sequence[str], *, endpoint: str, token: str, as_json: bool, console: Console
) -> int:
    """The exit code: 0 done, 1 something was wrong with a model, 2 wrong use. Raises ModelError."""
    store = Store(settings.cache_dir / "models")
    match do:
        case "list":
            _list(store, as_json, console)
            return 0
        case "pull" if names:
            for name in names:
                _pull(store, name, endpoint, token, console, as_json=as_json)
            return 0
        case "verify":
            return _verify(store, names, as_json, console)
        case "remove" if names:
            for name in names:
                freed = store.remove(name)
                console.print(f"{name} is removed: {freed / 1e6:,.0f} MB are free again.", highlight=False)
            return 0
        case "pull" | "remove":
            console.print(f"Which one? netra models {do} NAME", highlight=False)
            return 2
        case _:
            console.print(f"{do!r} is none of list, pull, verify, remove.", highlight=False, markup=False)
            return 2


def _list(store: Store, as_json: bool, console: Console) -> None:
    kept = {one.name: one for one in store.kept()}
    rows = [(model, kept.pop(model.name, None)) for model in catalogue.CATALOGUE]
    if as_json:
        known = [
            {"name": model.name, "repository": model.repository, "purpose": model.purpose, "licence": model.licence,
             "about_mb": model.about_mb, "here": None if one is None else as_plain(one)}
            for model, one in rows
        ]  # fmt: skip
        _write({"folder": str(store.folder), "known": known, "others": [as_plain(one) for one in kept.values()]})
        return
    table = Table("model", "for", "licence", "size", "here")
    for model, one in rows:
        size = f"about {model.about_mb:,} MB" if one is None else f"{one.bytes / 1e6:,.0f} MB"
        table.add_row(model.name, model.purpose, model.licence, size, "" if one is None else one.state)
    for other in kept.values():
        table.add_row(other.name, other.repository, other.licence, f"{other.bytes / 1e6:,.0f} MB", other.state)
    console.print(table)
    console.print(f"They are kept in {store.folder}. Get one: netra models pull NAME", highlight=False, soft_wrap=True)


def _pull(store: Store, name: str, endpoint: str, token: str, console: Console, *, as_json: bool) -> None:
    model = catalogue.named(name)
    if model is None and name.count("/") != 1:
        known = ", ".join(each.name for each in catalogue.CATALOGUE)
        raise ModelError(f"There is no model {name!r}. Choose one of {known}, or name a repository as OWNER/NAME.")
    model = model or catalogue.for_repository(name)
    with Hub(endpoint, token) as hub:
        repository = hub.repository(model.repository)
        files = needed(repository.files)
        licence = repository.licence or model.licence or "not told"
        if not as_json:
            console.print(
                f"{model.name}: {model.repository}, licence {licence}, {len(files)} files.",
                highlight=False,
                soft_wrap=True,
            )
        with _progress(console, sum(file.size for file in files), quiet=as_json) as came:
            kept = store.pull(model.name, repository, hub, came)
    if as_json:
        _write(as_plain(kept))
    else:
        console.print(f"{model.name} is whole: {kept.folder}", highlight=False, soft_wrap=True)


def _verify(store: Store, names: Sequence[str], as_json: bool, console: Console) -> int:
    chosen = list(names) or [one.name for one in store.kept() if one.state != "by hand"]
    sizes: dict[str, Kept] = {one.name: one for one in store.kept()}
    found: dict[str, list[str]] = {}
    for name in chosen:
        total = sizes[name].bytes if name in sizes else 0
        with _progress(console, total, quiet=as_json) as looked:
            found[name] = store.verify(name, looked)
    if as_json:
        _write(found)
    elif not found:
        console.print("There is nothing to verify.", highlight=False)
    for name, wrong in found.items() if not as_json else ():
        said = (
            "; ".join(wrong) + f". Get it again: netra models pull {name}"
            if wrong
            else "all files are as they should be."
        )
        console.print(f"{name}: {said}", highlight=False, soft_wrap=True)
    return 1 if any(found.values()) else 0


@contextmanager
def _progress(console: Console, total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("  "), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal, transient=True) as bar:
        task = bar.add_task("", total=total or None)
        yield lambda count: bar.advance(task, count)


def _write(value: object) -> None:
    sys.stdout.write(json.dumps(value, indent=2) + "\n")
