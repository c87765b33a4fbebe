"""Reading print with the real models: words, order, pages that lie wrong, and the photos' recall."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from agent.engines.protocols import TextLine
from agent.engines.rapid import RapidReader
from agent.picture import Pixels
from tests.drawn import plain, sign
from transport.bench.desk import letter


def read(*pictures: Pixels, max_side: int = 640) -> list[tuple[TextLine, ...]]:
    async def main() -> list[tuple[TextLine, ...]]:
        reader = RapidReader()
        try:
            return [await reader.read(picture, max_side=max_side) for picture in pictures]
        finally:
            await reader.close()

    return asyncio.run(main())


def words(lines: Sequence[TextLine]) -> str:
    return " ".join(line.text for line in lines)


def recall(lines: Sequence[TextLine], truth: str) -> float:
    found, wanted = (Counter(re.findall(r"[a-z0-9]+", text.lower())) for text in (words(lines), truth))
    return sum((found & wanted).values()) / sum(wanted.values())


def test_print_is_read_from_the_top_whichever_way_the_page_lies() -> None:
    page = sign("Emergency exit", "Second floor", "Push the bar")
    turned = [np.ascontiguousarray(np.rot90(page, quarter)) for quarter in range(4)]
    for lines in read(*turned):
        assert words(lines) == "Emergency exit Second floor Push the bar"
        assert all(line.confidence > 0.9 for line in lines)


def test_a_letter_that_lies_upside_down_or_on_either_side_is_read_as_well() -> None:
    """Small print, most of whose lines the angle classifier takes for upright ones."""
    page, text = letter(10)
    small = cv2.resize(page, None, fx=0.55, fy=0.55, interpolation=cv2.INTER_AREA)
    for quarter in (1, 2, 3):
        (lines,) = read(np.ascontiguousarray(np.rot90(small, quarter)), max_side=1280)
        assert recall(lines, text) >= 0.95


def test_boxes_lie_where_the_print_is_on_a_page_held_sideways() -> None:
    page = np.ascontiguousarray(np.rot90(sign("Emergency exit", "Second floor")))
    (lines,) = read(page)
    for line in lines:
        assert 0 <= line.box.left < page.shape[1]
        assert line.box.height > 2 * line.box.width
    assert lines[0].box.left < lines[1].box.left


def test_nothing_is_read_from_a_plain_wall_or_a_speck() -> None:
    assert read(plain((180, 170, 160)), plain((0, 0, 0), 4, 4)) == [(), ()]


def test_it_writes_no_log(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.INFO):
        read(sign("Quiet"))
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


def test_the_detector_takes_the_side_it_is_given() -> None:
    far = cv2.resize(sign("Platform seven", size=1.0), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    wide = plain((120, 110, 100), 1280, 720)
    wide[300 : 300 + far.shape[0], 600 : 600 + far.shape[1]] = far
    coarse, fine = read(wide, max_side=320), read(wide, max_side=1280)
    assert "Platform" not in words(coarse[0])
    assert words(fine[0]) == "Platform seven"


def test_photos_are_read_as_well_as_measured(media: Path) -> None:
    labels = json.loads((media / "photos" / "labels.json").read_text())["text"]
    recalls: dict[str, list[float]] = {}
    pictures = [np.ascontiguousarray(cv2.imread(str(media / "photos" / name))[:, :, ::-1]) for name in labels]
    for lines, truth in zip(read(*pictures, max_side=1280), labels.values(), strict=True):
        recalls.setdefault(truth["kind"], []).append(recall(lines, truth["words"]))
    assert min(recalls["document"]) >= 0.98
    assert sum(recalls["scene"]) / len(recalls["scene"]) >= 0.55
