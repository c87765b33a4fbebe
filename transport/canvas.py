"""A small drawing surface that becomes SVG or PNG: boxes, lines and words in pixels.

Knows shapes and fonts. Does not know what is drawn. What is drawn can be read too: a picture has a title and a
description, and a box a tip.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

Colour: TypeAlias = tuple[int, int, int]
INK, PAPER, GRID, FAINT = (24, 28, 38), (250, 250, 247), (216, 216, 210), (96, 96, 94)
PERSON, AGENT = (32, 96, 176), (176, 72, 32)
"""The two who talk, in every picture."""

HATCH = 5
"""Pixels between two strokes of a hatched box."""
MOST_PIXELS = 120_000_000
"""A larger PNG is not made: it would take more than 360 MB of memory."""


@dataclass(frozen=True, slots=True)
class Box:
    """``look``: filled, only its outline, or strokes. ``tip``: what it says to who points at it, or listens."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour
    look: Literal["full", "outline", "hatched"] = "full"
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    colour: Colour
    width: int = 1


@dataclass(frozen=True, slots=True)
class Words:
    """``x``, ``y``: the top left corner."""

    x: float
    y: float
    text: str
    colour: Colour = INK
    size: int = 12


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def fitted(text: str, width: float, size: int = 12) -> str:
    """As much of the text as fits into so many pixels, with "…" where more was cut off; "" when not a word does."""
    font = _font(size)
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…" if len(text) > 1 else ""


def length_of(text: str, size: int = 12) -> float:
    """How wide it is, in pixels."""
    return _font(size).getlength(text)


class Canvas:
    """``title`` and ``description`` belong to the picture for those who don't see it."""

    def __init__(self, width: int, height: int, title: str, description: str) -> None:
        self.width, self.height = width, height
        self.title, self.description = title, description
        self._shapes: list[Box | Line | Words] = []

    def add(self, *shapes: Box | Line | Words) -> None:
        """Later ones lie above."""
        self._shapes += shapes

    def save(self, path: Path) -> None:
        """As ``path`` ends: .svg or .png. Raises OSError, and ValueError when it is too large for a PNG."""
        if path.suffix.lower() == ".svg":
            path.write_text(self.svg(), encoding="utf-8")
        else:
            self._png(path)

    def svg(self) -> str:
        """The picture as an SVG document."""
        hatched = sorted({shape.colour for shape in self._shapes if isinstance(shape, Box) and shape.look == "hatched"})
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
                f'viewBox="0 0 {self.width} {self.height}" role="img" aria-labelledby="title description" '
                'font-family="system-ui, sans-serif">',
                f'<title id="title">{escape(self.title)}</title>',
                f'<desc id="description">{escape(self.description)}</desc>',
                *(["<defs>", *map(_pattern, hatched), "</defs>"] if hatched else []),
                f'<rect width="100%" height="100%" fill="{_css(PAPER)}"/>',
                *map(_element, self._shapes),
                "</svg>\n",
            ]
        )

    def _png(self, path: Path) -> None:
        if self.width * self.height > MOST_PIXELS:
            raise ValueError(f"{self.width} x {self.height} pixels are too many for a PNG")
        picture = Image.new("RGB", (self.width, self.height), PAPER)
        pen = ImageDraw.Draw(picture)
        for shape in self._shapes:
            match shape:
                case Box():
                    _draw_box(pen, shape)
                case Line(x1, y1, x2, y2, colour, width):
                    pen.line((x1, y1, x2, y2), colour, width)
                case Words(x, y, text, colour, size):
                    pen.text((x, y), text, colour, _font(size))
        written = PngInfo()
        written.add_itxt("Title", self.title)
        written.add_itxt("Description", self.description)
        picture.save(path, "PNG", pnginfo=written)


def _draw_box(pen: ImageDraw.ImageDraw, box: Box) -> None:
    right, bottom = box.x + max(0.0, box.width - 1), box.y + max(0.0, box.height - 1)
    if box.look == "full":
        pen.rectangle((box.x, box.y, right, bottom), box.colour)
        return
    pen.rectangle((box.x, box.y, right, bottom), None, box.colour)
    if box.look == "hatched":
        for offset in range(HATCH, int(box.width + box.height), HATCH):
            down, across = min(offset, box.height - 1), min(offset, box.width - 1)
            pen.line((box.x + offset - down, box.y + down, box.x + across, box.y + offset - across), box.colour)


def _element(shape: Box | Line | Words) -> str:
    match shape:
        case Box(x, y, width, height, colour, look, tip):
            fill = {"full": _css(colour), "outline": "none", "hatched": f"url(#{_name(colour)})"}[look]
            stroke = "" if look == "full" else f' stroke="{_css(colour)}"'
            tag = f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"{stroke}'
            return f"{tag}><title>{escape(tip)}</title></rect>" if tip else f"{tag}/>"
        case Line(x1, y1, x2, y2, colour, width):
            ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
            return f'<line {ends} stroke="{_css(colour)}" stroke-width="{width}"/>'
        case Words(x, y, text, colour, size):
            at = f'x="{x:.1f}" y="{y + size:.1f}" font-size="{size}"'
            return f'<text {at} fill="{_css(colour)}">{escape(text)}</text>'


def _pattern(colour: Colour) -> str:
    stroke = f'<line x1="0" y1="{HATCH}" x2="{HATCH}" y2="0" stroke="{_css(colour)}"/>'
    size = f'width="{HATCH}" height="{HATCH}" patternUnits="userSpaceOnUse"'
    return f'<pattern id="{_name(colour)}" {size}>{stroke}</pattern>'


def _css(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _name(colour: Colour) -> str:
    return "hatch-{:02x}{:02x}{:02x}".format(*colour)
