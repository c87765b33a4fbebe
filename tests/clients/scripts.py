"""Runs a client that is a program of its own, and what the programs have in common: a picture, and what they print."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

HERE = Path(__file__).parent
ENVIRONMENTS = Path(__file__).parents[2] / ".venv" / "clients"
"""Where `make test-clients` (and, for Node, `make test`) puts the clients' own environments."""


def picture_url(width: int = 160, height: int = 120, colour: tuple[int, int, int] = (200, 30, 30)) -> str:
    buffer = io.BytesIO()
    noise = np.random.default_rng(1).integers(-60, 60, (height, width, 3))
    pixels = np.clip(np.full((height, width, 3), colour) + noise, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(buffer, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def environment(*parts: str) -> Path:
    """A file of a client's environment. Skips where it was not made."""
    path = ENVIRONMENTS.joinpath(*parts)
    if not (path.exists() and (ENVIRONMENTS / parts[0] / ".ready").exists()):
        pytest.skip(f"{'/'.join(parts)} is not installed: make test-clients installs it")
    return path


async def run(*command: str, within_s: float = 60.0) -> dict[str, list[Any]]:
    """What the program told, by name. Raises AssertionError with all it printed when it failed."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, limit=2**26
    )
    try:
        async with asyncio.timeout(within_s):
            printed, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        printed, _ = await process.communicate()
    lines = printed.decode(errors="replace").splitlines()
    told: dict[str, list[Any]] = {"event": [], "error": []}
    others = []
    for line in lines:
        try:
            parsed = json.loads(line)
        except ValueError:
            others.append(line)
            continue
        if isinstance(parsed, dict):
            for name, value in parsed.items():
                told.setdefault(name, []).append(value)
    kinds = [event.get("type") for event in told["event"]]
    assert process.returncode == 0, "\n".join([*others[-40:], *map(str, kinds[-30:]), str(told["error"])])
    return told
