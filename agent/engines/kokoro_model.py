"""The Kokoro network: phonemes and a voice to sound and durations.

Knows torch, the library and its files. Does not know text, languages or who listens. The library is entered by its
``model`` module: its package's own start would import spaCy and a second way to phonemes that is not used here.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from agent.engines.kokoro_pieces import LONGEST, Made
from agent.errors import EngineMissing

SAMPLES_PER_STEP = 600
"""Sound of one step of a duration: 25 ms."""


class KokoroModel:
    """One network on one device; one call at a time. ``folder``: config.json, *.pth, voices/*.pt."""

    def __init__(self, folder: Path, *, device: str = "auto", threads: int = 0) -> None:
        if threads:
            torch.set_num_threads(threads)
        self.device = _device(device)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        weights = min(folder.glob("*.pth"), default=None)
        if weights is None:
            raise EngineMissing(f"The engine 'kokoro' can't use {folder}: no .pth file is in it.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of torch, about how the library names its layers
            made = _library().KModel(
                repo_id="local", config=config, model=str(weights), disable_complex=self.device == "mps"
            )
        self._model: Any = made.to(self.device).eval()
        self._voices = {file.stem: file for file in sorted((folder / "voices").glob("*.pt"))}
        self._loaded: dict[str, torch.Tensor] = {}
        self._mixed: dict[tuple[tuple[str, float], ...], torch.Tensor] = {}

    @property
    def voices(self) -> tuple[str, ...]:
        return tuple(self._voices)

    def known(self, phonemes: str) -> str:
        """Those that the network was trained on."""
        return "".join(one for one in phonemes if one in self._model.vocab)

    def make(self, phonemes: str, weights: Mapping[str, float], speed: float) -> Made:
        """Sound of at most LONGEST known phonemes. ``weights``: voices and their part in the mixture."""
        style = self._style(weights)[min(len(phonemes), LONGEST) - 1]
        with torch.inference_mode():
            found = self._model(phonemes, style, speed, return_output=True)
        steps = np.cumsum(np.atleast_1d(found.pred_dur.numpy())) * SAMPLES_PER_STEP
        sound = np.nan_to_num(found.audio.numpy().reshape(-1))
        pcm = np.clip(sound * 32767.0, -32768, 32767).astype(np.int16)
        return Made(pcm, tuple(min(int(end), len(pcm)) for end in steps[1:-1]))

    def _style(self, weights: Mapping[str, float]) -> torch.Tensor:
        """Styles by length, shape (510, 1, 256)."""
        key = tuple(sorted(weights.items()))
        if key not in self._mixed:
            for name in weights:
                if name not in self._loaded:
                    self._loaded[name] = torch.load(self._voices[name], map_location="cpu", weights_only=True).float()
            mixed = sum(self._loaded[name] * weight for name, weight in key)
            assert isinstance(mixed, torch.Tensor)
            if len(self._mixed) > 64:
                self._mixed.clear()
            self._mixed[key] = mixed.to(self.device)
        return self._mixed[key]


def _device(wanted: str) -> str:
    if wanted != "auto":
        return wanted
    return "cuda" if torch.cuda.is_available() else "cpu"


def _library() -> Any:
    if "kokoro" not in sys.modules:
        found = importlib.util.find_spec("kokoro")
        if found is None:
            raise EngineMissing("The engine 'kokoro' needs the package 'kokoro': .venv/bin/pip install -e '.[kokoro]'.")
        sys.modules["kokoro"] = importlib.util.module_from_spec(found)  # the package without running its start
        importlib.import_module("loguru").logger.disable("kokoro")  # what is said is nobody's business
    return importlib.import_module("kokoro.model")
