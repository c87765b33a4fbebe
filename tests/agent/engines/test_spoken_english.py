"""How English is read aloud, case by case; and that every spoken word knows its place in the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.engines.spoken_english import SIGNS, UNITS, pieces, spoken

CASES = [
    ("Hello there.", "Hello there."),
    ("I have 3 apples.", "I have three apples."),
    ("0", "zero"),
    ("21 cars", "twenty one cars"),
    ("It costs $5.", "It costs five dollars."),
    ("It costs $1.", "It costs one dollar."),
    ("$5.50 each", "five dollars and fifty cents each"),
    ("$0.99", "ninety nine cents"),
    ("£3.01", "three pounds and one penny"),
    ("$3.5 million", "three point five million dollars"),
    ("€1,200", "one thousand two hundred euros"),
    ("20 €", "twenty euros"),
    ("¥500", "five hundred yen"),
    ("₹10", "ten rupees"),
    ("Rp 50,000", "fifty thousand rupiah"),
    ("5%", "five percent"),
    ("12.5 % off", "twelve point five percent off"),
    ("3.14", "three point one four"),
    ("1,234", "one thousand two hundred and thirty four"),
    ("1,000,000 people", "one million people"),
    ("-5 degrees", "minus five degrees"),
    ("−3 °C", "minus three degrees Celsius"),  # noqa: RUF001
    ("It is 21 °C.", "It is twenty one degrees Celsius."),
    ("1 °C", "one degree Celsius"),
    ("70°F", "seventy degrees Fahrenheit"),
    ("5 km", "five kilometres"),
    ("1 km", "one kilometre"),
    ("100 km/h", "one hundred kilometres per hour"),
    ("2.5kg of rice", "two point five kilograms of rice"),
    ("500 ml", "five hundred millilitres"),
    ("16 GB", "sixteen gigabytes"),
    ("2.4 GHz", "two point four gigahertz"),
    ("20 ms", "twenty milliseconds"),
    ("30 min", "thirty minutes"),
    ("6 ft", "six feet"),
    ("I am 5 m away", "I am five metres away"),
    ("5 men", "five men"),
    ("at 3:05", "at three oh five"),
    ("at 15:30.", "at fifteen thirty."),
    ("at 9:00", "at nine o'clock"),
    ("3:00 pm", "three P M"),
    ("10:15 a.m.", "ten fifteen A M"),
    ("7 pm", "seven P M"),
    ("7pm", "seven P M"),
    ("in 1984", "in nineteen eighty four"),
    ("in 2026", "in twenty twenty six"),
    ("in 2005", "in two thousand and five"),
    ("2026-11-25", "November twenty fifth, twenty twenty six"),
    ("on 11/25/2026", "on November twenty fifth, twenty twenty six"),
    ("on 25/11/2026", "on November twenty fifth, twenty twenty six"),
    ("Nov. 25, 2026", "November twenty fifth, twenty twenty six"),
    ("March 3rd", "March third"),
    ("3 March 2024", "March third, twenty twenty four"),
    ("Sept 9", "September ninth"),
    ("the 1st time", "the first time"),
    ("22nd", "twenty second"),
    ("1/2 cup", "one half cup"),
    ("3/4", "three quarters"),
    ("5/8", "five eighths"),
    ("5-10 minutes", "five to ten minutes"),
    ("pages 3–7", "pages three to seven"),  # noqa: RUF001
    ("4006381333931", "four zero zero six three eight one three three three nine three one"),
    ("code 007", "code zero zero seven"),
    ("Dr. Smith and Mrs. Jones", "doctor Smith and missus Jones"),
    ("e.g. this", "for example this"),
    ("apples, pears, etc.", "apples, pears, et cetera"),
    ("cats vs. dogs", "cats versus dogs"),
    ("No. 5", "number five"),
    ("No. I won't.", "No. I won't."),
    ("St. Paul", "saint Paul"),
    ("Main St. is closed", "Main street is closed"),
    ("the U.S. team", "the U S team"),
    ("salt & pepper", "salt and pepper"),
    ("2+2=4", "two plus two equals four"),
    ("#1", "number one"),
    ("and/or", "and or"),
    ("visit example.com.", "visit example dot com."),
    ("https://www.example.org/a", "example dot org slash a"),
    ("mail me@example.com now", "mail me at example dot com now"),
    ("**Bold** and `code`", "Bold and code"),
    ("Well done! \U0001f389", "Well done!"),
    ("version 1.2.3", "version one point two point three"),
    ("A4 paper", "A four paper"),
    ("(about 20)", "(about twenty)"),
    ('He said "5".', 'He said "five".'),
    ("", ""),
    ("   ", ""),
]


@pytest.mark.parametrize(("text", "said"), CASES, ids=[text for text, _ in CASES])
def test_it_is_read_as_people_read_it(text: str, said: str) -> None:
    assert spoken(text) == said


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_is_read_in_one_and_many(unit: str) -> None:
    assert spoken(f"1 {unit}") == f"one {UNITS[unit][0]}"
    assert spoken(f"7 {unit}.") == f"seven {UNITS[unit][1]}."


def test_words_keep_their_places() -> None:
    text = "It costs $5.50, or 3 kg."
    assert [(piece.spoken, text[: piece.end]) for piece in pieces(text)] == [
        ("It", "It"),
        ("costs", "It costs"),
        ("five dollars and fifty cents,", "It costs $5.50,"),
        ("or", "It costs $5.50, or"),
        ("three kilograms.", "It costs $5.50, or 3 kg."),
    ]


ODD = st.text(alphabet=st.sampled_from(list("ab Z0159.,:/-%$€°#@&+'\"()\n\t") + list(SIGNS)), max_size=40)


@given(st.one_of(ODD, st.text(max_size=40)))
def test_any_text_can_be_read_and_places_rise_to_its_end(text: str) -> None:
    found = list(pieces(text))
    ends = [piece.end for piece in found]
    assert ends == sorted(set(ends))
    assert all(0 < end <= len(text) for end in ends)
    assert all(piece.spoken == " ".join(piece.spoken.split()) != "" for piece in found)


@given(st.lists(st.sampled_from(["hello", "world,", "it", "is", "fine."]), min_size=1))
def test_plain_words_are_left_alone(words: list[str]) -> None:
    assert spoken(" ".join(words)) == " ".join(words)
