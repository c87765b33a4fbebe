"""A look may cost its share of a core: much at once after a rest, no more than the share in the long run."""

from __future__ import annotations

import pytest

from agent.live.ration import Ration

SECOND = 1_000_000


def looks_in(seconds: float, cost_us: int, ration: Ration, every_us: int = 500_000) -> int:
    taken = 0
    for now in range(SECOND, round(seconds * SECOND), every_us):
        if ration.allows(now):
            taken += 1
            ration.spent(cost_us, now)
    return taken


def test_the_long_run_costs_the_share_and_no_more() -> None:
    spent = looks_in(600, 250_000, Ration(0.03, 700_000)) * 0.25
    assert 0.029 <= (spent - 0.7) / 600 <= 0.031


def test_after_a_rest_a_few_looks_follow_each_other() -> None:
    ration = Ration(0.03, 600_000)
    assert looks_in(3, 250_000, ration) == 3
    assert not ration.allows(3 * SECOND)
    assert ration.allows(60 * SECOND)


def test_a_look_that_cost_much_is_paid_back_before_the_next() -> None:
    ration = Ration(0.1, 100_000)
    assert ration.allows(SECOND)
    ration.spent(500_000, SECOND)
    assert not ration.allows(4 * SECOND)
    assert ration.allows(6 * SECOND)


@pytest.mark.parametrize(("share", "most"), [(0.0, 1), (1.1, 1), (0.5, 0)])
def test_a_share_is_a_share(share: float, most: int) -> None:
    with pytest.raises(ValueError, match="share"):
        Ration(share, most)
