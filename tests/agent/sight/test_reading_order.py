"""In which order lines are read: rows, receipts, columns under a title, pages that lie wrong."""

from __future__ import annotations

from dataclasses import replace

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


def cells(*columns: list[str], widths: tuple[int, ...], pitch: int, left: int = 0) -> list[TextLine]:
    """Lines of 20 high, column by column, ``pitch`` apart; "" for an empty cell; widths by the letters."""
    found = []
    for texts, width in zip(columns, widths, strict=True):
        found += [line(text, left, pitch * at, 9 * len(text)) for at, text in enumerate(texts) if text]
        left += width
    return found


WHO = ["Maria Lopez Garcia", "Jon Smith", "Siti Rahmawati", "Peter Okonkwo"]
WHERE = ["12 High Street, Bristol", "4 Station Road", "Jalan Merdeka 17", "88 Harbour View, Cardiff"]
WHAT = ["Teacher at a school", "Railway engineer", "Nurse in the night", "Software developer"]


def by_rows(*columns: list[str]) -> str:
    return " ".join(text for row in zip(*columns, strict=True) for text in row if text)


def test_wide_cells_of_a_table_are_no_columns_of_a_newspaper() -> None:
    for pitch in (22, 27, 34, 39):
        assert order(*cells(WHO, WHERE, WHAT, widths=(300, 300, 300), pitch=pitch)) == by_rows(WHO, WHERE, WHAT)
    assert order(*cells(WHO, WHERE, widths=(300, 300), pitch=34)) == by_rows(WHO, WHERE)


def test_a_column_of_numbers_makes_a_table_of_what_is_set_close() -> None:
    times = ["05:30 to 23:45", "05:38 to 23:53", "05:47 to 00:02", "06:01 to 00:16"]
    assert order(*cells(WHO, times, widths=(300, 300), pitch=22)) == by_rows(WHO, times)


def test_two_addresses_side_by_side_are_read_one_after_the_other() -> None:
    sender = ["Green Valley Foods", "Mill Lane 3, Hereford", "HR1 2AB Herefordshire", "United Kingdom"]
    whom = ["Anna Smith-Robertson", "High Street 12, Bristol", "BS1 4DJ Gloucestershire", "United Kingdom"]
    assert order(*cells(sender, whom, widths=(400, 300), pitch=22)) == " ".join(sender + whom)


def test_running_text_stays_in_its_columns_however_wide_its_lines_are_apart() -> None:
    left = ["The council met on Friday", "to discuss a new bridge", "over the river. Most who", "spoke agreed."]
    right = ["Farmers expect a harvest", "that is better than usual,", "after a mild winter and", "a wet spring."]
    for pitch in (22, 32, 39):
        assert order(*cells(left, right, widths=(300, 300), pitch=pitch)) == " ".join(left + right)
    capitals = [[each.upper() for each in column] for column in (left, right)]
    assert order(*cells(*capitals, widths=(300, 300), pitch=22)) == " ".join(capitals[0] + capitals[1])


def test_empty_cells_and_a_line_below_the_table_keep_their_rows() -> None:
    what = ["Teacher at a school", "", "Nurse in the night", "Software developer"]
    total = line("All of them live in Britain or in Indonesia, and this line is as wide as the page", 0, 200, 880)
    table = cells(WHO, WHERE, what, widths=(300, 300, 300), pitch=34)
    assert order(*table, total) == f"{by_rows(WHO, WHERE, what)} {total.text}"


def test_the_lines_of_a_cell_stay_together() -> None:
    goods = [line("Oat drink with", 0, 0, 180), line("added calcium", 0, 24, 170)]
    goods += [line("Bread, sliced, with", 0, 70, 220), line("seeds of sunflowers", 0, 94, 230)]
    goods += [line("and linseed", 0, 118, 120), line("Apples", 0, 164, 80)]
    much = [line("Twelve bottles", 400, 0, 160), line("of one litre", 400, 24, 130)]
    much += [line("Four loaves", 400, 70, 130), line("Two kilos", 400, 164, 110)]
    assert order(*much, *goods) == (
        "Oat drink with added calcium Twelve bottles of one litre "
        "Bread, sliced, with seeds of sunflowers and linseed Four loaves Apples Two kilos"
    )


def test_a_table_that_is_askew_is_straightened_first() -> None:
    for tilt in (-0.06, 0.03, 0.06):
        sunk = [
            replace(each, box=replace(each.box, top=each.box.top + round(tilt * (each.box.left + each.box.width / 2))))
            for each in cells(WHO, WHERE, WHAT, widths=(300, 300, 300), pitch=34)
        ]
        found = reading_order(sunk, ["up"] * len(sunk), tilt)
        assert " ".join(each.text for each in found) == by_rows(WHO, WHERE, WHAT)


def test_nothing_has_an_order_too() -> None:
    assert reading_order([]) == ()
