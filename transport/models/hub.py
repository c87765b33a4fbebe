"""A hub of models over HTTP, as Hugging Face's: what is in a repository, and its files, taken up where they stopped.

Every file is checked against the sum that the hub gives (SHA-256 of large files, Git's SHA-1 of small ones) before it
gets its name. Knows HTTP and sums; does not know folders of models.
"""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import httpx

from agent.errors import NetraError

TRIES = 5
WAIT_S = 1.0
"""Before the second try; twice as long before each further one."""
CHUNK = 1 << 20
_NEVER = threading.Event()
TIMEOUT = httpx.Timeout(30.0, connect=15.0)


class ModelError(NetraError):
    """A model could not be got, or is not as it should be; the message says what to do."""

    code = "model"


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """``path`` within the repository. One of the sums is there: SHA-256 of the content, or Git's of a blob."""

    path: str
    size: int
    sha256: str = ""
    git_sha1: str = ""


@dataclass(frozen=True, slots=True)
class Repository:
    """What is in it at ``commit``. ``licence`` "" when it does not say."""

    name: str
    commit: str
    licence: str
    files: tuple[RemoteFile, ...]


class Hub:
    """``endpoint`` such as "https://huggingface.co"; ``token`` "" for what is open to all."""

    def __init__(self, endpoint: str, token: str = "", *, sleep: Callable[[float], object] = _NEVER.wait) -> None:
        self._endpoint = endpoint.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(timeout=TIMEOUT, follow_redirects=True, headers=headers)
        self._sleep = sleep

    def __enter__(self) -> Hub:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def repository(self, name: str, revision: str = "main") -> Repository:
        """Raises ModelError when it is not there, not open to us, or the hub can't be reached."""
        address = f"{self._endpoint}/api/models/{quote(name)}/revision/{quote(revision, safe='')}?blobs=true"
        told = self._asked(address, name)
        files = []
        for entry in told.get("siblings", ()):
            path = str(entry.get("rfilename", ""))
            if not is_safe(path):
                raise ModelError(f"{name} names the file {path!r}, which would leave its folder: it is not fetched.")
            large = entry.get("lfs") or {}
            files.append(
                RemoteFile(
                    path, int(entry.get("size") or large.get("size") or 0), str(large.get("sha256", "")),
                    "" if large else str(entry.get("blobId", "")),
                )
            )  # fmt: skip
        card = told.get("cardData") or {}
        return Repository(name, str(told.get("sha", revision)), str(card.get("license", "")), tuple(files))

    def fetch(self, repository: Repository, file: RemoteFile, into: Path, came: Callable[[int], None]) -> str:
        """Get ``file`` to the path ``into``; gives its SHA-256. ``came`` is told of bytes as they arrive, those of an
        earlier try first. What is there already and whole is not got again.

        Raises ModelError; what had come until then stays beside it as ``….part``.
        """
        into.parent.mkdir(parents=True, exist_ok=True)
        if into.exists() and (known := checked(into, file)) is not None:
            came(file.size)
            return known
        part = into.with_name(into.name + ".part")
        address = f"{self._endpoint}/{quote(repository.name)}/resolve/{quote(repository.commit)}/{quote(file.path)}"
        told = _Told(came)
        for attempt in range(1, TRIES + 1):
            try:
                self._append(address, part, file, told)
                break
            except (httpx.TransportError, _Busy) as error:
                if attempt == TRIES:
                    raise ModelError(
                        f"The line to {self._endpoint} broke {TRIES} times over {file.path} ({error}). "
                        "What came is kept: run the same command again."
                    ) from None
                self._sleep(WAIT_S * 2 ** (attempt - 1) * random.uniform(0.75, 1.25))
        digest = checked(part, file)
        if digest is None:
            part.unlink(missing_ok=True)
            raise ModelError(
                f"{file.path} of {repository.name} came damaged and was thrown away: run the command again."
            )
        part.replace(into)
        return digest

    def _append(self, address: str, part: Path, file: RemoteFile, told: _Told) -> None:
        """The rest of the file, from where ``part`` ends."""
        have = part.stat().st_size if part.exists() else 0
        if file.size and have > file.size:
            part.unlink()
            have = 0
        told.there_are(have)
        if file.size and have == file.size:
            return
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with self._http.stream("GET", address, headers=headers) as answer:
            self._refused(answer, file.path)
            again = have and answer.status_code == 200  # a server that knows no ranges begins anew
            with part.open("wb" if again else "ab") as stream:
                for piece in answer.iter_raw():  # as it comes: what is held back when the line breaks is lost
                    stream.write(piece)
                    told.there_are(stream.tell())

    def _asked(self, address: str, name: str) -> dict[str, Any]:
        for attempt in range(1, TRIES + 1):
            try:
                answer = self._http.get(address)
                self._refused(answer, name)
                told = answer.json()
                if not isinstance(told, dict):
                    raise ValueError(told)
                return told
            except (httpx.TransportError, _Busy) as error:
                if attempt == TRIES:
                    raise ModelError(
                        f"{self._endpoint} can't be reached ({error}). Connect to the network, or put the files of "
                        f"{name} into its folder by hand: docs/models.md."
                    ) from None
                self._sleep(WAIT_S * 2 ** (attempt - 1))
            except ValueError:
                raise ModelError(f"{self._endpoint} does not answer as a hub of models does.") from None
        raise AssertionError

    def _refused(self, answer: httpx.Response, what: str) -> None:
        status = answer.status_code
        if status in (401, 403):
            raise ModelError(
                f"{what} is not open to you: accept its licence on {self._endpoint} and set HF_TOKEN, or see "
                "whether the name is right."
            )
        if status == 404:
            raise ModelError(f"{self._endpoint} has no {what}.")
        if status == 429 or status >= 500:
            raise _Busy(f"it answered {status}")
        if status >= 400:
            raise ModelError(f"{self._endpoint} answered {status} for {what}.")


class _Told:
    """How much of a file ``came`` was told of: no byte twice, whatever is got again."""

    def __init__(self, came: Callable[[int], None]) -> None:
        self._came, self._bytes = came, 0

    def there_are(self, count: int) -> None:
        if count > self._bytes:
            self._came(count - self._bytes)
            self._bytes = count


class _Busy(Exception):
    """The hub is there, and asks to try later."""


def is_safe(path: str) -> bool:
    """Whether this path of a hub stays in the folder it is put into."""
    pure = PurePosixPath(path)
    return bool(path) and not pure.is_absolute() and ".." not in pure.parts and "\\" not in path and ":" not in path


def checked(path: Path, file: RemoteFile) -> str | None:
    """The SHA-256 of what is at ``path``; None: it is not the file that is meant."""
    if file.size and path.stat().st_size != file.size:
        return None
    sha256, git = hashlib.sha256(), hashlib.sha1(usedforsecurity=False)
    git.update(f"blob {path.stat().st_size}\0".encode())
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK):
            sha256.update(piece)
            git.update(piece)
    if file.sha256 and sha256.hexdigest() != file.sha256:
        return None
    if file.git_sha1 and git.hexdigest() != file.git_sha1:
        return None
    return sha256.hexdigest()
