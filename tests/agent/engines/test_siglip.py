"""The real path of SigLIP and CLIP on a model of a few thousand weights that is made here."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from agent.engines.siglip import SiglipMatcher
from agent.errors import EngineFailed, EngineMissing
from transport.bench.random_clip import write


def made(folder: Path) -> Path:
    """A folder with a tiny CLIP, as a hub's repository has it."""
    for package in ("torch", "transformers"):
        pytest.importorskip(package, reason=f"{package} is not installed: .venv/bin/pip install -e '.[neural]'")
    return write(folder, small=True)


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


def test_pictures_of_any_sizes_in_one_pass_are_what_each_is_alone(tmp_path: Path) -> None:
    matcher = SiglipMatcher(str(made(tmp_path / "clip")), tmp_path)
    random = np.random.default_rng(5)
    seen = [random.integers(0, 255, (height, 80, 3), dtype=np.uint8) for height in (60, 33, 120, 80, 41)]
    alone = [matcher.embedded([pixels])[0] for pixels in seen]
    for one, other in zip(matcher.embedded(seen), alone, strict=True):
        assert np.abs(one - other).max() < 1e-6
    assert np.abs(alone[0] - alone[1]).max() > 1e-3


def test_calls_of_many_sessions_at_once_each_get_their_own(tmp_path: Path) -> None:
    async def scene() -> None:
        matcher = SiglipMatcher(str(made(tmp_path / "clip")), tmp_path)
        passes: list[int] = []
        embedded = matcher.embedded

        def noted(seen: list[np.ndarray]) -> list[np.ndarray]:
            passes.append(len(seen))
            return embedded(seen)

        matcher.embedded = noted  # type: ignore[method-assign,assignment]
        random = np.random.default_rng(6)
        seen = [random.integers(0, 255, (48, 48, 3), dtype=np.uint8) for _ in range(24)]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(matcher.picture(pixels)) for pixels in seen]
            words = group.create_task(matcher.words(["keys"]))
        assert sum(passes) == len(seen)
        assert max(passes) > 1
        assert words.result().shape == (1, 16)
        for pixels, task in zip(seen, tasks, strict=True):
            assert np.abs(task.result() - embedded([pixels])[0]).max() < 1e-6
        await matcher.close()
        with pytest.raises(EngineFailed, match="closed"):
            await matcher.picture(seen[0])

    asyncio.run(scene())
