"""A hub of models over HTTP, as Hugging Face's: what is in a repository, and its files, taken up where they stopped.

Every file is checked against the sum that the hub gives (SHA-256 of large files, Git's SHA-1 of small ones) before it
gets its name. Knows HTTP and sums; does not know folders of models.
"""

from __future__ import annotations

import errno
import hashlib
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from agent.errors import NetraError

TRIES = 5
"""In a row that bring nothing; one that brought some of a file begins the count anew."""
UNREACHABLE_TRIES = 2
"""Where there is no connection at all: who has no network should not wait long to be told."""
WAIT_S = 1.0
"""Before the second try; twice as long before each further one."""
LONGEST_WAIT_S = 60.0
"""A hub that is busy may ask for more; longer than this nobody waits."""
CHUNK = 1 << 20
_NEVER = threading.Event()
TIMEOUT = httpx.Timeout(30.0, connect=15.0)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
NO_HUB = "{endpoint} does not answer as a hub of models does: look at --endpoint and HF_ENDPOINT."


class ModelError(NetraError):
    """A model could not be got, or is not as it should be; the message says what to do."""

    code = "model"


class Unreachable(ModelError):
    """The hub did not answer at all."""


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
    """``endpoint`` such as "https://huggingface.co"; ``token`` "" for what is open to all. Raises ModelError when it
    is no such address.
    """

    def __init__(self, endpoint: str, token: str = "", *, sleep: Callable[[float], object] = _NEVER.wait) -> None:
        self._endpoint = endpoint.rstrip("/")
        host = _host(self._endpoint)
        if not host:
            raise ModelError(
                f"{endpoint!r} is no address of a hub: --endpoint (or HF_ENDPOINT) is such as https://huggingface.co."
            )
        if not token.isascii() or not token.isprintable():
            raise ModelError("HF_TOKEN holds letters that no token has: copy it again.")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(
            timeout=TIMEOUT, follow_redirects=True, headers=headers, trust_env=host not in LOOPBACK
        )
        self._sleep = sleep

    def __enter__(self) -> Hub:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def repository(self, name: str, revision: str = "main") -> Repository:
        """Raises ModelError when it is not there, not open to us, or the hub can't be reached."""
        address = f"{self._endpoint}/api/models/{quote(name)}/revision/{quote(revision, safe='')}?blobs=true"
        told = self._asked(address, name)
        try:
            files = tuple(_listed(entry) for entry in told.get("siblings") or ())
            licence = (told.get("cardData") or {}).get("license") or ""
        except (AttributeError, TypeError, ValueError):
            raise ModelError(NO_HUB.format(endpoint=self._endpoint)) from None
        for file in files:
            if not is_safe(file.path):
                raise ModelError(
                    f"{name} names the file {file.path!r}, which would leave its folder: it is not fetched."
                )
        licence = " and ".join(map(str, licence)) if isinstance(licence, list) else str(licence)
        return Repository(name, str(told.get("sha") or revision), licence, files)

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
        anew = not part.exists()
        while True:
            self._get(address, part, file, told)
            digest = checked(part, file)
            if digest is not None:
                part.replace(into)
                return digest
            part.unlink(missing_ok=True)
            if anew:
                raise ModelError(
                    f"{file.path} of {repository.name} came damaged and was thrown away: run the command again. "
                    f"If it stays so, {self._endpoint} itself holds a damaged file."
                )
            anew = True  # what an earlier command left may be of another version of the file

    def _get(self, address: str, part: Path, file: RemoteFile, told: _Told) -> None:
        """All of the file into ``part``, over as many lines as it takes."""
        failed = 0
        while True:
            before = told.bytes
            try:
                self._append(address, part, file, told)
                return
            except (httpx.TransportError, _Busy) as error:
                failed = 1 if told.bytes > before else failed + 1
                if failed == TRIES:
                    raise ModelError(
                        f"The line to {self._endpoint} broke {TRIES} times over {file.path} ({_reason(error)}). "
                        "What came is kept: run the same command again."
                    ) from None
                self._wait(failed, error)
            except httpx.RequestError as error:  # it leads in circles, or to what is no address
                raise ModelError(f"{self._endpoint} leads nowhere with {file.path}: {_reason(error)}.") from None

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
            if have and answer.status_code == 416:  # it has nothing behind that: what came is not the file's beginning
                part.unlink()
                raise _Busy("it answered 416 and is asked for the whole")
            self._refused(answer, file.path)
            with part.open("ab" if have and _goes_on(answer, have) else "wb") as stream:
                for piece in answer.iter_raw():  # as it comes: what is held back when the line breaks is lost
                    if file.size and stream.tell() + len(piece) > file.size:
                        stream.truncate(0)
                        raise ModelError(
                            f"{self._endpoint} sends more of {file.path} than the {file.size:,} bytes that it lists: "
                            "it was thrown away. Run the command again; the file may just have been changed."
                        )
                    stream.write(piece)
                    told.there_are(stream.tell())
                ended = stream.tell()
            if ended < file.size:  # without a Content-Length an end and a break look alike
                raise _Busy(f"it ended after {ended:,} of {file.size:,} bytes")

    def _asked(self, address: str, name: str) -> dict[str, Any]:
        failed = 0
        while True:
            try:
                answer = self._http.get(address)
                self._refused(answer, name)
                told = answer.json()
                if not isinstance(told, dict):
                    raise ValueError(told)
                return told
            except (httpx.TransportError, _Busy) as error:
                failed += 1
                if failed == (UNREACHABLE_TRIES if isinstance(error, httpx.ConnectError) else TRIES):
                    raise Unreachable(
                        f"{self._endpoint} can't be reached ({_reason(error)}). Connect to the network, or put the "
                        f"files of {name} into its folder by hand: docs/models.md."
                    ) from None
                self._wait(failed, error)
            except (ValueError, httpx.RequestError):
                raise ModelError(NO_HUB.format(endpoint=self._endpoint)) from None

    def _wait(self, failed: int, error: Exception) -> None:
        wished = error.wait_s if isinstance(error, _Busy) else 0.0
        self._sleep(max(wished, WAIT_S * 2 ** (failed - 1) * random.uniform(0.75, 1.25)))

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
            raise _Busy(f"it answered {status}", answer.headers.get("retry-after", ""))
        if status >= 400:
            raise ModelError(f"{self._endpoint} answered {status} for {what}.")


class _Told:
    """How much of a file ``came`` was told of: no byte twice, whatever is got again."""

    def __init__(self, came: Callable[[int], None]) -> None:
        self._came, self.bytes = came, 0

    def there_are(self, count: int) -> None:
        if count > self.bytes:
            self._came(count - self.bytes)
            self.bytes = count


class _Busy(Exception):
    """The hub is there, and has to be asked again: later, when it said so in seconds."""

    def __init__(self, text: str, retry_after: str = "") -> None:
        super().__init__(text)
        self.wait_s = min(LONGEST_WAIT_S, float(retry_after)) if retry_after.isdecimal() else 0.0


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """What the disk refuses, as ModelError with what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            what = (
                f"The disk is full: there is no more room for {folder}. What came is kept. Make room (`netra models "
                "remove NAME`) or set cache_dir to a larger disk, and run the same command again."
            )
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            what = (
                f"{folder} can't be written to ({error.strerror}). Change whose it is, or set cache_dir to a folder "
                "of yours: NETRA_CACHE_DIR=/some/folder."
            )
        else:
            what = (
                f"{error.filename or folder} can't be used ({error.strerror or error}). Set cache_dir to another one."
            )
        raise ModelError(what) from None


def _host(endpoint: str) -> str:
    """Empty when it is no address of a web server."""
    try:
        parts = urlsplit(endpoint)
        web = parts.scheme in ("http", "https") and parts.port != 0
        return (parts.hostname or "") if web else ""
    except ValueError:  # a port that is no number
        return ""


def _listed(entry: dict[str, Any]) -> RemoteFile:
    """A file as the hub lists it."""
    large = entry.get("lfs") or {}
    return RemoteFile(
        str(entry.get("rfilename", "")), int(entry.get("size") or large.get("size") or 0),
        str(large.get("sha256") or ""), "" if large else str(entry.get("blobId") or ""),
    )  # fmt: skip


def _goes_on(answer: httpx.Response, have: int) -> bool:
    """Whether the answer begins where ``have`` bytes end; a server that knows no ranges begins anew."""
    if answer.status_code != 206:
        return False
    said = answer.headers.get("content-range", f"bytes {have}-")
    if said.startswith((f"bytes {have}-", "bytes 0-")):
        return not said.startswith("bytes 0-")
    raise ModelError(f"{answer.url.host} sent {said!r} where the bytes from {have:,} on were asked for: try again.")


def _reason(error: Exception) -> str:
    return str(error) or {"ReadTimeout": "it said nothing for too long"}.get(type(error).__name__, type(error).__name__)


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
