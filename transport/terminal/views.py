"""What a person at a terminal sees: captions as lines, and, where the terminal can, level meters and live words below.

Knows text and levels. Does not know where they come from: ``netra talk`` and ``netra call`` show the same.
"""

from __future__ import annotations

import json
import sys
from types import TracebackType
from typing import Literal, Protocol, TypeAlias

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

Who: TypeAlias = Literal["you", "netra"]
NAMES: dict[Who, str] = {"you": "You", "netra": "Netra"}
QUIETEST_DBFS, METER = -60.0, 24
FALL_DB = 3.0
"""How far a meter falls with each 20 ms."""


class View(Protocol):
    """Every call returns at once."""

    def level(self, who: Who, dbfs: float) -> None:
        """Of the last 20 ms."""
        ...

    def state(self, state: str) -> None: ...

    def hearing(self, text: str) -> None:
        """Words so far of what the person is saying."""
        ...

    def said(self, who: Who, text: str) -> None:
        """Words that are final. Empty: nothing was understood."""
        ...

    def saying(self, text: str) -> None:
        """The next words of the agent."""
        ...

    def ended(self, heard: str, *, cut: bool) -> None:
        """The agent's turn is over. ``heard``: what was played of it, all of it unless it was ``cut``."""
        ...

    def typing(self, text: str) -> None:
        """What stands in the line being typed."""
        ...

    def notice(self, text: str) -> None: ...


class PlainView:
    """Lines only: for screen readers, files and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def level(self, who: Who, dbfs: float) -> None:
        return None

    def state(self, state: str) -> None:
        return None

    def hearing(self, text: str) -> None:
        return None

    def said(self, who: Who, text: str) -> None:
        if text:
            self._line(f"{NAMES[who]}: {text}")

    def saying(self, text: str) -> None:
        return None

    def ended(self, heard: str, *, cut: bool) -> None:
        if heard.strip():
            self._line(f"{NAMES['netra']}: {heard.strip()}{' …' if cut else ''}")

    def typing(self, text: str) -> None:
        return None

    def notice(self, text: str) -> None:
        self._line(text)

    def _line(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


class JsonView(PlainView):
    """The same as lines of JSON for programs."""

    def __init__(self) -> None:
        super().__init__(Console())

    def said(self, who: Who, text: str) -> None:
        if text:
            self._write({"who": who, "text": text})

    def ended(self, heard: str, *, cut: bool) -> None:
        if heard.strip():
            self._write({"who": "netra", "text": heard.strip(), "cut": cut})

    def notice(self, text: str) -> None:
        self._write({"notice": text})

    def _write(self, line: dict[str, object]) -> None:
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()


class LiveView(PlainView):
    """Lines that scroll away above, and below them meters, state and the words of this moment. Use as a context."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._levels: dict[Who, float] = {"you": QUIETEST_DBFS, "netra": QUIETEST_DBFS}
        self._state = "idle"
        self._hearing = self._saying = self._typing = ""
        self._live = Live(get_renderable=self.drawn, console=console, refresh_per_second=10, transient=True)

    def __enter__(self) -> LiveView:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def level(self, who: Who, dbfs: float) -> None:
        self._levels[who] = max(dbfs, self._levels[who] - FALL_DB, QUIETEST_DBFS)

    def state(self, state: str) -> None:
        self._state = state

    def hearing(self, text: str) -> None:
        self._hearing = text

    def said(self, who: Who, text: str) -> None:
        self._hearing = ""
        super().said(who, text)

    def saying(self, text: str) -> None:
        self._saying += text

    def ended(self, heard: str, *, cut: bool) -> None:
        self._saying = ""
        super().ended(heard, cut=cut)

    def typing(self, text: str) -> None:
        self._typing = text

    def drawn(self) -> Group:
        """The lines below."""
        meters = Text("  ").join(Text.assemble(f"{NAMES[who]} ", self._meter(who)) for who in NAMES)
        rows = [meters, Text(self._state, style="dim")]
        if self._hearing:
            rows.append(Text(f"You: {self._hearing} …", style="italic"))
        if self._saying.strip():
            rows.append(Text(f"Netra: {self._saying.strip()}", style="italic"))
        rows.append(Text(f"> {self._typing}"))
        return Group(*rows)

    def _meter(self, who: Who) -> Text:
        share = (self._levels[who] - QUIETEST_DBFS) / -QUIETEST_DBFS
        filled = min(METER, max(0, round(share * METER)))
        colour = "red" if self._levels[who] > -3 else "green"
        return Text.assemble(("█" * filled, colour), ("·" * (METER - filled), "dim"))
