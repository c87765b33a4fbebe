"""A list of products in a file: found by its exact number, made ready once, and a wrong file is one clear sentence."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from agent.engines import product_file
from agent.engines.product_file import ProductFile
from agent.engines.protocols import Product
from agent.errors import EngineMissing

T = TypeVar("T")
OAT = Product("7394376616037", "Oat drink", "Oatly", "1 L")
SHEET = 'code,product_name,brands,quantity\n7394376616037,Oat drink,"Oatly,Oatly AB",1 L\n36000291452,Tissues,,\n'


def using(file: Path, do: Callable[[ProductFile], Awaitable[T]]) -> T:
    async def main() -> T:
        products = ProductFile(file, file.parent / "cache")
        try:
            await products.warm()
            return await do(products)
        finally:
            await products.close()

    return asyncio.run(main())


def found(file: Path, number: str = OAT.number) -> Product | None:
    return using(file, lambda products: products.find(number))


def told(file: Path) -> str:
    return using(file, lambda products: products.summary())


def put(folder: Path, text: str | bytes, name: str = "products.csv") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


OBJECTS = "".join(
    json.dumps(one) + "\n"
    for one in (
        {"code": 7394376616037, "product_name": "Oat drink", "brands": ["Oatly", "Oatly AB"], "quantity": "1 L"},
        {"code": "12", "product_name": "Nothing"},
    )
)


@pytest.mark.parametrize(
    "text",
    [
        SHEET,
        "\ufeff" + SHEET,
        SHEET.replace("\n", "\r\n"),
        "EAN-13;Name;Brand;Size\r\n7394376616037;Oat drink;Oatly;1 L\r\n",
        'code\turl\tproduct_name\tbrands\tquantity\n7394376616037\tx "5" y\tOat drink\tOatly\t1 L\n',
        'Barcode\tTitle\tBrand\tQuantity\n7394376616037\t"Oat drink"\tOatly\t1 L\n',
        OBJECTS,
        gzip.compress(SHEET.encode()),
        gzip.compress(OBJECTS.encode()),
    ],
    ids=["csv", "with a mark", "windows", "semicolons", "open food facts", "tabs", "json lines", "csv.gz", "jsonl.gz"],
)
def test_a_product_is_found_however_its_list_is_written(tmp_path: Path, text: str | bytes) -> None:
    assert found(put(tmp_path, text)) == OAT


def test_a_number_that_is_not_in_the_list_is_nothing_and_never_its_neighbour(tmp_path: Path) -> None:
    file = put(tmp_path, SHEET)
    for other in ("7394376616044", "7394376616020", "0394376616037", "0000096385074"):
        assert found(file, other) is None


def test_wrong_rows_are_left_out_counted_and_named(tmp_path: Path) -> None:
    rows = [
        "code,name", "7394376616037,Oat drink", "7394376616038,One digit wrong", "12,Too short", "96385074,",
        "036000291452,First", "036000291452,Second", "4006381333931,Br\xfcck",
    ]  # fmt: skip
    file = put(tmp_path, "\n".join(rows).encode("latin-1"))
    assert told(file) == (
        f"knows 2 products from {file} (4 of 7 rows left out: 2 with a wrong or doubtful number, 1 without a name, "
        "1 that can't be read; 1 gave a number again: the later row counts)"
    )
    second = found(file, "0036000291452")
    assert second is not None
    assert second.name == "Second"
    assert found(file, "7394376616038") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("name,brand\nOat drink,Oatly\n", "has no column with the numbers: its columns are name, brand. Name one"),
        ("code,brand\n7394376616037,Oatly\n", "has no column with the names: its columns are code, brand. Name one"),
        ("7394376616037,Oat drink\n", "has no names of columns. Write code,product_name,brands,quantity as its first"),
        ("code,name\n12,Oat drink\n", "can be used (1 of 1 rows left out: 1 with a wrong or doubtful number). Each"),
        ('[{"code": "7394376616037"}]', "is one JSON array. Write one object a line"),
        (gzip.compress(SHEET.encode())[:40], "can't be read"),
    ],
    ids=["empty", "no numbers", "no names", "no head", "no good row", "an array", "half a gzip"],
)
def test_a_wrong_file_is_one_sentence_that_says_what_to_do(tmp_path: Path, text: str | bytes, said: str) -> None:
    file = put(tmp_path, text)
    for _ in range(2):  # no half of an index is left that a second start would take
        with pytest.raises(EngineMissing, match="list of products") as raised:
            found(file)
        assert said in str(raised.value)
    assert list((tmp_path / "cache" / "products").glob("*")) == []


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match=r"is not there\. Put it there, or set sight\.products_file"):
        found(tmp_path / "gone.csv")


def test_the_index_is_made_once_and_again_when_the_file_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    rows = product_file.rows
    monkeypatch.setattr(product_file, "rows", lambda file, counts: made.append(file) or rows(file, counts))
    file = put(tmp_path, SHEET)
    assert found(file) == found(file) == OAT
    assert len(made) == 1
    put(tmp_path, SHEET.replace("Oat", "Rye"))
    os.utime(file, ns=(1, 1))  # of the same size
    changed = found(file)
    assert changed is not None
    assert changed.name == "Rye drink"
    assert len(made) == 2


def test_half_an_index_is_made_anew(tmp_path: Path) -> None:
    file = put(tmp_path, SHEET)
    assert found(file) == OAT
    [index] = (tmp_path / "cache" / "products").iterdir()
    index.write_bytes(index.read_bytes()[:100])
    assert found(file) == OAT


def test_a_long_list_of_ingredients_does_not_end_the_reading(tmp_path: Path) -> None:
    long = "x" * 300_000
    file = put(tmp_path, f"ingredients,code,name\n{long},12,a\n{long},7394376616037,Oat drink\n")
    assert found(file) == Product(OAT.number, "Oat drink")


def test_a_name_is_kept_as_long_as_anybody_listens(tmp_path: Path) -> None:
    file = put(tmp_path, f"code,name\n7394376616037,{'word ' * 500}\n")
    kept = found(file)
    assert kept is not None
    assert 100 < len(kept.name) <= 160
