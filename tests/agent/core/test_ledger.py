"""What was heard of a reply is a prefix of what was spoken, cut at whole words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.core.ledger import Ledger


def voiced() -> Ledger:
    ledger = Ledger()
    ledger.voice((("Two ", 1_000), ("words", 2_000)), 2_400)
    return ledger


def test_a_word_counts_when_it_was_played_to_its_end() -> None:
    ledger = voiced()
    ledger.play(999)
    assert (ledger.heard(), ledger.unheard()) == ("", "Two words")
    ledger.play(1_000)
    assert (ledger.heard(), ledger.unheard()) == ("Two", "words")
    assert ledger.heard(delay=1) == ""


def test_more_than_was_voiced_is_never_played_and_counts_never_fall() -> None:
    ledger = voiced()
    ledger.play(9_999)
    assert ledger.played == 2_400
    ledger.play(5)
    assert ledger.played == 2_400


def test_a_report_that_comes_before_its_words_counts_when_they_come() -> None:
    ledger = Ledger()
    ledger.play(1_500)
    assert ledger.played == 0
    ledger.voice((("Two ", 1_000), ("words", 2_000)), 2_400)
    assert (ledger.played, ledger.heard()) == (1_500, "Two")


def test_complete_is_everything_even_words_marked_behind_the_end() -> None:
    ledger = Ledger()
    ledger.voice((("late", 5_000),), 2_400)
    ledger.play(2_400)
    assert ledger.heard() == ""
    ledger.complete()
    assert (ledger.heard(2_000), ledger.unheard(), ledger.played) == ("late", "", 2_400)


PIECES = st.lists(st.tuples(st.text("ab ,", max_size=4), st.integers(-9, 99)), max_size=6)


@given(st.lists(st.tuples(PIECES, st.integers(-9, 99), st.integers(-9, 120)), max_size=8), st.integers(0, 50))
def test_heard_and_unheard_are_the_text_in_order(
    steps: list[tuple[list[tuple[str, int]], int, int]], delay: int
) -> None:
    ledger, before = Ledger(), ""
    for words, samples, played in steps:
        ledger.voice(tuple(words), samples)
        ledger.play(played)
        heard = ledger.heard(delay)
        assert ledger.text.startswith(heard)
        assert heard.startswith(before), "what was heard stays heard"
        joined = f"{heard} {ledger.unheard(delay)}"
        assert joined.replace(" ", "") == ledger.text.replace(" ", "")
        before = heard
