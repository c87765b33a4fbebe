"""One whole server for all tests that ask it from outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.transport.whole_server import Whole, whole


@pytest.fixture(scope="session")
def netra() -> Iterator[Whole]:
    """With real engines; recordings up to a minute, requests up to 20 s."""
    with whole(NETRA_REST__MAX_AUDIO_S="60", NETRA_REST__TIMEOUT_S="20") as server:
        yield server
