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
from transport.models.hub import Hub, ModelError, Unreachable
from transport.models.store import Kept, Store, as_plain, needed

LEAST_TOLD = 20_000_000


def run(
    settings: Settings, do: str, names: Sequence[str], *, endpoint: str, token: str, as_json: bool, console: Console
) -> int:
    """The exit code: 0 done, 1 something was wrong with a model, 2 wrong use, 130 stopped. Raises ModelError."""
    store = Store(settings.cache_dir / "models")
    match do:
        case "list":
            _list(store, as_json, console)
            return 0
        case "pull" if names:
            wished = [_known(name) for name in catalogue.members(names)]  # a wrong name is told before anything comes
            try:
                got = [_pull(store, model, endpoint, token, console, quiet=as_json) for model in wished]
            except KeyboardInterrupt:
                _say(console, "Stopped. What came is kept: run the same command again to go on.")
                return 130
            if as_json:
                _write([as_plain(one) for one in got])
            return 0
        case "verify":
            return _verify(store, names, as_json, console)
        case "remove" if names:
            for name in catalogue.members(names):
                freed = store.remove(name)
                _say(console, f"{name} is removed: {freed / 1e6:,.0f} MB are free again.")
            return 0
        case "pull" | "remove":
            _say(console, f"Which one? netra models {do} NAME")
            return 2
        case _:
            meant = f" Did you mean: netra models pull {do}?" if catalogue.near(do) == do else ""
            _say(console, f"{do!r} is none of list, pull, verify, remove.{meant}")
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
    _say(console, f"They are kept in {store.folder}. Get one: netra models pull NAME")
    _say(console, "; ".join(f"{name}: {', '.join(names)}" for name, names in catalogue.SETS.items()) + ".")


def _known(name: str) -> catalogue.Model:
    """Raises ModelError with the names there are."""
    model = catalogue.named(name)
    if model is None and not catalogue.REPOSITORY.fullmatch(name):
        known = ", ".join(each.name for each in catalogue.CATALOGUE)
        sets = ", ".join(catalogue.SETS)
        meant = f" Did you mean {near!r}?" if (near := catalogue.near(name)) else ""
        raise ModelError(
            f"There is no model {name!r}.{meant} Choose one of {known}, a set ({sets}), or name a repository as "
            "OWNER/NAME."
        )
    return model or catalogue.for_repository(name)


def _pull(store: Store, model: catalogue.Model, endpoint: str, token: str, console: Console, *, quiet: bool) -> Kept:
    with Hub(endpoint, token) as hub:
        try:
            repository = hub.repository(model.repository)
        except Unreachable:
            here = next((one for one in store.kept() if one.name == model.name and one.state == "whole"), None)
            if here is None:
                raise
            if not quiet:
                _say(console, f"{endpoint} can't be reached; {model.name} is here and whole: {here.folder}")
            return here
        files = needed(repository.files)
        licence = repository.licence or model.licence or "not told"
        total = sum(file.size for file in files)
        if not quiet:
            of = f"{len(files)} files, {total / 1e6:,.0f} MB"
            _say(console, f"{model.name}: {model.repository}, licence {licence}, {of}.")
        with _progress(console, total, quiet=quiet) as came:
            kept = store.pull(model.name, repository, hub, came)
    if not quiet:
        _say(console, f"{model.name} is whole: {kept.folder}")
    return kept


def _verify(store: Store, names: Sequence[str], as_json: bool, console: Console) -> int:
    chosen = catalogue.members(names) or [one.name for one in store.kept() if one.state != "by hand"]
    sizes: dict[str, Kept] = {one.name: one for one in store.kept()}
    found: dict[str, list[str]] = {}
    for name in chosen:
        total = sizes[name].bytes if name in sizes else 0
        with _progress(console, total, quiet=as_json) as looked:
            found[name] = store.verify(name, looked)
    if as_json:
        _write(found)
    elif not found:
        _say(console, "There is nothing to verify.")
    for name, wrong in found.items() if not as_json else ():
        said = (
            "; ".join(wrong) + f". Get it again: netra models pull {name}"
            if wrong
            else "all files are as they should be."
        )
        _say(console, f"{name}: {said}")
    return 1 if any(found.values()) else 0


@contextmanager
def _progress(console: Console, total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; elsewhere a line for every tenth, so that a log shows that it goes on."""
    if quiet or not console.is_terminal:
        yield _Tenths(console, 0 if quiet else total).came
        return
    columns = (TextColumn("  "), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total or None)
        yield lambda count: bar.advance(task, count)


class _Tenths:
    """``total`` 0: nothing is said. Small models are there before a line is worth it."""

    def __init__(self, console: Console, total: int) -> None:
        self._console, self._total = console, total if total > LEAST_TOLD else 0
        self._came, self._told = 0, 0

    def came(self, count: int) -> None:
        self._came += count
        tenth = self._came * 10 // self._total if self._total else 0
        if tenth > self._told:
            self._told = tenth
            _say(self._console, f"  {tenth * 10} %: {self._came / 1e6:,.0f} of {self._total / 1e6:,.0f} MB")


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False, soft_wrap=True, markup=False)


def _write(value: object) -> None:
    sys.stdout.write(json.dumps(value, indent=2) + "\n")
