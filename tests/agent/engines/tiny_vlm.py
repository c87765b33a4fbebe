"""Vision-language models of real families, tiny and with random weights, in folders as one downloads them: the real
loading, the real processors, the real caches. Built from config classes with a tokenizer trained in place; no hub.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

WORDS = (
    "You are Netra, an assistant that people talk with. The cup is blue and stands on the left. What do you see here? "
    "There is a picture now. It is ten o'clock. No, the other one. user assistant system tool read it to me please. "
)
QWEN_TEMPLATE = """\
{%- if tools %}<|im_start|>system
{% if messages[0].role == 'system' %}{{ messages[0].content[0].text }}
{% endif %}<tools>{% for tool in tools %}
{{ tool | tojson }}{% endfor %}
</tools><|im_end|>
{% elif messages[0].role == 'system' %}<|im_start|>system
{{ messages[0].content[0].text }}<|im_end|>
{% endif %}
{%- for message in messages %}{% if not (loop.first and message.role == 'system') %}<|im_start|>{{ message.role }}
{% for part in message.content %}{% if part.type == 'image' %}IMAGE{% else %}{{ part.text }}{% endif %}{% endfor %}
{%- for call in message.tool_calls or [] %}<tool_call>
{{ call.function | tojson }}
</tool_call>{% endfor %}<|im_end|>
{% endif %}{% endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""
TURNS = ["<|im_start|>", "<|im_end|>", "<pad>"]
MROPE = {"rope_parameters": {"rope_type": "default", "mrope_section": [2, 1, 1], "rope_theta": 10000.0}}
TEXT = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4}


def tokenizer(folder: Path, special: list[str], image: str, extra: dict[str, str]) -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=500, special_tokens=TURNS + special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )  # fmt: skip
    made.train_from_iterator([WORDS], trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=made, eos_token="<|im_end|>", pad_token="<pad>", extra_special_tokens=extra
    )
    fast.chat_template = QWEN_TEMPLATE.replace("IMAGE", image)
    fast.save_pretrained(folder)
    return fast


def _save(model: Any, folder: Path, processor: dict[str, Any], images: dict[str, Any]) -> Path:
    model.generation_config.eos_token_id = model.config.get_text_config().eos_token_id
    model.save_pretrained(folder)
    (folder / "processor_config.json").write_text(json.dumps(processor))
    (folder / "preprocessor_config.json").write_text(json.dumps(images))
    return folder


def qwen3(folder: Path, **text: Any) -> Path:
    """M-RoPE, deepstack features, pictures of any size."""
    from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration

    return _qwen(folder, Qwen3VLConfig, Qwen3VLForConditionalGeneration, "Qwen3VLProcessor", 8, {
        "depth": 2, "hidden_size": 32, "intermediate_size": 48, "num_heads": 2, "out_hidden_size": 32, "patch_size": 8,
        "spatial_merge_size": 2, "temporal_patch_size": 2, "deepstack_visual_indexes": [0, 1],
        "num_position_embeddings": 64,
    }, {"head_dim": 8} | MROPE | text)  # fmt: skip


def qwen2_5(folder: Path, **text: Any) -> Path:
    """M-RoPE, window attention in the encoder."""
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    return _qwen(folder, Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration, "Qwen2_5_VLProcessor", 14, {
        "depth": 2, "hidden_size": 32, "intermediate_size": 48, "num_heads": 2, "out_hidden_size": 32, "patch_size": 14,
        "spatial_merge_size": 2, "temporal_patch_size": 2, "window_size": 56, "fullatt_block_indexes": [1],
    }, MROPE | text)  # fmt: skip


def _qwen(
    folder: Path, config: Any, model: Any, processor: str, patch: int, vision: dict[str, Any], text: dict[str, Any]
) -> Path:
    import torch

    torch.manual_seed(1)
    special = ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
    fast = tokenizer(folder, special, "<|vision_start|><|image_pad|><|vision_end|>", {})
    ids = dict(zip(special, fast.convert_tokens_to_ids(special), strict=True))
    made = config(
        text_config=TEXT | {"vocab_size": 512, "num_key_value_heads": 2, "eos_token_id": fast.eos_token_id} | text,
        vision_config=vision, image_token_id=ids["<|image_pad|>"], video_token_id=ids["<|video_pad|>"],
        vision_start_token_id=ids["<|vision_start|>"], vision_end_token_id=ids["<|vision_end|>"],
    )  # fmt: skip
    return _save(model(made), folder, {"processor_class": processor}, {
        "image_processor_type": "Qwen2VLImageProcessor", "patch_size": patch, "temporal_patch_size": 2, "merge_size": 2,
        "size": {"shortest_edge": (2 * patch) ** 2, "longest_edge": (8 * patch) ** 2},
    })  # fmt: skip


def _idefics(folder: Path, config: Any, model: Any, processor: str, images: str, text: dict[str, Any]) -> Path:
    import torch

    torch.manual_seed(2)
    special = ["<image>", "<fake_token_around_image>", "<global-img>", "<end_of_utterance>"]
    special += [f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)]
    extra = {"image_token": "<image>", "fake_image_token": "<fake_token_around_image>",
             "global_image_token": "<global-img>", "end_of_utterance_token": "<end_of_utterance>"}  # fmt: skip
    fast = tokenizer(folder, special, "<image>", extra)
    made = config(
        text_config=TEXT | {"model_type": "llama", "vocab_size": 512, "num_key_value_heads": 2, "pad_token_id": 2,
                            "eos_token_id": fast.eos_token_id, "bos_token_id": 0} | text,
        vision_config={"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2,
                       "image_size": 32, "patch_size": 8},
        image_token_id=fast.convert_tokens_to_ids("<image>"), scale_factor=2, pad_token_id=2,
    )  # fmt: skip
    return _save(model(made), folder, {"processor_class": processor, "image_seq_len": 4}, {
        "image_processor_type": images, "size": {"longest_edge": 64}, "max_image_size": {"longest_edge": 32},
        "do_image_splitting": True,
    })  # fmt: skip


def smolvlm(folder: Path, **text: Any) -> Path:
    """A picture is many: rows, columns and a whole."""
    from transformers import SmolVLMConfig, SmolVLMForConditionalGeneration

    images = "SmolVLMImageProcessor"
    return _idefics(folder, SmolVLMConfig, SmolVLMForConditionalGeneration, "SmolVLMProcessor", images, text)


def idefics3(folder: Path, **text: Any) -> Path:
    from transformers import Idefics3Config, Idefics3ForConditionalGeneration

    images = "Idefics3ImageProcessor"
    return _idefics(folder, Idefics3Config, Idefics3ForConditionalGeneration, "Idefics3Processor", images, text)


def llava(folder: Path, **text: Any) -> Path:
    """CLIP's encoder before a Mistral with a sliding window shorter than a picture."""
    import torch
    from transformers import LlavaConfig, LlavaForConditionalGeneration

    torch.manual_seed(3)
    fast = tokenizer(folder, ["<image>"], "<image>", {"image_token": "<image>"})
    made = LlavaConfig(
        text_config=TEXT | {"model_type": "mistral", "vocab_size": 512, "num_key_value_heads": 2, "sliding_window": 12,
                            "eos_token_id": fast.eos_token_id, "bos_token_id": 0} | text,
        vision_config={"model_type": "clip_vision_model", "hidden_size": 32, "intermediate_size": 48, "image_size": 32,
                       "num_hidden_layers": 3, "num_attention_heads": 2, "patch_size": 8, "projection_dim": 32},
        image_token_index=fast.convert_tokens_to_ids("<image>"),
    )  # fmt: skip
    processor = {"processor_class": "LlavaProcessor", "patch_size": 8, "vision_feature_select_strategy": "default",
                 "num_additional_image_tokens": 1}  # fmt: skip
    return _save(LlavaForConditionalGeneration(made), folder, processor, {
        "image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 32},
        "crop_size": {"height": 32, "width": 32},
    })  # fmt: skip


FAMILIES: dict[str, Callable[..., Path]] = {
    "qwen3-vl": qwen3, "qwen2.5-vl": qwen2_5, "smolvlm": smolvlm, "idefics3": idefics3, "llava": llava,
}  # fmt: skip
