"""Who may enter: keys and client secrets to roles, and how often one address may try.

Knows headers and limits. Does not know paths, sessions or sockets. Without keys (loopback) everyone is the owner.
"""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.clock import local_time, now_us
from transport.keys import Keys, Role, hash_of
from transport.limits import Limits, NotAllowed, TooMany

KEY_PROTOCOL = "openai-insecure-api-key."
"""Browsers can't set headers on a WebSocket: the key comes as one of its subprotocols."""
MIN_LIFE_S, DEFAULT_LIFE_S, MAX_LIFE_S = 10, 600, 7200
ADDRESSES = 10_000
"""Addresses whose attempts are counted at a time; beyond them the oldest is forgotten."""
_BEARER = re.compile(r"Bearer\s+(\S+)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pass:
    """What someone may do. ``wish``: the session configuration that a client secret is bound to."""

    role: Role = "admin"
    wish: dict[str, Any] | None = None
    secret: bool = False

    @property
    def may_talk(self) -> bool:
        return self.role in ("user", "admin")


OWNER = Pass()


@dataclass(frozen=True, slots=True)
class Secret:
    """``expires_at``: seconds since the epoch."""

    value: str
    expires_at: int


@dataclass(slots=True)
class _Tries:
    since_us: int
    made: int = 0
    failed: int = 0


class Door:
    """One server's. ``keys`` None: open to all who reach it. ``open_paths`` and hosts are not its business."""

    def __init__(self, keys: Keys | None = None, limits: Limits | None = None) -> None:
        self._keys = keys
        self._limits = limits or Limits()
        self._secrets: OrderedDict[str, tuple[int, Pass]] = OrderedDict()
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    @property
    def locked(self) -> bool:
        return self._keys is not None

    def enter(self, headers: Mapping[str, str], address: str) -> Pass:
        """Raises NotAllowed, or TooMany when this address has tried too often."""
        tries = self._tries_of(address)
        if self.locked and (tries.made >= 4 * self._limits.attempts or tries.failed >= self._limits.attempts):
            wait_s = max(1, int(self._limits.attempts_s - (now_us() - tries.since_us) / 1e6))
            raise TooMany("Too many attempts from this address. Try again later.", retry_after_s=wait_s)
        tries.made += 1
        key = key_in(headers)
        if key is not None and (found := self._by_secret(key)) is not None:
            return found
        if self._keys is None:
            return OWNER
        role = self._keys.role_of(key) if key is not None else None
        if role is None:
            tries.failed += 1
            raise NotAllowed(
                "This server needs a key: send it as Authorization: Bearer. Its owner makes one with `netra key make`."
                if key is None
                else "This key is not valid here; it may have been revoked, or its time is over."
            )
        return Pass(role)

    def secret(self, wish: dict[str, Any], life_s: int) -> Secret:
        """A key for one client, for a while, bound to a session configuration."""
        expires_at = int(local_time().timestamp()) + life_s
        value = f"ek_{secrets.token_urlsafe(32)}"
        self._secrets[hash_of(value)] = (expires_at, Pass("user", wish, secret=True))
        while len(self._secrets) > self._limits.secrets:
            self._secrets.popitem(last=False)
        return Secret(value, expires_at)

    def _by_secret(self, key: str) -> Pass | None:
        if not key.startswith("ek_"):
            return None
        hashed = hash_of(key)
        expires_at, found = self._secrets.get(hashed, (0, OWNER))
        if expires_at > local_time().timestamp():
            return found
        self._secrets.pop(hashed, None)
        if not self.locked:  # open to all, but this one said which configuration it wants, and can't have it
            raise NotAllowed("This client secret is not valid here, or its time is over. Ask for a new one.")
        return None

    def _tries_of(self, address: str) -> _Tries:
        tries = self._tries.get(address)
        if tries is None or now_us() - tries.since_us > self._limits.attempts_s * 1e6:
            tries = self._tries[address] = _Tries(now_us())
            self._tries.move_to_end(address)
            while len(self._tries) > ADDRESSES:
                self._tries.popitem(last=False)
        return tries


def key_in(headers: Mapping[str, str]) -> str | None:
    """The key a request carries: as a bearer, or as a WebSocket's subprotocol."""
    if (match := _BEARER.fullmatch(headers.get("authorization", ""))) is not None:
        return match[1]
    for protocol in protocols_in(headers):
        if protocol.startswith(KEY_PROTOCOL):
            return protocol.removeprefix(KEY_PROTOCOL)
    return None


def protocols_in(headers: Mapping[str, str]) -> list[str]:
    """The subprotocols that a WebSocket offers."""
    return [one.strip() for one in headers.get("sec-websocket-protocol", "").split(",") if one.strip()]


@dataclass(frozen=True, slots=True)
class Guard:
    """All that stands before a request is read. ``origins``: pages elsewhere that may call."""

    hosts: frozenset[str] | None
    origins: frozenset[str]
    max_body: int
    door: Door = field(default_factory=Door)
    body_limits: Mapping[str, int] = field(default_factory=dict)
    """Paths that take larger (or only smaller) bodies, in bytes."""
