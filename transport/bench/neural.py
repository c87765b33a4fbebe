"""The neural engines together, on random weights of a given scale: built as a server builds them, and no hub.

Knows scales, and how each engine comes to weights without sense. Does not know what is measured.
"""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from agent.engines import registry, whisper_place
from agent.engines.registry import Engines
from agent.errors import EngineMissing
from agent.settings import Settings, load
from agent.skills.catalogue import tools_for
from transport.bench import random_clip, random_kokoro, random_whisper
from transport.bench.random_ears import GivenWords
from transport.bench.stage import Bench
from transport.bench.vlm import WORDS, built

Device: TypeAlias = Literal["cpu", "cuda"]

NO_CUDA = (
    "There is no CUDA device on this machine. The same measurements with small models on the processor: "
    "netra bench --gpu --device cpu --small"
)


@dataclass(frozen=True, slots=True)
class Scale:
    """How large. ``whisper``: a shape's name. ``vlms``: sizes to measure, the first of them in conversations too.
    ``sessions``: so many at once, one after another; ``gathered``: so many calls of an engine, alone and in one pass.
    ``asked_ms``: of a stage of a turn, the median that is asked for, by the number of conversations.
    """

    whisper: str
    vlms: tuple[str, ...]
    sessions: tuple[int, ...]
    gathered: tuple[int, ...] = (1, 4, 16)
    turns: int = 3
    reply_tokens: int = 40
    small_voice: bool = False
    asked_ms: Mapping[str, Mapping[int, float]] = field(default_factory=dict)


FULL = Scale(
    "large-v3-turbo", ("3b", "8b"), (1, 2, 4, 8, 16),
    asked_ms={"final_text": {1: 100}, "sound_out": {1: 250, 16: 400}},
)  # fmt: skip
SMALL = Scale("tiny", ("small",), (1, 2, 4), turns=2)
TINY = Scale("smallest", ("tiny",), (1, 2), gathered=(1, 2), turns=1, reply_tokens=12, small_voice=True)
"""For tests: made in a moment, and everything else is the same."""


def device_of(wanted: str) -> Device:
    """Where to measure. Raises EngineMissing where that is not there."""
    for package, extra in (("torch", "vlm"), ("transformers", "vlm"), ("faster_whisper", "whisper")):
        if importlib.util.find_spec(package) is None:
            raise EngineMissing(f"This needs the package {package!r}: .venv/bin/pip install -e '.[{extra}]'")
    if wanted == "cpu":
        return "cpu"
    import torch

    if not torch.cuda.is_available():
        raise EngineMissing(NO_CUDA)
    return "cuda"


def has_kokoro() -> bool:
    return all(importlib.util.find_spec(one) is not None for one in ("torch", "transformers", "kokoro", "num2words"))


def whisper_precision(device: Device) -> tuple[str, str]:
    """(device, number format) of CTranslate2, which may have been built without CUDA."""
    import ctranslate2

    return ("cuda", "float16") if device == "cuda" and ctranslate2.get_cuda_device_count() else ("cpu", "int8")


def shape_of(scale: Scale) -> random_whisper.Shape:
    """Of its Whisper."""
    return random_whisper.SMALLEST if scale.whisper == "smallest" else random_whisper.SHAPES[scale.whisper]


def whisper_folder(folder: Path, scale: Scale, device: Device) -> Path:
    return random_whisper.write(folder / "whisper", shape_of(scale), precision=whisper_precision(device)[1])


def wished(folder: Path, scale: Scale, device: Device, *, voice: bool = True) -> Settings:
    """Settings of a server with these engines; their weights are written into ``folder``. The brain is the rules': see
    ``engines``.
    """
    where, precision = whisper_precision(device)
    overrides: dict[str, Any] = {
        "hearing.recognizer": "whisper",
        "hearing.whisper.model": str(whisper_folder(folder, scale, device)),
        "hearing.whisper.device": where,
        "hearing.whisper.precision": precision,
        "hearing.whisper.language": "en",
        "hearing.whisper.threads": 1 if where == "cpu" else 0,
        "speaking.clauses.first_most_words": 7,
        "record.on": False,
    }
    if voice and has_kokoro():
        overrides |= {
            "speaking.synthesizer": "kokoro",
            "speaking.kokoro.model": str(random_kokoro.write(folder / "kokoro", small=scale.small_voice)),
            "speaking.kokoro.device": device,
            "speaking.kokoro.threads": 1 if device == "cpu" else 0,
        }
    return load("embedded", overrides=overrides)


def ears(settings: Settings, text: str = WORDS) -> GivenWords:
    """Whisper in a process of its own, as ``text`` would be heard. Raises EngineMissing."""
    options: Mapping[str, Any] = whisper_place.options(settings.hearing.whisper, settings.cache_dir, lambda: ())
    real = registry.named("recognizer", "whisper")(**{**options, "place": "transport.bench.random_ears:RandomWhisper"})
    return GivenWords(real, text)


@asynccontextmanager
async def engines(bench: Bench, scale: Scale, device: Device) -> AsyncIterator[tuple[Engines, Settings]]:
    """Everything of a server, warmed up, until the scope is left. Raises EngineError."""
    size = scale.vlms[0]
    with tempfile.TemporaryDirectory(prefix="netra-bench-") as place, built(bench, size, device, "auto") as vlm:
        bench.tell("making whisper, kokoro and CLIP")
        settings = wished(Path(place), scale, device)
        options = settings.thinking.vlm.model_copy(
            update={"model": f"random {size}", "max_tokens": scale.reply_tokens, "temperature": 0.0}
        )
        brain = registry.named("brain", "vlm")(options, settings.thinking.telling, tools_for(()), loaded=vlm)
        made = Engines.build(settings)
        clip = random_clip.write(Path(place) / "clip", small=scale.small_voice)
        matcher = registry.named("matcher", "siglip")(str(clip), settings.cache_dir, device)
        made = replace(made, brain=registry.routed(brain, settings), recognizer=ears(settings), matcher=matcher)
        try:
            bench.tell("warming up")
            await made.warm()
            yield made, settings
        finally:
            await made.close()
