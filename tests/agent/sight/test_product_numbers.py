"""Numbers of goods: one form for all of them, wrong ones refused, and doubtful ones, too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sight.product_numbers import is_book, isbn_13, scanned, upc_e_expanded, written


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7394376616037", "7394376616037"),
        ("  739-437 6616037 ", "7394376616037"),
        ("036000291452", "0036000291452"),
        ("36000291452", "0036000291452"),  # a spreadsheet took its zero
        ("0036000291452", "0036000291452"),
        ("00036000291452", "0036000291452"),
        ("96385074", "0000096385074"),
        ("0000096385074", "0000096385074"),
        ("978-0-14-143951-8", "9780141439518"),
        ("0-14-143951-3", "9780141439518"),
        ("080442957X", "9780804429573"),
        ("080442957x", "9780804429573"),
        ("04252614", "0042100005264"),  # a UPC-E
    ],
)
def test_every_way_to_write_a_number_is_the_same_number(text: str, number: str) -> None:
    assert written(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "", "7394376616038", "036000291453", "0141439514", "10036000291459", "739437661603", "12345", "abc", "1e12",
        "0000000000000", "\u0667\u0663\u0669\u0664\u0663\u0667\u0666\u0666\u0661\u0666\u0660\u0663\u0667",
        "7394376616037 x", "7.39438E+12",
    ],
)  # fmt: skip
def test_what_is_no_such_number_is_nothing(text: str) -> None:
    assert written(text) is None


def test_eight_digits_that_may_be_two_products_are_neither() -> None:
    both = [
        f"{number:08d}"
        for number in range(1_000_000, 1_010_000)
        if scanned(f"{number:08d}", "EAN8") and scanned(f"{number:08d}", "UPCE")
    ]
    assert len(both) > 10
    assert all(scanned(digits, "EAN8") != scanned(digits, "UPCE") for digits in both)
    assert [written(digits) for digits in both] == [None] * len(both)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("01234505", "012000003455"),
        ("04252614", "042100005264"),
        ("01234133", "012300000413"),
        ("01234541", "012340000051"),
        ("01234565", "012345000065"),
        ("21234565", None),
        ("0123456", None),
    ],
)
def test_a_short_upc_becomes_the_long_one(short: str, long: str | None) -> None:
    found = upc_e_expanded(short)
    assert (found and found[:-1]) == (long and long[:-1])


def test_a_scanned_number_is_taken_as_its_kind_says() -> None:
    assert scanned("04252614", "UPCE") == "0042100005264"
    assert scanned("042100005264", "UPCA") == "0042100005264"
    assert scanned("0042100005264", "EAN13") == "0042100005264"
    assert scanned("96385074", "EAN8") == "0000096385074"
    assert scanned("https://example.org", "QRCode") is None


def test_books_are_told_from_goods() -> None:
    assert is_book("9780141439518")
    assert not is_book("7394376616037")
    assert isbn_13("0141439513") == "9780141439518"


@given(st.text(alphabet="0123456789", min_size=13, max_size=13).filter(lambda text: written(text) is not None))
def test_one_wrong_digit_is_always_noticed(number: str) -> None:
    for at in range(13):
        for digit in "0123456789":
            if digit != number[at]:
                assert written(number[:at] + digit + number[at + 1 :]) is None
