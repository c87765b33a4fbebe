"""How well and how cheaply each voice detector hears: ``python -m transport.bench.vad [--json] [--speech FOLDER]``.

Speech is mixed with noises at several levels, given to each detector and its probabilities to the gate. Truth comes
from the clean sound's energy. Knows detectors by name only; does not know sessions or lines.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from agent.audio import HEARING_RATE, Pcm
from agent.clock import stopwatch_us
from agent.core.gate import Closed, Gate, GateSettings, GateSignal, Likely, Opened
from agent.engines import registry
from agent.engines.protocols import VoiceDetector
from agent.errors import EngineMissing
from transport.bench.sounds import (
    FAR_DBFS,
    LEAD_S,
    SPEECH_FOLDER,
    Clip,
    Mix,
    Samples,
    mixed,
    noises,
    recorded,
    spoken,
    to_pcm,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """One detector in one mix. Milliseconds; medians and 95th percentiles over clips."""

    detector: str
    mix: str
    clips_found: float
    speech_covered: float
    first_syllable_kept: float
    likely_p50: float
    opened_p50: float
    opened_p95: float
    closed_p50: float
    closed_p95: float
    openings_per_clip: float


@dataclass(frozen=True, slots=True)
class Cost:
    """``false_openings`` and ``false_likely`` in all noises together, per minute; ``core_percent`` of one core."""

    detector: str
    false_openings: float
    false_likely: float
    false_by_noise: dict[str, int]
    core_percent: float


def probabilities(detector: VoiceDetector, pcm: Pcm) -> list[float]:
    stream = detector.stream()
    whole = len(pcm) // detector.window_samples * detector.window_samples
    return [stream.probability(window) for window in pcm[:whole].reshape(-1, detector.window_samples)]


def signals(heard: Sequence[float], window: int, settings: GateSettings) -> list[GateSignal]:
    gate = Gate(settings)
    told = [signal for probability in heard for signal in gate.push(probability, window)]
    return [*told, *gate.finish()]


def measure(
    detector: VoiceDetector, mix: Mix, clips: Sequence[Clip], noise: Mapping[str, Samples], settings: GateSettings
) -> Figures:
    found: list[bool] = []
    kept: list[bool] = []
    covered: list[float] = []
    likely: list[float] = []
    opened: list[float] = []
    closed: list[float] = []
    openings: list[int] = []
    ms = 1000 / HEARING_RATE
    for one in clips:
        told = signals(probabilities(detector, mixed(one, mix, noise)), detector.window_samples, settings)
        lead = int(LEAD_S * HEARING_RATE)
        onset, end = lead + one.onset, lead + one.end
        spans = [(begin, finish) for begin, finish in paired(told) if finish.end > onset and begin.start < end]
        found.append(bool(spans))
        openings.append(len(spans))
        inside = np.zeros(len(one.active), dtype=bool)
        for begin, finish in spans:
            inside[max(0, (begin.start - lead) // 160) : max(0, -(-(finish.end - lead) // 160))] = True
        covered.append(float(inside[one.active].mean()))
        if spans:
            kept.append(spans[0][0].start <= onset)
            opened.append((spans[0][0].at - onset) * ms)
            first = next(s.at for s in reversed(told) if isinstance(s, Likely) and s.at <= spans[0][0].at)
            likely.append((first - onset) * ms)
            closed.append((spans[-1][1].at - end) * ms)
    return Figures(
        detector.name, mix.name, float(np.mean(found)), float(np.mean(covered)), _mean(kept),
        _part(likely, 50), _part(opened, 50), _part(opened, 95), _part(closed, 50), _part(closed, 95),
        float(np.mean(openings)),
    )  # fmt: skip


def paired(told: Sequence[GateSignal]) -> Iterator[tuple[Opened, Closed]]:
    opened = [signal for signal in told if isinstance(signal, Opened)]
    closed = [signal for signal in told if isinstance(signal, Closed)]
    return zip(opened, closed, strict=True)


def cost(detector: VoiceDetector, noise: Mapping[str, Samples], settings: GateSettings) -> Cost:
    by_noise: dict[str, int] = {}
    likely, seconds, spent = 0, 0.0, 0
    for name, sound in noise.items():
        pcm = to_pcm(sound)
        began = stopwatch_us()
        heard = probabilities(detector, pcm)
        spent += stopwatch_us() - began
        told = signals(heard, detector.window_samples, settings)
        by_noise[name] = sum(isinstance(signal, Opened) for signal in told)
        likely += sum(isinstance(signal, Likely) for signal in told)
        seconds += len(pcm) / HEARING_RATE
    minutes = seconds / 60
    return Cost(detector.name, sum(by_noise.values()) / minutes, likely / minutes, by_noise, spent / seconds / 1e4)


def _part(values: Sequence[float], percent: float) -> float:
    return float(np.percentile(values, percent)) if values else float("nan")


def _mean(values: Sequence[bool]) -> float:
    return float(np.mean(values)) if values else float("nan")


def detectors(names: Sequence[str]) -> Iterator[VoiceDetector]:
    for name in names:
        try:
            yield registry.build("vad", name)
        except EngineMissing as error:
            Console(stderr=True).print(f"{name} left out: {error}")


def report(figures: Sequence[Figures], costs: Sequence[Cost], clips: int) -> None:
    console = Console(width=140)
    table = Table(title=f"Voice detectors on {clips} clips; times in ms from the true onset and end")
    for column in ("detector", "mix"):
        table.add_column(column)
    for column in ("found", "covered", "1st kept", "likely", "opened p50", "p95", "closed p50", "p95", "openings"):
        table.add_column(column, justify="right")
    for one in figures:
        shares = (one.clips_found, one.speech_covered, one.first_syllable_kept)
        times = (one.likely_p50, one.opened_p50, one.opened_p95, one.closed_p50, one.closed_p95)
        table.add_row(
            one.detector, one.mix, *(f"{value:.1%}" for value in shares), *(f"{value:.0f}" for value in times),
            f"{one.openings_per_clip:.2f}",
        )  # fmt: skip
    console.print(table)
    table = Table(title="Noise without speech")
    for column in ("detector", "false openings/min", "false likely/min", "where", "% of a core"):
        table.add_column(column)
    for each in costs:
        where = ", ".join(f"{name} {count}" for name, count in each.false_by_noise.items() if count)
        table.add_row(
            each.detector, f"{each.false_openings:.1f}", f"{each.false_likely:.1f}", where, f"{each.core_percent:.2f}"
        )
    console.print(table)


MIXES = (
    Mix("clean"),
    Mix("clean, far", FAR_DBFS),
    Mix("pink 10 dB", noise="pink", snr_db=10),
    Mix("white 5 dB", noise="white", snr_db=5),
    Mix("kitchen 5 dB", noise="kitchen", snr_db=5),
    Mix("kitchen 0 dB", noise="kitchen", snr_db=0),
    Mix("music 10 dB", noise="music", snr_db=10),
    Mix("music 5 dB, far", FAR_DBFS, noise="music", snr_db=5),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m transport.bench.vad", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--speech", type=Path, default=SPEECH_FOLDER, help="folder with recordings of speech")
    parser.add_argument("--detector", action="append", choices=sorted(registry.PLACES["vad"]), help="default: all")
    options = parser.parse_args()
    clips = recorded(options.speech) + asyncio.run(spoken(registry.build("synthesizer", "espeak")))
    noise = noises(options.speech)
    settings = GateSettings()
    mixes = [mix for mix in MIXES if not mix.noise or mix.noise in noise]
    chosen = list(detectors(options.detector or list(registry.PLACES["vad"])))
    figures = [measure(detector, mix, clips, noise, settings) for detector in chosen for mix in mixes]
    costs = [cost(detector, noise, settings) for detector in chosen]
    if options.json:
        mixes_found = [
            {key: None if value != value else value for key, value in asdict(each).items()} for each in figures
        ]
        found = {"mixes": mixes_found, "noise": [*map(asdict, costs)]}
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
    else:
        report(figures, costs, len(clips))


if __name__ == "__main__":
    main()
