"""What a long list of products costs: made ready once, asked many times, and whether the server's loop waits for it.

Knows lists that are made up here, in the shape of Open Food Facts' download. Does not measure what is in a real one.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from agent.clock import stopwatch_us
from agent.engines import registry
from agent.engines.protocols import ProductList
from agent.settings import load
from transport.bench.figures import Row, part
from transport.bench.link import resident_mb
from transport.bench.stage import Bench

ROWS = 1_000_000
ASKED = 2_000
COLUMNS = ("code", "url", "creator", "product_name", "generic_name", "quantity", "brands", "ingredients_text")
OTHERS = 190
"""Columns of no use beside them."""
FILLER = "water, sugar, wheat flour, palm oil, salt, natural flavouring, emulsifier (lecithin)"


async def products(bench: Bench) -> list[Row]:
    """Raises EngineError."""
    with tempfile.TemporaryDirectory(prefix="netra-bench-") as folder:
        return await listed(Path(folder), ROWS, bench)


async def listed(folder: Path, size: int, bench: Bench) -> list[Row]:
    """Three figures of a list of so many products."""
    file = folder / "products.csv"
    bench.tell(f"writing a list of {size:,}")
    numbers = written(file, size)
    megabytes = file.stat().st_size / 1e6
    settings = load(environ={}, overrides={"sight.products_file": str(file), "cache_dir": str(folder / "cache")})
    bench.tell(f"a list of {size:,}: the first start")
    first, _, kept = await _asked(registry.build("products", "file", settings), [])
    bench.tell(f"a list of {size:,}: asking")
    later, took, memory = await _asked(registry.build("products", "file", settings), numbers)
    index = sum(one.stat().st_size for one in (folder / "cache").rglob("*") if one.is_file()) / 1e6
    said = f"{size / 1e6:g} million products"
    return [
        Row(
            f"a list of {said}, made ready at the first start", f"{first:.1f} s",
            {"seconds": round(first, 2), "file_mb": round(megabytes), "index_mb": round(index), "memory_mb": kept},
            note=f"tab-separated, {megabytes:.0f} MB; its index {index:.0f} MB; {kept:.0f} MB more memory",
        ),
        Row(
            f"a list of {said}, ready at later starts", f"{1000 * later:.0f} ms", {"ms": round(1000 * later, 1)},
            note=f"{memory:.0f} MB more memory after {len(took):,} questions",
        ),
        Row(
            f"a list of {said}, a number looked up", f"p50 {part(took, 50):.2f}, p95 {part(took, 95):.2f} ms",
            {"p50_ms": round(part(took, 50), 3), "p95_ms": round(part(took, 95), 3)},
            note="half of them in the list; over the worker's thread, as sessions ask",
        ),
    ]  # fmt: skip


async def _asked(engine: ProductList, numbers: list[str]) -> tuple[float, list[float], float]:
    """Seconds until it was ready, milliseconds of each question, megabytes of memory that it took."""
    before = resident_mb(os.getpid())
    try:
        began = stopwatch_us()
        await engine.summary()
        ready = (stopwatch_us() - began) / 1e6
        took = []
        for number in numbers:
            at = stopwatch_us()
            await engine.find(number)
            took.append((stopwatch_us() - at) / 1000)
        return ready, took, max(0.0, resident_mb(os.getpid()) - before)
    finally:
        await engine.close()


def written(file: Path, size: int) -> list[str]:
    """Write a list of so many products, and give numbers to ask for: every other one is in it."""
    chance = random.Random(size)
    wanted = set(chance.sample(range(size), min(size, ASKED // 2)))
    numbers = []
    with file.open("w", encoding="utf-8") as out:
        out.write("\t".join([*COLUMNS, *(f"other_{at}" for at in range(OTHERS))]) + "\n")
        for at, number in enumerate(_numbers(size, chance)):
            if at in wanted:
                numbers += [number, with_check(f"{int(number[:-1]) - 1:012d}")]
            fields = (number, f"https://example.org/product/{number}", "somebody", f"Product number {at}", "", "500 g",
                      f"Brand {at % 9973},Other", FILLER)  # fmt: skip
            out.write("\t".join(fields) + OTHERS * "\t" + "\n")
    return numbers


def _numbers(size: int, chance: random.Random) -> Iterator[str]:
    """Different even EANs in no order: who is one before an even number is not in the list."""
    bodies = [2 * (150_000_000_000 + 7 * at) for at in range(size)]
    chance.shuffle(bodies)
    return (with_check(f"{body:012d}") for body in bodies)


def with_check(body: str) -> str:
    """With the check digit of an EAN-13."""
    total = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(body)))
    return f"{body}{-total % 10}"
