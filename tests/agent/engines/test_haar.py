"""Finding faces with the real cascade: one in a photo, upright and tilted, and none in things."""

from __future__ import annotations

import asyncio
from pathlib import Path

import cv2
import numpy as np

from agent.engines.fakes import FakeCodeReader, FakeTextReader
from agent.engines.haar import HaarFinder
from agent.engines.protocols import Box
from agent.picture import Picture, Pixels
from agent.sight.facts import Facts, SeeingEngines
from agent.sight.settings import SeeingSettings
from tests.drawn import qr, sign, textured, thing

FACE = (225, 113)
"""Middle of the face in the photo."""


def find(*pictures: Pixels) -> list[tuple[Box, ...]]:
    async def main() -> list[tuple[Box, ...]]:
        finder = HaarFinder()
        await finder.warm()
        try:
            return [await finder.find(picture) for picture in pictures]
        finally:
            await finder.close()

    return asyncio.run(main())


def photo(media: Path, name: str) -> Pixels:
    return np.ascontiguousarray(cv2.imread(str(media / "photos" / name))[:, :, ::-1])


def holds(box: Box, x: float, y: float) -> bool:
    return box.left < x < box.left + box.width and box.top < y < box.top + box.height


def test_no_face_is_found_in_drawn_things() -> None:
    assert find(textured((90, 110, 90)), sign("Exit"), qr("hello"), thing((200, 30, 30))) == [(), (), (), ()]


def test_a_face_is_found_where_it_is(media: Path) -> None:
    ((face,),) = find(photo(media, "face-1-astronaut.png"))
    assert holds(face, *FACE)


def test_a_tilted_head_is_found_where_it_is(media: Path) -> None:
    picture = photo(media, "face-1-astronaut.png")
    for angle in (-20, 20):
        turn = cv2.getRotationMatrix2D(FACE, angle, 1.0)
        turned = np.asarray(cv2.warpAffine(picture, turn, (512, 512), borderMode=cv2.BORDER_REFLECT), np.uint8)
        faces = find(turned)[0]
        assert any(holds(face, *FACE) for face in faces), angle


def test_a_face_is_found_where_it_is_however_the_camera_is_held(media: Path) -> None:
    left = 100
    part = photo(media, "face-1-astronaut.png")[:256, left:400]
    x, y, (height, width) = FACE[0] - left, FACE[1], part.shape[:2]
    there = {1: (y, width - x), 2: (width - x, height - y), 3: (height - y, x)}
    for quarters, middle in there.items():
        (face,) = find(np.ascontiguousarray(np.rot90(part, quarters)))[0]
        assert holds(face, *middle), quarters


def test_no_face_is_found_in_photos_without_one(media: Path) -> None:
    names = ("cat.jpg", "scene-img_1.jpg", "scene-coffee-cup.png", "document-2.jpeg", "nocode-01.webp")
    assert find(*(photo(media, name) for name in names)) == [()] * len(names)


def test_a_quick_look_finds_the_upright_face_and_skips_the_tilted_one(media: Path) -> None:
    upright = photo(media, "face-1-astronaut.png")
    turn = cv2.getRotationMatrix2D(FACE, 22, 1.0)
    tilted = np.asarray(cv2.warpAffine(upright, turn, upright.shape[1::-1], borderMode=cv2.BORDER_REPLICATE), np.uint8)

    async def main() -> list[tuple[Box, ...]]:
        facts = Facts(SeeingEngines(FakeTextReader(), FakeCodeReader(), HaarFinder()), SeeingSettings())
        return [await facts.quick_faces(Picture(str(at), each, 0)) for at, each in enumerate((upright, tilted))]

    (face, *others), skipped = asyncio.run(main())
    assert holds(face, *FACE)
    assert (others, skipped) == ([], ())
