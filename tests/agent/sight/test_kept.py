"""What was seen before: in order, bounded, pinned things last, and really gone when forgotten."""

from __future__ import annotations

from agent.engines.protocols import Box, TextLine
from agent.sight.kept import MOST, MOST_PINNED, SeenBefore, last_of
from agent.skills.skill import ColourPart, Kept

LINES = (TextLine("Exit", Box(0, 0, 10, 10), 0.99),)
BLUE = (ColourPart("blue", 0.9, (30, 70, 200)),)


def times(seen: SeenBefore) -> list[int]:
    return [one.at_us for one in seen.all]


def test_it_is_in_the_order_in_which_it_was_seen() -> None:
    seen = SeenBefore()
    for at in (5, 1, 3):
        seen.add(Kept(at))
    assert times(seen) == [1, 3, 5]


def test_two_answers_from_one_picture_are_one_memory() -> None:
    seen = SeenBefore()
    seen.add(Kept(1, lines=LINES))
    seen.add(Kept(1, colours=BLUE), pinned=True)
    assert seen.all == (Kept(1, lines=LINES, colours=BLUE, pinned=True),)


def test_the_oldest_goes_first_and_what_was_pinned_has_its_own_limit() -> None:
    seen = SeenBefore()
    seen.add(Kept(0), pinned=True)
    for at in range(1, MOST + 20):
        seen.add(Kept(at))
    assert len(seen.all) == MOST + 1
    assert times(seen)[:2] == [0, 20]
    for at in range(1000, 1000 + MOST_PINNED + 5):
        seen.add(Kept(at), pinned=True)
    assert sum(one.pinned for one in seen.all) == MOST_PINNED
    assert times(seen)[0] == 20


def test_forgetting_takes_what_was_pinned_last_then_what_was_seen_last_then_everything() -> None:
    seen = SeenBefore()
    seen.forget_last()
    for at, pinned in ((1, True), (2, True), (3, False), (4, False)):
        seen.add(Kept(at), pinned=pinned)
    assert last_of(seen.all) == Kept(2, pinned=True)
    for left in ([1, 3, 4], [3, 4], [3]):
        seen.forget_last()
        assert times(seen) == left
    seen.forget()
    assert last_of(seen.all) is None
