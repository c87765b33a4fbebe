"""What every answer carries: an id and the time. Knows nothing else."""

from __future__ import annotations

import secrets

from agent import clock


def new_id(prefix: str) -> str:
    return f"{prefix}{secrets.token_hex(12)}"


def created() -> int:
    """Now, in seconds since 1970."""
    return int(clock.local_time().timestamp())
