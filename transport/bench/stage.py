"""Where the figures are taken: a server on a core of its own, a caller on the others, and what they need.

Knows processes and processors. Does not know what is measured.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.audio import Pcm, level_dbfs
from agent.clock import now_us
from agent.engines import registry
from agent.engines.protocols import Synthesizer
from agent.errors import LineError
from agent.picture import Pixels
from agent.settings import Settings
from transport.bench.sounds import load
from transport.client import CallerSettings, Client
from transport.client_media import LossyPath
from transport.demo.person import LEVEL_DBFS, Person, trimmed
from transport.running import Running, server

FLITE_VOICES = ("slt", "rms", "awb", "kal16")
HUSH_S = 8.0


@dataclass(frozen=True, slots=True)
class Bench:
    """What every part is given. ``turns``: how many of what is counted in turns; ``tell``: progress for a person."""

    settings: Settings
    turns: int
    tell: Callable[[str], None]


def processors() -> tuple[set[int] | None, set[int] | None]:
    """(the server's, the caller's); None where there is only one, or where processes can't be bound to one."""
    if not hasattr(os, "sched_getaffinity"):
        return None, None
    cores = sorted(os.sched_getaffinity(0))
    return ({cores[0]}, set(cores[1:])) if len(cores) > 1 else (None, None)


@contextmanager
def bound_to(cores: set[int] | None) -> Iterator[None]:
    """This thread, and what it starts, on these processors until the scope is left."""
    if cores is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@asynccontextmanager
async def serving(settings_toml: str = "") -> AsyncIterator[Running]:
    """A server on its own core; the caller's side keeps to the others."""
    own, others = processors()
    with bound_to(others), settings_file(settings_toml) as file:
        async with server(["--config", str(file)], cores=own) as running:
            yield running


@contextmanager
def settings_file(text: str) -> Iterator[Path]:
    """A file with these settings, for as long as the scope lasts."""
    with tempfile.TemporaryDirectory(prefix="netra-bench-") as folder:
        file = Path(folder) / "bench.toml"
        file.write_text(text, encoding="utf-8")
        yield file


@asynccontextmanager
async def voice_engine(settings: Settings) -> AsyncIterator[Synthesizer]:
    """The synthesiser that the bench's persons speak with."""
    engine: Synthesizer = registry.build("synthesizer", settings.speaking.synthesizer, settings)
    try:
        yield engine
    finally:
        await engine.close()


@asynccontextmanager
async def caller(
    url: str, voice: Synthesizer, camera: Pixels | None = None, path: LossyPath | None = None
) -> AsyncIterator[Person]:
    """A person on a line that works, or loses what ``path`` loses, after the greeting quiet."""
    async with Client(CallerSettings(url, camera=camera, path=path)) as client:
        await client.wait_for("netra.session")
        await asyncio.sleep(1.0)
        yield Person(client, voice)


async def hush(person: Person) -> None:
    """End the reply that sounds, and wait until it is quiet. Raises LineError when it is not."""
    person.client.send({"type": "response.cancel"})
    until = now_us() + round(HUSH_S * 1e6)
    while now_us() < until:
        await asyncio.sleep(0.35)
        if person.level(now_us() - 300_000, now_us()) < -60:
            return
        person.client.send({"type": "response.cancel"})
    raise LineError(f"The agent did not fall silent within {HUSH_S:.0f} s of being told to.")


def has_flite() -> bool:
    return shutil.which("flite") is not None


async def flite(text: str, voice: str) -> Pcm:
    """A text in one of flite's voices, at HEARING_RATE and the persons' level, without silence around it.

    Raises LineError when flite does not do it.
    """
    with tempfile.TemporaryDirectory(prefix="netra-bench-") as folder:
        file = Path(folder) / "said.wav"
        process = await asyncio.create_subprocess_exec(
            "flite", "-voice", voice, "-t", text, "-o", str(file),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        if await process.wait() or not file.exists():
            raise LineError(f"flite did not say {text!r} with the voice {voice!r}.")
        sound = load(file)
    return levelled(trimmed(np.clip(sound * 32767, -32768, 32767).astype(np.int16)))


def levelled(pcm: Pcm, dbfs: float = LEVEL_DBFS) -> Pcm:
    louder: Pcm = np.clip(pcm * 10 ** ((dbfs - level_dbfs(pcm)) / 20), -32768, 32767).astype(np.int16)
    return louder
