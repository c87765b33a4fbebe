"""Every event of our own, both ways, stands in its table in docs/wire.md with its fields, and nothing else does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
REALTIME = ROOT / "transport" / "realtime"


def rows(title: str) -> dict[str, str]:
    """Name of the event -> its row in the table under this title."""
    text = (ROOT / "docs" / "wire.md").read_text(encoding="utf-8")
    table = text.split(f"### Ours, {title}\n", 1)[1].split("\n\n", 1)[0]
    return {name: line for line in table.splitlines() for name in re.findall(r"^\| `(netra\.[a-z.]+)`", line)}


def sent() -> dict[str, str]:
    """Name of the event -> the source of the object that is sent."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(REALTIME.glob("*.py")))
    return dict(re.findall(r'\{"type": "(netra\.[a-z.]+)"(.*?)\}', source, re.S))


def test_what_the_server_sends_is_in_the_table() -> None:
    assert set(sent()) == set(rows("server → client"))


@pytest.mark.parametrize("name", sorted(sent()))
def test_its_fields_are_named(name: str) -> None:
    row = rows("server → client")[name]
    missing = [field for field in re.findall(r'"([a-z_]+)":', sent()[name]) if f"`{field}`" not in row]
    assert missing == []


def test_what_a_client_may_send_is_in_the_table() -> None:
    understood = re.findall(r'case "(netra\.[a-z.]+)"', (REALTIME / "own.py").read_text(encoding="utf-8"))
    assert set(understood) == set(rows("client → server"))
