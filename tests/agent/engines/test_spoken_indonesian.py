"""Units, money and abbreviations are words when they are read aloud, and every word keeps its place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.engines.espeak import Marks, Sound
from agent.engines.spoken_indonesian import spoken

SPACE = re.compile(r"[ \t\n\r\f\v]+")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Minum 25 mg sehari.", "Minum 25 miligram sehari."),
        ("500ml", "500 mililiter"),
        ("37 °C", "37 derajat Celsius"),
        ("60 km/jam", "60 kilometer per jam"),
        ("1,5 l dan 2 kg", "1,5 liter dan 2 kilogram"),
        ("Rp 15.000", "15.000 rupiah"),
        ("Rp15.000,50 saja", "15.000,50 rupiah saja"),
        ("Jl. Sudirman No. 5", "jalan Sudirman nomor 5"),
        ("dr. Budi, dll.", "dokter Budi, dan lain-lain"),
        ("5 menit lagi", "5 menit lagi"),
        ("kamar 5 Mawar, A4, 3 gelas", "kamar 5 Mawar, A4, 3 gelas"),
        ("gram, meter dan km", "gram, meter dan km"),
    ],
)
def test_units_and_abbreviations_are_words(text: str, said: str) -> None:
    assert spoken(text).replace("\u00a0", " ") == said


@given(
    st.lists(
        st.sampled_from(
            ["25", "mg", "500ml", "Rp", "15.000", "Rp15.000", "dr.", "Jl.", "5", "km/jam", "°C", "ada", "dll."]
        )
    )
)
def test_no_word_is_added_or_lost(words: list[str]) -> None:
    text = " ".join(words)
    assert len(SPACE.split(spoken(text))) == len(SPACE.split(text))


def test_the_words_of_the_text_are_found_again_in_what_is_said() -> None:
    import numpy as np

    text, said = "37 °C di luar", spoken("37 °C di luar")
    loud = np.full(4000, 1000, np.int16)
    at = [said.index(word) + 1 for word in ("37", "derajat", "di", "luar")]
    sound = Sound(loud, tuple((char, 1000 * number) for number, char in enumerate(at)), last=True)
    assert [text[: mark.end_char] for mark in Marks(text, said).take(sound)] == [
        "37",
        "37 °C",
        "37 °C di",
        "37 °C di luar",
    ]
