"""From which confidence print is said without doubt: numbers need more than words."""

from __future__ import annotations

import pytest

from agent.engines.protocols import Box, TextLine
from agent.skills.picture_words import is_sure, passages
from agent.skills.read_text import reading

AT = Box(10, 10, 300, 30)


@pytest.mark.parametrize(
    ("text", "confidence", "sure"),
    [
        ("Take with food", 0.99, True), ("Take with food", 0.965, True), ("Take with food", 0.95, False),
        ("Dose 25 mg", 0.98, True), ("Dose 25 mg", 0.965, False), ("$55.98", 0.955, False), ("2027", 0.97, True),
    ],
)  # fmt: skip
def test_a_number_needs_more_confidence_than_a_word(text: str, confidence: float, sure: bool) -> None:
    line = TextLine(text, AT, confidence)
    assert is_sure(line) is sure
    assert [part.sure for part in passages([line])] == [sure]


def test_a_number_that_is_likely_is_said_as_such_beside_what_is_sure() -> None:
    below = Box(10, 60, 300, 30)
    answer = reading([TextLine("Subtotal", AT, 0.99), TextLine("$55.98", below, 0.955)])
    assert "perhaps $55.98" in answer.text
    assert "I am not sure about the words after perhaps." in answer.text


def test_one_digit_that_is_not_quite_sure_is_still_print() -> None:
    column = [TextLine("Quantity", AT, 0.99), TextLine("2", Box(10, 60, 20, 30), 0.93)]
    assert [(part.text, part.sure) for part in passages(column)] == [("Quantity", True), ("2", False)]
