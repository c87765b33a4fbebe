"""Orders known by their words: each names a skill that there is, in words, and an order is heard through courtesies."""

from __future__ import annotations

import pytest

from agent.skills import indonesian_orders, plain_orders
from agent.skills.catalogue import SKILLS
from agent.skills.plain_orders import Order


@pytest.mark.parametrize("orders", [plain_orders.ORDERS, indonesian_orders.ORDERS], ids=["English", "Indonesian"])
def test_each_order_is_said_in_words_and_names_a_skill(orders: dict[str, Order]) -> None:
    assert {skill for skill, _ in orders.values()} <= {skill.name for skill in SKILLS}
    assert [phrase for phrase in orders if len(phrase) < 4] == []


def test_courtesies_around_an_order_are_taken_off() -> None:
    assert plain_orders.command(("next", "heading", "please")) == ("turn_page", {"to": "heading"})
    assert indonesian_orders.command(("tolong", "judul", "berikutnya")) == ("turn_page", {"to": "heading"})
    assert indonesian_orders.command(("siapa", "ini")) == ("unsupported", {"topic": "who_is_this"})
    assert plain_orders.command(("next", "question", "please")) is None
