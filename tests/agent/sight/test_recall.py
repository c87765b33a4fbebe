"""What was seen is found again by words: in time, bounded, never claimed when it is only likely."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import EngineFailed
from agent.picture import Picture
from agent.sight.recall import THINGS, Recall, Recalled, jpeg
from agent.sight.seen import SeenMemory, Sighting, Vector, shares
from agent.skills.find_seen import NO_MEMORY, ago, find_seen, thing_in, told, yours
from tests.agent.skills.test_looking_skills import Known, ask
from tests.drawn import plain
from tests.virtual import run_virtual

MINUTE = 60_000_000


def unit(*values: float) -> Vector:
    vector = np.zeros(len(THINGS) + 8, np.float32)
    vector[: len(values)] = values
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


class Space:
    """A matcher that knows names: a picture's first pixel says of which two things it is."""

    name, scale = "space", 10.0

    def __init__(self) -> None:
        self.fails = False
        self.looked_at = 0

    def axis(self, name: str) -> int:
        names = ["keys", "cup", "laptop", "umbrella"]
        bare = name.removeprefix("my ").removeprefix("a ").removeprefix("an ")
        known = next((at for at, one in enumerate(names) if one == bare), None)
        return known if known is not None else 4 + abs(hash(bare)) % len(THINGS)

    async def words(self, texts: Sequence[str]) -> Any:
        rows = np.zeros((len(texts), len(THINGS) + 8), np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[self.axis(text)] = 1
        return rows

    async def picture(self, pixels: Any) -> Vector:
        if self.fails:
            raise EngineFailed("broken")
        self.looked_at += 1
        first, second, share = (int(value) for value in pixels[0, 0])
        vector = np.zeros(len(THINGS) + 8, np.float32)
        vector[first], vector[second] = 1 - share / 100, share / 100
        return np.asarray(vector / np.linalg.norm(vector), np.float32)

    async def close(self) -> None: ...


def seen(number: int, at_us: int, first: int, second: int = 3, share: int = 0) -> Picture:
    return Picture(f"p{number}", np.full((32, 48, 3), (first, second, share), np.uint8), at_us)


async def remembering(space: Space, *pictures: Picture, now_us: int, minutes: int = 60) -> Recall:
    recall = Recall(space, SeenMemory(100, minutes * MINUTE), lambda: now_us)
    async with asyncio.TaskGroup() as group:
        working = group.create_task(recall.work())
        for picture in pictures:
            recall.note(picture)
            await asyncio.sleep(0.01)
        working.cancel()
    return recall


def test_the_newest_picture_in_which_it_was_is_found_with_what_lay_beside() -> None:
    async def scene() -> None:
        pictures = (seen(1, 0, 0), seen(2, 2 * MINUTE, 0, 1, 45), seen(3, 3 * MINUTE, 2))
        recall = await remembering(Space(), *pictures, now_us=5 * MINUTE)
        found = await recall.find("my keys")
        assert found is not None
        assert (found.picture, found.age_us, found.certain) == ("p2", 3 * MINUTE, True)
        assert found.beside[0] == "a cup"
        assert found.small[:2] == b"\xff\xd8"
        assert await recall.find("umbrella") is None
        recall.forget()
        assert await recall.find("my keys") is None

    run_virtual(scene())


def test_a_sure_find_goes_before_a_newer_doubtful_one() -> None:
    async def scene() -> None:
        pictures = (seen(1, 0, 0), seen(2, MINUTE, 0, 1, 54))
        found = await (await remembering(Space(), *pictures, now_us=2 * MINUTE)).find("keys")
        assert found is not None
        assert found.picture == "p1"
        only = await (await remembering(Space(), pictures[1], now_us=2 * MINUTE)).find("keys")
        assert only is not None
        assert not only.certain

    run_virtual(scene())


def test_what_the_newest_picture_is_like_is_known_at_once() -> None:
    async def scene() -> None:
        assert await (await remembering(Space(), now_us=0)).likely() == (0, ())
        recall = await remembering(Space(), seen(1, 0, 0), seen(2, MINUTE, 1, 2, 48), now_us=MINUTE)
        assert await recall.likely() == (MINUTE, ("a cup", "a laptop"))
        recall.forget()
        assert await recall.likely() == (0, ())

    run_virtual(scene())


def test_a_picture_that_breaks_is_left_out_and_only_the_newest_waits() -> None:
    async def scene() -> None:
        space = Space()
        space.fails = True
        recall = await remembering(space, seen(1, 0, 0), now_us=MINUTE)
        space.fails = False
        assert await recall.find("keys") is None
        async with asyncio.TaskGroup() as group:
            for number in range(5):
                recall.note(seen(number, number, 0))
            working = group.create_task(recall.work())
            await asyncio.sleep(0.01)
            working.cancel()
        assert space.looked_at == 1

    run_virtual(scene())


@given(st.lists(st.integers(0, 10_000), max_size=60), st.integers(1, 20), st.integers(1, 5_000))
def test_the_memory_is_bounded_in_number_and_time(moments: list[int], most: int, longest: int) -> None:
    memory, newest = SeenMemory(most, longest), -1
    for number, at in enumerate(moments):
        memory.add(Sighting(str(number), at, unit(1.0)))
        newest = max(newest, at)
        assert len(memory) <= most
    found = memory.like(unit(1.0), 100, newest)
    assert [one.at_us >= newest - longest for _, one in found] == [True] * len(found)
    assert not memory.like(unit(1.0), 100, newest + longest + 1)


def test_shares_sum_to_one_and_follow_the_cosines() -> None:
    parts = shares(100.0, [0.30, 0.25, 0.10])
    assert sum(parts) == pytest.approx(1)
    assert parts[0] > 0.99 > parts[1] > parts[2]
    with pytest.raises(ValueError, match="at least 1"):
        SeenMemory(0, 1)


def test_a_small_copy_is_small() -> None:
    assert len(jpeg(plain((10, 200, 30)))) < 20_000


# --- the skill


@pytest.mark.parametrize(
    ("asked", "thing"),
    [
        ("where did I put my keys?", "my keys"),
        ("Where are my glasses please", "my glasses"),
        ("find my phone for me", "my phone"),
        ("have you seen the red cup anywhere", "the red cup"),
        ("where is it", ""),
        ("what time is it", ""),
    ],
)
def test_what_is_looked_for(asked: str, thing: str) -> None:
    assert thing_in(asked) == thing


def test_how_it_is_told() -> None:
    near = Recalled("p", 3 * MINUTE, 0.9, ("a cup", "a laptop"))
    assert told("my keys", near) == "I saw your keys about 3 minutes ago, near a cup and a laptop."
    assert told("my keys", near, short=True) == "I saw your keys about 3 minutes ago."
    assert told("red cup", Recalled("p", 12_000_000, 0.3)) == "I may have seen a red cup 10 seconds ago. I'm not sure."
    assert (ago(1_000_000), yours("umbrella"), yours("the car")) == ("just now", "an umbrella", "the car")


def test_without_a_memory_it_says_so_and_what_it_takes() -> None:
    answer = ask(find_seen, Known())
    assert answer.text == NO_MEMORY.text
    assert answer.kind == "refusal"
