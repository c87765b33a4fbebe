"""Numbers, times and lengths of time as they are said in Indonesian."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from agent.house.things import KINDS, UNITS
from agent.language.indonesian import words
from agent.language.saying import speaking
from agent.skills import wording


def test_numbers_are_digits() -> None:
    with speaking("id"):
        assert wording.cardinal(12) == "12"
    assert wording.cardinal(12) == "twelve"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("00:00", "tengah malam"),
        ("12:00", "tengah hari"),
        ("09:00", "jam 9"),
        ("09:30", "jam setengah 10"),
        ("12:30", "jam setengah 1"),
        ("16:15", "jam 4 lewat seperempat"),
        ("16:38", "jam 4 lewat 38 menit"),
        ("16:45", "jam 5 kurang seperempat"),
        ("23:50", "jam 12 kurang 10 menit"),
    ],
)
def test_the_time_as_it_is_said(at: str, said: str) -> None:
    with speaking("id"):
        assert wording.clock(datetime.fromisoformat(f"2025-03-04 {at}")) == said


@pytest.mark.parametrize(
    ("hour", "part"),
    [(3, "malam"), (5, "pagi"), (10, "pagi"), (11, "siang"), (14, "siang"), (15, "sore"), (18, "malam")],
)
def test_the_parts_of_the_day(hour: int, part: str) -> None:
    with speaking("id"):
        assert wording.part_of_day(hour) == part
        assert wording.greeting(hour) == f"Selamat {part}."


def test_lengths_of_time_and_dates() -> None:
    with speaking("id"):
        assert wording.duration(3930) == "1 jam 5 menit 30 detik"
        assert wording.duration(0) == "0 detik"
        assert wording.rough_duration(1234) == "sekitar 21 menit"
        assert wording.day(date(2025, 3, 4)) == "Selasa, 4 Maret"
        assert wording.counted(3, "QR code") == "3 kode QR"
        assert wording.joined(["a", "b", "c"]) == "a, b dan c"


def test_what_things_in_the_house_tell() -> None:
    with speaking("id"):
        assert wording.state("21.5 degrees") == "21,5 derajat"
        assert wording.state("minus 3 degrees") == "minus 3 derajat"
        assert wording.state("40") == "40"
        assert wording.state("wide awake") == "wide awake"


def test_every_state_and_unit_of_the_house_has_its_word() -> None:
    assert {word for kind in KINDS.values() for word in kind.states.values()} - set(words.STATES) == set()
    assert set(UNITS.values()) - set(words.UNITS) == set()
