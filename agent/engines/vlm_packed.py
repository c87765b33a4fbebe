"""The next token of several conversations in one pass: the weights, which are what a token costs, are read once.

The tokens lie side by side as one row; only attention keeps them apart: each looks at its own conversation's cache. So
nothing is padded or copied, caches may have any lengths, and come and go from token to token. Knows transformers'
attention interface; of its insides it uses one name, a config's ``_attn_implementation``, which says who attends. Does
not know who asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from transformers import AttentionInterface, DynamicCache

NAME = "netra_packed"


class PackedCache(DynamicCache):  # type: ignore[misc]
    """One token for each of ``caches``, in order. What attention gets is a list of keys and a list of values."""

    def __init__(self, caches: Sequence[Any]) -> None:
        super().__init__()
        self._caches = caches

    def update(self, key_states: Any, value_states: Any, layer_idx: int, *more: Any, **others: Any) -> Any:
        """Keys and values of shape (1, heads, tokens, d): each token's go to its own cache."""
        found = [
            cache.update(key_states[:, :, at : at + 1], value_states[:, :, at : at + 1], layer_idx)
            for at, cache in enumerate(self._caches)
        ]
        return [keys for keys, _ in found], [values for _, values in found]


def attend(
    module: Any, query: torch.Tensor, keys: Any, values: Any, mask: Any, scaling: float | None = None,
    sliding_window: int | None = None, **others: Any,
) -> tuple[torch.Tensor, None]:  # fmt: skip
    """Each token looks at all that is in its own cache, or at the last ``sliding_window`` of it."""
    if not isinstance(keys, list):
        raise TypeError("packed attention without a packed cache")
    last = slice(-sliding_window, None) if sliding_window else slice(None)
    seen = [
        torch.nn.functional.scaled_dot_product_attention(
            query[:, :, at : at + 1], keys[at][:, :, last], values[at][:, :, last], scale=scaling, enable_gqa=True
        )
        for at in range(query.shape[2])
    ]
    return torch.cat(seen, dim=2).transpose(1, 2).contiguous(), None


@contextmanager
def packed(config: Any) -> Iterator[None]:
    """Meanwhile the text half of the model with this config attends so."""
    AttentionInterface.register(NAME, attend)
    before = config._attn_implementation
    config._attn_implementation = NAME
    try:
        yield
    finally:
        config._attn_implementation = before
