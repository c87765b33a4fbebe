"""A thing before the lens, drawn as a camera shows it: out of focus, from the edge; and smooth things that are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from agent.picture import Pixels
from agent.sight.covering import NOTHING, Covering, covering, judged
from tests.drawn import fingered, lamplit, plain, sign, textured, thing

SCENES = {
    "sign": sign("Platform 3", "to the harbour"), "blue thing": thing((30, 60, 170)), "wall": textured((150, 140, 120)),
}  # fmt: skip


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("side", ["bottom", "left", "top", "right"])
@pytest.mark.parametrize("skin", [(165, 95, 75), (50, 30, 25)], ids=["light", "dark"])
def test_a_finger_before_the_lens_hides_about_as_much_as_it_covers(
    scene: str, side: str, skin: tuple[int, int, int]
) -> None:
    picture, true = fingered(SCENES[scene], side, 0.6, skin)
    assert covering(picture).share == pytest.approx(true, abs=0.15)


@pytest.mark.parametrize("scene", SCENES)
def test_nothing_hides_a_scene_without_one(scene: str) -> None:
    assert covering(SCENES[scene]) == NOTHING


def test_smooth_things_that_end_sharply_hide_nothing() -> None:
    table = textured((150, 140, 120))
    table[:, :200] = plain((120, 70, 50), 200)
    assert covering(table) == NOTHING
    assert covering(plain((120, 70, 50))) == NOTHING


def test_a_shadow_on_a_smooth_wall_hides_nothing() -> None:
    light = cv2.GaussianBlur(np.where(np.arange(640) < 300, 0.5, 1.0).astype(np.float32)[None], (0, 0), 15)
    wall = plain((190, 185, 175)).astype(np.float32) * light[..., None]
    cv2.rectangle(wall, (420, 120), (560, 360), (40, 60, 120), -1)
    assert covering(np.asarray(wall, np.uint8)) == NOTHING


@pytest.mark.parametrize("cloth", [(40, 60, 150), (180, 40, 50), (120, 120, 118)])
def test_the_folds_of_a_smooth_cloth_hide_nothing(cloth: tuple[int, int, int]) -> None:
    x, y = np.meshgrid(np.arange(640), np.arange(480))
    light = 0.75 + 0.35 * np.sin((x + 0.6 * y) / 70.0)
    folds = np.array(cloth, np.float32) * light[..., None] + np.random.default_rng(4).normal(0, 1.5, (480, 640, 3))
    assert covering(np.clip(folds, 0, 255).astype(np.uint8)) == NOTHING


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_a_black_side_is_hidden_however_it_ends(share: float) -> None:
    picture = textured((150, 140, 120))
    picture[:, : int(640 * share)] = 6
    assert covering(picture).share == pytest.approx(share, abs=0.05)
    night = textured((18, 18, 18))
    night[:, :300] = 6
    assert covering(night) == NOTHING


def test_a_thing_on_black_is_not_hidden() -> None:
    picture = np.full((480, 640, 3), 5, np.uint8)
    picture[60:420, 80:560] = textured((150, 140, 120), 480, 360)
    assert covering(picture) == NOTHING


def test_a_tiny_picture_is_looked_at_too() -> None:
    for size in ((8, 8), (40, 3), (1, 1)):
        assert covering(np.full((*size, 3), 120, np.uint8)) == NOTHING


@pytest.mark.parametrize(
    ("found", "purpose", "verdict"),
    [
        (Covering(0.5, 0.1), "scene", "part_covered"),
        (Covering(0.2, 0.5), "colour", "part_covered"),
        (Covering(0.2, 0.5), "people", ""),
        (Covering(0.2, 0.1), "scene", ""),
        (Covering(0.9, 0.9), "text", ""),
        (Covering(0.9, 0.9), "light", ""),
        (NOTHING, "scene", ""),
    ],
)
def test_what_is_told_depends_on_what_is_asked(found: Covering, purpose: str, verdict: str) -> None:
    assert judged(found, purpose) == verdict  # type: ignore[arg-type]


def test_the_scene_beside_it_may_be_as_noisy_as_a_camera_in_the_evening() -> None:
    picture: Pixels = fingered(SCENES["sign"], "left", 0.6, (165, 95, 75))[0]
    noisy = np.clip(picture + np.random.default_rng(2).normal(0, 4, picture.shape), 0, 255).astype(np.uint8)
    assert covering(noisy).share > 0.3


@pytest.mark.parametrize("colour", [(30, 60, 170), (170, 30, 30), (40, 120, 50), (60, 60, 62)])
def test_the_reflection_of_a_lamp_hides_the_colour_it_falls_on(colour: tuple[int, int, int]) -> None:
    found = covering(lamplit(thing(colour), 0.3))
    assert found.by == "glare"
    assert found.glare_middle > 0.08
    assert judged(found, "colour") == "glare"
    assert judged(covering(lamplit(thing(colour), 0.7)), "scene") == "glare"


@pytest.mark.parametrize("shape", ["disc", "box", "tall"])
def test_a_white_thing_and_a_white_page_are_no_glare(shape: str) -> None:
    assert covering(thing((252, 252, 250), shape=shape)).glare == 0
    assert covering(np.maximum(sign("Platform 3"), 0)).glare == 0
    page = textured((120, 100, 80))
    page[60:420, 120:520] = 255
    assert covering(page).glare == 0


def test_a_small_glare_leaves_the_rest_to_be_told_with_a_note() -> None:
    found = covering(lamplit(thing((30, 60, 170)), 0.15))
    assert (found.by, judged(found, "scene"), judged(found, "text")) == ("glare", "", "")
