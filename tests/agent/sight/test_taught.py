"""A thing that was shown is known again turned, nearer and in another light; another thing never is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from agent.picture import Pixels
from agent.sight.own_things import Taught, ThingLook
from agent.sight.taught import find, thing_look
from tests.agent.sight.cards import BLUE, TAXES, folder, shown
from tests.drawn import plain, textured
from tests.drawn import thing as drawn_thing

PHOTOS = Path(__file__).parents[3] / ".." / "shared" / "media" / "photos"


def taught(card: Pixels, name: str) -> Taught:
    looks = [thing_look(shown(card, turn, size)) for turn, size in ((0, 1.0), (12, 1.0), (-8, 0.8))]
    assert all(look is not None for look in looks)
    return Taught(name, tuple(look for look in looks if look is not None))


@pytest.mark.parametrize(("turn", "size", "light"), [(0, 1.0, 1.0), (35, 0.9, 1.0), (90, 0.8, 0.7), (-20, 0.6, 1.2)])
def test_it_is_known_again(turn: float, size: float, light: float) -> None:
    (known,) = find(shown(BLUE, turn, size, light), [taught(BLUE, "blue folder"), taught(TAXES, "tax folder")])
    assert (known.name, known.sure) == ("blue folder", "certain")
    assert abs(known.middle - 0.5) < 0.1


def test_it_is_told_where_it_is() -> None:
    (known,) = find(shown(BLUE, 0, 0.7, at=(140, 240)), [taught(BLUE, "blue folder")])
    assert known.middle < 1 / 3


def test_two_things_are_both_known() -> None:
    both = shown(BLUE, 5, 0.8, at=(170, 240))
    both[:, 330:] = shown(TAXES, -5, 0.8, at=(470, 240))[:, 330:]
    found = find(both, [taught(BLUE, "blue folder"), taught(TAXES, "tax folder")])
    assert sorted(known.name for known in found) == ["blue folder", "tax folder"]


def test_another_thing_or_nothing_is_never_claimed() -> None:
    things = [taught(BLUE, "blue folder")]
    for other in (shown(TAXES), shown(folder(3, "Holiday 2025")), textured((90, 90, 90)), plain((200, 10, 10))):
        assert find(other, things) == ()
    assert find(shown(BLUE), []) == ()


def test_the_same_print_in_another_colour_is_another_thing() -> None:
    red = BLUE.copy()
    red[..., 0], red[..., 2] = 255 - BLUE[..., 0] // 4, BLUE[..., 2] // 4
    assert find(shown(red), [taught(BLUE, "blue folder")]) == ()


def test_a_plain_thing_can_not_be_learned() -> None:
    assert thing_look(plain((30, 70, 200))) is None
    assert thing_look(cv2.GaussianBlur(drawn_thing((30, 70, 200)), (0, 0), 6).astype(np.uint8)) is None


# --- photos --------------------------------------------------------------------------------------------------


def photos() -> Iterator[tuple[str, Pixels]]:
    if not PHOTOS.is_dir():
        pytest.skip("the folder of labelled photos is not on this machine")
    labels = json.loads((PHOTOS / "labels.json").read_text(encoding="utf-8"))
    told: set[str] = set()
    for path in sorted(PHOTOS.iterdir()):
        pixels = cv2.imread(str(path))
        if pixels is None or (code := labels["codes"].get(path.name, path.name)) in told:
            continue  # one photo of each product: two of them show the same thing
        told.add(code)
        yield path.name, np.ascontiguousarray(pixels[..., ::-1], np.uint8)


def test_no_photo_is_taken_for_another_one() -> None:
    seen = dict(photos())
    looks: list[tuple[str, ThingLook]] = [
        (name, look) for name, pixels in seen.items() if (look := thing_look(pixels)) is not None
    ]
    things = [Taught(name, (look,)) for name, look in looks]
    assert len(things) >= 20
    asked = dict(list(seen.items())[::3])
    claimed = {name: [known.name for known in find(pixels, things)] for name, pixels in asked.items()}
    assert {name: found for name, found in claimed.items() if set(found) - {name}} == {}
    again = [name in found for name, found in claimed.items() if name in {thing.name for thing in things}]
    assert sum(again) >= 0.9 * len(again)
