"""From settings to a Kokoro that runs in a process of its own. Knows settings and folders; imports no model."""

from __future__ import annotations

from pathlib import Path

from agent.engines.hosted_voice import HostedSynthesizer
from agent.engines.kokoro_settings import SAMPLE_RATE, KokoroSettings
from agent.engines.kokoro_voices import LETTERS
from agent.engines.weights import find, require
from agent.errors import EngineMissing

REPOSITORY = "hexgrad/Kokoro-82M"


def hosted(settings: KokoroSettings, cache_dir: Path) -> HostedSynthesizer:
    """The voice, not yet started. Raises EngineMissing."""
    for package in ("kokoro", "torch", "transformers", "num2words", "espeakng_loader"):
        require(package, "kokoro", "kokoro")
    folder = find(settings.model, cache_dir, (REPOSITORY, settings.model), ("config.json", "voices"), "kokoro")
    voices = sorted(file.stem for file in (folder / "voices").glob("*.pt"))
    if not any(folder.glob("*.pth")) or not voices:
        raise EngineMissing(
            f"The engine 'kokoro' can't use {folder}: it needs the network (*.pth) and a voice or more (voices/*.pt)."
        )
    return HostedSynthesizer(
        "kokoro",
        "agent.engines.kokoro:KokoroSynthesizer",
        {"settings": settings.model_dump(mode="json"), "folder": str(folder)},
        sample_rate=SAMPLE_RATE,
        languages=spoken(voices),
        voices=voices,
    )


def spoken(voices: list[str]) -> tuple[str, ...]:
    """Codes of the languages for which there is one of these voices."""
    return tuple(code for code, letter in LETTERS.items() if any(voice.startswith(letter) for voice in voices))
