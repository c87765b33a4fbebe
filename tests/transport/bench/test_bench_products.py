"""What a list of products costs: the rows say what was measured of a list that is written here."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agent.engines.product_file import ProductFile
from agent.settings import load
from transport.bench import products
from transport.bench.stage import Bench


def test_a_list_is_written_in_which_every_other_number_stands(tmp_path: Path) -> None:
    numbers = products.written(tmp_path / "list.csv", 300)

    async def main() -> list[bool]:
        known = ProductFile(tmp_path / "list.csv", tmp_path)
        try:
            return [await known.find(number) is not None for number in numbers]
        finally:
            await known.close()

    found = asyncio.run(main())
    assert found == [True, False] * (len(numbers) // 2)
    assert len(numbers) == 600


def test_the_rows_say_how_long_it_took(tmp_path: Path) -> None:
    told: list[str] = []
    first, later, asked = asyncio.run(products.listed(tmp_path, 2_000, Bench(load(environ={}), 1, told.append)))
    assert [row.figure.split(", ")[0] for row in (first, later, asked)] == ["a list of 0.002 million products"] * 3
    assert "tab-separated" in first.note
    assert f"after {len(products.written(tmp_path / 'again.csv', 2_000)):,} questions" in later.note
    assert len(told) == 3
