"""What is wrong with a picture: drawn ones and real photos, sharp, blurred, shaken, dark, bright, covered, empty."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import cv2
import numpy as np
import pytest

from agent.picture import Pixels
from agent.sight.quality import ADVICE, LIMITS, change, measure, problem
from agent.skills.skill import Purpose
from tests.drawn import blurred, darkened, plain, shaken, sign, textured, thing

ALL = get_args(Purpose)


def wrong(picture: Pixels, purpose: Purpose = "text") -> str:
    return problem(measure(picture), purpose)


def photos(media: Path, least: int = 0) -> list[Pixels]:
    found = [cv2.imread(str(path)) for path in sorted((media / "photos").iterdir()) if path.suffix != ".json"]
    return [np.ascontiguousarray(each[:, :, ::-1]) for each in found if max(each.shape) >= least]


def test_every_purpose_has_limits_and_every_problem_an_action() -> None:
    assert set(LIMITS) == set(ALL)
    assert all(advice.endswith(".") and len(advice.split()) <= 15 for advice in ADVICE.values())


@pytest.mark.parametrize("purpose", ALL)
def test_a_good_picture_serves_every_purpose(purpose: Purpose) -> None:
    assert wrong(sign("Emergency exit", "Second floor"), purpose) == ""


def test_blur_and_shake_forbid_reading_but_not_colours() -> None:
    page = sign("Emergency exit", "Second floor")
    assert wrong(blurred(page, 0.01)) == "blurred"
    assert wrong(shaken(page, 0.04, 0.0), "colour") == ""
    assert wrong(blurred(page, 0.02), "colour") == ""


def test_a_shaken_picture_is_known_by_a_sharp_one_of_the_same_scene() -> None:
    page = measure(textured((120, 120, 110)))
    for angle in (0.0, 0.6, 1.57, 2.4):
        moved = measure(shaken(textured((120, 120, 110)), 0.03, angle))
        assert problem(moved, "text", best=page.fine) == "blurred"
        assert problem(moved, "text", best=page.fine, motion=0.3) == "moving"


def test_a_plain_wall_with_noise_is_never_called_blurred() -> None:
    """Its first picture may have a little more noise than the next, smoothed by a video codec."""
    smooth, noisy = (
        measure(np.clip(np.random.default_rng(3).normal(196, noise, (480, 640, 3)), 0, 255).astype(np.uint8))
        for noise in (0.4, 3.0)
    )
    for purpose in ("people", "scene", "text"):
        assert problem(smooth, purpose, best=noisy.fine) != "blurred"  # type: ignore[arg-type]


def test_darkness_is_said_for_all_but_light() -> None:
    night = darkened(sign("Emergency exit"), 1 / 256)
    assert {wrong(night, purpose) for purpose in ALL if purpose != "light"} <= {"dark", "black"}
    assert wrong(night, "light") == ""


def test_something_lit_in_the_dark_can_be_seen() -> None:
    room = plain((15, 15, 15))
    room[180:300, 220:420] = (240, 240, 235)
    assert wrong(room, "text") == ""


def test_a_black_or_flat_grey_picture_is_a_covered_camera_except_for_colour_and_light() -> None:
    assert wrong(plain((2, 2, 2)), "colour") == "black"
    grey = plain((120, 120, 120))
    assert [wrong(grey, purpose) for purpose in ("scene", "people", "text", "code")] == ["covered"] * 4
    assert wrong(grey, "colour") == ""


def test_a_coloured_wall_is_empty_for_reading_and_an_answer_for_colour() -> None:
    wall = plain((60, 90, 190))
    assert wrong(wall, "text") == "empty"
    assert wrong(wall, "colour") == ""


def test_a_burnt_out_picture_is_bright() -> None:
    assert wrong(plain((255, 255, 255)), "text") == "bright"
    assert wrong(plain((255, 255, 255)), "colour") == "bright"


def test_change_sees_another_scene_and_not_another_exposure() -> None:
    one, other = measure(thing((200, 30, 30))), measure(sign("Emergency exit"))
    dimmer = measure((thing((200, 30, 30)) * 0.9).astype(np.uint8))
    assert change(one, one) == 0.0
    assert change(one, other) > 0.2
    assert change(one, dimmer) < 0.1


def test_sharp_photos_pass_and_spoilt_ones_do_not(media: Path) -> None:
    for purpose in ALL:
        assert [wrong(photo, purpose) for photo in photos(media)] == [""] * 37, purpose
    large = photos(media, least=400)
    assert len(large) == 19
    assert all(wrong(blurred(photo, 0.01), "scene") == "blurred" for photo in large)
    assert all(wrong(darkened(photo, 1 / 64), "scene") == "dark" for photo in large)
    known = [problem(measure(shaken(photo, 0.06, 0.5)), "text", best=measure(photo).fine) for photo in large]
    assert known == ["blurred"] * len(large)
