"""In which order lines are read: rows, receipts, columns under a title, pages that lie wrong."""

from __future__ import annotations

from agent.engines.protocols import Box, TextLine
from agent.sight.reading_order import Direction, reading_order, rows


def line(text: str, left: int, top: int, width: int = 300, height: int = 20) -> TextLine:
    return TextLine(text, Box(left, top, width, height), 0.99)


def order(*lines: TextLine, page: Direction = "up") -> str:
    return " ".join(each.text for each in reading_order(lines, [page] * len(lines)))


def test_rows_from_the_top_and_from_the_left_in_a_row() -> None:
    assert order(line("c", 0, 60), line("b", 340, 2), line("a", 0, 5)) == "a b c"


def test_a_receipt_keeps_item_and_price_together() -> None:
    items = [line(f"item{n}", 0, 30 * n, 200) for n in range(5)]
    prices = [line(f"price{n}", 400, 30 * n + 2, 60) for n in range(5)]
    assert order(*prices, *items) == " ".join(f"item{n} price{n}" for n in range(5))


def test_real_columns_are_read_one_after_the_other_below_their_title() -> None:
    title = line("title", 100, 0, 500, 40)
    left = [line(f"l{n}", 0, 100 + 25 * n) for n in range(4)]
    right = [line(f"r{n}", 340, 102 + 25 * n) for n in range(4)]
    assert order(*right, title, *left) == "title l0 l1 l2 l3 r0 r1 r2 r3"


def test_a_page_upside_down_is_read_from_its_own_top() -> None:
    assert order(line("second", 0, 0), line("first", 0, 100), page="down") == "first second"


def test_pages_on_their_side_are_read_from_their_own_top() -> None:
    upright = [line("first", 200, 0, 20, 300), line("second", 100, 0, 20, 300)]
    assert order(*upright[::-1], page="right") == "first second"
    assert order(*upright, page="left") == "second first"


def test_the_page_points_where_most_characters_do() -> None:
    lines = [line("a long line above", 0, 0), line("a long line below", 0, 60), line("x", 0, 120, 20, 40)]
    found = reading_order(lines, ["up", "up", "right"])
    assert [each.text for each in found] == ["a long line above", "a long line below", "x"]


def test_side_by_side_lines_make_a_row() -> None:
    ordered = reading_order([line("a", 0, 0), line("b", 340, 2), line("c", 0, 50)])
    assert [[each.text for each in row] for row in rows(ordered)] == [["a", "b"], ["c"]]


def test_nothing_has_an_order_too() -> None:
    assert reading_order([]) == ()
