"""The folder of models: ``cache_dir``/models/NAME, with a list of its files and their sums beside them.

Knows files only. Never touches a folder that it did not make.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from transport.models.hub import Hub, ModelError, RemoteFile, Repository, checked, writable

LIST = "netra-model.json"
LOCK = ".lock"
OURS = frozenset({LIST, LIST + ".new", LOCK})
SPARE_BYTES = 200 * 1024 * 1024
"""Left free on the disk."""
OTHER_FORMS = (".msgpack", ".h5", ".ot", ".tflite", ".gguf", ".md", ".gitattributes", ".mp4", ".png", ".jpg", ".gif")
"""The same weights for other libraries, and pictures: not needed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A model on this machine. ``state``: "whole" all files came, "partly" some are still to come, "by hand" without a
    list of ours.
    """

    name: str
    folder: Path
    state: Literal["whole", "partly", "by hand"]
    bytes: int
    repository: str = ""
    commit: str = ""
    licence: str = ""


class Store:
    """``folder``: of all models; made when something is put there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def kept(self) -> list[Kept]:
        """All that is there. Raises ModelError where the folder can't be read."""
        if not self.folder.is_dir():
            return []
        with writable(self.folder):
            return [self._look(path) for path in sorted(self.folder.iterdir()) if path.is_dir()]

    def pull(self, name: str, repository: Repository, hub: Hub, came: Callable[[int], None]) -> Kept:
        """Get all that is missing of it. Raises ModelError: too little room, another process at it, a folder that
        can't be written, the hub.
        """
        folder = self.folder / name
        wanted = needed(repository.files)
        if not wanted:
            raise ModelError(f"{repository.name} holds no weights that Netra could use.")
        with writable(folder):
            return self._pull(folder, repository, wanted, hub, came)

    def _pull(
        self, folder: Path, repository: Repository, wanted: list[RemoteFile], hub: Hub, came: Callable[[int], None]
    ) -> Kept:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            if not (folder / LIST).exists() and any(path.name not in OURS for path in folder.iterdir()):
                raise ModelError(f"{folder} is there already and was not put there by Netra: move it away first.")
            other = (_listed(folder) or {}).get("repository", repository.name)
            if other != repository.name:
                raise ModelError(
                    f"{folder} holds {other} already: `netra models remove {folder.name}` first if you want "
                    f"{repository.name} in its place."
                )
            self._need_room(folder, wanted)
            sums: dict[str, str] = {}
            self._write(folder, repository, wanted, sums)
            for file in wanted:
                sums[file.path] = hub.fetch(repository, file, folder / file.path, came)
            self._write(folder, repository, wanted, sums)
        return self._look(folder)

    def verify(self, name: str, looked: Callable[[int], None] = lambda _: None) -> list[str]:
        """What is wrong with it, file by file; empty: nothing. Raises ModelError when it has no list."""
        folder = self._there(name)
        told = _listed(folder)
        if told is None:
            raise ModelError(
                f"{folder} has no list of its files ({LIST}): it was not put there by `netra models pull`."
            )
        wrong = []
        for path, entry in told["files"].items():
            file = folder / path
            if not file.exists():
                wrong.append(f"{path} is missing")
            elif checked(file, RemoteFile(path, entry["size"], entry["sha256"])) is None:
                wrong.append(f"{path} is damaged")
            looked(entry["size"])
        return wrong

    def remove(self, name: str) -> int:
        """Bytes that are free again. Raises ModelError when it is not there, or was not put there by Netra."""
        folder = self._there(name)
        if not (folder / LIST).exists():
            raise ModelError(f"{folder} was not put there by Netra: remove it by hand if you mean it.")
        freed = _size(folder)
        with writable(folder), _alone(folder):
            shutil.rmtree(folder)
        return freed

    def _there(self, name: str) -> Path:
        """Its folder; also of one that was pulled as OWNER/NAME. Raises ModelError when it is not there."""
        kept = {one.name: one for one in self.kept()}
        of_repository = [one.name for one in kept.values() if name and one.repository == name]
        found = name if name in kept else next(iter(of_repository), "")
        if not found:
            near = get_close_matches(name.lower(), kept, 1)
            meant = f" Did you mean {near[0]!r}?" if near else ""
            raise ModelError(f"There is no model {name!r} in {self.folder}.{meant} `netra models` lists what is there.")
        return self.folder / found

    def _look(self, folder: Path) -> Kept:
        told = _listed(folder)
        if told is None:
            return Kept(folder.name, folder, "by hand", _size(folder))
        whole = all((folder / path).exists() and entry["sha256"] for path, entry in told["files"].items())
        return Kept(
            folder.name, folder, "whole" if whole else "partly", _size(folder),
            told["repository"], told["commit"], told["licence"],
        )  # fmt: skip

    def _need_room(self, folder: Path, files: Sequence[RemoteFile]) -> None:
        missing = sum(max(0, file.size - _came(folder / file.path)) for file in files)
        free = shutil.disk_usage(folder).free
        if missing and missing + SPARE_BYTES > free:
            raise ModelError(
                f"There is too little room in {self.folder}: {missing / 1e6:,.0f} MB are to come, "
                f"{SPARE_BYTES / 1e6:,.0f} MB shall stay free, and only {free / 1e6:,.0f} MB are free. "
                "Remove something (`netra models remove NAME`), or set cache_dir to a larger disk."
            )

    def _write(self, folder: Path, repository: Repository, files: Sequence[RemoteFile], sums: dict[str, str]) -> None:
        told = {
            "repository": repository.name,
            "commit": repository.commit,
            "licence": repository.licence,
            "files": {file.path: {"size": file.size, "sha256": sums.get(file.path, "")} for file in files},
        }
        new = folder / (LIST + ".new")
        new.write_text(json.dumps(told, indent=1), encoding="utf-8")
        new.replace(folder / LIST)


def needed(files: Sequence[RemoteFile]) -> list[RemoteFile]:
    """Without the same weights in other forms: of PyTorch's own files none where there are safetensors."""
    safe = any(file.path.endswith(".safetensors") for file in files)
    return [
        file
        for file in files
        if not file.path.endswith(OTHER_FORMS)
        and not file.path.startswith(("onnx/", "."))
        and not (safe and file.path.startswith("pytorch_model"))
    ]


def as_plain(kept: Kept) -> dict[str, object]:
    """For JSON."""
    return {**asdict(kept), "folder": str(kept.folder)}


def _listed(folder: Path) -> dict[str, Any] | None:
    try:
        told = json.loads((folder / LIST).read_text(encoding="utf-8"))
        return told if isinstance(told, dict) and isinstance(told.get("files"), dict) else None
    except (OSError, ValueError):
        return None


def _came(path: Path) -> int:
    for one in (path, path.with_name(path.name + ".part")):
        if one.exists():
            return one.stat().st_size
    return 0


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Raises ModelError when another process is at this folder."""
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ModelError(f"Another `netra models` is at {folder}: wait until it is done.") from None
        try:
            yield
        finally:
            (folder / LOCK).unlink(missing_ok=True)
