"""What Netra offers as a Wyoming service: the answer to ``describe``. Knows names and languages only."""

from __future__ import annotations

from importlib import metadata
from typing import Any

from agent.reciting import HOUSE_VOICE, Reciter
from agent.transcribing import Transcriber
from transport.wyoming.wire import Event


def info(transcriber: Transcriber, reciter: Reciter) -> Event:
    """One program of each kind; the voice's engine and the recogniser are named as their models."""
    heard = list(transcriber.languages)
    voices = [
        _artifact(HOUSE_VOICE, "The house's voice") | {"languages": _languages(reciter.language), "speakers": None}
    ]
    voices += [
        _artifact(name, f"{reciter.name}: {name}") | {"languages": [tag(name)], "speakers": None}
        for name in reciter.voices()
    ]
    model = _artifact(transcriber.name, f"Recogniser {transcriber.name}") | {"languages": heard}
    brain = _artifact("netra", "Netra's skills that need no camera") | {"languages": ["en"]}
    return Event(
        "info",
        {
            "asr": [
                _artifact("netra", "Netra hears")
                | {
                    "models": [model],
                    "supports_transcript_streaming": True,
                    "requires_external_vad": True,
                    "prefers_auto_gain_enabled": False,
                    "prefers_noise_reduction_enabled": False,
                }
            ],
            "tts": [_artifact("netra", "Netra speaks") | {"voices": voices, "supports_synthesize_streaming": True}],
            "handle": [
                _artifact("netra", "Netra answers")
                | {"models": [brain], "supports_handled_streaming": True, "supports_home_control": False}
            ],
            "intent": [],
            "wake": [],
            "mic": [],
            "snd": [],
        },
    )


def tag(voice: str) -> str:
    """The language of an engine's voice as clients look it up: "en-us-nyc" is en-US, "cmn-latn-pinyin" cmn."""
    language, *rest = voice.split("-")
    region = rest[0] if rest and len(rest[0]) in (2, 3) and rest[0] != "x" else ""
    return f"{language}-{region.upper()}" if region else language


def _languages(language: str) -> list[str]:
    return ["en", "en-US"] if language == "en" else [tag(language)]


def _artifact(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "description": description,
        "attribution": {"name": "Netra", "url": ""},
        "installed": True,
        "version": metadata.version("netra"),
    }
