"""The line's own measurements: what they say of a line that is known."""

from __future__ import annotations

import asyncio
import os

import pytest

from transport.bench.link import delays, murmur, resident_mb, scene
from transport.client_media import LossyPath

pytestmark = pytest.mark.net


def test_a_lossless_path_delivers_everything() -> None:
    figures = asyncio.run(delays(LossyPath(), 0.6))
    assert figures.delivered > 0.9
    assert 0 <= figures.p50 < 20


def test_a_path_that_loses_a_third_delivers_two_thirds() -> None:
    figures = asyncio.run(delays(LossyPath(loss=0.33, seed=2), 1.2))
    assert 0.5 < figures.delivered < 0.9


def test_this_process_has_a_size_and_the_scene_is_a_picture() -> None:
    assert resident_mb(os.getpid()) > 1
    assert scene().shape == (480, 640, 3)
    assert len(murmur(0.5)) == 8_000
