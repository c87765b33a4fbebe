"""The real path of SigLIP and CLIP on a model of a few thousand weights that is made here."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest

from agent.engines.siglip import SiglipMatcher
from agent.errors import EngineMissing


def made(folder: Path) -> Path:
    """A folder with a tiny CLIP, as a hub's repository has it."""
    torch = pytest.importorskip("torch", reason="torch is not installed: .venv/bin/pip install -e '.[neural]'")
    transformers = pytest.importorskip(
        "transformers", reason="transformers is not installed: .venv/bin/pip install -e '.[neural]'"
    )
    torch.manual_seed(3)
    letters = "abcdefghijklmnopqrstuvwxyz."
    words = ["<unk>", "<|startoftext|>", "<|endoftext|>", *letters, *(f"{letter}</w>" for letter in letters)]
    sizes = {"hidden_size": 32, "intermediate_size": 37, "num_hidden_layers": 2, "num_attention_heads": 4}
    marks = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2}
    config = transformers.CLIPConfig(
        text_config={**sizes, **marks, "vocab_size": len(words), "max_position_embeddings": 77},
        vision_config={**sizes, "image_size": 32, "patch_size": 8},
        projection_dim=16,
    )
    transformers.CLIPModel(config).save_pretrained(folder)
    (folder / "vocab.json").write_text(json.dumps({word: at for at, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = transformers.CLIPTokenizer.from_pretrained(folder)
    pictures = transformers.CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    transformers.CLIPProcessor(pictures, tokenizer).save_pretrained(folder)
    if not (folder / "preprocessor_config.json").exists():
        pictures.save_pretrained(folder)
    return folder


def test_pictures_and_words_are_vectors_of_length_one(tmp_path: Path) -> None:
    async def scene() -> None:
        matcher = SiglipMatcher(str(made(tmp_path / "clip")), tmp_path)
        red, blue = (np.full((60, 80, 3), colour, np.uint8) for colour in ((200, 20, 20), (20, 20, 200)))
        first, again, other = [await matcher.picture(pixels) for pixels in (red, red, blue)]
        words = await matcher.words(["keys", "a cup"])
        assert words.shape == (2, 16)
        assert first.shape == (16,)
        for vector in (first, other, *words):
            assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)
        assert np.allclose(first, again)
        assert not np.allclose(first, other)
        assert matcher.scale > 1
        await matcher.close()

    asyncio.run(scene())


def test_what_is_missing_is_one_sentence(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is not installed: .venv/bin/pip install -e '.[neural]'")
    with pytest.raises(EngineMissing, match="found no weights 'nothing'"):
        SiglipMatcher("nothing", tmp_path)
