"""First token of a vision-language model with pictures in context: from scratch, encoded ahead, read along; and how
soon it is free again. Random weights of a real architecture cost what real ones cost.

``python -m transport.bench.vlm --size 4b`` for larger ones; the default fits a CPU.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console

from agent.clock import stopwatch_us
from agent.errors import EngineError, EngineFailed, EngineMissing
from transport.bench.figures import Row, at_most, part
from transport.bench.stage import Bench

if TYPE_CHECKING:
    from agent.engines.vlm_model import VlmModel

FRAMES = (0, 1, 4, 8)
WORDS = "What do you see on the table in front of me?"
PIXELS = (336, 448, 3)
AGAIN = 5
TOKENS = 40
TICK_S = 0.005


class Measured:
    """One model. Times are milliseconds."""

    def __init__(self, model: VlmModel) -> None:
        self.model = model
        self.pictures = [np.random.default_rng(seed).integers(0, 255, PIXELS, dtype=np.uint8) for seed in range(8)]
        self.visions = [self.model.vision(one) for one in self.pictures]

    def prompt(self, visions: Sequence[Any], words: str) -> Any:
        from agent.engines.vlm_model import IMAGE

        told: list[dict[str, Any]] = [
            {"role": "system", "content": "You are Netra. " * 20},
            {"role": "user", "content": [*[IMAGE] * len(visions), {"type": "text", "text": words}]},
        ]
        return self.model.prompt(told, visions)

    def scratch(self, count: int) -> float:
        """Pictures and words all come at the end of the turn."""
        began = stopwatch_us()
        self._first(self._prefix(), self.prompt([self.model.vision(one) for one in self.pictures[:count]], WORDS))
        return (stopwatch_us() - began) / 1000

    def encoded(self, count: int) -> float:
        """The pictures are encoded already."""
        began = stopwatch_us()
        self._first(self._prefix(), self.prompt(self.visions[:count], WORDS))
        return (stopwatch_us() - began) / 1000

    def read_along(self, count: int) -> float:
        """All but the last words is fed already."""
        taken = []
        known = self.prompt(self.visions[:count], " ".join(WORDS.split()[:6]))
        prefix = self._prefix()
        for _ in range(AGAIN):
            for _ in prefix.follow(known):
                pass
            began = stopwatch_us()
            self._first(prefix, self.prompt(self.visions[:count], WORDS))
            taken.append((stopwatch_us() - began) / 1000)
        return part(taken, 50)

    async def freed(self) -> tuple[list[float], list[float], float]:
        """Cancel → the thread is free; how late the event loop was meanwhile; one token."""
        import torch

        from agent.engines.vlm_thread import Job, Stepper, Urgency

        stepper = Stepper("bench", torch.inference_mode)
        prompt, free, late, tokens = self.prompt(self.visions[:1], WORDS), [], [], 0
        running = 0.0

        def write() -> Iterator[None]:
            nonlocal tokens
            prefix = self._prefix()
            yield from prefix.follow(prompt)
            for place in range(10_000):
                assert prefix.logits is not None
                prefix.answer(int(prefix.logits.argmax()), place, prompt)
                tokens += 1
                yield

        broken: list[EngineError | None] = []
        for _ in range(AGAIN):
            tokens = 0
            job = stepper.submit(Job(write(), Urgency.FIRST, broken.append))
            began = 0
            while tokens < TOKENS and not broken:
                asked = stopwatch_us()
                await asyncio.sleep(TICK_S)
                late.append((stopwatch_us() - asked) / 1000 - TICK_S * 1000)
                began = began or (stopwatch_us() if tokens else 0)
            running += (stopwatch_us() - began) / 1000 / TOKENS
            cancelled = stopwatch_us()
            stepper.cancel(job)
            with stepper.held():
                free.append((stopwatch_us() - cancelled) / 1000)
        stepper.close()
        if broken and broken[0] is not None:
            raise broken[0]
        return free, late, running / AGAIN

    def _prefix(self) -> Any:
        from agent.engines.vlm_cache import Prefix

        return Prefix(self.model)

    def _first(self, prefix: Any, prompt: Any) -> int:
        for _ in prefix.follow(prompt):
            pass
        return int(prefix.logits.argmax())


def vlm(bench: Bench, size: str = "small", device: str = "auto", precision: str = "auto") -> list[Row]:
    """Raises EngineMissing where torch and transformers are not installed."""
    with built(bench, size, device, precision) as model:
        return first_tokens(bench, model, size)


@contextmanager
def built(bench: Bench, size: str, device: str, precision: str) -> Iterator[VlmModel]:
    """A model of this size with random weights, until the scope is left. Raises EngineMissing, EngineFailed."""
    from transport.bench.random_vlm import SIZES, made

    try:
        import torch

        from agent.engines.vlm_model import VlmModel

        where = device if device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
        if precision == "auto":
            precision = "float32" if where == "cpu" else "bfloat16"
        bench.tell(f"making a model, {size}")
        with tempfile.TemporaryDirectory(prefix="netra-bench-") as folder:
            model = VlmModel(*made(Path(folder), SIZES[size], where, precision))
    except ImportError as error:
        raise EngineMissing(f"It needs the package {error.name!r}: .venv/bin/pip install -e '.[vlm]'.") from error
    except torch.OutOfMemoryError as error:
        raise EngineFailed(f"The model {size} does not fit: {' '.join(str(error).split())[:160]}") from error
    threads = torch.get_num_threads()
    if where == "cpu":
        torch.set_num_threads(1)
    try:
        yield model
    finally:
        torch.set_num_threads(threads)
        del model
        gc.collect()
        if where == "cuda":
            torch.cuda.empty_cache()


def first_tokens(bench: Bench, model: VlmModel, size: str) -> list[Row]:
    """Its first token with pictures in context, and how soon it is free."""
    import torch

    with torch.inference_mode():
        measured, rows, found = Measured(model), [], {}
        measured.scratch(1)  # the first computation of a kind is slow
        for frames in FRAMES:
            bench.tell(f"{size}, {frames} pictures")
            found[frames] = (measured.scratch(frames), measured.encoded(frames), measured.read_along(frames))
            tokens = len(measured.prompt(measured.visions[:frames], WORDS))
            rows.append(_first_row(frames, tokens, found[frames]))
        bench.tell("cancelling")
        free, late, token = asyncio.run(measured.freed())
    count = sum(one.numel() for one in model.model.parameters())
    on_gpu, note = model.device.type == "cuda", f"{size}, {count / 1e6:.0f} M"
    return [
        *rows, *ratio_rows(found[0], found[8], on_gpu=on_gpu), *free_rows(free, late, token, note, on_gpu=on_gpu),
    ]  # fmt: skip


def _first_row(frames: int, tokens: int, found: tuple[float, float, float]) -> Row:
    scratch, encoded, along = found
    return Row(
        f"first token, {frames} pictures ({tokens} tokens)",
        f"scratch {scratch:.0f}, encoded {encoded:.0f}, read along {along:.0f} ms",
        {"scratch_ms": round(scratch, 1), "encoded_ms": round(encoded, 1), "read_along_ms": round(along, 1)},
    )


def ratio_rows(
    text: tuple[float, float, float], eight: tuple[float, float, float], *, on_gpu: bool = False
) -> list[Row]:
    """What reading along is worth. Each: from scratch, encoded ahead, read along, in milliseconds. A GPU does more in
    one go, so less is won by doing it before; and what is left must be closer to text alone.
    """
    against_text, faster = eight[2] / text[2], eight[0] / eight[2]
    most, least = (1.2, 5) if on_gpu else (2, 50)
    return [
        Row("first token, 8 pictures read along, against text only", f"{against_text:.2f} times",
            {"times": round(against_text, 2)}, f"≤ {most:g} times", at_most(against_text, most)),
        Row("first token, 8 pictures, read along against from scratch", f"{faster:.0f} times faster",
            {"times": round(faster, 1)}, f"≥ {least} times", faster >= least),
    ]  # fmt: skip


def free_rows(
    free_ms: Sequence[float], late_ms: Sequence[float], token_ms: float, note: str, *, on_gpu: bool = False
) -> list[Row]:
    """``token_ms``: how long one token takes; no two take the same, so twice that is let pass. On a GPU: 30 ms."""
    worst, lag = max(free_ms), part(late_ms, 99)
    asked, most = ("≤ 30 ms", 30.0) if on_gpu else ("≤ 1 token (twice its mean)", 2 * token_ms)
    return [
        Row("cancel → model free", f"{worst:.1f} ms, one token takes {token_ms:.1f} ms",
            {"worst_ms": round(worst, 2), "token_ms": round(token_ms, 2)}, asked, at_most(worst, most),
            f"{len(free_ms)} measured; {note} parameters"),
        Row("event loop late while the model writes", f"p99 {lag:.1f} ms", {"p99_ms": round(lag, 2)}, "p99 ≤ 10 ms",
            at_most(lag, 10)),
    ]  # fmt: skip


def main() -> int:
    """The command line of this module alone."""
    from agent.settings import load
    from transport.bench.random_vlm import SIZES
    from transport.bench.suite import Result, table

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=list(SIZES), default="small")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", choices=["auto", "float32", "bfloat16", "float16"], default="auto")
    wanted = parser.parse_args()
    console = Console()
    rows = vlm(Bench(load(), 0, lambda text: None), wanted.size, wanted.device, wanted.precision)
    console.print(table([Result("vlm", rows)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
