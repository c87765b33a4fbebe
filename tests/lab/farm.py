"""Thousands of simulated hours on all cores: seeds in order, one conversation each, until the hours are full.

The result depends on the first seed and the hours only, not on how many workers there are. A conversation that broke a
rule is shrunk where it was found, and its script and recording are kept.
"""

from __future__ import annotations

import gc
import logging
import tempfile
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from agent.recorder import Recorder
from agent.replay import replay
from tests.lab.checks import violations
from tests.lab.generate import generate, mood_of
from tests.lab.script import Script, written
from tests.lab.shrink import shrink
from tests.lab.stage import play, settings_of
from tests.lab.tally import Tally, tally

BATCH = 16
"""Conversations that a worker takes at a time."""
FILED_EVERY = 32
"""Of so many conversations one is recorded to a file twice: byte for byte the same, and replayed from there."""
OF_FILES = ("recorded_twice", "replayed_from_file")
SHRINK_TRIES = 300


@dataclass(slots=True)
class Finding:
    """A conversation that broke rules. ``shrunk``: the least script that breaks the first of them, as Python."""

    seed: int
    faults: list[str]
    shrunk: str
    recording: str

    def __str__(self) -> str:
        lines = [f"seed {self.seed}:", *(f"  {fault}" for fault in self.faults[:5]), f"  recording: {self.recording}"]
        return "\n".join([*lines, "  shrunk:", *(f"    {line}" for line in self.shrunk.splitlines())])


@dataclass(slots=True)
class Harvest:
    """Of conversations in the order of their seeds."""

    tally: Tally = field(default_factory=Tally)
    findings: list[Finding] = field(default_factory=list)
    cpu_s: float = 0.0

    @property
    def hours(self) -> float:
        return float(sum(self.tally.hours.values()))


def converse(seed: int, folder: Path, *, most_s: float | None = None) -> Harvest:
    """One conversation, looked at from all sides."""
    began = time.process_time()
    script = generate(seed, most_s=most_s)
    run = play(script)
    faults = violations(run)
    if not faults and seed % FILED_EVERY == 0:
        faults = filed(script)
    harvest = Harvest(tally(run, mood_of(seed).name))
    if faults:
        harvest.findings.append(found(seed, script, faults, folder))
    harvest.cpu_s = time.process_time() - began
    return harvest


def record(script: Script, folder: Path, name: str) -> Path:
    """The script's recording, as a session would write it."""
    recorder = Recorder.open(folder, name, settings_of(script))
    assert isinstance(recorder, Recorder), "the folder can't be written to"
    play(script, recorder)
    return recorder.path


def faults_of(script: Script) -> list[str]:
    """Every rule that this script breaks."""
    return violations(play(script)) or filed(script)


def filed(script: Script) -> list[str]:
    """What does not hold of its recording as a file."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        paths = [record(script, Path(folder), "lab") for folder in (one, other)]
        first, second = (path.read_bytes().split(b"\n", 1)[1] for path in paths)  # the header has the time of day
        if first != second:
            return ["recorded_twice: the same script gave another recording"]
        replayed = replay(paths[0])
        if not replayed.same or replayed.truncated:
            return [f"replayed_from_file: {replayed}"]
    return []


def found(seed: int, script: Script, faults: list[str], folder: Path) -> Finding:
    """Shrink it, and keep script and recording."""
    rule = faults[0].partition(":")[0]

    def breaks(smaller: Script) -> bool:
        return any(fault.startswith(rule) for fault in (faults_of if rule in OF_FILES else _violations)(smaller))

    least = shrink(script, breaks, SHRINK_TRIES)
    kept = folder / f"seed-{seed}"
    kept.mkdir(parents=True, exist_ok=True)
    (kept / "script.txt").write_text(written(script) + "\n", encoding="utf-8")
    (kept / "shrunk.txt").write_text(written(least) + "\n", encoding="utf-8")
    return Finding(seed, faults, written(least), str(record(least, kept, f"seed{seed}")))


def _violations(script: Script) -> list[str]:
    return violations(play(script))


def _prepare() -> None:
    """In a worker: nobody reads logs of scripted failures, and what lives for ever need not be looked at again."""
    logging.disable(logging.CRITICAL)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _batch(first: int, folder: Path, most_s: float | None) -> Harvest:
    harvest = Harvest()
    for seed in range(first, first + BATCH):
        one = converse(seed, folder, most_s=most_s)
        harvest.tally.add(one.tally)
        harvest.findings += one.findings
        harvest.cpu_s += one.cpu_s
    return harvest


def run(
    hours: float,
    *,
    seed: int,
    workers: int,
    folder: Path,
    most_s: float | None = None,
    told: Callable[[Harvest], None] = lambda _: None,
) -> Harvest:
    """At least so many hours, from this seed on, each conversation ``most_s`` long at most. ``told`` of all so far
    after each batch.
    """
    whole = Harvest()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_prepare) as pool:
        waiting: deque[Future[Harvest]] = deque()
        try:
            while whole.hours < hours:
                while len(waiting) < 2 * workers:
                    waiting.append(pool.submit(_batch, seed, folder, most_s))
                    seed += BATCH
                done = waiting.popleft().result()
                whole.tally.add(done.tally)
                whole.findings += done.findings
                whole.cpu_s += done.cpu_s
                told(whole)
        finally:
            for future in waiting:
                future.cancel()
    return whole
