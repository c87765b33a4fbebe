"""Pictures of several conversations before one vision-language model: encoded in one pass, none lost, none twice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: the brain 'vlm' is not tried")
pytest.importorskip("transformers", reason="transformers is not installed: the brain 'vlm' is not tried")

from agent.engines.gathering import Company  # noqa: E402
from agent.engines.protocols import Question  # noqa: E402
from agent.engines.vlm_talk import Look, Talk  # noqa: E402
from agent.thinking.settings import Telling, Vlm  # noqa: E402
from tests.agent.engines.test_vlm import brain_of, idle, picture  # noqa: E402
from tests.agent.engines.tiny_vlm import qwen3  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return qwen3(tmp_path_factory.mktemp("qwen3"))


def test_pictures_of_several_conversations_are_encoded_in_one_pass(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes: list[int] = []
    real = Look.each

    def counted(looks: Any) -> float:
        passes.append(len(looks))
        return real(looks)

    monkeypatch.setattr(Look, "each", staticmethod(counted))
    monkeypatch.setattr(Company, "most", property(lambda _: 16))

    async def main() -> None:
        together, apart = brain_of(folder), brain_of(folder, side_by_side=False)
        found = []
        for brain in (together, apart):
            await brain.warm()
            passes.clear()
            with brain.held():
                for number in range(3):
                    attention = brain.attention(f"s{number}")
                    assert attention is not None
                    for seed in (1, 2):
                        attention.saw(picture(10 * number + seed), Question("What"))
                await asyncio.sleep(0.05)
            await idle(brain)
            talks = [brain.talk(f"s{number}") for number in range(3)]
            assert [talk.encoded for talk in talks] == [2, 2, 2]
            assert sum(passes) == 6
            assert max(passes) == (3 if brain is together else 1)
            found.append([frame.rows for talk in talks for frame in talk.frames])
            await brain.close()
        for one, other in zip(*found, strict=True):
            assert float((one - other).abs().max()) < 1e-5

    asyncio.run(main())


def test_a_picture_that_a_reply_cuts_off_is_neither_lost_nor_encoded_twice(folder: Path) -> None:
    async def main() -> None:
        brain = brain_of(folder)
        await brain.warm()
        with torch.inference_mode():
            talk = Talk(brain.model, Vlm(model=str(folder), max_tokens=12), Telling(), ())
            talk.saw(picture(1))
            talk.saw(picture(2))
            ahead = talk.read_along()
            look = next(ahead)
            assert isinstance(look, Look)
            ahead.close()  # somebody asks before it is encoded
            began = talk.look(())
            assert next(began) is look
            Look.each([look])
            began.close()  # and before that was told
            for _ in talk.look(()):
                pass
            assert talk.encoded == 2
            assert talk.frames[0] is look.vision
        await brain.close()

    asyncio.run(main())
