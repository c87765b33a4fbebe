"""Pictures and words in one space: SigLIP, SigLIP 2 or CLIP from transformers, from a folder, on a thread of its own.

Knows the model's own preparation of both. Does not know what is searched for, nor sessions.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from agent.engines.weights import find, require
from agent.engines.worker import Worker
from agent.picture import Pixels

FILES = ("config.json", "model.safetensors|model.safetensors.index.json|pytorch_model.bin", "preprocessor_config.json")
PROMPT = "a photo of {}."
"""As these models were trained to be asked."""


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
        self._worker = Worker("siglip")
        self._model: Any = None
        self._prepare: Any = None

    async def picture(self, pixels: Pixels) -> npt.NDArray[np.float32]:
        return await self._worker.run(self._picture, pixels)

    async def words(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return await self._worker.run(self._words, [PROMPT.format(text) for text in texts])

    async def warm(self) -> None:
        await self._worker.run(self._load)

    async def close(self) -> None:
        await self._worker.close()

    # --- on the thread ------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        if self._model is not None:
            return
        import torch
        from transformers import AutoModel, AutoProcessor

        if self._device == "auto":
            self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._prepare = AutoProcessor.from_pretrained(self._folder, local_files_only=True)
        model = AutoModel.from_pretrained(self._folder, local_files_only=True)
        self._model = model.to(self._device).eval()
        self.scale = float(self._model.logit_scale.detach().exp())

    def _picture(self, pixels: Pixels) -> npt.NDArray[np.float32]:
        import torch

        self._load()
        given = self._prepare(images=pixels, return_tensors="pt").to(self._device)
        with torch.inference_mode():
            vector: npt.NDArray[np.float32] = _unit(self._model.get_image_features(**given))[0]
        return vector

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
