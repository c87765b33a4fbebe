"""Reading codes with the real library: drawn ones, the photos, and none where there is none."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import cv2
import numpy as np

from agent.engines.protocols import Code
from agent.engines.zxing import ZxingReader
from agent.picture import Pixels
from tests.drawn import bar_code, qr, textured


def read(*pictures: Pixels, fast: bool = False) -> list[tuple[Code, ...]]:
    async def main() -> list[tuple[Code, ...]]:
        reader = ZxingReader()
        await reader.warm()
        try:
            return [await reader.read(picture, fast=fast) for picture in pictures]
        finally:
            await reader.close()

    return asyncio.run(main())


def test_a_qr_code_comes_with_its_text_and_place() -> None:
    ((code,),) = read(qr("https://example.org/menu"))
    assert (code.text, code.format, code.product) == ("https://example.org/menu", "QRCode", False)
    assert 160 < code.box.left < 260
    assert 180 < code.box.width < 310


def test_a_retail_number_is_a_product_and_a_shipping_code_is_not() -> None:
    (ean,), (other,) = read(bar_code("4006381333931"), bar_code("SHELF 12", "Code128"))
    assert (ean.text, ean.format, ean.product) == ("4006381333931", "EAN13", True)
    assert (other.text, other.product) == ("SHELF 12", False)


def test_the_fast_way_reads_an_upright_code_and_gives_up_on_others() -> None:
    upright = bar_code("4006381333931")
    turned = np.ascontiguousarray(np.rot90(upright))
    assert [len(codes) for codes in read(upright, turned, fast=True)] == [1, 0]
    assert [len(codes) for codes in read(upright, turned)] == [1, 1]


def test_no_code_is_seen_where_there_is_none() -> None:
    assert read(textured((120, 120, 120))) == [()]


def test_photos_are_decoded_as_well_as_measured_and_never_wrongly(media: Path) -> None:
    labels = json.loads((media / "photos" / "labels.json").read_text())["codes"]
    pictures = [np.ascontiguousarray(cv2.imread(str(media / "photos" / name))[:, :, ::-1]) for name in labels]
    right = 0
    for codes, truth in zip(read(*pictures), labels.values(), strict=True):
        same = " ".join((truth or "").split())
        for code in codes:
            text = " ".join(code.text.split())
            assert same.startswith(text), text  # a label may hold the add-on digits, too
            right += 1
    assert right >= 19  # of 24
