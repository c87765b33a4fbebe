"""Which codes are said: once two pictures agree, once while they stay, again after they were away, never an old one."""

from __future__ import annotations

from agent.engines.protocols import Box, Code
from agent.live.scanned import AGREE_US, AWAY_US, FRESH_US, Scanned

HERE = Box(0, 0, 100, 60)
MILK = Code("4006381333931", "EAN13", True, HERE)
SOUP = Code("96385074", "EAN8", True, HERE)
LINK = Code("https://example.org", "QRCode", False, HERE)
STEP = 500_000


def film(*pictures: tuple[Code, ...], step_us: int = STEP) -> list[tuple[int, Code]]:
    """Picture number and code of all that is said."""
    scanned, said = Scanned(), []
    for at, codes in enumerate(pictures):
        scanned.see(codes, at * step_us)
        while (code := scanned.due(at * step_us)) is not None:
            said.append((at, code))
    return said


def test_a_code_is_said_with_the_second_picture_that_agrees_and_not_again_while_it_stays() -> None:
    for code in (MILK, LINK):
        assert film(*[(code,)] * 100) == [(1, code)]


def test_one_look_is_not_enough_and_two_that_differ_are_not_either() -> None:
    assert film((MILK,), (), (), ()) == []
    assert film((MILK,), (SOUP,), ()) == []


def test_looks_that_are_far_apart_do_not_agree() -> None:
    assert film((MILK,), (MILK,), step_us=AGREE_US + 1) == []


def test_a_code_that_flickers_is_not_said_twice() -> None:
    assert film((MILK,), (MILK,), *[(), (), (MILK,)] * 30) == [(1, MILK)]


def test_it_is_said_again_after_it_was_away() -> None:
    away = AWAY_US // STEP
    assert film((MILK,), (MILK,), *[()] * (away + 1), (MILK,), (MILK,)) == [(1, MILK), (away + 4, MILK)]
    assert film((MILK,), (MILK,), *[()] * (away - 1), (MILK,), (MILK,)) == [(1, MILK)]


def test_one_thing_after_the_other_is_said() -> None:
    assert film((MILK,), (MILK,), (), (SOUP,), (SOUP,), (), (LINK,), (LINK,)) == [(1, MILK), (4, SOUP), (7, LINK)]


def test_several_at_once_are_said_in_the_order_in_which_they_came() -> None:
    assert film((SOUP,), (MILK, SOUP), (LINK, MILK, SOUP), (LINK, MILK)) == [(1, SOUP), (2, MILK), (3, LINK)]


def test_all_ways_to_write_one_number_are_one_code() -> None:
    upc, ean = Code("042100005264", "UPCA", True, HERE), Code("0042100005264", "EAN13", True, HERE)
    assert [at for at, _ in film((upc,), (ean,), (upc,), (Code("04252614", "UPCE", True, HERE),))] == [1]


def test_what_could_not_be_said_in_time_is_not_said() -> None:
    scanned = Scanned()
    scanned.see((MILK,), 0)
    scanned.see((MILK,), STEP)
    assert scanned.due(STEP + FRESH_US + 1) is None


def test_a_code_without_a_sure_text_is_passed_over() -> None:
    assert film(*[(Code("", "EAN13", True, HERE),)] * 4) == []


def test_a_sharp_picture_whose_two_looks_agreed_is_enough() -> None:
    scanned = Scanned()
    scanned.see((MILK,), 0, sure=True)
    assert scanned.due(0) == MILK
    assert scanned.in_view(FRESH_US)
    assert not scanned.in_view(FRESH_US + 1)


def test_what_was_said_can_be_forgotten() -> None:
    scanned = Scanned()
    scanned.see((MILK,), 0, sure=True)
    assert scanned.due(0) == MILK
    scanned.forget()
    scanned.see((MILK,), STEP, sure=True)
    assert scanned.due(STEP) == MILK
