"""A few hundred hostile messages; ``python -m tests.transport.mqtt.fuzz 10000`` sends more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.transport.mqtt.fuzz import run

pytestmark = pytest.mark.net


@pytest.mark.parametrize("seed", [1, 2])
def test_hostile_messages_break_nothing_and_leave_nothing_behind(tmp_path: Path, seed: int) -> None:
    assert run(200, seed, tmp_path).sent == 200
