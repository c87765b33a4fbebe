"""A vision-language model of a real architecture (Qwen3-VL) with random weights, in a folder as one downloads it: costs
what the real one costs, and says nothing of use. Knows sizes; needs torch and transformers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.thinking.instructions import HONESTY, STYLE

WORDS = "You are Netra. What do you see on the table in front of me? There is a picture. user assistant system tool "
TEMPLATE = """\
{%- for message in messages %}<|im_start|>{{ message.role }}
{% for part in message.content %}{% if part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>\
{% else %}{{ part.text }}{% endif %}{% endfor %}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""
SPECIAL = [
    "<|im_start|>", "<|im_end|>", "<pad>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """Widths and depths of both halves; ``words``: of the vocabulary."""

    width: int
    inner: int
    layers: int
    heads: int
    key_heads: int
    vision_width: int
    vision_inner: int
    vision_layers: int
    words: int


SIZES = {
    "tiny": Size(64, 64, 1, 4, 2, 64, 64, 9, 1_000),
    "small": Size(512, 1536, 12, 8, 4, 384, 1536, 12, 8_000),
    "2b": Size(2048, 6144, 28, 16, 8, 1024, 4096, 24, 151_936),
    "3b": Size(2048, 11_008, 36, 16, 2, 1024, 4096, 24, 151_936),
    "4b": Size(2560, 9728, 36, 32, 8, 1024, 4096, 24, 151_936),
    "8b": Size(4096, 12_288, 36, 32, 8, 1152, 4304, 27, 151_936),
}
"""tiny: for tests. small: for a CPU. The others have the shapes of Qwen3-VL's; 3b a text half like Qwen2.5-VL-3B's."""
SYLLABLES = [consonant + vowel for consonant in "bdfgjklmnprstvwz" for vowel in "aeiou"]


def write(folder: Path, size: Size, precision: str = "float32") -> int:
    """A folder with all of it. Gives the number of its parameters. Raises ImportError."""
    model = _network(size, _tokenizer(folder, size), "cpu", precision)
    model.save_pretrained(folder)
    return int(sum(one.numel() for one in model.parameters()))


def made(folder: Path, size: Size, device: str, precision: str) -> tuple[Any, Any]:
    """Model and processor, built where they run: the weights touch no disk. ``folder`` takes the processor's files.
    Raises ImportError.
    """
    from agent.engines.vlm_loading import processor_of

    model = _network(size, _tokenizer(folder, size), device, precision)
    return model.eval(), processor_of(str(folder), model.config)


def _tokenizer(folder: Path, size: Size) -> Mapping[str, int]:
    """Bytes, pieces of WORDS, and made-up words for all other tokens: what random weights choose can be spoken."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bytewise = Tokenizer(models.BPE())
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytewise.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=900, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False
    )  # fmt: skip
    bytewise.train_from_iterator([WORDS, STYLE, HONESTY], trainer)
    told = json.loads(bytewise.to_str())
    vocabulary = told["model"]["vocab"]
    for number in range(len(vocabulary), size.words):
        vocabulary[f"Ġ{_word(number)}"] = number
    bytewise = Tokenizer.from_str(json.dumps(told))
    fast = PreTrainedTokenizerFast(tokenizer_object=bytewise, eos_token="<|im_end|>", pad_token="<pad>")
    fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
    (folder / "processor_config.json").write_text(json.dumps({"processor_class": "Qwen3VLProcessor"}))
    images = {"image_processor_type": "Qwen2VLImageProcessor", "patch_size": 16, "temporal_patch_size": 2,
              "merge_size": 2, "size": {"shortest_edge": 65_536, "longest_edge": 16_777_216}}  # fmt: skip
    (folder / "preprocessor_config.json").write_text(json.dumps(images))
    return dict(zip(SPECIAL, fast.convert_tokens_to_ids(SPECIAL), strict=True))


def _word(number: int) -> str:
    """Three syllables, another for each number."""
    parts = []
    for _ in range(3):
        number, part = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[part])
    return "".join(parts)


def _network(size: Size, ids: Mapping[str, int], device: str, precision: str) -> Any:
    import torch
    from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration
    from transformers.utils import logging

    logging.disable_progress_bar()
    head = size.width // size.heads if size.width < 2048 else 128
    config = Qwen3VLConfig(
        text_config={
            "hidden_size": size.width, "intermediate_size": size.inner, "num_hidden_layers": size.layers,
            "num_attention_heads": size.heads, "num_key_value_heads": size.key_heads, "head_dim": head,
            "vocab_size": size.words, "eos_token_id": ids["<|im_end|>"],
            "rope_parameters": {
                "rope_type": "default", "rope_theta": 5e6, "mrope_interleaved": True,
                "mrope_section": [head // 2 - 2 * (head // 6), head // 6, head // 6],
            },
        },
        vision_config={
            "hidden_size": size.vision_width, "intermediate_size": size.vision_inner, "depth": size.vision_layers,
            "num_heads": 16 if size.vision_width >= 1024 else size.vision_width // 64 or 1,
            "out_hidden_size": size.width, "patch_size": 16,
            "spatial_merge_size": 2, "temporal_patch_size": 2, "deepstack_visual_indexes": [2, 5, 8],
            "num_position_embeddings": 2304,
        },
        image_token_id=ids["<|image_pad|>"], video_token_id=ids["<|video_pad|>"],
        vision_start_token_id=ids["<|vision_start|>"], vision_end_token_id=ids["<|vision_end|>"],
    )  # fmt: skip
    torch.manual_seed(1)
    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, precision))
    try:
        with torch.device(device):
            model: Any = Qwen3VLForConditionalGeneration(config)
    finally:
        torch.set_default_dtype(before)
    model.generation_config.eos_token_id = ids["<|im_end|>"]
    return model
