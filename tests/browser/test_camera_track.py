"""The camera's track of the real page: two pictures a second, four while a hand is guided, two again on a new call."""

from __future__ import annotations

import pytest

from .conftest import ALLOWED, DEVICES, Launch, opened
from .person import talk
from .stub import StubServer

pytestmark = pytest.mark.browser

USUAL, GUIDING = (0.42, 0.7), (0.2, 0.34)
"""Seconds between two pictures: what is asked for, and what a browser on a busy machine makes of it."""


def eye(pictures_per_second: float) -> dict[str, object]:
    return {"type": "netra.eye", "pictures_per_second": pictures_per_second}


def test_pictures_come_as_often_as_the_server_asks(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        stub.wait_for_gap(*USUAL)
        stub.send(eye(4))
        stub.wait_for_gap(*GUIDING)
        stub.send(eye(2))
        stub.wait_for_gap(*USUAL)
        assert {max(size) for size in stub.pictures[-3:]} == {640}, "more pictures are no smaller ones"


def test_the_pace_outlives_the_cameras_track_but_not_the_line(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        stub.send(eye(4))
        stub.wait_for_gap(*GUIDING)
        page.click("#camera")
        assert stub.wait_for("netra.camera", 2)["on"] is False
        stub.taken_s.clear()
        page.click("#camera")
        stub.wait_for_gap(*GUIDING)
        stub.drop()
        stub.wait_for("netra.hello", 2)
        stub.wait_for_gap(*USUAL)
