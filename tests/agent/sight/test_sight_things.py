"""Taught things by name: replaced, bounded, in a file only where one is named, and the file is the owner's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.sight.own_things import Taught, ThingLook
from agent.sight.things import MOST, Things, load, save


def taught(name: str, seed: int = 1, looks: int = 2) -> Taught:
    random = np.random.default_rng(seed)
    return Taught(
        name,
        tuple(
            ThingLook(
                random.random((50, 2)).astype(np.float32),
                random.integers(0, 255, (50, 128)).astype(np.uint8),
                random.random((16, 6)).astype(np.float32),
            )
            for _ in range(looks)
        ),
    )


def same(one: Taught, other: Taught) -> bool:
    return one.name == other.name and all(
        np.array_equal(a.points, b.points) and np.array_equal(a.descriptors, b.descriptors)
        for a, b in zip(one.looks, other.looks, strict=True)
    )


def test_a_thing_taught_again_takes_the_place_of_the_first() -> None:
    things = Things()
    things.learn(taught("Keys", 1))
    things.learn(taught("cup", 2))
    things.learn(taught("keys", 3))
    assert [one.name for one in things.all] == ["cup", "keys"]


def test_there_are_never_too_many() -> None:
    things = Things()
    for number in range(MOST + 3):
        things.learn(taught(f"thing {number}", looks=1))
    assert len(things.all) == MOST
    assert things.all[0].name == "thing 3"


def test_a_file_keeps_them_for_the_next_session_and_forgetting_empties_it(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "things.npz"
    first, cup = Things(file), taught("cup", 2, looks=3)
    first.learn(taught("keys"))
    first.learn(cup)
    first.keep()
    assert file.stat().st_mode & 0o077 == 0
    again = Things(file)
    assert [one.name for one in again.all] == ["keys", "cup"]
    assert same(again.all[1], cup)
    again.forget()
    again.keep()
    assert not file.exists()
    assert Things(file).all == ()


def test_a_file_that_is_none_is_no_reason_to_fail(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broken = tmp_path / "things.npz"
    broken.write_bytes(b"no such thing")
    assert load(broken) == ()
    assert "holds no taught things" in caplog.text
    assert load(tmp_path / "nowhere.npz") == ()
    blocked = tmp_path / "file"
    blocked.write_text("x", encoding="utf-8")
    things = Things(blocked / "things.npz")
    things.learn(taught("keys"))
    things.keep()
    assert [one.name for one in things.all] == ["keys"]
    assert "can't be kept" in caplog.text


def test_nothing_is_written_where_nobody_asked_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    things = Things()
    things.learn(taught("keys"))
    things.keep()
    assert list(tmp_path.iterdir()) == []
    save(tmp_path / "none.npz", ())
    assert list(tmp_path.iterdir()) == []
