"""The protocol under random and hostile messages, and the adapter's own time: the bench's parts, in small."""

from __future__ import annotations

import asyncio
import statistics

import pytest

from transport.bench.hostile import attack
from transport.bench.wire import adapter_ms, adapter_row


@pytest.mark.net
@pytest.mark.parametrize(("way", "count"), [("websocket", 2_000), ("webrtc", 1_000)])
def test_hostile_messages_leave_nothing_behind(way: str, count: int) -> None:
    outcome = asyncio.run(attack(count, seed=2, way=way))
    assert outcome.messages >= count
    assert outcome.errors > count // 10, "the messages were not hostile"
    assert outcome.answered
    assert outcome.sessions_left == 0
    assert outcome.grown_mb < 60


def test_the_adapter_costs_a_fraction_of_a_millisecond() -> None:
    took = adapter_ms(turns=60)
    assert statistics.median(took) < 0.5
    assert adapter_row(took).numbers["count"] == len(took) > 1_000
