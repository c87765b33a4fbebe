"""One letter alone: a printed one is read, a thing that looks like one is not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from agent.engines.protocols import Box, TextLine
from agent.picture import Pixels
from agent.sight.lone import DOUBTED, distrusted
from tests.drawn import plain, sign, textured

AROUND = Box(220, 120, 200, 240)


def letter(text: str = "3") -> Pixels:
    picture = plain((225, 220, 210))
    cv2.putText(picture, text, (240, 340), cv2.FONT_HERSHEY_DUPLEX, 8.0, (30, 30, 40), 24, cv2.LINE_AA)
    return picture


def read(text: str, confidence: float = 0.99) -> TextLine:
    return TextLine(text, AROUND, confidence)


def test_a_printed_number_alone_is_trusted() -> None:
    assert distrusted([read("3")], letter()) == (read("3"),)


@pytest.mark.parametrize("confidence", [0.6, 0.95])
def test_one_of_which_the_reader_is_not_quite_sure_is_not(confidence: float) -> None:
    assert distrusted([read("3", confidence)], letter())[0].confidence <= DOUBTED


def test_a_whole_sign_is_no_letter_however_sure_the_reader_is() -> None:
    print_on_it = sign("Octavia Hill", "garden and hall", "1887")
    plaque, wall = cv2.resize(print_on_it, (64, 48), interpolation=cv2.INTER_AREA), textured((120, 110, 100))
    wall[200:248, 300:364] = plaque
    assert distrusted([TextLine("a", Box(300, 200, 64, 48), 1.0)], wall)[0].confidence <= DOUBTED


def test_beside_other_print_a_letter_stays_as_it_is() -> None:
    lines = (read("Platform"), read("3", 0.7))
    assert distrusted(lines, letter()) == lines


@pytest.mark.parametrize("box", [Box(0, 0, 640, 480), Box(700, 10, 20, 20), Box(10, 10, 0, 0)])
def test_a_box_without_two_levels_holds_no_letter(box: Box) -> None:
    blank = np.full((480, 640, 3), 128, np.uint8)
    assert distrusted([TextLine("O", box, 1.0)], blank)[0].confidence <= DOUBTED
