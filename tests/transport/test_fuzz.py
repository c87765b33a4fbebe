"""A few hundred random and hostile messages for each door; ``python -m tests.transport.fuzz`` sends thousands."""

from __future__ import annotations

import asyncio

import pytest

from tests.transport.fuzz import fuzz
from tests.transport.whole_server import Whole

pytestmark = pytest.mark.net


@pytest.mark.parametrize(("kind", "count"), [("rest", 250), ("wyoming", 250)])
def test_nothing_crashes_sticks_or_leaks(netra: Whole, kind: str, count: int) -> None:
    report = asyncio.run(fuzz(kind, count, netra))
    assert report.faults == []
    assert report.outcomes.total() == count
    assert len(report.outcomes) > 8  # it is not always the same thing that is refused
