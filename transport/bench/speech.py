"""The neural speech engines on weights without sense: the same size, the same cost, and no hub.

Knows how a growing utterance is read and how a voice is asked. What is recognised means nothing here; a trained model
writes about as many tokens as ``TOKENS_PER_S`` says, so its readings are as long.
"""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from agent.audio import HEARING_RATE, Pcm
from agent.clock import stopwatch_us
from agent.engines import registry
from agent.engines.agreement import AlignAtt, LocalAgreement, Policy
from agent.engines.protocols import Synthesizer, Voice
from agent.engines.whisper_language import LanguageChoice
from agent.engines.whisper_utterance import Utterance
from agent.errors import EngineMissing
from agent.resample import Resampler
from transport.bench import random_kokoro, random_whisper
from transport.bench.figures import Row, part, rounded
from transport.bench.stage import Bench

TEXT = (
    "I am looking for the small shop with the green door beside the station, because somebody told me that they repair "
    "old radios there. What time do they open on Saturday, and how long would it take me to walk?"
)
FIRST, LATER = "It is half past three.", "The train to the north leaves from the second platform in twenty minutes."
EVERY_S = 0.4
TOKENS_PER_S, SPARE_TOKENS = 4.0, 4
"""About what people's speech comes to in Whisper's tokens."""
PAUSE_S = 0.3


@dataclass(slots=True)
class Read:
    """One utterance. Milliseconds; ``partials``: readings while it was spoken, ``final``: the one after its end;
    ``taken_back``: committed texts that a later one did not begin with.
    """

    seconds: float
    partials: list[float] = field(default_factory=list)
    final: float = 0.0
    taken_back: int = 0


def hear(backend: Any, sound: Pcm, policy: Policy) -> Read:
    """Read ``sound`` as it grows, and once more at its end."""
    utterance, language = Utterance(policy), LanguageChoice("en")
    found, committed, step = Read(len(sound) / HEARING_RATE), "", int(EVERY_S * HEARING_RATE)

    def read() -> float:
        nonlocal committed
        window = utterance.window()
        began = stopwatch_us()
        reading = backend.read(window, language, hint="", beam_size=1)
        took = (stopwatch_us() - began) / 1000
        utterance.take(window, reading.words)
        found.taken_back += not utterance.committed.startswith(committed)
        committed = utterance.committed
        return took

    for at in range(0, len(sound), step):
        utterance.add(sound[at : at + step])
        if at + step < len(sound):
            found.partials.append(read())
    utterance.add(np.zeros(int(PAUSE_S * HEARING_RATE), np.int16))
    found.final = read()
    return found


async def speech(bench: Bench) -> list[Row]:
    """Whisper tiny and base, and Kokoro. Raises EngineMissing when neither is installed."""
    return [*await _whispers(bench, ("tiny", "base")), *await _kokoro(bench)]


async def speech_large(bench: Bench) -> list[Row]:
    """Whisper large-v3-turbo. Raises EngineMissing."""
    return await _whispers(bench, ("large-v3-turbo",))


async def _whispers(bench: Bench, names: Sequence[str]) -> list[Row]:
    if importlib.util.find_spec("faster_whisper") is None:
        raise EngineMissing("Whisper is measured with faster-whisper: .venv/bin/pip install -e '.[whisper]'")
    sound = await spoken(bench)
    rows: list[Row] = []
    for name in names:
        with tempfile.TemporaryDirectory(prefix="netra-bench-") as folder:
            bench.tell(f"whisper {name}: random weights are made")
            device, precision = _device()
            random_whisper.write(Path(folder), random_whisper.SHAPES[name], precision=precision)
            for short in (False, True):
                rows += _whisper(bench, name, Path(folder), device, precision, sound, short=short)
    return rows


def _device() -> tuple[str, str]:
    import ctranslate2

    return ("cuda", "float16") if ctranslate2.get_cuda_device_count() else ("cpu", "int8")


def _whisper(
    bench: Bench, name: str, folder: Path, device: str, precision: str, sound: Pcm, *, short: bool
) -> list[Row]:
    from agent.engines.whisper_ct2 import Ct2Whisper

    title = f"whisper {name}, {device} {precision}" + (", short spectrogram" if short else "")
    bench.tell(title)
    backend = Ct2Whisper(folder, device=device, precision=precision, threads=0, workers=1, short_mel=short)
    backend.tokens_per_s, backend.spare_tokens = TOKENS_PER_S, SPARE_TOKENS
    hear(backend, sound[:HEARING_RATE], LocalAgreement())
    return whisper_rows(title, [hear(backend, sound, policy) for policy in (LocalAgreement(), AlignAtt(0.5))])


def whisper_rows(title: str, found: Sequence[Read]) -> list[Row]:
    """What it costs, how long the end takes, and that nothing was taken back."""
    partials = [ms for one in found for ms in one.partials]
    longest, final = max(partials, default=0.0), max(one.final for one in found)
    busy = sum(partials) / 1000 / sum(one.seconds for one in found)
    half = [ms for one in found for ms in one.partials[len(one.partials) // 2 :]]
    taken_back = sum(one.taken_back for one in found)
    return [
        Row(
            f"{title}: end of speech → final text",
            f"{final:.0f} ms",
            {"final_ms": rounded(final), "longest_partial_ms": rounded(longest)},
            "one reading",
            final <= 1.5 * longest,
            f"a partial reading takes {part(partials, 50):.0f} ms, in the second half {part(half, 50):.0f}; one every"
            f" {EVERY_S:g} s keeps a worker busy {busy:.0%} of the time",
        ),
        Row(
            f"{title}: committed words taken back",
            str(taken_back),
            {"taken_back": taken_back, "readings": len(partials) + len(found), "busy_share": rounded(busy)},
            "0",
            taken_back == 0,
        ),
    ]


async def spoken(bench: Bench, text: str = TEXT) -> Pcm:
    """A text by the embedded voice, at HEARING_RATE."""
    voice: Synthesizer = registry.build("synthesizer", "espeak", bench.settings)
    try:
        resampler = Resampler(voice.sample_rate, HEARING_RATE)
        pieces = [resampler.push(chunk.pcm) async for chunk in voice.speak(text, Voice())]
        return np.concatenate((*pieces, resampler.flush()))
    finally:
        await voice.close()


async def _kokoro(bench: Bench) -> list[Row]:
    for package in ("torch", "transformers", "kokoro", "num2words"):
        if importlib.util.find_spec(package) is None:
            return [
                Row(
                    "kokoro",
                    "not measured",
                    {},
                    note=f"{package} is not installed: .venv/bin/pip install -e '.[kokoro]'",
                )
            ]
    from agent.engines.kokoro import KokoroSynthesizer

    with tempfile.TemporaryDirectory(prefix="netra-bench-") as folder:
        bench.tell("kokoro: random weights are made")
        voice = KokoroSynthesizer({}, str(random_kokoro.write(Path(folder))))
        await voice.warm()
        firsts, whole, sounded = [], 0.0, 0.0
        for number in range(max(3, bench.turns // 4)):
            bench.tell(f"kokoro: answer {number + 1}")
            began, first, samples = stopwatch_us(), 0, 0
            async for chunk in voice.speak(f"{FIRST} {LATER}", Voice()):
                first = first or stopwatch_us() - began
                samples += len(chunk.pcm)
            firsts.append(first / 1000)
            whole += (stopwatch_us() - began) / 1e6
            sounded += samples / voice.sample_rate
        await voice.close()
    return [kokoro_row(firsts, whole / sounded)]


def kokoro_row(firsts_ms: Sequence[float], factor: float) -> Row:
    """First sound of a short clause, and the work for a second of speech."""
    return Row(
        "kokoro, 82 M parameters: text → first sound",
        f"p50 {part(firsts_ms, 50):.0f}, p95 {part(firsts_ms, 95):.0f} ms",
        {"p50_ms": rounded(part(firsts_ms, 50)), "p95_ms": rounded(part(firsts_ms, 95)), "work_per_s": rounded(factor)},
        "ahead of the listener",
        factor < 1.0,
        f"{factor:.2f} s of work for a second of speech",
    )
