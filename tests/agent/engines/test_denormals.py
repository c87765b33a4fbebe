"""Numbers next to nothing count as nothing only where that was asked for, and only there."""

from __future__ import annotations

import platform
import sys
import threading

import numpy as np
import pytest

from agent.engines.denormals import denormals_as_zero

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="only x86 is slow with them"
)


def next_to_nothing() -> float:
    return float((np.full(8, 1e-38, np.float32) * np.float32(0.01)).max())


def test_they_are_nothing_within_and_something_after() -> None:
    assert next_to_nothing() > 0
    with denormals_as_zero():
        assert next_to_nothing() == 0
        assert float(np.float32(1e-30) * np.float32(0.5)) == np.float32(5e-31)
    assert next_to_nothing() > 0


def test_an_error_leaves_nothing_behind() -> None:
    with pytest.raises(KeyError), denormals_as_zero():
        raise KeyError
    assert next_to_nothing() > 0


def test_a_thread_beside_computes_as_ever() -> None:
    found: list[float] = []
    asked = threading.Event()

    def beside() -> None:
        asked.wait()
        found.append(next_to_nothing())

    other = threading.Thread(target=beside)
    other.start()
    with denormals_as_zero():
        asked.set()
        other.join()
    assert found[0] > 0
