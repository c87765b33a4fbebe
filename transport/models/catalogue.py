"""The models that Netra's settings name by a short name. Facts only: where they are kept, whose they are, what for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Model:
    """``name``: as in the settings, and of its folder. ``repository``: on the hub. ``about_mb``: to be downloaded, for
    a first idea; the hub knows exactly.
    """

    name: str
    repository: str
    purpose: str
    licence: str
    about_mb: int


CATALOGUE: tuple[Model, ...] = (
    Model("tiny", "Systran/faster-whisper-tiny", "hears, smallest", "MIT", 75),
    Model("base", "Systran/faster-whisper-base", "hears, small CPU", "MIT", 145),
    Model("small", "Systran/faster-whisper-small", "hears, laptop", "MIT", 484),
    Model("large-v3-turbo", "mobiuslabsgmbh/faster-whisper-large-v3-turbo", "hears, GPU", "MIT", 1620),
    Model("kokoro-82m", "hexgrad/Kokoro-82M", "speaks", "Apache-2.0", 330),
    Model("smolvlm2-500m", "HuggingFaceTB/SmolVLM2-500M-Video-Instruct", "sees and thinks, laptop", "Apache-2.0", 1020),
    Model("qwen3-vl-4b", "Qwen/Qwen3-VL-4B-Instruct", "sees and thinks, GPU", "Apache-2.0", 8900),
    Model("siglip2-base", "google/siglip2-base-patch16-224", "finds what was seen", "Apache-2.0", 1500),
    Model("smart-turn-v3", "pipecat-ai/smart-turn-v3", "tells the end of a turn by the voice", "BSD-2-Clause", 9),
)

SETS: dict[str, tuple[str, ...]] = {
    "laptop": ("small", "smolvlm2-500m", "kokoro-82m", "siglip2-base"),
    "gpu": ("large-v3-turbo", "qwen3-vl-4b", "kokoro-82m", "siglip2-base"),
}
"""What the profiles of these names use."""


REPOSITORY = re.compile(r"[\w][\w.-]*/[\w][\w.-]*", re.ASCII)
"""OWNER/NAME, neither of which begins with a dot: the last part becomes a folder's name."""


def near(name: str) -> str:
    """The name of a model or a set that was probably meant; "" when none is like it."""
    known = [*SETS, *(model.name for model in CATALOGUE)]
    wanted = name.lower().rpartition("/")[2]
    found = get_close_matches(wanted, known, 1, 0.6) or [one for one in known if wanted and wanted in one][:1]
    return found[0] if found else ""


def members(names: Iterable[str]) -> list[str]:
    """Sets as the models in them; every name once."""
    return list(dict.fromkeys(model for name in names for model in SETS.get(name, (name,))))


def named(name: str) -> Model | None:
    """By its short name or its repository; None: not in the catalogue."""
    return next((model for model in CATALOGUE if name in (model.name, model.repository)), None)


def for_repository(repository: str) -> Model:
    """One that is not in the catalogue, under the last part of its repository's name."""
    return Model(repository.rpartition("/")[2].lower(), repository, "", "", 0)
