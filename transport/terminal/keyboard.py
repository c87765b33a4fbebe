"""Lines that are typed while sound goes on. On a terminal letter by letter, so that the view can show the line.

Knows keys: Enter sends, backspace takes back, Ctrl-D ends. Does not know what a line means.
"""

from __future__ import annotations

import asyncio
import codecs
import importlib.util
import os
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

END = "\x04"
ENTER, BACK, CLEAR = "\r\n", "\x7f\b", "\x15"
LONGEST = 1000


class Line:
    """The line being typed: ``press`` takes keys and gives whole lines; None in their place is the end."""

    def __init__(self) -> None:
        self.text = ""
        self._escape = False

    def press(self, keys: str) -> Iterator[str | None]:
        for key in keys:
            if self._escape:  # arrow keys and their like: ESC, [, …, a letter or ~
                self._escape = key == "[" or not (key.isalpha() or key == "~")
            elif key == "\x1b":
                self._escape = True
            elif key in ENTER:
                text, self.text = self.text, ""
                yield text
            elif key in BACK:
                self.text = self.text[:-1]
            elif key == CLEAR:
                self.text = ""
            elif key == END and not self.text:
                yield None
            elif key.isprintable() and len(self.text) < LONGEST:
                self.text += key


async def typed(stream: TextIO, typing: Callable[[str], None]) -> AsyncGenerator[str, None]:
    """Lines from ``stream``; at a terminal until Ctrl-D, from a file for ever: that it is over ends no conversation.

    ``typing`` is told what stands in the line of a terminal.
    """
    keys: asyncio.Queue[str | None] = asyncio.Queue()
    if stream.isatty() and importlib.util.find_spec("termios") is not None:
        with _letter_by_letter(stream, typing, keys):
            while (line := await keys.get()) is not None:
                yield line
        return
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        with suppress(RuntimeError, ValueError, OSError):  # the loop has ended, or the stream was closed
            for line in stream:
                loop.call_soon_threadsafe(lines.put_nowait, line.rstrip("\n"))

    threading.Thread(target=read, name="typed lines", daemon=True).start()
    while True:
        yield await lines.get()


@contextmanager
def _letter_by_letter(
    stream: TextIO, typing: Callable[[str], None], lines: asyncio.Queue[str | None]
) -> Iterator[None]:
    import termios
    import tty

    number = stream.fileno()
    before = termios.tcgetattr(number)
    loop = asyncio.get_running_loop()
    line, decoder = Line(), codecs.getincrementaldecoder("utf-8")(errors="ignore")

    def read() -> None:
        data = os.read(number, 1024)
        for whole in line.press(decoder.decode(data)) if data else (None,):
            lines.put_nowait(whole)
        typing(line.text)

    tty.setcbreak(number, termios.TCSADRAIN)
    loop.add_reader(number, read)
    try:
        yield
    finally:
        loop.remove_reader(number)
        termios.tcsetattr(number, termios.TCSADRAIN, before)
