"""Typed lines: keys of a terminal, a real pseudo-terminal, and lines from a file."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Iterator

import pytest

from transport.terminal.keyboard import LONGEST, Line, typed


@pytest.mark.parametrize(
    ("keys", "lines", "left"),
    [
        ("hello\r", ["hello"], ""),
        ("a\nb\nc", ["a", "b"], "c"),
        ("helo\x7flo\n", ["hello"], ""),
        ("\x7f\x7fx\n", ["x"], ""),
        ("nonsense\x15yes\n", ["yes"], ""),
        ("up\x1b[A and \x1b[3~down\n", ["up and down"], ""),
        ("\x1bOPf1\n", ["Pf1"], ""),
        ("half\x04\n", ["half"], ""),
        ("\x04", [None], ""),
        ("größe\n", ["größe"], ""),
        ("\n", [""], ""),
    ],
)
def test_keys_become_lines(keys: str, lines: list[str | None], left: str) -> None:
    line = Line()
    assert list(line.press(keys)) == lines
    assert line.text == left


def test_a_line_has_an_end() -> None:
    line = Line()
    assert list(line.press("x" * 5000)) == []
    assert len(line.text) == LONGEST


def test_lines_of_a_file_come_and_its_end_ends_nothing() -> None:
    async def main() -> list[str]:
        lines = typed(io.StringIO("one\ntwo\n"), lambda _: None)
        found = [await anext(lines), await anext(lines)]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(lines), 0.05)
        return found

    assert asyncio.run(main()) == ["one", "two"]


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    ours, theirs = os.openpty()
    yield ours, theirs
    os.close(ours)


def test_a_terminal_is_read_letter_by_letter_and_left_as_it_was(terminal: tuple[int, int]) -> None:
    import termios

    ours, theirs = terminal
    before = termios.tcgetattr(theirs)
    shown: list[str] = []

    async def main() -> list[str]:
        found = []
        with os.fdopen(theirs, "r", closefd=False) as stream:
            asyncio.get_running_loop().call_later(0.05, os.write, ours, "hé\x7fi\n".encode())  # once it is listened to
            async for line in typed(stream, shown.append):
                found.append(line)
                os.write(ours, b"\x04")
        return found

    assert asyncio.run(main()) == ["hi"]
    after = termios.tcgetattr(theirs)
    os.close(theirs)
    assert after[3] == before[3]
    assert shown
