"""A view that keeps what it was shown."""

from __future__ import annotations

from rich.console import Console

from transport.terminal.views import PlainView, Who


class Shown(PlainView):
    """``rows``: lines as a person would read them; ``loudest``: dBFS."""

    def __init__(self) -> None:
        super().__init__(Console(quiet=True))
        self.rows: list[str] = []
        self.states: list[str] = []
        self.live: list[str] = []
        self.loudest: dict[Who, float] = {"you": -120.0, "netra": -120.0}

    def said(self, who: Who, text: str) -> None:
        self.rows.append(f"{who}: {text}")

    def hearing(self, text: str) -> None:
        self.live.append(f"you: {text}")

    def saying(self, text: str) -> None:
        self.live.append(f"netra: {text}")

    def ended(self, heard: str, *, cut: bool) -> None:
        self.rows.append(f"netra: {heard}{' (cut)' if cut else ''}")

    def notice(self, text: str) -> None:
        self.rows.append(text)

    def state(self, state: str) -> None:
        self.states.append(state)

    def level(self, who: Who, dbfs: float) -> None:
        self.loudest[who] = max(self.loudest[who], dbfs)
