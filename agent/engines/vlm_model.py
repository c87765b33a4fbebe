"""A vision-language model as the cache needs it: pictures encoded once, prompts as tokens with positions, steps.

Shared weights, no state of a conversation: positions are always given, because a model's own are state of whoever asked
last. Blocking; one thread only. Does not know sessions.
"""

from __future__ import annotations

import inspect
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, TypeAlias

import numpy as np
import torch

from agent.engines.vlm_pace import Pace
from agent.engines.vlm_packed import PackedCache, packed
from agent.errors import EngineFailed
from agent.picture import Pixels

Message: TypeAlias = Mapping[str, Any]
Key: TypeAlias = int | tuple[int, int]
IMAGE = {"type": "image"}
PICTURE_INPUTS = ("pixel_values", "image_grid_thw", "pixel_attention_mask", "image_sizes")
TOLERANCE = {torch.float32: 1e-3, torch.float16: 2e-2, torch.bfloat16: 1e-1}
"""Of the largest logit: what two ways of the same sum may differ by."""
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, eq=False)
class Pixelled:
    """A picture as the encoder takes it: its tokens in a prompt, and the model's inputs for it."""

    ids: tuple[int, ...]
    inputs: Mapping[str, torch.Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class Vision:
    """A picture as the model sees it: its tokens in a prompt, the encoder's rows for them, its grid (or None).
    ``layers``: rows that go into deeper layers.
    """

    ids: tuple[int, ...]
    rows: torch.Tensor
    layers: tuple[torch.Tensor, ...]
    grid: torch.Tensor | None
    inputs: Mapping[str, torch.Tensor]
    number: int = field(default_factory=lambda: next(_numbers))


@dataclass(frozen=True, slots=True)
class Prompt:
    """``keys``: what each place holds, equal for equal content; ``positions``: shape (..., 1, length); ``rows`` of the
    encoder for the places that hold a picture, in order, and ``before``: how many of them stand before each place.
    """

    ids: tuple[int, ...]
    keys: tuple[Key, ...]
    positions: torch.Tensor
    visions: tuple[Vision, ...]
    before: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.ids)


class VlmModel:
    """``model`` and ``processor`` of transformers."""

    def __init__(self, model: Any, processor: Any) -> None:
        self.model, self.processor = model, processor
        self.tokenizer = processor.tokenizer
        self.device, self.dtype = model.device, model.dtype
        self.pace = Pace()
        config = model.config
        self.image_token: int = getattr(config, "image_token_id", None) or config.image_token_index
        self._image_text: str = self.tokenizer.convert_ids_to_tokens(self.image_token)
        self._rope = getattr(model.model, "get_rope_index", None)
        self._picture_inputs = set(inspect.signature(model.get_image_features).parameters) & set(PICTURE_INPUTS)
        ends = model.generation_config.eos_token_id
        self.ends = frozenset(ends if isinstance(ends, list) else [ends]) | {self.tokenizer.eos_token_id}

    @property
    def takes_tools(self) -> bool:
        """Whether the model's own template has a place for them."""
        return "tools" in str(self._template())

    def vision(self, pixels: Pixels) -> Vision:
        """Encode a picture: the slow part, once for each."""
        return self.vision_of_each([self.pixelled(pixels)])[0]

    def pixelled(self, pixels: Pixels) -> Pixelled:
        """By the model's own processor: sized, cut, in numbers."""
        from PIL import Image

        given = self.processor(
            text=[self._image_text], images=[Image.fromarray(np.ascontiguousarray(pixels))], return_tensors="pt",
            add_special_tokens=False,
        )  # fmt: skip
        inputs = {name: given[name].to(self.device) for name in PICTURE_INPUTS if name in given}
        return Pixelled(tuple(given["input_ids"][0].tolist()), inputs)

    def vision_of_each(self, pictures: Sequence[Pixelled]) -> list[Vision]:
        """Encode pictures, whoever saw them, in one pass; each as it would be alone. They may have any sizes."""
        inputs = _inputs(pictures)
        wanted = {name: value for name, value in inputs.items() if name in self._picture_inputs}
        seen = self.model.get_image_features(**wanted, return_dict=True)
        rows = _rows(seen.pooler_output)
        deeper = [_rows(one) for one in getattr(seen, "deepstack_features", None) or ()]
        counts = [one.ids.count(self.image_token) for one in pictures]
        if len(rows) != sum(counts):
            raise EngineFailed(f"the pictures have {len(rows)} rows for {sum(counts)} places")
        layers: Iterable[tuple[torch.Tensor, ...]] = [()] * len(pictures)
        if deeper:
            layers = zip(*(_apart(one, counts) for one in deeper), strict=True)
        return [
            Vision(one.ids, own, of_layers, one.inputs.get("image_grid_thw"), one.inputs)
            for one, own, of_layers in zip(pictures, _apart(rows, counts), layers, strict=True)
        ]

    def prompt(
        self, told: Sequence[Message], visions: Sequence[Vision], tools: Sequence[Any] = (), *, answer: bool = True
    ) -> Prompt:
        """Messages by the model's own template, ``visions`` in the order of their places; ``answer``: it speaks now."""
        parts = self.text(told, tools, answer=answer).split(self._image_text)
        if len(parts) != len(visions) + 1:
            raise EngineFailed(f"the template made {len(parts) - 1} places for {len(visions)} pictures")
        ids: list[int] = []
        keys: list[Key] = []
        for at, part in enumerate(parts):
            tokens = self.tokenizer(part, add_special_tokens=False)["input_ids"] if part else []
            ids += tokens
            keys += tokens
            if at < len(visions):
                ids += visions[at].ids
                keys += [(visions[at].number, place) for place in range(len(visions[at].ids))]
        held = [one == self.image_token for one in ids]
        before = (0, *itertools.accumulate(int(one) for one in held))
        return Prompt(tuple(ids), tuple(keys), self._positions(ids, visions), tuple(visions), before)

    def text(self, told: Sequence[Message], tools: Sequence[Any], *, answer: bool) -> str:
        """The prompt as text, one mark for each picture."""
        shown = [_for_template(one) for one in told]
        made = self.tokenizer.apply_chat_template(
            shown, chat_template=self._template(), tools=list(tools) or None, add_generation_prompt=answer,
            tokenize=False,
        )  # fmt: skip
        return str(made)

    def forward(self, prompt: Prompt, start: int, end: int, cache: Any) -> torch.Tensor:
        """Feed these places after what is in ``cache``; the logits after the last, shape (vocabulary)."""
        ids = torch.tensor([prompt.ids[start:end]], device=self.device)
        return self._step(ids, prompt.positions[..., start:end], cache, self._rows_in(prompt, start, end))

    def next(self, token: int, place: int, prompt: Prompt, cache: Any) -> torch.Tensor:
        """Feed one token of the answer: its ``place`` counts from the prompt's end."""
        return self._step(torch.tensor([[token]], device=self.device), _position(prompt, place), cache, None)

    def next_of_each(
        self, tokens: Sequence[int], places: Sequence[int], prompts: Sequence[Prompt], caches: Sequence[Any]
    ) -> torch.Tensor:
        """The same for several conversations in one pass; logits of each, shape (conversations, vocabulary)."""
        positions = torch.cat([_position(prompt, place) for prompt, place in zip(prompts, places, strict=True)], -1)
        with packed(self.model.config.get_text_config()):
            out = self.model(
                input_ids=torch.tensor([list(tokens)], device=self.device), position_ids=positions,
                past_key_values=PackedCache(caches), use_cache=True,
            )  # fmt: skip
        logits: torch.Tensor = out.logits[0]
        return logits

    def settle(self) -> None:
        """Wait until the device has done what it was given: for measuring."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def _step(self, ids: torch.Tensor, positions: torch.Tensor, cache: Any, rows: Any) -> torch.Tensor:
        seen = {"mm_encoder_outputs": {"image": rows}} if rows is not None else {}
        out = self.model(
            input_ids=ids, position_ids=positions, past_key_values=cache, use_cache=True, logits_to_keep=1, **seen
        )
        logits: torch.Tensor = out.logits[0, -1]
        return logits

    def _rows_in(self, prompt: Prompt, start: int, end: int) -> Any:
        first, last = prompt.before[start], prompt.before[end]
        if first == last:
            return None
        at, rows = 0, []
        layers: list[list[torch.Tensor]] = []
        for one in prompt.visions:
            low, high = max(first - at, 0), min(last - at, len(one.rows))
            if low < high:
                rows.append(one.rows[low:high])
                layers.append([layer[low:high] for layer in one.layers])
            at += len(one.rows)
        deep = [(torch.cat(of_layer),) for of_layer in zip(*layers, strict=True)]
        return SimpleNamespace(pooler_output=(torch.cat(rows),), deepstack_features=deep)

    def _positions(self, ids: Sequence[int], visions: Sequence[Vision]) -> torch.Tensor:
        whole = torch.tensor([ids], device=self.device)
        if self._rope is None:
            return torch.arange(len(ids), device=self.device)[None]
        grids = [one.grid for one in visions if one.grid is not None]
        kinds = (whole == self.image_token).int()
        positions: torch.Tensor = self._rope(
            input_ids=whole, mm_token_type_ids=kinds, image_grid_thw=torch.cat(grids) if grids else None
        )[0]
        return positions

    def scratch(self, prompt: Prompt) -> dict[str, torch.Tensor]:
        """The same prompt as the model's own inputs, for plain generation."""
        ids = torch.tensor([prompt.ids], device=self.device)
        inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids), **_inputs(prompt.visions)}
        if self._rope is not None:
            inputs["mm_token_type_ids"] = (ids == self.image_token).int()
        return inputs

    def exact(self, prompt: Prompt, cache: Any) -> str:
        """Whether this model, fed in pieces with a roll-back, says what it says from scratch: "" or what differs."""
        half = len(prompt) // 2
        self.forward(prompt, 0, half, cache)
        self.forward(prompt, half, len(prompt), cache)
        cache.crop(-(len(prompt) - half))
        got = self.forward(prompt, half, len(prompt), cache).float()
        wanted = self.model(**self.scratch(prompt), logits_to_keep=1).logits[0, -1].float()
        apart, most = float((got - wanted).abs().max()), float(wanted.abs().max())
        limit = TOLERANCE.get(self.dtype, 1e-1) * max(1.0, most)
        return "" if apart <= limit else f"fed in pieces its logits differ by {apart:.2g}"

    def packs(self, prompt: Prompt, caches: Sequence[Any]) -> str:
        """Whether two answers of different length, each a token further in one pass, are what they are one by one: ""
        or what differs. ``caches``: four, empty.
        """
        ends, token = (len(prompt), len(prompt) // 2), next(iter(self.ends))
        for end, apart, together in zip(ends, caches[:2], caches[2:], strict=True):
            self.forward(prompt, 0, end, apart)
            self.forward(prompt, 0, end, together)
        wanted = torch.stack([self.next(token, place, prompt, caches[place]) for place in range(2)]).float()
        got = self.next_of_each([token] * 2, range(2), [prompt] * 2, caches[2:]).float()
        apart_by, most = float((got - wanted).abs().max()), float(wanted.abs().max())
        limit = TOLERANCE.get(self.dtype, 1e-1) * max(1.0, most)
        return "" if apart_by <= limit else f"side by side its logits differ by {apart_by:.2g}"

    def gathers(self, pictures: Sequence[Pixels]) -> str:
        """Whether these, encoded in one pass, are what they are one by one: "" or what differs."""
        given = [self.pixelled(one) for one in pictures]
        apart_by = most = 0.0
        for one, alone in zip(self.vision_of_each(given), map(self.vision, pictures), strict=True):
            for got, wanted in zip((one.rows, *one.layers), (alone.rows, *alone.layers), strict=True):
                apart_by = max(apart_by, float((got.float() - wanted.float()).abs().max()))
                most = max(most, float(wanted.float().abs().max()))
        limit = TOLERANCE.get(self.dtype, 1e-1) * max(1.0, most)
        return "" if apart_by <= limit else f"pictures encoded together differ by {apart_by:.2g}"

    def _template(self) -> Any:
        return getattr(self.processor, "chat_template", None) or self.tokenizer.chat_template


def _position(prompt: Prompt, place: int) -> torch.Tensor:
    """Of the answer's token number ``place``, shape (..., 1, 1)."""
    return (prompt.positions.amax() + 1 + place).expand((*prompt.positions.shape[:-1], 1))


def _rows(given: Any) -> torch.Tensor:
    if isinstance(given, torch.Tensor):
        return given.reshape(-1, given.shape[-1])
    return torch.cat([_rows(one) for one in given])


def _apart(rows: torch.Tensor, counts: Sequence[int]) -> Sequence[torch.Tensor]:
    """Each picture's own; a copy, so that none keeps the memory of all."""
    return [rows] if len(counts) == 1 else [one.clone() for one in rows.split(list(counts))]


def _inputs(pictures: Sequence[Pixelled | Vision]) -> dict[str, torch.Tensor]:
    """The model's own inputs for all of them, in order."""
    found = {}
    for name in PICTURE_INPUTS:
        parts = [one.inputs[name] for one in pictures if name in one.inputs]
        if parts:
            found[name] = _together(name, parts)
    return found


def _together(name: str, parts: list[torch.Tensor]) -> torch.Tensor:
    """Pictures of one prompt: side by side where there is a batch of pictures inside, else one after the other."""
    if name in ("pixel_values", "pixel_attention_mask") and parts[0].dim() == (5 if name == "pixel_values" else 4):
        return torch.cat(parts, dim=1)
    return torch.cat(parts)


def _for_template(one: Message) -> dict[str, Any]:
    content = one["content"]
    made = {**one, "content": [{"type": "text", "text": content}] if isinstance(content, str) else list(content)}
    if one.get("tool_calls"):
        made["tool_calls"] = [
            {"type": "function", "function": {
                "name": call["function"]["name"], "arguments": json.loads(call["function"]["arguments"]),
            }} for call in one["tool_calls"]
        ]  # fmt: skip
    return made
