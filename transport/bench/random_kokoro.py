# ruff: noqa: RUF001  phonetic letters look like others
"""Kokoro with random weights: the real network and its cost, and no sense. For benches and tests.

Knows the shape of the network and the files of a folder. Needs torch.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SYMBOLS = (
    ';:,.!?—…"()“” \u0303ʣʥʦʨᵝAIOQSTWYᵊabcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔ'
    "ˈˌːʰʲ↓→↗↘ᵻ"
)
VOICES = ("af_heart", "am_adam", "bf_emma", "ef_dora")

_BERT = {"hidden_size": 768, "num_attention_heads": 12, "intermediate_size": 2048, "num_hidden_layers": 12}
_SMALL_BERT = {"hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 64, "num_hidden_layers": 1}


def config(*, small: bool = False) -> dict[str, Any]:
    """The network's own settings: 82 M parameters, or ``small``: what the code fixes stays, the rest is little.

    ``max_dur`` is 50 in the real one; untrained, each phoneme lasts half of it: here as long as people's do.
    """
    return {
        "istftnet": {
            "upsample_kernel_sizes": [20, 12],
            "upsample_rates": [10, 6],
            "gen_istft_hop_size": 5,
            "gen_istft_n_fft": 20,
            "resblock_dilation_sizes": [[1, 3, 5]] * (1 if small else 3),
            "resblock_kernel_sizes": [3] if small else [3, 7, 11],
            "upsample_initial_channel": 512,
        },
        "dim_in": 64,
        "dropout": 0.2,
        "hidden_dim": 512,
        "max_conv_dim": 512,
        "max_dur": 2 if small else 6,
        "multispeaker": True,
        "n_layer": 1 if small else 3,
        "n_mels": 80,
        "n_token": 178,
        "style_dim": 128,
        "text_encoder_kernel_size": 5,
        "plbert": {"max_position_embeddings": 512, "dropout": 0.1, **(_SMALL_BERT if small else _BERT)},
        "vocab": {symbol: number for number, symbol in enumerate(SYMBOLS, 1)},
    }


def write(folder: Path, *, small: bool = False, seed: int = 0) -> Path:
    """A folder with config.json, an empty kokoro.pth (the library then keeps its random weights) and some voices."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    (folder / "voices").mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config(small=small)), encoding="utf-8")
    torch.save({}, folder / "kokoro.pth")
    for name in VOICES:
        torch.save(0.1 * torch.randn(510, 1, 256, generator=generator), folder / "voices" / f"{name}.pt")
    return folder
