"""Stills in pieces: whole pictures come through exactly, everything else becomes None."""

from __future__ import annotations

import asyncio
import io
import struct
import zlib
from base64 import b64encode
from typing import Any

import numpy as np
import pytest
from PIL import Image

from transport.stills import CHUNK_BYTES, MAX_BYTES, EncodedStill, StillDesk


def picture(width: int, height: int) -> Image.Image:
    y, x = np.mgrid[0:height, 0:width]
    return Image.fromarray(np.stack([x % 256, y % 256, np.full_like(x, 60)], axis=2).astype(np.uint8))


def encoded(image: Image.Image, format_: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()


def sent(desk: StillDesk, data: bytes, mime: str = "image/png", *, order: int = 1, size: int | None = None) -> None:
    pieces = [data[i : i + CHUNK_BYTES] for i in range(0, len(data), CHUNK_BYTES)]
    desk.begin("r", mime, len(data) if size is None else size, len(pieces))
    for index, piece in list(enumerate(pieces))[::order]:
        desk.chunk("r", index, b64encode(piece).decode())


def got(send: Any) -> EncodedStill | None:
    async def scene() -> EncodedStill | None:
        desk = StillDesk()
        with desk.expect("r") as arrived:
            send(desk)
            return await asyncio.wait_for(arrived, 1)

    return asyncio.run(scene())


@pytest.mark.parametrize(("format_", "mime"), [("PNG", "image/png"), ("WEBP", "image/webp"), ("JPEG", "image/jpeg")])
def test_a_picture_in_pieces_of_any_order_comes_out_in_its_exact_size(format_: str, mime: str) -> None:
    data = encoded(picture(801, 603), format_, **({"lossless": True} if format_ == "WEBP" else {}))
    still = got(lambda desk: sent(desk, data, mime, order=-1))
    assert still is not None
    pixels = still.decoded(4000)
    assert pixels is not None
    assert pixels.shape == (603, 801, 3)
    assert np.abs(pixels[100, 200].astype(int) - [200, 100, 60]).max() <= (12 if format_ == "JPEG" else 0)


def test_a_picture_larger_than_asked_is_made_smaller() -> None:
    pixels = EncodedStill("image/png", encoded(picture(800, 600)), 0).decoded(400)
    assert pixels is not None
    assert pixels.shape == (300, 400, 3)


def test_a_picture_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn 90 degrees clockwise to show
    pixels = EncodedStill("image/jpeg", encoded(picture(80, 40), "JPEG", exif=exif), 0).decoded(400)
    assert pixels is not None
    assert pixels.shape == (80, 40, 3)


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0" * 64


@pytest.mark.parametrize(("width", "height"), [(8_000, 5_001), (12_000, 12_000), (60_000, 60_000)])
def test_a_decompression_bomb_is_refused_by_its_header(width: int, height: int) -> None:
    assert EncodedStill("image/png", png_header(width, height), 0).decoded(4000) is None


@pytest.mark.parametrize("data", [b"", b"GIF89a" + b"\0" * 50, b"\xff\xd8\xff\xe0garbage", png_header(10, 10)])
def test_what_is_no_picture_is_none(data: bytes) -> None:
    assert EncodedStill("image/jpeg", data, 0).decoded(4000) is None
    assert EncodedStill("image/png", data, 0).decoded(4000) is None


def test_a_png_announced_as_jpeg_is_refused() -> None:
    assert EncodedStill("image/jpeg", encoded(picture(10, 10)), 0).decoded(4000) is None


@pytest.mark.parametrize(
    ("mime", "size", "chunks"),
    [
        ("image/gif", 100, 1),
        ("image/png", 0, 0),
        ("image/png", -1, 1),
        ("image/png", MAX_BYTES + 1, 513),
        ("image/png", 100, 0),
        ("image/png", 100, 100),
        ("image/png", 40_000, 1),
    ],
)
def test_a_beginning_out_of_bounds_ends_the_waiting(mime: str, size: int, chunks: int) -> None:
    assert got(lambda desk: desk.begin("r", mime, size, chunks)) is None


@pytest.mark.parametrize("data", ["not base64!", b64encode(b"x" * (CHUNK_BYTES + 1)).decode(), "", "é"])
def test_a_wrong_piece_ends_the_waiting(data: str) -> None:
    def send(desk: StillDesk) -> None:
        desk.begin("r", "image/png", 20_000, 2)
        desk.chunk("r", 0, data)

    assert got(send) is None


def test_a_piece_outside_the_picture_ends_the_waiting() -> None:
    def send(desk: StillDesk) -> None:
        desk.begin("r", "image/png", 100, 1)
        desk.chunk("r", 1, b64encode(b"x").decode())

    assert got(send) is None


def test_fewer_bytes_than_announced_is_no_picture() -> None:
    assert got(lambda desk: sent(desk, b"x" * 50, size=60)) is None


def test_a_client_that_fails_says_so() -> None:
    assert got(lambda desk: desk.failed("r", "camera busy")) is None


def test_pieces_nobody_asked_for_are_dropped() -> None:
    async def scene() -> None:
        desk = StillDesk()
        desk.begin("stranger", "image/png", 10, 1)
        desk.chunk("stranger", 0, "eA==")
        desk.failed("stranger", "")
        with desk.expect("r") as arrived:
            desk.chunk("r", 0, "eA==")  # before its beginning: no list of pieces yet
            assert await arrived is None

    asyncio.run(scene())
