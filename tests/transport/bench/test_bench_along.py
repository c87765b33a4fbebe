"""What following the camera costs and taught things: the rows say what was measured, and can be bad ones."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from agent.engines.fakes import FakeCodeReader, FakeFaceFinder, FakeTextReader
from agent.sight.facts import SeeingEngines
from agent.sight.settings import SeeingSettings
from tests.agent.sight.cards import BLUE, TAXES, shown
from tests.drawn import plain, sign
from transport.bench import along
from transport.bench.sight import one_thing


def test_things_that_are_known_again_and_never_mixed_up_make_good_rows() -> None:
    photos = {"blue": shown(BLUE, 0, 1.2), "taxes": shown(TAXES, 0, 1.2), "wall": plain((90, 90, 90))}
    claimed, known = along.taught_rows(photos, lambda one, other: one == other, lambda text: None)
    assert (claimed.value, claimed.met) == ("0 of 8", True)
    assert known.numbers == {"known": 4, "of": 4}
    assert "1 of 3 photos were too plain" in known.note


def test_a_claim_of_another_thing_is_a_bad_row() -> None:
    photos = {"blue": shown(BLUE, 0, 1.2), "twin": shown(BLUE, 0, 1.2)}
    claimed, _ = along.taught_rows(photos, lambda one, other: one == other, lambda text: None)
    assert (claimed.value, claimed.met) == ("4 of 4", False)
    twins, _ = along.taught_rows(photos, lambda one, other: True, lambda text: None)
    assert twins.met is True


def test_two_photos_of_one_code_show_one_thing() -> None:
    codes = {"a.jpg": "123", "b.jpg": "123", "c.jpg": "9"}
    assert one_thing("a.jpg", "b.jpg", codes)
    assert not one_thing("a.jpg", "c.jpg", codes)
    assert one_thing("d.jpg", "d.jpg", codes)
    assert not one_thing("d.jpg", "e.jpg", codes)


def test_the_camera_rests_pans_and_shakes() -> None:
    async def main() -> list[np.ndarray]:
        walk = along.Walk((sign("One"), sign("Two")), 50, 0.1)
        found = []
        async for picture in walk.pictures():
            found.append(picture.pixels)
            if len(found) == 60:
                return found
        return found

    first, *others = asyncio.run(main())
    assert first.shape == (480, 640, 3)
    assert any(not np.array_equal(first, other) for other in others[:4])
    assert len({other.tobytes() for other in others}) > 40


def test_the_processors_time_is_told_with_what_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(along, "SECONDS", 0.5)
    engines = SeeingEngines(FakeTextReader(delay_s=0), FakeCodeReader(), FakeFaceFinder(delay_s=0))
    rows = asyncio.run(along.live_rows([sign("One"), sign("Two")], engines, SeeingSettings(), lambda text: None))
    assert [row.target for row in rows] == ["≤ 6 %"] * 2
    assert all(row.numbers["percent_of_core"] >= 0 for row in rows)
