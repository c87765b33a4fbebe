"""What waits for one model, what goes next, and how many in one pass: numbers only."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from agent.engines.gathering import AGAIN, LONGEST_US, Company, Gathering
from agent.engines.turns import LATER, URGENT

Cost = Callable[[int], float]


def busy(count: int) -> float:
    """A processor: twice as many take twice as long."""
    return 10_000.0 * count


def roomy(count: int) -> float:
    """An accelerator: sixteen take hardly longer than one."""
    return 10_000.0 + 200 * count


def passes(company: Company, cost: Cost, number: int) -> list[int]:
    sizes = []
    for _ in range(number):
        sizes.append(company.most)
        company.took(company.most, cost(company.most))
    return sizes


def test_where_company_pays_they_are_soon_as_many_as_may_be() -> None:
    assert passes(Company(16), roomy, 6) == [1, 2, 4, 8, 16, 16]
    assert passes(Company(12), roomy, 6) == [1, 2, 4, 8, 12, 12]


def test_where_it_does_not_pay_they_are_done_one_by_one_and_it_is_tried_again_now_and_then() -> None:
    sizes = passes(Company(16), busy, 2 + 3 * AGAIN)
    assert sizes[:3] == [1, 2, 1]
    assert sizes.count(2) in (3, 4)
    assert max(sizes) == 2


def test_no_pass_of_several_takes_longer_than_who_comes_next_may_wait() -> None:
    def slow(count: int) -> float:
        return 0.4 * LONGEST_US + 0.1 * LONGEST_US * count

    sizes = passes(Company(16), slow, 40 * AGAIN)
    assert max(sizes[4:], key=sizes.count) == 4  # of 8 it would be 1.2 times as long
    assert sizes.count(8) < 45


def test_a_device_that_was_busy_once_is_not_mistrusted_for_ever() -> None:
    company = Company(4)
    company.took(1, 10_000)
    company.took(2, 90_000)  # the first pass of a size is slow
    assert company.most == 1
    assert 2 in passes(company, roomy, AGAIN + 1)
    assert company.most == 4


def test_a_pass_that_was_not_full_tells_about_the_size_above() -> None:
    company = Company(4)
    company.took(1, 10_000)
    company.took(2, 11_000)
    company.took(3, 12_000)
    assert company.most == 4


def test_the_most_urgent_first_and_equals_in_order() -> None:
    gathering: Gathering[str] = Gathering()
    for name, urgency in (("a", LATER), ("b", LATER), ("c", URGENT), ("d", LATER), ("e", URGENT)):
        gathering.add(name, urgency)
    assert len(gathering) == 5
    assert [one.item for _ in range(5) for one in gathering.take()] == ["c", "e", "a", "b", "d"]
    assert gathering.take() == []


def test_those_of_one_kind_go_together_but_never_with_less_urgent_ones() -> None:
    gathering: Gathering[str] = Gathering(most=3)
    for _ in range(2):
        gathering.company("read").took(gathering.company("read").most, 1_000)
    for name, urgency, kind in (
        ("a", LATER, "read"), ("b", LATER, "other"), ("c", URGENT, "read"), ("d", LATER, "read"),
        ("e", URGENT, None), ("f", URGENT, None), ("g", URGENT, "read"), ("h", LATER, "read"), ("i", LATER, "read"),
    ):  # fmt: skip
        gathering.add(name, urgency, kind)
    taken = []
    while group := gathering.take():
        taken.append("".join(one.item for one in group))
    assert taken == ["cg", "e", "f", "adh", "b", "i"]


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_lost_or_done_twice_and_no_pass_is_mixed_or_too_large(seed: int) -> None:
    chance, gathering = random.Random(seed), Gathering[int](most=5)
    taken: list[int] = []
    for number in range(300):
        gathering.add(number, chance.randrange(3), chance.choice([None, "x", "y"]))
        if chance.random() < 0.5:
            group = gathering.take()
            assert len({(one.urgency, one.kind) for one in group}) == 1
            assert len(group) <= (5 if group[0].kind else 1)
            assert all(one.urgency >= group[0].urgency for one in gathering)
            if group[0].kind:
                gathering.company(group[0].kind).took(len(group), roomy(len(group)))
            taken += [one.item for one in group]
    taken += [one.item for one in gathering.clear()]
    assert sorted(taken) == list(range(300))
    assert len(gathering) == 0
