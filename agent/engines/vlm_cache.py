"""A prompt's tokens in a cache, one conversation's: what is fed stays, what changes is rolled back, nothing else.

Exact: a place is kept only while it and all before it hold the same. Blocking; on the model's thread only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import torch
from transformers import DynamicCache

from agent.clock import stopwatch_us
from agent.engines.vlm_model import Key, Prompt, VlmModel

CHUNK = 256
"""Places fed in one step: between two steps others have their turn."""
TELLING = 64
"""From so many places on, the time that they took says how long one takes."""


class Prefix:
    """``keys``: what the cache holds. ``fed``: places computed so far, for tests and measurements."""

    def __init__(self, model: VlmModel) -> None:
        self._model = model
        self._cache: Any = DynamicCache()  # without a config: sliding windows are held whole, and can be cropped
        self.keys: list[Key] = []
        self.logits: torch.Tensor | None = None
        self.fed = 0

    @property
    def model(self) -> VlmModel:
        """Whose cache it is."""
        return self._model

    def shared(self, prompt: Prompt, upto: int | None = None) -> int:
        """How many places of ``prompt`` are here already."""
        pairs = zip(self.keys, prompt.keys[:upto], strict=False)
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

    def follow(self, prompt: Prompt, upto: int | None = None) -> Iterator[None]:
        """Hold the first ``upto`` places (None: all) of ``prompt`` and nothing else, in steps. May be left between two.
        Afterwards ``logits`` are those after the last place.
        """
        end = len(prompt) if upto is None else upto
        same = self.shared(prompt, end)
        if same == end and (len(self.keys) > end or self.logits is None):
            same = max(0, end - 1)  # the last place again, for its logits
        self.roll_back(same)
        for start in range(same, end, CHUNK):
            stop = min(end, start + CHUNK)
            began = stopwatch_us()
            self.logits = self._model.forward(prompt, start, stop, self._cache)
            if stop - start >= TELLING:
                self._model.settle()
                self._model.pace.fed(stop - start, stopwatch_us() - began)
            self.keys += prompt.keys[start:stop]
            self.fed += stop - start
            yield

    def answer(self, token: int, place: int, prompt: Prompt) -> torch.Tensor:
        """Feed the answer's token; the logits after it."""
        self.logits = self._model.next(token, place, prompt, self._cache)
        self.keys.append(token)
        return self.logits

    @staticmethod
    def answer_each(nexts: Sequence[Next]) -> None:
        """The same for several prefixes of one model in one pass; ``logits`` of each are then those after it."""
        if len(nexts) == 1:
            nexts[0].prefix.answer(nexts[0].token, nexts[0].place, nexts[0].prompt)
            return
        prefixes = [one.prefix for one in nexts]
        with ExitStack() as undo:
            for prefix in prefixes:
                undo.callback(prefix._level)
            logits = prefixes[0].model.next_of_each(
                [one.token for one in nexts], [one.place for one in nexts], [one.prompt for one in nexts],
                [prefix._cache for prefix in prefixes],
            )  # fmt: skip
            undo.pop_all()
        for one, row in zip(nexts, logits, strict=True):
            one.prefix.logits = row
            one.prefix.keys.append(one.token)

    def _level(self) -> None:
        """Bring all layers back to one length, where a pass broke between two of them."""
        for layer in self._cache.layers:
            if (more := layer.get_seq_length() - len(self.keys)) > 0:
                layer.crop(-more)

    def roll_back(self, length: int) -> None:
        """Forget all after the first ``length`` places."""
        if length < len(self.keys):
            if length:
                self._cache.crop(length - len(self.keys))
            else:
                self._cache = DynamicCache()
            del self.keys[length:]
            self.logits = None

    def fork(self, length: int) -> Prefix:
        """Another prefix that begins with the first ``length`` places of this one; memory is shared until one grows."""
        made = Prefix(self._model)
        for at, layer in enumerate(self._cache.layers if length else ()):
            made._cache.update(layer.keys[..., :length, :], layer.values[..., :length, :], at)
        made.keys = self.keys[:length]
        return made


@dataclass(frozen=True, slots=True)
class Next:
    """A token that an answer is to be fed with: see ``Prefix.answer``."""

    prefix: Prefix
    token: int
    place: int
    prompt: Prompt
