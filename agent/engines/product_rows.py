"""Rows of a list of products, out of a file as people have them: CSV, TSV or JSON lines, also packed with gzip.

Knows the names that columns go by (Open Food Facts' among them), how fields are parted, and which rows are of use.
Reads one row after the other, whatever the size of the file. Does not know what becomes of them.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, TypeAlias

from agent.errors import EngineMissing
from agent.sight.product_numbers import written

NUMBERS = (
    "code", "barcode", "bar_code", "gtin", "gtin13", "gtin14", "gtin12", "ean", "ean13", "ean8", "upc", "upc_a",
    "isbn", "isbn13", "isbn_13", "isbn10", "isbn_10", "number",
)  # fmt: skip
NAMES = ("product_name", "name", "title", "product", "product_name_en", "product_name_id", "generic_name")
BRANDS = ("brands", "brand", "brand_owner", "manufacturer", "authors", "author", "author_name")
SIZES = ("quantity", "size", "net_content", "net_weight", "package_size", "contents")
"""Names of columns, in the order in which they are asked; a row's first that says something counts."""
COLUMNS = (NUMBERS, NAMES, BRANDS, SIZES)
Fields: TypeAlias = tuple[list[str], list[str], list[str], list[str]]
"""Of one row: what may be its number, name, brand and size, each in the order in which it is asked."""
LONGEST = {"name": 160, "brand": 80, "size": 40}
"""Letters that are kept: nobody listens to more."""
SNIFFED = 64 * 1024
MEASURE = 1 << 24
"""The longest field of a CSV: a list of ingredients is not a fault."""


@dataclass(slots=True)
class Counts:
    """Rows read, and why some are left out. ``again``: numbers that a later row gave anew, which then counts."""

    rows: int = 0
    wrong_number: int = 0
    no_name: int = 0
    unreadable: int = 0
    again: int = 0

    @property
    def left_out(self) -> int:
        return self.wrong_number + self.no_name + self.unreadable


@dataclass(frozen=True, slots=True)
class Row:
    """``number``: 13 digits."""

    number: str
    name: str
    brand: str
    size: str


def rows(path: Path, counts: Counts) -> Iterator[Row]:
    """The rows that can be used; ``counts`` follows. Raises EngineMissing that says what to do about the file."""
    try:
        with _opened(path) as file:
            head = file.read(SNIFFED)
            file.seek(0)
            start = head.lstrip("\ufeff \t\r\n")
            if not start:
                what = "Put products in, or unset sight.products_file."
                raise EngineMissing(f"The list of products {path} is empty. {what}")
            if start[0] == "[":
                raise EngineMissing(
                    f"The list of products {path} is one JSON array. Write one object a line instead: jq -c '.[]' "
                    f"{path.name} > products.jsonl"
                )
            records = _objects(file, counts) if start[0] == "{" else _table(path, file, start, counts)
            yield from _useful(records, counts)
    except FileNotFoundError as error:
        raise EngineMissing(
            f"The list of products {path} is not there. Put it there, or set sight.products_file to where it is."
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        what = f"can't be read: {error}. Check the file and its rights."
        raise EngineMissing(f"The list of products {path} {what}") from error


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """As text, whether it is packed or not; what is no UTF-8 becomes U+FFFD."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        binary: Any = gzip.GzipFile(fileobj=raw) if packed else raw
        with io.TextIOWrapper(binary, encoding="utf-8", errors="replace", newline="") as text:
            yield text


def _useful(records: Iterable[Fields], counts: Counts) -> Iterator[Row]:
    for numbers, names, brands, sizes in records:
        counts.rows += 1
        number = next((found for text in numbers if (found := written(text))), None)
        name = _first(names, "name")
        if number is None:
            counts.wrong_number += 1
        elif not name:
            counts.no_name += 1
        elif "\ufffd" in name:
            counts.unreadable += 1
        else:
            brand = _first(brands, "brand").replace("\ufffd", "").partition(",")[0].strip()
            yield Row(number, name, brand, _first(sizes, "size").replace("\ufffd", ""))


def _first(texts: Sequence[str], kind: str) -> str:
    """The first that says something."""
    for text in texts:
        if said := " ".join(text.split()):
            return said[: LONGEST[kind]].rstrip()
    return ""


# --- JSON lines -------------------------------------------------------------------------------------------------


def _objects(file: TextIO, counts: Counts) -> Iterator[Fields]:
    for line in file:
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            named = {_column(name): _text(value) for name, value in found.items()}
            numbers, names, brands, sizes = ([named[one] for one in wanted if one in named] for wanted in COLUMNS)
            yield numbers, names, brands, sizes
        else:
            counts.rows += 1
            counts.unreadable += 1


def _text(value: object) -> str:
    """Texts and whole numbers; of a list, its texts. A number with a fraction has lost its digits."""
    if isinstance(value, list):
        return ", ".join(part for part in value if isinstance(part, str))
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


# --- tables -----------------------------------------------------------------------------------------------------


def _table(path: Path, file: TextIO, start: str, counts: Counts) -> Iterator[Fields]:
    first = start.splitlines()[0]
    comma = max("\t;,", key=first.count)
    lines = _tabbed(file) if comma == "\t" else _quoted(file, comma, counts)
    columns = [_column(name) for name in next((fields for fields in lines if any(fields)), [])]
    if not set(columns) & set(NUMBERS):
        if written(columns[0] if columns else ""):
            raise EngineMissing(
                f"The list of products {path} has no names of columns. Write code,product_name,brands,quantity as its "
                "first line."
            )
        raise EngineMissing(_lacks(path, columns, "numbers", NUMBERS))
    if not set(columns) & set(NAMES):
        raise EngineMissing(_lacks(path, columns, "names", NAMES))
    at_numbers, at_names, at_brands, at_sizes = (
        [columns.index(one) for one in wanted if one in columns] for wanted in COLUMNS
    )
    take = _unquoted if comma == "\t" else str
    last = max((*at_numbers, *at_names, *at_brands, *at_sizes))
    for fields in _tabbed(file, last + 1) if comma == "\t" else lines:
        if any(fields):
            fields += [""] * (last + 1 - len(fields))
            yield (
                [take(fields[at]) for at in at_numbers],
                [take(fields[at]) for at in at_names],
                [take(fields[at]) for at in at_brands],
                [take(fields[at]) for at in at_sizes],
            )


def _lacks(path: Path, columns: Sequence[str], what: str, wanted: Sequence[str]) -> str:
    there = ", ".join(column for column in columns[:12] if column) or "none"
    return (
        f"The list of products {path} has no column with the {what}: its columns are {there}. Name one of them "
        f"{wanted[0]} (or {', '.join(wanted[1:4])})."
    )


def _column(name: str) -> str:
    """ "EAN-13" and "Product name" as they are listed above."""
    plain = name.strip("\ufeff \t\"'").lower().replace(" ", "_").replace("-", "_")
    return plain.replace("ean_13", "ean13").replace("gtin_13", "gtin13").replace("ean_8", "ean8")


def _tabbed(file: TextIO, most: int = -1) -> Iterator[list[str]]:
    """Open Food Facts writes quotes as they come, so a line is a row. ``most``: of its 200 columns the first are
    wanted, and the rest is left together.
    """
    for line in file:
        yield line.rstrip("\r\n").split("\t", most)


def _unquoted(field: str) -> str:
    """Without the quotes that a spreadsheet puts around it."""
    return field[1:-1].replace('""', '"') if len(field) > 1 and field[0] == field[-1] == '"' else field


def _quoted(file: TextIO, comma: str, counts: Counts) -> Iterator[list[str]]:
    """A row that can't be taken apart is counted and passed over."""
    before = csv.field_size_limit(MEASURE)
    try:
        reader = csv.reader(file, delimiter=comma)
        while True:
            try:
                yield next(reader)
            except StopIteration:
                return
            except csv.Error:
                counts.rows += 1
                counts.unreadable += 1
    finally:
        csv.field_size_limit(before)
