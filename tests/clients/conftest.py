"""After clients have talked with the server: which of its events each of them got, took, and went on from."""

from __future__ import annotations

from typing import Any

import pytest

from tests.transport.conftest import netra  # noqa: F401  a fixture


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any) -> None:
    from tests.clients.events import SEEN

    if len(SEEN) < 2:
        return
    clients = sorted(SEEN)
    terminalreporter.section("events by client (how many; all of them taken)")
    terminalreporter.write_line(f"{'':<58}" + "".join(f"{client:>22}" for client in clients))
    for kind in sorted({kind for seen in SEEN.values() for kind in seen}):
        counts = "".join(f"{SEEN[client][kind] or '-':>22}" for client in clients)
        terminalreporter.write_line(f"{kind:<58}{counts}")
