"""From settings to a Whisper that runs in a process of its own: packages, folder, backend, words to expect.

Knows settings and folders. Imports no model; what is missing is one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from agent.engines.weights import find, require
from agent.engines.whisper_settings import WhisperSettings
from agent.errors import EngineMissing

CT2_FILES = ("model.bin", "config.json", "tokenizer.json")
TORCH_FILES = ("model.safetensors|model.safetensors.index.json|pytorch_model.bin", "config.json", "tokenizer.json")
MADE_BY_OTHERS = dict.fromkeys(("large-v3-turbo", "turbo"), "mobiuslabsgmbh/faster-whisper-large-v3-turbo")
TORCH_DEVICES = ("mps", "xpu")
"""Accelerators that CTranslate2 has no build for."""
LONGEST_HINT = 60
"""Phrases for which there is room among the words to expect."""


def options(settings: WhisperSettings, cache_dir: Path, expected: Callable[[], Sequence[str]]) -> dict[str, Any]:
    """What a HostedRecognizer is built from. ``expected``: words to expect, asked for where they are wanted.

    Raises EngineMissing.
    """
    require("faster_whisper", "whisper", "whisper")
    folder, backend = place(settings, cache_dir)
    if backend == "transformers":
        require("torch", "whisper", "neural")
        require("transformers", "whisper", "neural")
    return {
        "name": "whisper",
        "place": "agent.engines.whisper:WhisperRecognizer",
        "options": {
            "settings": settings.model_dump(mode="json"),
            "folder": str(folder),
            "backend": backend,
            "hints": list(expected()) if settings.skill_words else [],
        },
        "languages": settings.heard,
        "word_times": True,
    }


def place(settings: WhisperSettings, cache_dir: Path) -> tuple[Path, str]:
    """(the model's folder, which backend runs it). Raises EngineMissing."""
    name = settings.model
    by_torch = settings.backend == "transformers" or (settings.backend == "auto" and settings.device in TORCH_DEVICES)
    if not by_torch:
        try:
            repositories = (MADE_BY_OTHERS.get(name, f"Systran/faster-whisper-{name}"), name)
            return find(name, cache_dir, repositories, CT2_FILES, "whisper"), "ctranslate2"
        except EngineMissing:
            if settings.backend == "ctranslate2" or not _torch_form(name, cache_dir):
                raise
    return find(name, cache_dir, (f"openai/whisper-{name}", name), TORCH_FILES, "whisper"), "transformers"


def _torch_form(name: str, cache_dir: Path) -> bool:
    try:
        find(name, cache_dir, (f"openai/whisper-{name}", name), TORCH_FILES, "whisper")
    except EngineMissing:
        return False
    return True


def hints(names: Sequence[str], phrases: Iterable[tuple[str, str]]) -> list[str]:
    """Words to expect: names first, then the shortest phrase of at least two words of each skill.

    ``phrases``: (skill, sentence).
    """
    shortest: dict[str, str] = {}
    for skill, sentence in phrases:
        if " " in sentence and len(sentence) < len(shortest.get(skill, sentence + " ")):
            shortest[skill] = sentence
    return [*dict.fromkeys((*names, *shortest.values()))][:LONGEST_HINT]
