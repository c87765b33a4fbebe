"""What is asked of a hand: what most likely brings the thing where it should be, in few words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.engines.protocols import Box
from agent.language.saying import speaking
from agent.sight.framing import EVERYWHERE_SEEN, Framed, Side, boxed
from agent.sight.moves import Move, best_move, direction, too_small

PAGE = Framed("page", 0.15, 0.15, 0.85, 0.85, long=0.7)


def cut(*sides: Side, **where: object) -> Framed:
    return replace(PAGE, cut=frozenset(sides), **where)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("framed", "said"),
    [
        (cut("left", left=0.0, right=0.4, likely=(-0.3, 0.15, 0.4, 0.85)), {"left"}),
        (cut("right", left=0.6, right=1.0, likely=(0.6, 0.15, 1.3, 0.85)), {"right"}),
        (cut("top", top=0.0, bottom=0.5, likely=(0.15, -0.2, 0.85, 0.5)), {"up"}),
        (cut("left", "bottom", left=0.0, right=0.4, top=0.6, bottom=1.0, likely=(-0.3, 0.6, 0.4, 1.3)),
         {"left", "down"}),
        (cut("left", "right", left=0.0, right=1.0, likely=(-0.1, 0.1, 1.1, 0.9), long=0.9), {"back"}),
        (EVERYWHERE_SEEN, {"back"}),
        (replace(PAGE, left=0.005, right=0.705), {"left"}),
        (replace(PAGE, left=0.35, right=0.65, top=0.35, bottom=0.65, long=0.3), {"closer"}),
        (replace(PAGE, left=0.0, right=0.25, top=0.4, bottom=0.6, long=0.2), {"closer", "left"}),
    ],
)  # fmt: skip
def test_the_words_lead_to_the_thing(framed: Framed, said: set[str]) -> None:
    words = set(direction(best_move(framed)).lower().strip(".").replace(",", "").split())
    assert said <= words
    opposite = {"left": "right", "right": "left", "up": "down", "down": "up", "back": "closer", "closer": "back"}
    assert not words & {opposite[word] for word in said}


def test_the_farther_away_it_should_be_the_more_is_asked_for() -> None:
    """A page whose middle is right and that is more and more too large."""
    asked = []
    for long in (0.95, 1.1, 1.5):
        half = long / 2 * 0.95
        framed = cut("top", "bottom", top=0.0, bottom=1.0, likely=(0.5 - half, 0.5 - half, 0.5 + half, 0.5 + half))
        asked.append(best_move(replace(framed, long=long)).back)
    assert asked == sorted(asked)
    assert asked[0] < asked[-1] == 3


def test_how_large_a_thing_must_be_depends_on_what_it_is() -> None:
    face, code = (boxed(kind, [Box(290, 210, 90, 90)], 640, 480) for kind in ("face", "code"))
    assert face is not None
    assert code is not None
    assert too_small(face) > 1 > too_small(code)
    assert too_small(Framed("text", 0.1, 0.4, 0.9, 0.5, letters=0.02)) < 1


def test_a_sign_is_not_taken_for_print_under_the_lens() -> None:
    """Its letters are large because they are: what is missing of it is far away, too."""
    sign = boxed("text", [Box(0, 150, 260, 70)], 640, 480)
    assert sign is not None
    move = best_move(replace(sign, letters=70 / 640))
    assert move.back >= 2 or move.sides == ("left",)


@pytest.mark.parametrize(
    ("move", "said"),
    [
        (Move(1), "A little back."),
        (Move(-3), "Much closer."),
        (Move(0, 2, ("left", "top")), "Left and up."),
        (Move(0, 3, ("right",)), "Much further right."),
        (Move(2, 2, ("left",)), "Back, left."),
        (Move(2, 1, ("left",)), "Back, a little left."),
        (Move(1, 2, ("bottom",)), "Down, a little back."),
        (Move(3, 1, ("bottom",)), "Much further back, a little down."),
    ],
)
def test_a_move_in_words(move: Move, said: str) -> None:
    """ "A little" and "much further" hold for all that follows them."""
    assert direction(move) == said


def test_a_move_in_indonesian() -> None:
    with speaking("id"):
        assert direction(Move(2, 1, ("left", "top"))) == "Mundur, sedikit ke kiri dan atas."
