"""What was fed in pieces, with roll-backs, says exactly what the same prompt says from scratch: for each family."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: the brain 'vlm' is not tried")
pytest.importorskip("transformers", reason="transformers is not installed: the brain 'vlm' is not tried")

from agent.engines.vlm_cache import Next, Prefix  # noqa: E402
from agent.engines.vlm_loading import load  # noqa: E402
from agent.engines.vlm_model import IMAGE, Prompt, VlmModel  # noqa: E402
from tests.agent.engines.tiny_vlm import FAMILIES  # noqa: E402

NEEDS = {"smolvlm": "num2words"}
EXACT = 1e-5


@pytest.fixture(scope="module", params=list(FAMILIES))
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> VlmModel:
    if request.param in NEEDS:
        pytest.importorskip(NEEDS[request.param], reason=f"{NEEDS[request.param]} is not installed")
    torch.set_num_threads(1)
    folder: Path = tmp_path_factory.mktemp("vlm") / request.param
    folder.mkdir()
    return VlmModel(*load(str(FAMILIES[request.param](folder)), "cpu", "auto"))


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    torch.set_num_threads(1)
    with torch.inference_mode():
        yield


def pixels(seed: int, height: int = 48, width: int = 64) -> Any:
    return np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)


def asked(model: VlmModel, words: str, visions: list[Any]) -> Prompt:
    told = [
        {"role": "system", "content": "You are Netra."},
        {"role": "user", "content": [*[IMAGE] * len(visions), {"type": "text", "text": words}]},
    ]
    return model.prompt(told, visions)


def feed(prefix: Prefix, prompt: Prompt, upto: int | None = None) -> None:
    for _ in prefix.follow(prompt, upto):
        pass


def scratch(model: VlmModel, prompt: Prompt) -> Any:
    return model.model(**model.scratch(prompt), logits_to_keep=1).logits[0, -1]


def apart(model: VlmModel, prefix: Prefix, prompt: Prompt) -> float:
    assert prefix.logits is not None
    return float((prefix.logits - scratch(model, prompt)).abs().max())


def test_tokens_are_those_that_the_processor_makes(model: VlmModel) -> None:
    from PIL import Image

    pictures = [pixels(1), pixels(2, 64, 40)]
    prompt = asked(model, "What do you see here?", [model.vision(one) for one in pictures])
    asking = {"role": "user", "content": [IMAGE, IMAGE, {"type": "text", "text": "What do you see here?"}]}
    text = model.text([{"role": "system", "content": "You are Netra."}, asking], (), answer=True)
    images = [Image.fromarray(one) for one in pictures]
    given = model.processor(text=[text], images=images, return_tensors="pt", add_special_tokens=False)
    assert given["input_ids"][0].tolist() == list(prompt.ids)
    for name in ("pixel_values", "image_grid_thw"):
        if name in given:
            assert torch.equal(given[name], model.scratch(prompt)[name])


def test_pictures_and_words_fed_one_by_one_with_roll_backs_give_the_same_logits(model: VlmModel) -> None:
    visions = [model.vision(pixels(seed)) for seed in range(3)]
    prefix = Prefix(model)
    feed(prefix, asked(model, "What", visions[:1]), 9)  # into the middle of a picture
    feed(prefix, asked(model, "What is", visions[:1]))
    feed(prefix, asked(model, "What is the cup", visions[:2]))  # a picture before the words: they are fed again
    feed(prefix, asked(model, "Whatever it", visions[:2]))
    wanted = asked(model, "What do you see here?", visions)
    feed(prefix, wanted)
    assert apart(model, prefix, wanted) < EXACT
    fed = prefix.fed
    feed(prefix, wanted)
    assert prefix.fed == fed  # nothing is computed twice
    shorter = asked(model, "No", visions[1:])  # other pictures: all after the first difference is new
    feed(prefix, shorter)
    assert apart(model, prefix, shorter) < EXACT


def test_the_next_tokens_are_those_of_generate(model: VlmModel) -> None:
    visions = [model.vision(pixels(seed)) for seed in range(2)]
    prompt, prefix = asked(model, "What do you see here?", visions), Prefix(model)
    feed(prefix, asked(model, "What do they", visions))
    feed(prefix, prompt)
    whole = model.model.generate(**model.scratch(prompt), do_sample=False, max_new_tokens=20)
    wanted = whole[0, len(prompt) :].tolist()
    got: list[int] = []
    logits = prefix.logits
    for place in range(len(wanted)):
        assert logits is not None
        got.append(int(logits.argmax()))
        logits = prefix.answer(got[-1], place, prompt)
    assert got == wanted
    later = asked(model, "And on the left?", visions)  # what was answered is rolled back exactly, too
    feed(prefix, later)
    assert apart(model, prefix, later) < EXACT


def test_two_conversations_share_weights_and_no_state(model: VlmModel) -> None:
    mine, other = [model.vision(pixels(1))], [model.vision(pixels(2, 56, 56)), model.vision(pixels(3))]
    one, two = asked(model, "What is it?", mine), asked(model, "Is the cup on the left?", other)
    first, second = Prefix(model), Prefix(model)
    steps = [first.follow(one, 10), second.follow(two, 15)]
    for at in (0, 1):
        next(steps[at])
    feed(second, two)
    feed(first, one)
    assert apart(model, first, one) < EXACT
    assert apart(model, second, two) < EXACT


def test_a_fork_grows_alone(model: VlmModel) -> None:
    visions = [model.vision(pixels(seed)) for seed in range(2)]
    old, new = asked(model, "What is it?", visions), asked(model, "What is it?", visions[:1])
    prefix = Prefix(model)
    feed(prefix, old)
    fork = prefix.fork(prefix.shared(new))
    feed(fork, new)
    assert apart(model, fork, new) < EXACT
    feed(prefix, asked(model, "What is it? No.", visions))
    feed(prefix, old)
    assert apart(model, prefix, old) < EXACT


def test_the_models_own_check_says_it_is_exact_and_notices_when_it_is_not(
    model: VlmModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transformers import DynamicCache

    prompt = asked(model, "What do you see?", [model.vision(pixels(1))])
    assert model.exact(prompt, DynamicCache()) == ""
    step = model.forward
    monkeypatch.setattr(
        model, "forward", lambda prompt, start, end, cache: step(prompt, start, max(start + 1, end - 1), cache)
    )
    assert "differ" in model.exact(prompt, DynamicCache())


def test_answers_side_by_side_are_those_that_each_would_be_alone(model: VlmModel) -> None:
    prompts = [
        asked(model, "What do you see here?", [model.vision(pixels(1))]),
        asked(model, "No.", []),
        asked(model, "And on the left?", [model.vision(pixels(2)), model.vision(pixels(3))]),
    ]
    alone, together = [Prefix(model) for _ in prompts], [Prefix(model) for _ in prompts]
    for prompt, one, other in zip(prompts, alone, together, strict=True):
        feed(one, prompt)
        feed(other, prompt)
    for place in range(8):
        tokens = [int(one.logits.argmax()) for one in alone if one.logits is not None]
        some = slice(0, 3 if place < 5 else 2)  # one has ended
        Prefix.answer_each([
            Next(*one, place, prompt)
            for *one, prompt in zip(together[some], tokens[some], prompts[some], strict=True)
        ])  # fmt: skip
        for one, other, token, prompt in zip(alone[some], together[some], tokens[some], prompts[some], strict=True):
            wanted = one.answer(token, place, prompt)
            assert other.logits is not None
            assert float((other.logits - wanted).abs().max()) < EXACT
            assert other.keys == one.keys
    later = asked(model, "What do you see there?", [prompts[0].visions[0]])
    feed(together[0], later)
    assert apart(model, together[0], later) < EXACT


def test_a_pass_that_breaks_half_way_leaves_every_prefix_as_it_was(
    model: VlmModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts = [asked(model, "What do you see here?", [model.vision(pixels(1))]), asked(model, "No.", [])]
    prefixes = [Prefix(model) for _ in prompts]
    for prompt, prefix in zip(prompts, prefixes, strict=True):
        feed(prefix, prompt)
    tokens = [int(prefix.logits.argmax()) for prefix in prefixes if prefix.logits is not None]
    nexts = [Next(prefix, token, 0, prompt) for prefix, token, prompt in zip(prefixes, tokens, prompts, strict=True)]
    with monkeypatch.context() as broken:
        broken.setattr(torch, "cat", _breaks_at_attention(torch.cat))
        with pytest.raises(RuntimeError, match="told to break"):
            Prefix.answer_each(nexts)
    for one in nexts:
        fresh = Prefix(model)
        feed(fresh, one.prompt)
        wanted = fresh.answer(one.token, 0, one.prompt)
        assert float((one.prefix.answer(one.token, 0, one.prompt) - wanted).abs().max()) < EXACT


def test_pictures_encoded_in_one_pass_are_what_each_is_alone(model: VlmModel) -> None:
    seen = [pixels(1), pixels(2, 64, 40), pixels(3, 33, 90), pixels(4)]
    together = model.vision_of_each([model.pixelled(one) for one in seen])
    for got, wanted in zip(together, map(model.vision, seen), strict=True):
        assert got.ids == wanted.ids
        assert len(got.layers) == len(wanted.layers)
        for one, other in zip((got.rows, *got.layers), (wanted.rows, *wanted.layers), strict=True):
            assert one.shape == other.shape
            assert float((one - other).abs().max()) < EXACT
        assert (got.grid is None) == (wanted.grid is None)
        assert got.grid is None or torch.equal(got.grid, wanted.grid)
    assert float((together[0].rows[:4] - together[3].rows[:4]).abs().max()) > 100 * EXACT
    prompt, prefix = asked(model, "What do you see here?", together), Prefix(model)
    feed(prefix, prompt)
    assert apart(model, prefix, prompt) < EXACT


def test_the_models_own_check_of_pictures_in_one_pass_notices_when_they_are_mixed(
    model: VlmModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = [pixels(1, 96, 128), pixels(2, 128, 72)]
    assert model.gathers(seen) == ""
    each = model.vision_of_each

    def mixed(pictures: Any) -> Any:
        found = each(pictures)
        return [replace(one, rows=one.rows + one.rows.abs().max() * (len(found) - 1)) for one in found]

    monkeypatch.setattr(model, "vision_of_each", mixed)
    assert "differ" in model.gathers(seen)


def _breaks_at_attention(cat: Any) -> Any:
    def broken(tensors: Any, *more: Any, **others: Any) -> Any:
        if others.get("dim") == 2:
            raise RuntimeError("it was told to break")
        return cat(tensors, *more, **others)

    return broken
