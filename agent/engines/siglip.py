"""Pictures and words in one space: SigLIP, SigLIP 2 or CLIP from transformers, from a folder, on a thread of its own.

Pictures that wait, whoever saw them, are embedded in one pass where that pays; words, which somebody asks for, go
first. Knows the model's own preparation of both. Does not know what is searched for, nor sessions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from agent.engines.turns import LATER, URGENT, Turns, closed
from agent.engines.weights import find, require
from agent.picture import Pixels

FILES = ("config.json", "model.safetensors|model.safetensors.index.json|pytorch_model.bin", "preprocessor_config.json")
PROMPT = "a photo of {}."
"""As these models were trained to be asked."""
PICTURES = 16
"""Embedded in one pass at most."""
WAITING = 64
"""Calls that may wait: of more, who asks is told."""


class SiglipMatcher:
    """Shared PictureMatcher. ``model``: a folder, or a name under ``cache_dir``/models. Weights load at the first call.

    Raises EngineMissing when a package or the weights are not there.
    """

    def __init__(self, model: str, cache_dir: Path, device: str = "auto") -> None:
        for package in ("torch", "transformers"):
            require(package, "siglip", "neural")
        self.name = "siglip"
        self.scale = 100.0
        self._folder = find(model, cache_dir, (f"google/{model}-patch16-224", model), FILES, "siglip")
        self._device = device
        self._turns = Turns("siglip", most=PICTURES, waiting_max=WAITING)
        self._model: Any = None
        self._prepare: Any = None

    async def picture(self, pixels: Pixels) -> npt.NDArray[np.float32]:
        return await asyncio.wrap_future(self._turns.gather(LATER, self.embedded, pixels))

    async def words(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        asked = [PROMPT.format(text) for text in texts]
        return await asyncio.wrap_future(self._turns.submit(URGENT, lambda: self._words(asked)))

    async def warm(self) -> None:
        await asyncio.wrap_future(self._turns.submit(URGENT, self._load))

    async def close(self) -> None:
        await closed(self._turns.close)

    # --- on the thread ------------------------------------------------------------------------------------------------

    def embedded(self, seen: Sequence[Pixels]) -> list[npt.NDArray[np.float32]]:
        """Vectors of these pictures, of any sizes, in one pass; each as it would be alone. Blocking."""
        import torch

        self._load()
        prepared = [self._prepare(images=pixels, return_tensors="pt") for pixels in seen]
        given = {name: torch.cat([one[name] for one in prepared]).to(self._device) for name in prepared[0]}
        with torch.inference_mode():
            return list(_unit(self._model.get_image_features(**given)))

    def _load(self) -> None:
        if self._model is not None:
            return
        import torch
        from transformers import AutoModel, AutoProcessor
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        if self._device == "auto":
            self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._prepare = AutoProcessor.from_pretrained(self._folder, local_files_only=True)
        model = AutoModel.from_pretrained(self._folder, local_files_only=True)
        self._model = model.to(self._device).eval()
        self.scale = float(self._model.logit_scale.detach().exp())

    def _words(self, texts: list[str]) -> npt.NDArray[np.float32]:
        import torch

        self._load()
        longest = self._model.config.text_config.max_position_embeddings
        given = self._prepare(
            text=texts, padding="max_length", truncation=True, max_length=longest, return_tensors="pt"
        )
        with torch.inference_mode():
            return _unit(self._model.get_text_features(**given.to(self._device)))


def _unit(features: Any) -> npt.NDArray[np.float32]:
    """Rows of length one. Newer versions of transformers give the vectors in a field."""
    vectors = getattr(features, "pooler_output", features)
    vectors = vectors / vectors.norm(dim=-1, keepdim=True)
    return np.asarray(vectors.float().cpu().numpy(), dtype=np.float32)
