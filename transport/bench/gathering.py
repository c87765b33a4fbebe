"""What it is worth to do several sessions' calls in one pass: pictures that are embedded or encoded, windows of sound
that are read. One by one and together in turns, so that what else the machine does meets both.

Knows the engines' passes. That the results are the same is for the tests.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from agent.audio import HEARING_RATE, Pcm
from agent.clock import processor_us, stopwatch_us
from agent.engines import registry
from agent.engines.whisper_language import LanguageChoice
from agent.engines.whisper_reading import GatheringBackend, Task
from agent.engines.whisper_utterance import Window
from transport.bench import random_clip, random_whisper
from transport.bench.figures import Row
from transport.bench.neural import Device, Scale, shape_of, whisper_folder, whisper_precision
from transport.bench.random_ears import SPARE_TOKENS, TOKENS_PER_S
from transport.bench.replies import pass_row
from transport.bench.speech import spoken
from transport.bench.stage import Bench
from transport.bench.vlm import PIXELS, built

WINDOW_S = 3.0
AGAIN, ENOUGH_MS = 4, 4_000.0
Worth = dict[int, tuple[float, float]]


async def gathering(bench: Bench, *, scale: Scale, device: Device) -> list[Row]:
    """The part's rows. Raises EngineError."""
    import torch

    sound = await spoken(bench)
    rows = [_encoded(bench, scale, device)]
    threads = torch.get_num_threads()
    if device == "cpu":
        torch.set_num_threads(1)
    try:
        with tempfile.TemporaryDirectory(prefix="netra-bench-") as place:
            rows.append(await _embedded(bench, Path(place) / "clip", scale, device))
            for name, backend in _whispers(Path(place), scale, device):
                rows.append(_read(bench, name, backend, sound, scale, device))
    finally:
        torch.set_num_threads(threads)
    return rows


def worth(asked: Sequence[Any], work: Callable[[Sequence[Any]], object], device: Device) -> tuple[float, float]:
    """Milliseconds of all of them one by one, and in one pass: the fastest of some rounds, fewer of what takes long. Of
    the processor, where that does the work: what else the machine does has no part in it.
    """
    clock = processor_us if device == "cpu" else stopwatch_us
    alone: list[float] = []
    together: list[float] = []
    work(asked[:1])  # the first computation is slow
    spent = 0.0
    while not alone or (len(alone) < AGAIN and spent < ENOUGH_MS):
        began = clock()
        for one in asked:
            work([one])
        between = clock()
        work(asked)
        alone.append((between - began) / 1000)
        together.append((clock() - between) / 1000)
        spent += alone[-1] + together[-1]
    return min(alone), min(together)


def _seen(many: int) -> list[Any]:
    return [np.random.default_rng(seed).integers(0, 255, PIXELS, dtype=np.uint8) for seed in range(many)]


def _encoded(bench: Bench, scale: Scale, device: Device) -> Row:
    size, found = scale.vlms[0], Worth()
    with built(bench, size, device, "auto") as model:
        import torch

        def encode(pictures: Sequence[Any]) -> None:
            model.vision_of_each(pictures)
            model.settle()

        with torch.inference_mode():
            for many in scale.gathered:
                bench.tell(f"{size}, pictures of {many} conversations")
                found[many] = worth([model.pixelled(one) for one in _seen(many)], encode, device)
    return pass_row(found, f"a picture of each conversation, encoded by the vision-language model {size}", "pictures")


async def _embedded(bench: Bench, folder: Path, scale: Scale, device: Device) -> Row:
    bench.tell("making CLIP")
    random_clip.write(folder, small=scale.small_voice)
    matcher: Any = registry.named("matcher", "siglip")(str(folder), folder, device)
    found = Worth()
    await matcher.warm()
    for many in scale.gathered:
        bench.tell(f"CLIP, pictures of {many} conversations")
        found[many] = worth(_seen(many), matcher.embedded, device)
    await matcher.close()
    return pass_row(found, "a picture of each conversation, embedded by CLIP (base)", "pictures")


def _whispers(folder: Path, scale: Scale, device: Device) -> list[tuple[str, Any]]:
    from agent.engines.whisper_ct2 import Ct2Whisper
    from agent.engines.whisper_torch import TorchWhisper

    where, precision = whisper_precision(device)
    options: dict[str, Any] = {"threads": 1 if device == "cpu" else 0, "workers": 1, "short_mel": False}
    torch_folder = random_whisper.write_for_torch(folder / "torch", shape_of(scale))
    found: list[tuple[str, Any]] = [
        (f"CTranslate2, {where} {precision}",
         Ct2Whisper(whisper_folder(folder, scale, device), device=where, precision=precision, **options)),
        (f"transformers, {device}", TorchWhisper(torch_folder, device=device, precision="auto", **options)),
    ]  # fmt: skip
    for _, backend in found:
        backend.tokens_per_s, backend.spare_tokens = TOKENS_PER_S, SPARE_TOKENS
    return found


def _read(bench: Bench, name: str, backend: GatheringBackend, sound: Pcm, scale: Scale, device: Device) -> Row:
    length, found = int(WINDOW_S * HEARING_RATE), Worth()
    heard = sound.astype(np.float32) / np.float32(32768)
    for many in scale.gathered:
        bench.tell(f"whisper {scale.whisper}, {name}, {many} speakers")
        starts = [at * (len(heard) - length) // max(1, many - 1) for at in range(many)]
        tasks = [
            Task(Window(heard[start : start + length], 0.0, WINDOW_S, (), ()), LanguageChoice("en")) for start in starts
        ]
        found[many] = worth(tasks, backend.read_each, device)
    return pass_row(found, f"{WINDOW_S:g} s of each speaker, read by whisper {scale.whisper} ({name})", "readings")
