"""Names of colours: charts, things in front of things, mixed ones, coloured light."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from agent.sight.colours import NAMED, SHARE_MIN, cast, colours, name_of
from tests.drawn import Rgb, plain, textured, thing

CHART: tuple[tuple[str, Rgb], ...] = (
    ("brown", (115, 82, 68)), ("beige", (194, 150, 130)), ("blue", (98, 122, 157)), ("green", (87, 108, 67)),
    ("purple", (133, 128, 177)), ("turquoise", (103, 189, 170)), ("orange", (214, 126, 44)), ("blue", (80, 91, 166)),
    ("pink", (193, 90, 99)), ("purple", (94, 60, 108)), ("green", (157, 188, 64)), ("orange", (224, 163, 46)),
    ("blue", (56, 61, 150)), ("green", (70, 148, 73)), ("red", (175, 54, 60)), ("yellow", (231, 199, 31)),
    ("pink", (187, 86, 149)), ("blue", (8, 133, 161)), ("white", (243, 243, 242)), ("light grey", (200, 200, 200)),
    ("light grey", (160, 160, 160)), ("grey", (122, 122, 121)), ("dark grey", (85, 85, 85)), ("black", (52, 52, 52)),
)  # fmt: skip
"""The ColorChecker's 24 patches in sRGB (X-Rite, 2005), named as people would."""
WEB: tuple[tuple[str, Rgb], ...] = (
    ("red", (255, 0, 0)), ("green", (0, 128, 0)), ("blue", (0, 0, 255)), ("dark blue", (0, 0, 128)),
    ("yellow", (255, 255, 0)), ("orange", (255, 165, 0)), ("purple", (128, 0, 128)), ("pink", (255, 192, 203)),
    ("brown", (139, 69, 19)), ("beige", (245, 245, 220)), ("turquoise", (0, 128, 128)), ("dark red", (128, 0, 0)),
    ("olive green", (128, 128, 0)), ("light blue", (135, 206, 235)), ("magenta", (255, 0, 255)),
    ("white", (255, 255, 255)),
    ("black", (0, 0, 0)), ("grey", (128, 128, 128)), ("light green", (152, 255, 152)), ("red", (220, 20, 60)),
)  # fmt: skip
THINGS: tuple[tuple[str, Rgb], ...] = (
    ("red", (200, 30, 30)), ("green", (30, 150, 60)), ("blue", (30, 70, 200)), ("yellow", (240, 210, 40)),
    ("orange", (240, 130, 30)), ("purple", (125, 50, 150)), ("brown", (120, 75, 45)), ("black", (20, 20, 22)),
    ("white", (250, 250, 248)), ("pink", (245, 130, 170)),
)  # fmt: skip
GROUNDS: tuple[Rgb, ...] = ((150, 150, 140), (60, 55, 50), (215, 205, 190), (90, 130, 90), (170, 120, 80))


@pytest.mark.parametrize(("name", "rgb"), CHART + WEB)
def test_a_patch_has_its_name(name: str, rgb: Rgb) -> None:
    assert name in name_of(rgb)


def test_there_are_enough_names_with_light_and_dark_ones() -> None:
    names = {name for name, _ in NAMED}
    assert len({name.split()[-1] for name in names}) >= 13
    assert {"light blue", "dark blue", "light green", "dark green", "light grey", "dark grey"} <= names


@pytest.mark.parametrize("shape", ["disc", "box", "bottle"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_a_thing_is_named_and_not_what_is_behind_it(ground: Rgb, shape: str) -> None:
    for name, rgb in THINGS:
        first = colours(thing(rgb, ground, shape))[0]
        assert name in first.name, (rgb, ground)
        assert first.share > 0.4


def test_a_thing_that_fills_the_picture_is_named() -> None:
    (only,) = colours(plain((30, 70, 200)))
    assert (only.name, round(only.share, 1)) == ("blue", 1.0)
    assert max(abs(a - b) for a, b in zip(only.rgb, (30, 70, 200), strict=True)) < 6


def test_a_thing_of_two_colours_has_both_with_their_shares() -> None:
    picture = thing((200, 30, 30), shape="box", shaded=False)
    picture[250:361, 210:431] = (245, 245, 245)
    found = colours(picture)
    assert {part.name for part in found} == {"red", "white"}
    assert all(0.4 < part.share < 0.6 for part in found)
    assert sum(part.share for part in found) <= 1.0


def test_small_spots_are_not_said() -> None:
    picture = thing((30, 70, 200))
    cv2.circle(picture, (320, 240), 25, (250, 250, 250), -1)
    found = colours(picture)
    assert [part.name for part in found] == ["blue"]
    assert all(part.share >= SHARE_MIN for part in found)


def test_coloured_light_is_noticed_and_a_coloured_thing_is_not() -> None:
    scene = textured((128, 128, 128)).astype(float)
    scene *= np.linspace(0.3, 1.8, 640)[None, :, None]
    lamp = np.clip(scene * np.array([1.0, 0.45, 0.08]), 0, 255).astype(np.uint8)
    assert cast(lamp) in ("orange", "brown", "yellow")
    assert cast(np.clip(scene, 0, 255).astype(np.uint8)) == ""
    assert cast(thing((240, 130, 30))) == ""
    assert cast(plain((240, 130, 30))) == ""


def test_photos_in_ordinary_light_have_no_cast(media: Path) -> None:
    for path in sorted((media / "photos").iterdir()):
        if path.suffix != ".json":
            assert cast(np.ascontiguousarray(cv2.imread(str(path))[:, :, ::-1])) == "", path.name
