"""Product numbers looked up in a local file: an index is made of it once, and asked from then on.

Knows SQLite and when an index no longer fits its file. Does not know how the file's rows are written
(``product_rows``), and guesses nothing: a number is in the list or it is not. Work is done on a thread of its own.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from agent.engines.product_rows import Counts, Row, rows
from agent.engines.protocols import Product
from agent.engines.worker import Worker
from agent.errors import EngineFailed, EngineMissing

SHAPE = 1
"""Of the index; another one is made anew."""
CACHE_KB = 65_536
"""What SQLite may hold while the index is made; asking needs next to nothing."""


class ProductFile:
    """Shared ProductList. ``file``: as ``product_rows`` reads it; ``cache_dir``: where the index is kept.

    A changed file is noticed when the program starts. The index is made beside its place and moved there when it is
    whole, so a second program never sees half of one.
    """

    name = "file"

    def __init__(self, file: Path, cache_dir: Path) -> None:
        self._file = file.expanduser().absolute()
        place = hashlib.sha256(str(self._file).encode()).hexdigest()[:16]
        self._index = cache_dir / "products" / f"{place}.sqlite"
        self._worker = Worker("list of products", waiting_max=256)
        self._open: sqlite3.Connection | None = None
        self._told = ""

    async def warm(self) -> None:
        """Make the index if there is none that fits. Raises EngineError that says what is wrong with the file."""
        await self._worker.run(self._connection)

    async def find(self, number: str) -> Product | None:
        return await self._worker.run(self._find, number)

    async def summary(self) -> str:
        """How many products are known, and which rows are left out."""
        await self.warm()
        return self._told

    async def close(self) -> None:
        with suppress(EngineFailed):
            await self._worker.run(self._close)
        await self._worker.close()

    # --- on the worker's thread -----------------------------------------------------------------------------------

    def _find(self, number: str) -> Product | None:
        asked = "SELECT name, brand, size FROM products WHERE number = ?"
        found = self._connection().execute(asked, (int(number),)).fetchone()
        return Product(number, *found) if found is not None else None

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            if not self._fits():
                self._make()
            self._open = sqlite3.connect(f"{self._index.as_uri()}?mode=ro&immutable=1", uri=True)
            known, left_out = self._open.execute("SELECT known, left_out FROM made").fetchone()
            self._told = f"knows {known:,} product{'s' * (known != 1)} from {self._file}{left_out}"
        return self._open

    def _stamp(self) -> str:
        """What the index must have been made from."""
        try:
            now = self._file.stat()
        except OSError:
            return ""
        return f"{SHAPE} {now.st_size} {now.st_mtime_ns}"

    def _fits(self) -> bool:
        if not self._index.exists() or not self._stamp():
            return False
        try:
            with closing(sqlite3.connect(f"{self._index.as_uri()}?mode=ro", uri=True)) as there:
                made = there.execute("SELECT stamp FROM made").fetchone()
        except sqlite3.Error:
            return False  # another shape, or half of one from before a power cut
        return made is not None and made[0] == self._stamp()

    def _make(self) -> None:
        stamp, counts = self._stamp(), Counts()
        self._index.parent.mkdir(parents=True, exist_ok=True)
        part = self._index.with_suffix(f".{os.getpid()}.part")
        try:
            with closing(sqlite3.connect(part, isolation_level=None)) as new:
                self._fill(new, counts, stamp)
            os.replace(part, self._index)
        except sqlite3.Error as error:
            raise EngineFailed(
                f"The index of the products can't be written to {self._index.parent}: {error}. Make room there, or set "
                "cache_dir to another folder."
            ) from error
        finally:
            part.unlink(missing_ok=True)

    def _fill(self, new: sqlite3.Connection, counts: Counts, stamp: str) -> None:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHE_KB}"):
            new.execute(f"PRAGMA {pragma}")
        new.execute("CREATE TABLE products (number INTEGER PRIMARY KEY, name TEXT, brand TEXT, size TEXT)")
        new.execute("CREATE TABLE made (stamp TEXT, known INTEGER, left_out TEXT)")
        new.execute("BEGIN")
        put = "INSERT OR REPLACE INTO products VALUES (?, ?, ?, ?)"
        given = 0

        def counted() -> Iterator[tuple[int, str, str, str]]:
            nonlocal given
            for given, row in enumerate(rows(self._file, counts), start=1):  # noqa: B007
                yield _values(row)

        new.executemany(put, counted())
        known = new.execute("SELECT count(*) FROM products").fetchone()[0]
        if not known:
            raise EngineMissing(
                f"No row of the list of products {self._file} can be used{left_out_said(counts)}. Each needs a number "
                "(EAN, UPC, ISBN) and a name."
            )
        counts.again = given - known
        new.execute("INSERT INTO made VALUES (?, ?, ?)", (stamp, known, left_out_said(counts)))
        new.execute("COMMIT")


def _values(row: Row) -> tuple[int, str, str, str]:
    return int(row.number), row.name, row.brand, row.size


def left_out_said(counts: Counts) -> str:
    """ " (14 rows left out: 10 with a wrong number, 4 without a name)", "" where all is well."""
    reasons = {
        "with a wrong or doubtful number": counts.wrong_number,
        "without a name": counts.no_name,
        "that can't be read": counts.unreadable,
    }
    parts = [f"{number:,} {why}" for why, number in reasons.items() if number]
    said = [f"{counts.left_out:,} of {counts.rows:,} rows left out: {', '.join(parts)}"] if parts else []
    if counts.again:
        said.append(f"{counts.again:,} gave a number again: the later row counts")
    return f" ({'; '.join(said)})" if said else ""
