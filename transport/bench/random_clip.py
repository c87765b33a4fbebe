"""CLIP with random weights, in a folder as one downloads it: costs what the real one costs, and knows nothing. For
benches and tests. Needs torch and transformers.
"""

from __future__ import annotations

import json
from pathlib import Path

BASE = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12}
SMALL = {"hidden_size": 32, "intermediate_size": 37, "num_hidden_layers": 2, "num_attention_heads": 4}


def write(folder: Path, *, small: bool = False, seed: int = 3) -> Path:
    """As large as CLIP's and SigLIP's base with patches of 16 (the text half is small), or ``small``. Raises
    ImportError.
    """
    import torch
    import transformers
    from transformers.utils import logging

    logging.disable_progress_bar()
    torch.manual_seed(seed)
    letters = "abcdefghijklmnopqrstuvwxyz."
    words = ["<unk>", "<|startoftext|>", "<|endoftext|>", *letters, *(f"{letter}</w>" for letter in letters)]
    marks = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2}
    side, patch = (32, 8) if small else (224, 16)
    config = transformers.CLIPConfig(
        text_config={**SMALL, **marks, "vocab_size": len(words), "max_position_embeddings": 77},
        vision_config={**(SMALL if small else BASE), "image_size": side, "patch_size": patch},
        projection_dim=16 if small else 512,
    )
    transformers.CLIPModel(config).save_pretrained(folder)
    (folder / "vocab.json").write_text(json.dumps({word: at for at, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = transformers.CLIPTokenizer.from_pretrained(folder)
    pictures = transformers.CLIPImageProcessor(
        size={"shortest_edge": side}, crop_size={"height": side, "width": side}
    )
    transformers.CLIPProcessor(pictures, tokenizer).save_pretrained(folder)
    if not (folder / "preprocessor_config.json").exists():
        pictures.save_pretrained(folder)
    return folder
