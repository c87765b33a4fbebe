"""Reads text with RapidOCR (PP-OCR models from its wheel, onnxruntime on one CPU thread).

Knows how to find and read lines, upside down and sideways pages included, and in which order people read them.
Does not know what the text means, and follows nothing that it says.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from agent.engines.denormals import denormals_as_zero
from agent.engines.protocols import Box, TextLine
from agent.engines.worker import Worker
from agent.errors import EngineMissing
from agent.picture import Pixels
from agent.sight.reading_order import Direction, reading_order

Corners: TypeAlias = npt.NDArray[np.float32]

LEAST_SIDE = 8
"""In a smaller picture there is no print."""
TALL = 1.5
"""RapidOCR turns a crop to the left when it is so many times as tall as wide."""
LONG, TILT_MOST = 3.0, 0.25
"""A page's tilt is told from lines so many times as wide as high, up to so many radians."""


@dataclass(frozen=True, slots=True)
class RapidSettings:
    """``threads`` of each model; ``floor``: lines below this confidence are not reported (RapidOCR's own default);
    ``doubt``: lines below this are read again with the angle classifier (upside-down pages: recall 0.60 against 0.05).
    """

    threads: int = 1
    floor: float = 0.5
    doubt: float = 0.8


class RapidReader:
    """Shared TextReader. Models load at the first ``read`` (or ``warm``), on the reader's own thread."""

    name = "rapid"

    def __init__(self, settings: RapidSettings | None = None) -> None:
        self._settings = settings or RapidSettings()
        self._worker = Worker("text reader", waiting_max=16)
        self._engine: Any = None

    async def warm(self) -> None:
        """Load the models and run them once, so that the first question does not wait for that."""
        await self._worker.run(self._lines, np.full((96, 320, 3), 255, np.uint8), 320)

    async def read(self, pixels: Pixels, *, max_side: int) -> tuple[TextLine, ...]:
        """Lines in reading order. Found at ``max_side``, then read from the full picture, so fine print stays sharp."""
        return await self._worker.run(self._lines, pixels, max_side)

    async def places(self, pixels: Pixels, *, max_side: int) -> tuple[Box, ...]:
        """What is found is not read: two thirds of the time of ``read``, or less."""
        return await self._worker.run(self._places, pixels, max_side)

    async def close(self) -> None:
        await self._worker.close()
        self._engine = None

    # --- on the worker's thread ------------------------------------------------------------------------------

    def _load(self) -> Any:
        try:
            from rapidocr import RapidOCR
        except ImportError as error:
            raise EngineMissing(f"Reading text needs the package rapidocr: {error}. Run: make install") from error
        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
        return RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.text_score": self._settings.floor,
                "EngineConfig.onnxruntime.intra_op_num_threads": self._settings.threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Det.limit_type": "max",
                "Det.limit_side_len": 640,
                "Rec.rec_batch_num": 1,  # a batch gains nothing on one thread, and pads every line to its longest
            }
        )

    def _lines(self, pixels: Pixels, max_side: int) -> tuple[TextLine, ...]:
        with denormals_as_zero():
            return self._read(pixels, max_side)

    def _places(self, pixels: Pixels, max_side: int) -> tuple[Box, ...]:
        from rapidocr.main import RapidOCRError

        if min(pixels.shape[:2]) < LEAST_SIDE:
            return ()
        with denormals_as_zero():
            try:
                return tuple(_box(corners) for corners in self._find(self._looking_at(max_side), pixels)[0])
            except RapidOCRError:  # its way to say that there is no text
                return ()

    def _looking_at(self, max_side: int) -> Any:
        """The engine, set to look for print at this size."""
        self._engine = engine = self._engine or self._load()
        if engine.text_det is not None:
            engine.text_det.limit_side_len = max_side  # read by the detector at every call
        else:
            engine.cfg.Det.limit_side_len = max_side
        return engine

    def _read(self, pixels: Pixels, max_side: int) -> tuple[TextLine, ...]:
        from rapidocr.main import RapidOCRError

        height, width = pixels.shape[:2]
        if min(height, width) < LEAST_SIDE:
            return ()
        engine = self._looking_at(max_side)
        sideways = False
        try:
            boxes, crops = self._find(engine, pixels)
            if sideways := _lies_on_its_side(boxes):
                boxes, crops = self._find(engine, np.rot90(pixels))
        except RapidOCRError:  # its way to say that there is no text
            return ()
        words, flipped = self._recognise(engine, crops)
        lines, directions = [], []
        for corners, (text, confidence), turned in zip(boxes, words, flipped, strict=True):
            if confidence < self._settings.floor or not text.strip():
                continue
            box = _box(corners)
            lines.append(TextLine(" ".join(text.split()), box, confidence))
            directions.append(_direction(box, turned))
        ordered = reading_order(lines, directions, _tilt(boxes))
        return tuple(replace(line, box=_turned_back(line.box, width)) for line in ordered) if sideways else ordered

    def _find(self, engine: Any, pixels: Pixels) -> tuple[Corners, list[Any]]:
        """Corners (n, 4, 2) in ``pixels`` and upright crops of its text. Raises RapidOCRError when there is none."""
        from rapidocr.utils.process_img import map_boxes_to_original

        image, record = engine.preprocess_img(np.ascontiguousarray(pixels[:, :, ::-1]))
        crops, found = engine.detect_and_crop(image, record)
        return map_boxes_to_original(found.boxes, record, *pixels.shape[:2]), crops

    def _recognise(self, engine: Any, crops: list[Any]) -> tuple[list[tuple[str, float]], list[bool]]:
        """Text and confidence of each crop, and whether it was read the other way up."""
        first = engine.recognize_txt(crops)
        words = [(str(text), float(score)) for text, score in zip(first.txts, first.scores, strict=True)]
        flipped = [False] * len(words)
        doubtful = [at for at, (_, score) in enumerate(words) if score < self._settings.doubt]
        if not doubtful:
            return words, flipped
        if len(doubtful) > len(words) / 2:
            return self._either_way_up(engine, crops, words)
        turned, _ = engine.cls_and_rotate([crops[at] for at in doubtful])
        again = [(at, crop) for at, crop in zip(doubtful, turned, strict=True) if not np.array_equal(crop, crops[at])]
        if again:
            second = engine.recognize_txt([crop for _, crop in again])
            for (at, _), text, score in zip(again, second.txts, second.scores, strict=True):
                if score > words[at][1]:
                    words[at], flipped[at] = (str(text), float(score)), True
        return words, flipped

    def _either_way_up(
        self, engine: Any, crops: list[Any], words: list[tuple[str, float]]
    ) -> tuple[list[tuple[str, float]], list[bool]]:
        """All of it the other way up where that reads better: most lines of a page that lies upside down are doubtful,
        and of those the angle classifier misses many."""
        over = engine.recognize_txt([np.ascontiguousarray(crop[::-1, ::-1]) for crop in crops])
        turned = [(str(text), float(score)) for text, score in zip(over.txts, over.scores, strict=True)]
        if _letters_read(turned) > _letters_read(words):
            return turned, [True] * len(words)
        return words, [False] * len(words)


def _letters_read(words: list[tuple[str, float]]) -> float:
    return sum(len(text) * score**2 for text, score in words)


def _box(corners: Corners) -> Box:
    left, top = (int(value) for value in np.floor(corners.min(axis=0)))
    right, bottom = (int(value) for value in np.ceil(corners.max(axis=0)))
    return Box(left, top, right - left, bottom - top)


def _lies_on_its_side(boxes: Corners) -> bool:
    """Whether most of the text, by area, stands in tall boxes (a page held sideways, the back of a book)."""
    sizes = np.ptp(boxes, axis=1)
    areas = sizes[:, 0] * sizes[:, 1]
    return float(areas[sizes[:, 1] >= TALL * sizes[:, 0]].sum()) > 0.6 * float(areas.sum())


def _tilt(boxes: Corners) -> float:
    """Radians by which most lines sink to the right; 0 where few are long enough to tell."""
    along = (boxes[:, 1] - boxes[:, 0] + boxes[:, 2] - boxes[:, 3]) / 2
    across = np.linalg.norm(boxes[:, 3] - boxes[:, 0], axis=1)
    long = along[along[:, 0] >= LONG * across]
    if len(long) < 3:
        return 0.0
    tilt = float(np.median(np.arctan2(long[:, 1], long[:, 0])))
    return tilt if abs(tilt) <= TILT_MOST else 0.0


def _turned_back(box: Box, width: int) -> Box:
    """A box in a picture turned left by a quarter, in the original of this width."""
    return Box(width - box.top - box.height, box.left, box.height, box.width)


def _direction(box: Box, turned: bool) -> Direction:
    """Where a line's top points."""
    if box.height >= TALL * box.width:
        return "left" if turned else "right"
    return "down" if turned else "up"
