"""Where the weights of a neural engine are on this machine. Looks in folders only: nothing is ever downloaded here."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from agent.errors import EngineMissing


def require(package: str, engine: str, extra: str) -> None:
    """Raises EngineMissing with the command that installs it. Looks the package up without importing it."""
    if importlib.util.find_spec(package) is None:
        raise EngineMissing(
            f"The engine {engine!r} needs the package {package!r}: .venv/bin/pip install -e '.[{extra}]'."
        )


def find(name: str, cache_dir: Path, repositories: Sequence[str], files: Sequence[str], engine: str) -> Path:
    """The folder of these weights: a path, a name in ``cache_dir``/models, or a hub repository in its local cache.

    ``files``: what must be in it, alternatives separated by "|". Raises EngineMissing with a sentence that says what
    to do.
    """
    places = [Path(name).expanduser(), cache_dir / "models" / name]
    found = next((place for place in places if name and place.is_dir()), None) or _cached(repositories)
    if found is None:
        raise EngineMissing(
            f"The engine {engine!r} found no weights {name!r} on this machine: `netra models pull "
            f"{name}` gets them, or put them into {places[1]} (with {', '.join(files).replace('|', ' or ')}), or name "
            "their folder in the settings."
        )
    missing = [one for one in files if not any((found / file).exists() for file in one.split("|"))]
    if missing and any(found.rglob("*.part")):
        raise EngineMissing(
            f"The engine {engine!r} can't use {found} yet: not all of it has come. Go on: `netra models pull {name}`."
        )
    if missing:
        raise EngineMissing(
            f"The engine {engine!r} can't use {found}: {', '.join(missing).replace('|', ' or ')} is not in it."
        )
    return found


def _cached(repositories: Sequence[str]) -> Path | None:
    """The newest snapshot of the first of these repositories that the hub's own cache holds."""
    if importlib.util.find_spec("huggingface_hub") is None:
        return None
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    for repository in repositories:
        try:
            return Path(snapshot_download(repository, local_files_only=True))
        except (LocalEntryNotFoundError, ValueError):  # not here, or no name of a repository
            continue
    return None
