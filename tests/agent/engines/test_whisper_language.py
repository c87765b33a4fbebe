"""The language of a line: quick at the start, then hard to move."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from agent.engines.whisper_language import LanguageChoice

EN: Mapping[str, float] = {"en": 0.95, "id": 0.03, "de": 0.02}
ID: Mapping[str, float] = {"en": 0.05, "id": 0.9, "de": 0.05}
UNSURE: Mapping[str, float] = {"en": 0.45, "id": 0.5, "de": 0.05}


def test_a_fixed_language_hears_nothing_else() -> None:
    choice = LanguageChoice("id")
    assert not choice.open
    assert choice.hear(EN) == "id"


def test_one_allowed_language_is_a_fixed_one() -> None:
    choice = LanguageChoice("", ("de",))
    assert not choice.open
    assert choice.current == "de"


def test_one_odd_detection_changes_nothing_two_do() -> None:
    choice = LanguageChoice()
    assert [choice.hear(chances) for chances in (EN, ID, EN, ID, ID, UNSURE, EN, EN)] == [
        "en", "en", "en", "en", "id", "id", "id", "en",
    ]  # fmt: skip


def test_an_expected_language_is_kept_until_another_is_sure_twice() -> None:
    choice = LanguageChoice()
    choice.expect("id")
    assert [choice.hear(chances) for chances in (EN, UNSURE, EN, EN)] == ["id", "id", "id", "en"]
    choice.expect("id")
    assert choice.current == "id"


def test_what_is_not_allowed_or_not_open_is_not_expected() -> None:
    fixed, narrow = LanguageChoice("en"), LanguageChoice("", ("en", "de"))
    for choice in (fixed, narrow):
        choice.expect("id")
    assert (fixed.current, narrow.current) == ("en", "")


def test_a_first_guess_is_corrected_at_once() -> None:
    choice = LanguageChoice()
    assert [choice.hear(chances) for chances in (UNSURE, EN, ID)] == ["id", "en", "en"]


def test_only_allowed_languages_count_and_they_count_among_themselves() -> None:
    choice = LanguageChoice("", ("en", "id"))
    assert choice.hear({"de": 0.9, "id": 0.08, "en": 0.02}) == "id"
    assert choice.hear({"de": 1.0}) == "id"


@given(st.lists(st.sampled_from([EN, ID, UNSURE]), max_size=40))
def test_it_never_moves_twice_without_two_sure_detections_between(heard: list[Mapping[str, float]]) -> None:
    choice = LanguageChoice()
    languages = [choice.hear(chances) for chances in heard]
    moves = [n for n in range(1, len(languages)) if languages[n] != languages[n - 1]]
    assert all(later - earlier >= 2 for earlier, later in pairwise(moves[1:]))
    for n in moves[1:]:
        assert heard[n] is heard[n - 1]
