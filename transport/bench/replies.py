"""Replies side by side from one vision-language model: how soon each begins when all are asked for at once, and how
many tokens a second they come to, through the brain itself, with pictures read along before; what one pass is worth.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from agent.clock import stopwatch_us
from agent.engines import registry
from agent.engines.protocols import Question
from agent.errors import EngineError, EngineFailed
from agent.picture import Picture
from agent.thinking.settings import Telling, Vlm
from transport.bench.figures import Row, part, rounded
from transport.bench.stage import Bench
from transport.bench.vlm import WORDS, Measured

if TYPE_CHECKING:
    from agent.engines.vlm_model import VlmModel

PICTURES = 4
SHAPE = (336, 448, 3)
PATIENCE_S = 600.0
PASSES = 12


@dataclass(slots=True)
class Together:
    """So many replies. ``first_ms``: to the first words of each; ``tokens`` of all in ``seconds``; ``refused``: by
    admission.
    """

    many: int
    first_ms: list[float] = field(default_factory=list)
    tokens: int = 0
    seconds: float = 0.0
    refused: int = 0


def side_by_side(bench: Bench, model: VlmModel, sessions: Sequence[int], tokens: int) -> list[Row]:
    """Rows for so many replies at once. Raises EngineFailed."""
    found = []
    for many in sessions:
        bench.tell(f"{many} replies side by side")
        found.append(asyncio.run(_asked(model, many, tokens)))
    bench.tell("one pass for several answers")
    import torch

    with torch.inference_mode():
        measured = Measured(model)
        worth = {many: passes(measured, many) for many in sessions}
    return [*reply_rows(found), pass_row(worth)]


def passes(measured: Measured, many: int) -> tuple[float, float]:
    """A token for each of so many answers: one by one, and in one pass; milliseconds, the lower quartiles of PASSES."""
    from agent.engines.vlm_cache import Next, Prefix

    alone: list[float] = []
    together: list[float] = []
    model, prompt = measured.model, measured.prompt(measured.visions[:2], WORDS)
    prefixes = [Prefix(model) for _ in range(many)]
    for prefix in prefixes:
        for _ in prefix.follow(prompt):
            pass
    for place in range(0, 2 * PASSES, 2):  # in turns: what else the machine does meets both
        model.settle()
        began = stopwatch_us()
        for prefix in prefixes:
            prefix.answer(place, place, prompt)
        model.settle()
        between = stopwatch_us()
        Prefix.answer_each([Next(prefix, place + 1, place + 1, prompt) for prefix in prefixes])
        model.settle()
        alone.append((between - began) / 1000)
        together.append((stopwatch_us() - between) / 1000)
    return part(alone, 25), part(together, 25)


def pass_row(
    found: Mapping[int, tuple[float, float]], figure: str = "a token of each answer", what: str = "answers"
) -> Row:
    """``found``: by the number of answers, or of ``what`` it is, milliseconds one by one and in one pass."""
    worth = {many: alone / together for many, (alone, together) in found.items()}
    return Row(
        f"{figure}: one by one, in one pass",
        "\n".join(f"{many}: {alone:.1f}, {together:.1f} ms" for many, (alone, together) in found.items()),
        {str(many): {"alone_ms": rounded(alone), "together_ms": rounded(together), "times": rounded(worth[many])}
         for many, (alone, together) in found.items()},
        note=", ".join(f"{many} {what} {times:.1f} times as fast" for many, times in worth.items() if many > 1),
    )  # fmt: skip


async def _asked(model: VlmModel, many: int, tokens: int) -> Together:
    options = Vlm(model="random", max_tokens=tokens, temperature=0.0, tools=False, threads=1)
    brain = registry.named("brain", "vlm")(options, Telling(), (), loaded=model)
    try:
        await brain.warm()
        for number in range(many):
            attention = brain.attention(f"s{number}")
            if attention is None:
                raise EngineFailed("the model can't be fed in pieces: nothing is read along")
            for seen in range(PICTURES):
                pixels = np.random.default_rng(100 * number + seen).integers(0, 255, SHAPE, dtype=np.uint8)
                attention.saw(Picture(f"pic_{number}_{seen}", pixels, seen), Question(""))
                await _idle(brain)
            attention.heard(Question(WORDS.rsplit(" ", 3)[0]))
        await _idle(brain)
        found = Together(many)
        began = stopwatch_us()

        async def ask(number: int) -> None:
            question = Question(WORDS, session=f"s{number}", in_view=(f"pic_{number}_{PICTURES - 1}",))
            first = 0
            try:
                async for _ in brain.reply(question):
                    first = first or stopwatch_us()
            except EngineError:
                found.refused += 1
                return
            found.first_ms.append((first - began) / 1000)
            found.tokens += tokens

        async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
            for number in range(many):
                group.create_task(ask(number))
        found.seconds = (stopwatch_us() - began) / 1e6
        return found
    finally:
        await brain.close()


async def _idle(brain: object) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while getattr(brain, "waiting", 0):  # noqa: ASYNC110  another thread's work
            await asyncio.sleep(0.002)


def reply_rows(found: Sequence[Together]) -> list[Row]:
    """How soon they begin, and how many tokens a second they come to."""
    firsts = [f"{one.many}: p50 {part(one.first_ms, 50):.0f}, p95 {part(one.first_ms, 95):.0f} ms" for one in found]
    rates = {one.many: one.tokens / one.seconds for one in found}
    alone = rates[found[0].many] / found[0].many
    most = found[-1].many
    return [
        Row(
            f"first words, {PICTURES} pictures read along, asked at once", "\n".join(firsts),
            {str(one.many): {"p50_ms": rounded(part(one.first_ms, 50)), "p95_ms": rounded(part(one.first_ms, 95)),
                             "refused": one.refused} for one in found},
        ),
        Row(
            "tokens a second of all replies side by side",
            "\n".join(f"{many}: {rate:.0f}" for many, rate in rates.items()),
            {str(many): rounded(rate) for many, rate in rates.items()},
            note=f"{most} at once come to {rates[most] / alone:.1f} times one",
        ),
    ]  # fmt: skip
