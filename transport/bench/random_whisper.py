"""Whisper models with random weights, written in CTranslate2's own form: the real size and cost, and no sense.

Knows the architecture and the file formats. For benches and tests where no trained weights are at hand; needs neither
torch nor the network. In Hugging Face's form, too, which does need torch.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

WORDS = """the a and of to in is you that it he was for on are as with his they at be this have from or one had by word
    but not what all were we when your can said there use an each which she do how their if will up other about out many
    then them these so some her would make like him into time has look two more write go see number no way could people
    my than first water been call who oil its now find long down day did get come made may part weather paris light door
    read text colour hello"""
SPECIAL = ("<|endoftext|>", "<|startoftranscript|>")
TASKS = ("<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>")
TIMES = 1501


@dataclass(frozen=True, slots=True)
class Shape:
    """``tokens``: of text; 50,257 in the real ones."""

    layers: int
    decoder_layers: int
    heads: int
    width: int
    mels: int = 80
    languages: tuple[str, ...] = ("en", "id", "de", "es")
    tokens: int = 50_257


SHAPES = {
    "tiny": Shape(4, 4, 6, 384),
    "base": Shape(6, 6, 8, 512),
    "small": Shape(12, 12, 12, 768),
    "large-v3-turbo": Shape(32, 4, 20, 1280, mels=128),
}
SMALLEST = Shape(1, 1, 2, 32, tokens=600)
"""For tests: its files are made in a moment."""


def write(folder: Path, shape: Shape, *, precision: str = "float32", seed: int = 0) -> Path:
    """A model in ``folder``, which is made. ``precision``: float32, float16 or int8."""
    from ctranslate2.specs import WhisperSpec

    tokens = vocabulary(shape)
    spec: Any = WhisperSpec(shape.layers, shape.heads, shape.decoder_layers, shape.heads)
    _fill(spec, shape, len(tokens), np.random.default_rng(seed))
    ids = {token: number for number, token in enumerate(tokens)}
    spec.config.suppress_ids = [ids["<|startoftranscript|>"]]
    spec.config.suppress_ids_begin = [ids["Ġ"], ids["<|endoftext|>"]]
    spec.config.lang_ids = [ids[f"<|{code}|>"] for code in shape.languages]
    spec.config.alignment_heads = [
        list(pair) for pair in product(range(shape.decoder_layers // 2, shape.decoder_layers), range(shape.heads))
    ]
    spec.register_vocabulary(tokens)
    spec.validate()
    spec.optimize(quantization=None if precision == "float32" else precision)
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    write_tokenizer(folder, shape)
    return folder


def write_for_torch(folder: Path, shape: Shape, *, seed: int = 0) -> Path:
    """The same architecture in Hugging Face's form; other weights. Raises ImportError."""
    import torch
    from transformers import WhisperConfig, WhisperForConditionalGeneration
    from transformers.utils import logging

    logging.disable_progress_bar()
    torch.manual_seed(seed)
    ids = {token: number for number, token in enumerate(vocabulary(shape))}
    end, inner = ids["<|endoftext|>"], 4 * shape.width
    config = WhisperConfig(
        vocab_size=len(ids), num_mel_bins=shape.mels, d_model=shape.width, encoder_layers=shape.layers,
        decoder_layers=shape.decoder_layers, encoder_attention_heads=shape.heads, decoder_attention_heads=shape.heads,
        encoder_ffn_dim=inner, decoder_ffn_dim=inner, bos_token_id=end, eos_token_id=end, pad_token_id=end,
        decoder_start_token_id=ids["<|startoftranscript|>"], suppress_tokens=[], begin_suppress_tokens=[],
    )  # fmt: skip
    WhisperForConditionalGeneration(config).save_pretrained(folder)
    write_tokenizer(folder, shape)
    return folder


def write_tokenizer(folder: Path, shape: Shape) -> None:
    """tokenizer.json and preprocessor_config.json: bytes, some English words, and Whisper's own tokens in order."""
    import tokenizers

    text = _text_tokens(shape)
    made = tokenizers.Tokenizer(tokenizers.models.BPE({token: n for n, token in enumerate(text)}, merges=[]))
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    made.add_special_tokens(_special_tokens(shape))
    made.save(str(folder / "tokenizer.json"))
    options = {"feature_size": shape.mels, "sampling_rate": 16_000, "hop_length": 160, "chunk_length": 30, "n_fft": 400}
    (folder / "preprocessor_config.json").write_text(json.dumps(options), encoding="utf-8")


def _text_tokens(shape: Shape) -> list[str]:
    """The empty token comes last but is there: CTranslate2 takes a vocabulary without it for an English-only one."""
    import tokenizers

    letters = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    words = [f"Ġ{word}" for word in WORDS.split()]
    fillers = [f"Ġw{number}" for number in range(shape.tokens - len(letters) - len(words) - 1)]
    return [*letters, *words, *fillers, ""]


def _special_tokens(shape: Shape) -> list[str]:
    return [*SPECIAL, *(f"<|{code}|>" for code in shape.languages), *TASKS]


def vocabulary(shape: Shape) -> list[str]:
    """Every token in the order of its number."""
    times = [f"<|{number * 0.02:.2f}|>" for number in range(TIMES)]
    return [*_text_tokens(shape), *_special_tokens(shape), *times]


def _fill(spec: Any, shape: Shape, tokens: int, random: np.random.Generator) -> None:
    width, inner = shape.width, 4 * shape.width

    def drawn(*size: int) -> npt.NDArray[np.float32]:
        return random.standard_normal(size, dtype=np.float32) * np.float32(size[-1] ** -0.5)

    def linear(layer: Any, rows: int, columns: int) -> None:
        layer.weight, layer.bias = drawn(rows, columns), np.zeros(rows, np.float32)

    def norm(layer: Any) -> None:
        layer.gamma, layer.beta = np.ones(width, np.float32), np.zeros(width, np.float32)

    def convolution(layer: Any, channels: int) -> None:
        layer.weight, layer.bias = drawn(width, channels, 3), np.zeros(width, np.float32)

    def own_attention(layer: Any) -> None:
        norm(layer.layer_norm)
        linear(layer.linear[0], 3 * width, width)
        linear(layer.linear[1], width, width)

    def feed_forward(layer: Any) -> None:
        norm(layer.layer_norm)
        linear(layer.linear_0, inner, width)
        linear(layer.linear_1, width, inner)

    convolution(spec.encoder.conv1, shape.mels)
    convolution(spec.encoder.conv2, width)
    spec.encoder.position_encodings.encodings = drawn(1500, width)
    norm(spec.encoder.layer_norm)
    for layer in spec.encoder.layer:
        own_attention(layer.self_attention)
        feed_forward(layer.ffn)
    spec.decoder.embeddings.weight = drawn(tokens, width)
    spec.decoder.position_encodings.encodings = drawn(448, width)
    norm(spec.decoder.layer_norm)
    spec.decoder.projection.weight = spec.decoder.embeddings.weight
    for layer in spec.decoder.layer:
        own_attention(layer.self_attention)
        norm(layer.attention.layer_norm)
        linear(layer.attention.linear[0], width, width)
        linear(layer.attention.linear[1], 2 * width, width)
        linear(layer.attention.linear[2], width, width)
        feed_forward(layer.ffn)
