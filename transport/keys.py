"""The keys of a server: made, shown once, kept as hashes in a file that only its owner can read.

Knows files, roles and hashes. Does not know requests. A key is 256 random bits, so one round of SHA-256 is enough:
nobody can try them all, with or without the file.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from agent.clock import local_time
from agent.errors import SettingsError

Role: TypeAlias = Literal["user", "viewer", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
PREFIX = "nk_"
MAX_KEY = 512


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of one: ``id`` is the beginning of its hash, ``made`` an ISO date."""

    id: str
    role: Role
    name: str
    made: str
    hash: str


class Keys:
    """The keys in ``file``. What other processes change there is seen at the next look."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int] | None = None
        self._keys: dict[str, Key] = {}

    def __len__(self) -> int:
        self._look()
        return len(self._keys)

    def make(self, role: Role = "user", name: str = "") -> str:
        """A new key, told this once. Raises SettingsError when the file can't be written."""
        self._look()
        key = PREFIX + secrets.token_urlsafe(32)
        hashed = hash_of(key)
        made = local_time().isoformat(timespec="seconds")
        self._keys[hashed] = Key(hashed[:12], role, name[:80], made, hashed)
        self._write()
        return key

    def listed(self) -> list[Key]:
        self._look()
        return list(self._keys.values())

    def revoke(self, key_id: str) -> bool:
        """False: there is no such key."""
        self._look()
        found = [hashed for hashed in self._keys if len(key_id) >= 4 and hashed.startswith(key_id)]
        if len(found) != 1:
            return False
        del self._keys[found[0]]
        self._write()
        return True

    def role_of(self, key: str) -> Role | None:
        """None: it is none of ours."""
        self._look()
        known = self._keys.get(hash_of(key)) if len(key) <= MAX_KEY else None
        return known.role if known is not None else None

    def _look(self) -> None:
        try:
            stat = self._file.stat()
        except FileNotFoundError:
            self._keys, self._seen = {}, None
            return
        seen = (stat.st_mtime_ns, stat.st_ino)
        if seen == self._seen:
            return
        try:
            listed: list[dict[str, Any]] = json.loads(self._file.read_text(encoding="utf-8"))["keys"]
            keys = [Key(**{name: str(one[name]) for name in Key.__slots__}) for one in listed]  # type: ignore[arg-type]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsError(f"{self._file} can't be read ({error}). Mend it or delete it.") from error
        self._keys = {key.hash: key for key in keys if key.role in ROLES and re.fullmatch(r"[0-9a-f]{64}", key.hash)}
        self._seen = seen

    def _write(self) -> None:
        """Whole or not at all, and for nobody else to read at any time."""
        text = json.dumps({"keys": [asdict(key) for key in self._keys.values()]}, indent=2) + "\n"
        part = self._file.with_name(f".{self._file.name}.{secrets.token_hex(4)}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
            part.replace(self._file)
        except OSError as error:
            raise SettingsError(f"{self._file} can't be written ({error}). See access.keys_file.") from error
        self._seen = None


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
